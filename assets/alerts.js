/* Alerts: rows are chosen and something is done with all of them at once; the numbers of a rule are typed, and what they
   would show is asked for while somebody types. */
(function () {
  "use strict";

  const PREVIEW_MS = 350; // somebody may go on typing
  const STORES = { snooze: "alerts-asked", dismiss: "alerts-asked", assign: "alerts-assign-asked", mine: "alert-own-rule-asked", back: "alert-own-rule-asked", team: "alert-rule-asked" };
  const page = () => document.querySelector("[data-rp-alerts]");
  const rule = () => document.querySelector("[data-rp-rule]");
  let waiting = 0;

  function ask(store, data) {
    window.dash_clientside.set_props(store, { data: { key: window.repertoireShell.newKey(), kind: rule().dataset.rpRule, ...data } });
  }

  // ---- which rows are chosen ----

  const checks = () => [...document.querySelectorAll('[data-rp-check="one"]')];
  const isChosen = (check) => check.getAttribute("aria-checked") === "true";
  const chosen = () => checks().filter(isChosen).map((check) => check.closest("[data-rp-alert-customer]"));

  function choose(check, on) {
    check.setAttribute("aria-checked", String(on));
    check.closest("[data-rp-alert-customer]").classList.toggle("rp-alert-selected", on);
  }

  function say() {
    const rows = chosen();
    const bar = document.querySelector("[data-rp-alert-bar]");
    bar.hidden = !rows.length;
    const all = rows.length === 0 ? "false" : rows.length === checks().length ? "true" : "mixed";
    document.querySelectorAll('[data-rp-check="all"]').forEach((check) => check.setAttribute("aria-checked", all));
    const locale = page().dataset.rpLocale;
    const worth = rows.reduce((sum, row) => sum + Number(row.dataset.rpWorth || 0), 0);
    const money = new Intl.NumberFormat(locale, { style: "currency", currency: page().dataset.rpCurrency, maximumFractionDigits: 0 });
    bar.querySelector("[data-rp-chosen]").textContent = `${new Intl.NumberFormat(locale).format(rows.length)} selected`;
    bar.querySelector("[data-rp-sum]").textContent = worth ? ` ${money.format(worth)}` : "";
  }

  function press(check) {
    const on = !isChosen(check);
    if (check.dataset.rpCheck === "all") {
      checks().forEach((one) => choose(one, on));
    } else {
      choose(check, on);
    }
    say();
  }

  // ---- what is done ----

  const pairs = () => chosen().map((row) => [row.dataset.rpAlertCustomer, row.dataset.rpAlertProduct]);

  function bounds() {
    const found = {};
    rule().querySelectorAll("[data-rp-bound]").forEach((label) => (found[label.dataset.rpBound] = label.querySelector("input").value));
    return found;
  }

  const actions = {
    snooze: (button) => ({ do: "snooze", alerts: pairs(), on: button.dataset.rpValue }),
    assign: (button) => ({ alerts: pairs(), to: button.dataset.rpValue }),
    dismiss: () => ({ do: "dismiss", alerts: pairs() }),
    mine: () => ({ do: "set", bounds: bounds() }),
    team: () => ({ do: "set", bounds: bounds() }),
    back: () => ({ do: "back" }),
  };

  function clear() {
    checks().forEach((check) => choose(check, false));
    say();
  }

  function toggle(button, name) {
    const on = page().classList.toggle(name);
    button.setAttribute("aria-pressed", String(on));
    return on;
  }

  function act(button) {
    const what = button.dataset.rpAlertDo;
    if (what in actions) {
      ask(STORES[what], actions[what](button));
    } else if (what === "clear") {
      clear();
    } else if (what === "select") {
      if (!toggle(button, "rp-alerts-selecting")) {
        clear();
      }
    } else if (toggle(button, "rp-alerts-editing")) {
      rule().querySelector("[data-rp-bound] input").focus();
    }
  }

  document.addEventListener("click", (event) => {
    const check = event.target.closest("[data-rp-check]");
    const button = event.target.closest("[data-rp-alert-do]");
    if (check) {
      press(check);
    } else if (button && event.detail < 2) {
      act(button);
    } else if (event.target.closest("[data-rp-alert-all]")) {
      const url = new URL(window.location.href);
      url.searchParams.set("all", "1");
      window.repertoireShell.go(url.href);
    }
  });

  // ---- what the numbers would show ----

  document.addEventListener("input", (event) => {
    const label = event.target.closest("[data-rp-bound]");
    if (label) {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => page() && ask(rule().dataset.rpPreview, { bounds: bounds() }), PREVIEW_MS);
    }
  });

  /* Who sees the page has seen what is new. */
  window.addEventListener("repertoire:arrived", () => {
    const bell = document.querySelector("[data-rp-bell]");
    if (bell && page()) {
      bell.querySelectorAll(".rp-bell-count").forEach((count) => count.remove());
    }
  });
})();
