/* Filters above a list, which are in the address, and saved views of them. */
(function () {
  "use strict";

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

  /* A text that is looked for: once it is left, or Enter is pressed. */
  document.addEventListener("change", ({ target }) => {
    const field = target.closest("[data-rp-find-in]");
    if (field) {
      filterBy(field.dataset.rpFindIn, target.value.trim() || "*");
    }
  });

  document.addEventListener("click", ({ target }) => {
    const remove = target.closest("[data-rp-view]");
    if (target.closest("[data-rp-save-view]")) {
      saveView(target.closest("[data-rp-save-view]"));
    } else if (remove) {
      askOfViews(remove, { remove: Number(remove.dataset.rpView) });
    } else if (target.closest("[data-rp-switch]")) {
      flip(target.closest("[data-rp-switch]"));
    }
  });
})();
