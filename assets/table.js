/* Long tables (dashboard/components/table.py): cells, cards on a phone, finding, paging, counting, the address, CSV. */
(function () {
  "use strict";

  const phone = window.matchMedia("screen and (max-width: 767.98px)");
  const narrow = window.matchMedia("screen and (max-width: 1199.98px)"); // leaves out the columns that a phone does
  const apis = new Map(); // by table name
  const finds = new Map(); // what is to be found, by table name
  const chosen = new WeakMap(); // the filter that a person set last, by grid

  /* A table's grid; who clicks before it has come is answered when it has. */
  const apiOf = (name) => window.dash_ag_grid.getApiAsync({ type: "table", table: name });

  const cardOf = (name) => document.querySelector(`[data-rp-table="${name}"]`);

  function fold(text) {
    return String(text).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  // ---- what the grid calls ----

  const make = (...parts) => window.React.createElement(...parts);

  function linked(data, name, className) {
    const text = data[`${name}_text`];
    const href = data[`${name}_href`];
    return href ? make("a", { href, className: "rp-link", "data-rp-page": "true" }, text) : make("span", { className }, text);
  }

  /* Digits of base 36, a bar each: how high they are, in percent. */
  const barHeights = (digits) => [...(digits || "")].map((digit) => Math.round((100 * parseInt(digit, 36)) / 35));

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    rpCell: (props) => linked(props.data, props.column.getColId(), null),

    /* The words are for who reads with the ears. */
    rpBars(props) {
      const heights = barHeights(props.value);
      const bars = heights.map((height, at) => make("span", { key: at, style: { height: `${height}%` } }));
      const words = `${heights.filter((height) => height).length} of ${heights.length} months with orders`;
      return make("span", { className: "rp-bars" }, ...bars, make("span", { key: "words", className: "visually-hidden" }, words));
    },

    rpCard(props) {
      const of = (kind) => props.parts.filter((part) => part.as === kind);
      const facts = props.parts
        .filter((part) => ["plain", "fact"].includes(part.as) && props.data[`${part.name}_text`])
        .map((part) => {
          const text = props.data[`${part.name}_text`];
          return make("span", { key: part.name }, part.as === "fact" ? `${part.label} ${text}` : text);
        });
      return make(
        "div",
        { className: "rp-grid-row" },
        make("div", { className: "rp-grid-title" }, ...of("title").map((part) => linked(props.data, part.name, null))),
        make("div", { className: "rp-grid-value num" }, ...of("value").map((part) => `${props.data[`${part.name}_text`]} ${part.words}`.trim())),
        make("div", { className: "rp-grid-facts num" }, ...facts),
      );
    },
  });

  window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, {
    rpIsTab: (params) => params.event.key === "Tab",
    rpFolded: (params) => fold(params.data[`${params.column.getColId()}_text`] || ""),
    rpNothing: () => "",
  });

  // ---- the address ----

  function rewriteAddress(values) {
    const url = new URL(window.location.href);
    Object.entries(values).forEach(([key, value]) => {
      if (value) {
        url.searchParams.set(key, value);
      } else {
        url.searchParams.delete(key);
      }
    });
    url.search = url.search.replace(/%2F/g, "/").replace(/%3A/g, ":"); // as people read it: both are allowed there
    if (url.href === window.location.href) {
      return false;
    }
    window.history.replaceState(window.history.state, "", url);
    window.dispatchEvent(new Event("repertoire:address"));
    return true;
  }

  // ---- a table of which only the first rows are here: the app is asked for others ----

  const ASK_MS = 600; // since the last change: somebody may go on typing
  let asking = 0;
  let typedIn = null; // the name of the table whose field was typed in

  const isPart = (card) => card.dataset.rpFit !== undefined;

  function askForOthers() {
    const { href } = window.location;
    window.clearTimeout(asking);
    asking = window.setTimeout(() => href === window.location.href && window.repertoireShell.go(href), ASK_MS);
  }

  /* The page is drawn anew around who types. */
  window.addEventListener("repertoire:arrived", () => {
    const field = typedIn && cardOf(typedIn) && cardOf(typedIn).querySelector("input[type=search]");
    if (field) {
      field.focus();
    }
    typedIn = null;
  });

  /* A column's condition in plain words (dashboard/display/conditions.py reads them). */
  const COMPARED = { equals: "", notEqual: "!", greaterThan: ">", greaterThanOrEqual: ">=", lessThan: "<", lessThanOrEqual: "<=" };
  const HELD = {
    equals: ["", ""], notEqual: ["!", ""], contains: ["*", "*"], notContains: ["!*", "*"], startsWith: ["", "*"], endsWith: ["*", ""],
  };
  const escaped = (text) => text.replace(/[*\\]/g, "\\$&").replace(/^!/, "\\!");

  function conditionText(model) {
    if (model.type === "notBlank" || model.type === "blank") {
      return model.type === "blank" ? "!*" : "*";
    }
    if (model.filterType === "text") {
      const [before, after] = HELD[model.type];
      return `${before}${escaped(model.filter)}${after}`;
    }
    const [first, last] =
      model.filterType === "date" ? [model.dateFrom, model.dateTo].map((day) => (day || "").slice(0, 10)) : [model.filter, model.filterTo];
    return model.type === "inRange" ? `${first}..${last}` : `${COMPARED[model.type]}${first}`;
  }

  function keepState(name, api) {
    const card = cardOf(name);
    if (!card) {
      return; // its page has been left, and the address is another page's
    }
    const prefix = card.dataset.rpPrefix;
    const sorted = api.getColumnState().find((column) => column.sort);
    const where = api.getFilterModel();
    const columns = api.getColumns().map((column) => column.getColId());
    const isChanged = rewriteAddress({
      ...Object.fromEntries(["sort", "where", "find", ...columns].map((what) => [`${name}-${what}`, ""])), // as it was once
      [`${prefix}sort`]: sorted ? `${sorted.colId}.${sorted.sort}` : "",
      [`${prefix}find`]: finds.get(name) || "",
      ...Object.fromEntries(columns.map((column) => [`${prefix}${column}`, where[column] ? conditionText(where[column]) : ""])),
    });
    if (isChanged && isPart(card)) {
      askForOthers();
    }
  }

  // ---- the choice that a phone has in the place of heads ----

  function markSort(name, api) {
    const select = document.querySelector(`[data-rp-sort="${name}"]`);
    const sorted = api.getColumnState().find((column) => column.sort);
    if (select) {
      select.value = sorted ? `${sorted.colId}.${sorted.sort}` : "";
    }
  }

  document.addEventListener("change", async (event) => {
    const name = event.target.dataset.rpSort;
    if (name) {
      const [colId, sort] = event.target.value.split(".");
      const api = await apiOf(name);
      api.applyColumnState({ state: sort ? [{ colId, sort }] : [], defaultState: { sort: null } });
      keepState(name, api);
    }
  });

  // ---- buttons that show the rows of one value of a column ----

  async function choose(button) {
    const [name, column] = button.dataset.rpChoiceOf.split(".");
    const api = await apiOf(name);
    const model = { ...api.getFilterModel() };
    delete model[column];
    if (button.dataset.rpChoice) {
      model[column] = { filterType: "text", type: "equals", filter: button.dataset.rpChoice };
    }
    setFilter(name, api, model);
  }

  function setFilter(name, api, model) {
    chosen.set(api, model);
    api.setFilterModel(model);
    markChoice(name, api);
    keepState(name, api);
  }

  /* While a grid arrives, Dash's component may once more set the filter of a moment ago: what was chosen since stands. */
  function keepChosen(api, source) {
    if (source !== "api") {
      chosen.set(api, api.getFilterModel()); // by a column's head
    } else if (chosen.has(api) && !isSameFilter(api.getFilterModel(), chosen.get(api))) {
      api.setFilterModel(chosen.get(api));
    }
  }

  function isSameFilter(model, other) {
    const names = Object.keys(model);
    const isSame = (name) => other[name] && conditionText(model[name]) === conditionText(other[name]);
    return names.length === Object.keys(other).length && names.every(isSame);
  }

  function markChoice(name, api) {
    const model = api.getFilterModel();
    document.querySelectorAll("[data-rp-choice-of]").forEach((button) => {
      const [table, column] = button.dataset.rpChoiceOf.split(".");
      if (table === name) {
        const chosen = (model[column] || {}).filter || "";
        button.setAttribute("aria-pressed", String(fold(chosen) === fold(button.dataset.rpChoice)));
      }
    });
  }

  // ---- count and pages ----

  function showCount(name, api) {
    const card = cardOf(name);
    if (!card || !api.getGridOption("rowData")) {
      return; // the rows are still to come, and the card knows how many
    }
    const number = (n) => new Intl.NumberFormat(card.dataset.rpLocale).format(n);
    let total = 0;
    api.forEachLeafNode(() => (total += 1));
    const shown = isPart(card) ? Number(card.dataset.rpFit) : api.paginationGetRowCount();
    const sent = total;
    total = isPart(card) ? Number(card.dataset.rpTotal) : total;
    const words = `${number(total)} ${total === 1 ? card.dataset.rpOne : card.dataset.rpMany}`;
    const count = card.querySelector(".rp-table-count");
    const first = shown > sent ? `, the first ${number(sent)}` : "";
    const said = `${shown === total ? words : `${number(shown)} of ${words}`}${first}`;
    if (count.textContent !== said) {
      count.textContent = said;
    }
    const size = api.paginationGetPageSize();
    const pages = api.paginationGetTotalPages();
    const page = api.paginationGetCurrentPage();
    card.querySelector(".rp-table-pager").hidden = pages < 2;
    card.querySelector(".rp-table-page").textContent =
      `${number(page * size + 1)}\u2013${number(Math.min((page + 1) * size, shown, sent))}`;
    card.querySelectorAll("[data-rp-page-step]").forEach((button) => {
      const to = page + Number(button.dataset.rpPageStep);
      button.setAttribute("aria-disabled", String(to < 0 || to >= pages));
    });
    card.style.setProperty("--rp-grid-rows", Math.max(1, Math.min(size, shown - page * size, sent - page * size)));
  }

  // ---- desk or phone ----

  function lay(name, api) {
    const columns = api.getColumns();
    const isNarrow = narrow.matches || (cardOf(name) && cardOf(name).dataset.rpNarrow === "true");
    const hidden = (column) => {
      const { isUnseen, isExtra } = column.getColDef().context || {};
      const isCard = column.getColId() === "card";
      return isUnseen || (isCard ? !phone.matches : phone.matches || (isNarrow && isExtra));
    };
    api.setColumnsVisible(columns.filter((column) => !hidden(column)), true);
    api.setColumnsVisible(columns.filter(hidden), false);
    api.setGridOption("headerHeight", phone.matches ? 0 : 34);
    api.setGridOption("rowHeight", phone.matches ? 64 : 40);
  }

  const living = () => [...apis].filter(([, api]) => !api.isDestroyed());

  [phone, narrow].forEach((query) => query.addEventListener("change", () => living().forEach(([name, api]) => lay(name, api))));

  /* A table has room for few columns, or for all again. */
  function setNarrow(name, isNarrow) {
    const card = cardOf(name);
    if (card && (card.dataset.rpNarrow === "true") !== isNarrow) {
      card.dataset.rpNarrow = String(isNarrow);
      const api = gridOf(name);
      if (api) {
        lay(name, api);
      }
    }
  }

  function takeHold(name, api) {
    apis.set(name, api);
    if (narrow.matches || (cardOf(name) && cardOf(name).dataset.rpNarrow === "true")) {
      lay(name, api);
    }
    const count = () => showCount(name, api);
    // A grid tells its listeners a moment later: its page may have been left, and the card may be the next grid's.
    const whileItLives = (answer) => (event) => api.isDestroyed() || answer(event);
    const on = (event, answer) => api.addEventListener(event, whileItLives(answer));
    ["modelUpdated", "paginationChanged"].forEach((event) => on(event, count));
    on("filterChanged", (event) => keepChosen(api, event.source));
    on("filterChanged", () => markChoice(name, api));
    on("sortChanged", () => markSort(name, api));
    ["sortChanged", "filterChanged"].forEach((event) => on(event, () => keepState(name, api)));
    keepChosen(api, "api"); // a choice may have been made before
    count();
    markSort(name, api);
    const query = new URLSearchParams(window.location.search);
    const isOld = ["sort", "where"].some((what) => query.has(`${name}-${what}`));
    if (isOld || Object.keys(api.getFilterModel()).length) {
      keepState(name, api); // an address of an earlier release becomes plain; a filter may have been set before
    }
  }

  function find(name, api, text) {
    api.setGridOption("quickFilterText", fold(text || ""));
    const card = cardOf(name);
    finds.set(name, (text || "").trim());
    if (card) {
      const isChanged = rewriteAddress({ [`${name}-find`]: "", [`${card.dataset.rpPrefix}find`]: finds.get(name) });
      if (isChanged && isPart(card)) {
        typedIn = name;
        askForOthers();
      }
    }
    showCount(name, api);
  }

  /* The file of a table has the rows of the screen, in their order. */
  async function askForFile(name) {
    const filter = {}; // which columns narrow it, for the audit trail: not what was typed
    const keys = [...document.querySelectorAll(`[data-rp-rows="${name}"] [data-rp-key]`)].map((row) => row.dataset.rpKey);
    if (cardOf(name)) {
      const api = await apiOf(name); // a plain table has none
      api.forEachNodeAfterFilterAndSort((node) => keys.push(node.data.key));
      Object.keys(api.getFilterModel()).forEach((column) => (filter[column] = true));
      if (finds.get(name)) {
        filter.find = true;
      }
    }
    const all = cardOf(name) && isPart(cardOf(name)) ? { query: window.location.search } : {};
    window.dash_clientside.set_props({ type: "table-asked", table: name }, { data: { keys, filter, ...all, at: Date.now() } });
  }

  // ---- listening ----

  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-rp-page-step]");
    const csv = event.target.closest("[data-rp-table-csv]");
    const choice = event.target.closest("[data-rp-choice-of]");
    if (choice) {
      choose(choice);
    }
    if (step && step.getAttribute("aria-disabled") !== "true") {
      const api = apis.get(step.dataset.rpTableOf); // there, as showCount shows the buttons
      api.paginationGoToPage(api.paginationGetCurrentPage() + Number(step.dataset.rpPageStep));
    } else if (csv) {
      askForFile(csv.dataset.rpTableCsv);
    }
  });

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".ag-cell");
    const link = cell && event.target === cell && cell.querySelector("a");
    if (link && event.key === "Enter") {
      link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }));
    }
  });

  // ---- called by Dash ----

  /* Rows of a table that came packed (dashboard/display/table.py): those at the given places, in their order. */
  function unpack(packed, places) {
    const columns = Object.entries(packed.columns);
    return Array.from(places, (at) => {
      const row = { key: packed.keys[at] };
      columns.forEach(([name, column]) => {
        row[name] = column.raw[at];
        row[`${name}_text`] = (column.text || column.raw)[at];
        if (column.hrefs) {
          row[`${name}_href`] = column.href + column.hrefs[at];
        }
      });
      return row;
    });
  }

  /* What a column's head means; empty where it says so itself. */
  function meaningOf(head) {
    const card = head.closest("[data-rp-table]");
    const api = card && apis.get(card.dataset.rpTable);
    const column = api && !api.isDestroyed() && api.getColumn(head.getAttribute("col-id"));
    return (column && column.getColDef().context && column.getColDef().context.meaning) || "";
  }

  const filter = async (name, model) => setFilter(name, await apiOf(name), model);

  // ---- what a sheet of paper asks for (print.js) ----

  /* A table's grid, null before it has come. */
  function gridOf(name) {
    const api = apis.get(name);
    return api && !api.isDestroyed() ? api : null;
  }

  /* By what its rows are narrowed, in words: `Segment: Cafe`, `with "caf" in it`. */
  function conditionsOf(name) {
    const api = gridOf(name);
    const found = finds.get(name) ? [`with \u201c${finds.get(name)}\u201d in it`] : [];
    const conditions = Object.entries(api.getFilterModel()).map(
      ([column, model]) => `${api.getColumn(column).getColDef().headerName}: ${conditionText(model)}`,
    );
    return [...conditions, ...found];
  }

  window.repertoireTables = { unpack, setNarrow, meaningOf, filter, gridOf, conditionsOf, barHeights };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    repertoireTable: {
      fill: (packed) => (packed ? unpack(packed, packed.keys.keys()) : window.dash_clientside.no_update),

      async arrive(id, text) {
        const api = await window.dash_ag_grid.getApiAsync(id);
        if (api.isDestroyed()) {
          return window.dash_clientside.no_update; // its page was left meanwhile
        }
        if (apis.get(id.table) !== api) {
          takeHold(id.table, api);
        }
        find(id.table, api, text);
        return window.dash_clientside.no_update;
      },
    },
  });
})();
