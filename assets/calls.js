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

  function filterBy(select) {
    const url = new URL(window.location.href);
    if (select.value === "*") {
      url.searchParams.delete(select.dataset.rpFilter);
    } else {
      url.searchParams.set(select.dataset.rpFilter, select.value);
    }
    window.repertoireShell.go(url.href);
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
  document.addEventListener("change", (event) => event.target.closest("select[data-rp-filter]") && filterBy(event.target));

  // ---- saved views ----

  function saveView(button) {
    const name = window.prompt("Name of the view");
    if (name && name.trim()) {
      window.dash_clientside.set_props("view-asked", { data: { name: name.trim(), query: button.dataset.rpSaveView } });
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
      window.dash_clientside.set_props("view-asked", { data: { remove: Number(remove.dataset.rpView), at: Date.now() } });
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
