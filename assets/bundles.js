/* The bundles page: conditions, the selected bundle and what is asked of it in the address, rows and points that select
   each other, buttons that set conditions, and the card of the selected bundle beside the table. */
(function () {
  "use strict";

  const NAMES = ["segment", "kind", "category", "size", "baskets", "support", "confidence", "lift", "hide", "compare", "who", "discount"];
  const FIRST = {
    segment: "*", kind: "*", category: "*", size: "0", baskets: "0", support: "0", confidence: "0", lift: "1.5", hide: "yes",
    compare: "none", who: "one", discount: "0",
  };
  const ASKED = ["who", "discount"]; // of the card of the selected bundle
  const TABLE = { type: "table", table: "bundles" };
  const phone = window.matchMedia("(max-width: 767.98px)");

  const SEEN_AT_LEAST = 320; // pixels of the card: its sentence and the first customers
  const ROOM_ABOVE = 64; // below the top bar
  let isAsked = false; // somebody selected a bundle here, and its card is still to come
  let again = ""; // the button of the card that was pressed: the card is drawn anew around it

  const shown = () => document.querySelector("[data-rp-bundles]");

  function said(value) {
    const isNone = value === null || value === undefined || value === "" || Number.isNaN(value); // a field with no number
    return typeof value === "boolean" ? (value ? "yes" : "no") : String(isNone ? 0 : value);
  }

  function rewriteAddress(values) {
    const url = new URL(window.location.href);
    Object.entries(values).forEach(([name, value]) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name)));
    url.search = url.search.replace(/%2F/g, "/").replace(/%3A/g, ":"); // as people read it: both are allowed there
    if (url.href !== window.location.href) {
      window.history.replaceState(window.history.state, "", url);
    }
  }

  /* Whose bundles, as an address says it: a group and a name; of a given segment the name is enough. */
  function addressOf(wanted) {
    const [, group, name] = /^([^:]*):?(.*)$/s.exec(wanted.segment);
    return { ...wanted, group: ["", "segment"].includes(group) ? "" : group, segment: name, compare: wanted.compare === "*" ? "all" : wanted.compare };
  }

  function showGap() {
    const gap = document.getElementById("bundles-gap").getBoundingClientRect();
    const hidden = gap.top + Math.min(gap.height, SEEN_AT_LEAST) - window.innerHeight;
    if (hidden > 0 || gap.top < ROOM_ABOVE) {
      window.scrollBy(0, phone.matches || hidden <= 0 ? gap.top - ROOM_ABOVE : hidden);
    }
    const name = phone.matches && document.querySelector("[data-rp-gap-name]");
    if (name) {
      name.focus({ preventScroll: true }); // who hears the page is where the answer is
    }
  }

  /* Beside the card the table has room for few columns. */
  function makeRoom(hasCard) {
    const results = document.getElementById("bundles-results");
    results.dataset.rpHasCard = String(hasCard);
    window.repertoireTables.setNarrow("bundles", hasCard);
  }

  function backToRow() {
    const row = document.querySelector('[data-rp-table="bundles"] .ag-row-selected');
    const back = row || document.querySelector('[data-rp-table="bundles"]');
    back.scrollIntoView({ block: "center" });
    const link = row && row.querySelector("a");
    if (link) {
      link.focus({ preventScroll: true });
    }
  }

  /* The row of a bundle becomes the selected one, on the page of the table where it is. */
  async function selectRow(key) {
    const api = await window.dash_ag_grid.getApiAsync(TABLE);
    if (!api.getDisplayedRowCount()) {
      await new Promise((resolve) => api.addEventListener("firstDataRendered", resolve));
    }
    await new Promise((resolve) => window.setTimeout(resolve, 50)); // what is to be found is set first: it leads to page one
    const row = key && api.getRowNode(key);
    if (!row) {
      api.deselectAll();
      return;
    }
    if (!row.isSelected()) {
      row.setSelected(true, true);
    }
    if (row.rowIndex !== null) {
      api.paginationGoToPage(Math.floor(row.rowIndex / api.paginationGetPageSize()));
    }
  }

  function setControls(values) {
    Object.entries(values).forEach(([id, value]) => window.dash_clientside.set_props(id, { value }));
  }

  document.addEventListener("click", (event) => {
    if (!shown()) {
      return;
    }
    const setter = event.target.closest("[data-rp-set]");
    const lacks = event.target.closest("[data-rp-lacks]");
    const more = event.target.closest("[data-rp-more]");
    if (setter) {
      setControls(JSON.parse(setter.dataset.rpSet));
    } else if (more) {
      more.setAttribute("aria-expanded", String(more.getAttribute("aria-expanded") !== "true"));
    } else if (lacks) {
      again = lacks.dataset.rpLacks;
      window.dash_clientside.set_props("bundles-who", { data: lacks.dataset.rpLacks });
    } else if (event.target.closest("[data-rp-gap-back]")) {
      backToRow();
    }
  });

  document.addEventListener("input", (event) => {
    if (shown() && event.target.closest("[data-rp-gap-offer]")) {
      window.dash_clientside.set_props("bundles-discount", { data: event.target.value });
    }
  });

  /* A bundle's name is a link to the page with it selected; a plain click selects it here. */
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest('[data-rp-table="bundles"] .ag-row a');
      if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        selectRow(link.closest(".ag-row").getAttribute("row-id"));
      }
    },
    true,
  );

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    repertoireBundles: {
      rows(packed, places) {
        const nothing = window.dash_clientside.no_update;
        if (!packed || !places || packed.segment !== places.segment) {
          return [nothing, nothing]; // one of the two is still on its way
        }
        return [window.repertoireTables.unpack(packed, places.at), packed.segment];
      },

      /* The figure's points by their names, which the rows hold. */
      named(figure, packed) {
        if (!figure || !packed) {
          return window.dash_clientside.no_update;
        }
        const { products, lift, miss } = packed.columns;
        const at = new Map(packed.keys.map((key, place) => [key, place]));
        const describe = (key) => {
          const place = at.get(key);
          return place === undefined ? "" : `${products.raw[place]}<br>lift ${lift.text[place]}, ${miss.text[place]} miss one`;
        };
        const data = figure.data.map((trace) => (trace.text ? trace : { ...trace, text: trace.customdata.map(describe) }));
        return { ...figure, data };
      },

      keep(...values) {
        const selected = values[NAMES.length];
        const wanted = Object.fromEntries(NAMES.map((name, at) => [name, said(values[at])]));
        if (shown()) {
          NAMES.forEach((name) => wanted[name] === FIRST[name] && (wanted[name] = ""));
          shown().dataset.rpKind = wanted.kind;
          ASKED.forEach((name) => (!selected || wanted[name] === "0") && (wanted[name] = ""));
          rewriteAddress({ ...addressOf(wanted), selected: selected || "" });
          makeRoom(Boolean(selected));
          selectRow(selected);
        }
        return window.dash_clientside.no_update;
      },

      select(rows, clicked, segment, current) {
        const because = window.dash_clientside.callback_context.triggered.map((one) => one.prop_id).join(" ");
        if (because.includes("bundles-segment")) {
          return "";
        }
        const point = because.includes("clickData") && clicked && clicked.points[0];
        const key = point ? point.customdata : rows && rows.length ? rows[0].key : "";
        if (!key || key === current) {
          return window.dash_clientside.no_update;
        }
        isAsked = true;
        return key;
      },

      /* The card of the bundle that was just selected comes into sight, where it is not beside its row. */
      reveal() {
        if (again) {
          const which = again;
          again = "";
          window.requestAnimationFrame(() => {
            const button = document.querySelector(`[data-rp-lacks="${which}"]`);
            if (button) {
              button.focus({ preventScroll: true });
            }
          });
        }
        if (isAsked) {
          isAsked = false;
          window.requestAnimationFrame(() => window.setTimeout(showGap, 0));
        }
        return window.dash_clientside.no_update;
      },
    },
  });
})();
