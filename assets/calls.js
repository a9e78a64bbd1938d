/* The drawer of the call list: `Space` or a click on a row opens it, `j` and `k` go from row to row, `Enter` opens the
   customer, `Esc` closes. */
(function () {
  "use strict";

  const rows = () => [...document.querySelectorAll("[data-rp-call]")];
  const drawer = () => document.querySelector("[data-rp-drawer]");
  const selected = () => document.querySelector("[data-rp-call].rp-call-selected");

  let shown = null; // the id of the customer whose drawer is open

  function select(row) {
    rows().forEach((one) => one.classList.toggle("rp-call-selected", one === row));
  }

  function open(row) {
    select(row);
    shown = row.dataset.rpCustomer;
    drawer().hidden = false;
    document.body.classList.add("rp-drawer-open");
    window.dash_clientside.set_props("call-asked", { data: { customer: shown, at: Date.now() } });
  }

  function close() {
    shown = null;
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

  document.addEventListener("click", ({ target }) => {
    const row = target.closest("[data-rp-call]");
    if (target.closest("[data-rp-close-drawer]")) {
      close();
    } else if (row && (target.closest("[data-rp-open-drawer]") || !target.closest("a, button"))) {
      open(row);
    }
  });

  /* The list is drawn again once an outcome is recorded, and the whole page where a filter is set: the drawer follows its
     row, and closes where that is gone. */
  new MutationObserver(() => {
    const place = drawer();
    if (!place) {
      shown = null;
      document.body.classList.remove("rp-drawer-open");
    } else if (shown && !selected()) {
      const row = rows().find((one) => one.dataset.rpCustomer === shown);
      if (!row) {
        close();
      } else if (place.hidden) {
        open(row);
      } else {
        select(row);
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
    if (!drawer() || event.defaultPrevented || document.querySelector("dialog[open]")) {
      return;
    }
    if (event.key === "Escape" && close()) {
      event.preventDefault();
    }
    if (!window.repertoireKeys.isFree(event)) {
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
