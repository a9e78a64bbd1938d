/* The call list: filters that are in the address, saved views, and the drawer, which `Space` or a click on a row opens,
   `j` and `k` go from row to row, `Enter` opens the customer, `Esc` closes. */
(function () {
  "use strict";

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const areOff = () => document.querySelector("#keys-panel input:checked") !== null;
  const rows = () => [...document.querySelectorAll("[data-rp-call]")];
  const drawer = () => document.querySelector("[data-rp-drawer]");
  const selected = () => document.querySelector("[data-rp-call].rp-call-selected");

  // ---- filters ----

  function filterBy(name, value) {
    const url = new URL(window.location.href);
    if (value === "*") {
      url.searchParams.delete(name);
    } else {
      url.searchParams.set(name, value);
    }
    window.repertoireShell.go(url.href);
  }

  function flip(button) {
    filterBy(button.dataset.rpSwitch, button.getAttribute("aria-pressed") === "true" ? "*" : button.dataset.rpValue);
  }

  /* A table's own filters change the address, too: what the bar says follows. */
  function follow() {
    const said = new URL(window.location.href).searchParams;
    document.querySelectorAll("select[data-rp-filter]").forEach((select) => {
      const value = said.get(select.dataset.rpFilter) || "*";
      if (![...select.options].some((option) => option.value === value)) {
        select.append(new Option(value, value));
      }
      select.value = value;
      select.closest("label").classList.toggle("rp-toolbar-set", value !== "*");
    });
    document.querySelectorAll("[data-rp-switch]").forEach((button) => {
      const isOn = said.get(button.dataset.rpSwitch) === button.dataset.rpValue;
      button.setAttribute("aria-pressed", isOn ? "true" : "false");
    });
  }

  /* React gives a select no value of its own here: it is set where one appears. */
  function setFilters() {
    document.querySelectorAll("select[data-rp-filter]").forEach((select) => {
      if (select.dataset.rpSet !== select.dataset.rpValue) {
        select.value = select.dataset.rpValue;
        select.dataset.rpSet = select.dataset.rpValue;
      }
    });
  }

  new MutationObserver(setFilters).observe(document.documentElement, { childList: true, subtree: true });
  window.addEventListener("repertoire:address", follow);
  document.addEventListener("change", (event) => {
    const select = event.target.closest("select[data-rp-filter]");
    if (select) {
      filterBy(select.dataset.rpFilter, select.value);
    }
  });

  // ---- saved views ----

  function askOfViews(button, data) {
    window.dash_clientside.set_props(button.closest("[data-rp-views]").dataset.rpViews, { data: { ...data, at: Date.now() } });
  }

  function saveView(button) {
    const name = window.prompt("Name of the view");
    if (name && name.trim()) {
      const query = button.dataset.rpSaveView || window.location.search.slice(1);
      askOfViews(button, { name: name.trim(), query });
    }
  }

  // ---- the drawer ----

  function select(row) {
    rows().forEach((one) => one.classList.toggle("rp-call-selected", one === row));
  }

  function open(row) {
    const place = drawer();
    select(row);
    place.hidden = false;
    document.body.classList.add("rp-drawer-open");
    window.dash_clientside.set_props("call-asked", { data: { customer: row.dataset.rpCustomer, at: Date.now() } });
  }

  function close() {
    const place = drawer();
    if (place && !place.hidden) {
      place.hidden = true;
      document.body.classList.remove("rp-drawer-open");
      const row = selected();
      if (row) {
        row.querySelector(".rp-call-name").focus();
        row.classList.remove("rp-call-selected");
      }
      return true;
    }
    return false;
  }

  document.addEventListener("click", (event) => {
    const { target } = event;
    const row = target.closest("[data-rp-call]");
    const remove = target.closest("[data-rp-view]");
    if (target.closest("[data-rp-save-view]")) {
      saveView(target.closest("[data-rp-save-view]"));
    } else if (remove) {
      askOfViews(remove, { remove: Number(remove.dataset.rpView) });
    } else if (target.closest("[data-rp-switch]")) {
      flip(target.closest("[data-rp-switch]"));
    } else if (target.closest("[data-rp-close-drawer]")) {
      close();
    } else if (row && (target.closest("[data-rp-open-drawer]") || !target.closest("a, button"))) {
      open(row);
    }
  });

  /* Once an outcome is recorded the list is drawn again: the drawer follows the row, and closes where it is gone. */
  new MutationObserver(() => {
    const place = drawer();
    if (!place) {
      document.body.classList.remove("rp-drawer-open");
    } else if (!place.hidden && !selected()) {
      const inside = place.querySelector("[data-rp-customer]");
      const row = inside && rows().find((one) => one.dataset.rpCustomer === inside.dataset.rpCustomer);
      if (row) {
        select(row);
      } else if (inside) {
        close();
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  // ---- keys ----

  function step(by) {
    const all = rows();
    const at = all.indexOf(document.activeElement.closest("[data-rp-call]") || selected());
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    if (next) {
      next.querySelector(".rp-call-name").focus();
      next.scrollIntoView({ block: "nearest" });
      if (!drawer().hidden) {
        open(next);
      }
    }
  }

  document.addEventListener("keydown", (event) => {
    if (!drawer() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) {
      return;
    }
    if (event.key === "Escape") {
      if (close()) {
        event.preventDefault();
      }
      return;
    }
    if (isTyping(event.target) || areOff()) {
      return;
    }
    const row = document.activeElement.closest("[data-rp-call]") || selected();
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      step(event.key === "j" ? 1 : -1);
    } else if (event.key === " " && row && !event.target.closest("button, summary")) {
      event.preventDefault();
      open(row);
    } else if (event.key === "Enter" && row && !event.target.closest("a, button, summary")) {
      event.preventDefault();
      window.repertoireShell.go(row.querySelector(".rp-call-name").href);
    }
  });
})();
