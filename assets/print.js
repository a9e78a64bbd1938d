/* Paper: what a sheet needs and a screen has not. It is made when the browser is about to print, and taken away
   afterwards: the line that says what the sheet is, a foot on every sheet, long tables as real ones, charts in ink. */
(function () {
  "use strict";

  const MOST_ROWS = 300; // of the table that a page is about
  const MOST_BESIDE = 50; // of another table, from those in sight on
  const CHART_WIDTH = 680; // pixels, of the 703 between the margins of A4
  const WITH_TIME = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
  const made = []; // what is to be taken away
  const foot = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, foot];

  function part(tag, className, text) {
    const one = document.createElement(tag);
    one.className = className;
    one.textContent = text;
    return one;
  }

  // ---- what the sheet is ----

  function plainAddress() {
    try {
      return decodeURI(window.location.href);
    } catch {
      return window.location.href; // it has a % that begins no letter
    }
  }

  /* The line is there; when and from where is known by now. */
  function fillLine() {
    const line = document.querySelector("[data-rp-paper]");
    if (!line) {
      return;
    }
    const moment = new Intl.DateTimeFormat(line.dataset.rpPaper, { ...WITH_TIME, timeZone: line.dataset.rpZone });
    const printed = `Printed ${moment.format(new Date())}`;
    line.querySelector("[data-rp-printed]").textContent = printed;
    line.querySelector("[data-rp-address]").textContent = plainAddress();
    const words = JSON.stringify(`${document.title} \u00b7 ${printed}`.replace(/\s+/g, " "));
    foot.replaceSync(`@page { @bottom-left { content: ${words}; } }`);
  }

  // ---- long tables ----

  /* The rows to print, and where they begin. */
  function rowsOf(api, isMain) {
    const rows = [];
    api.forEachNodeAfterFilterAndSort((node) => rows.push(node.data));
    const first = isMain ? 0 : api.paginationGetCurrentPage() * api.paginationGetPageSize();
    return { rows: rows.slice(first, first + (isMain ? MOST_ROWS : MOST_BESIDE)), first, all: rows.length };
  }

  function cellOf(row, column, isName) {
    const name = column.getColId();
    const definition = column.getColDef();
    const cell = part(isName ? "th" : "td", definition.type === "rightAligned" ? "rp-num num" : "", "");
    if (isName) {
      cell.scope = "row";
    }
    if (definition.cellRenderer === "rpBars") {
      const bars = part("span", "rp-bars", "");
      const heights = window.repertoireTables.barHeights(row[name]);
      heights.forEach((height) => (bars.appendChild(part("span", "", "")).style.height = `${height}%`));
      bars.append(part("span", "visually-hidden", ""));
      cell.append(bars);
    } else {
      const text = row[`${name}_text`];
      cell.textContent = / \d\d:\d\d$/.test(text) ? text.replaceAll(" ", "\u00a0") : text; // a moment stays on one line
    }
    return cell;
  }

  function headOf(columns) {
    const row = part("tr", "", "");
    columns.forEach((column) => {
      const definition = column.getColDef();
      const sign = { asc: " \u2191", desc: " \u2193" }[column.getSort()] || "";
      const head = part("th", definition.type === "rightAligned" ? "rp-num" : "", `${definition.headerName}${sign}`);
      head.scope = "col";
      row.append(head);
    });
    const heads = part("thead", "", "");
    heads.append(row);
    return heads;
  }

  /* `20 of 170 products`, `Rows 21 to 40 of 170 products`, and by which conditions of columns. */
  function saidOf(card, api, { rows, first, all }) {
    const number = (n) => new Intl.NumberFormat(card.dataset.rpLocale).format(n);
    const counted = card.querySelector(".rp-table-count").textContent;
    const part = first ? `Rows ${number(first + 1)} to ${number(first + rows.length)} of ${counted}` : `The first ${number(rows.length)} of ${counted}`;
    const conditions = window.repertoireTables.conditionsOf(card.dataset.rpTable).join(", ");
    const words = rows.length < all ? part : counted;
    return conditions ? `${words}. ${conditions}` : words;
  }

  function printTable(card) {
    const api = window.repertoireTables.gridOf(card.dataset.rpTable);
    if (!api) {
      return;
    }
    const columns = api.getColumns().filter((column) => column.getColId() !== "card");
    const found = rowsOf(api, !card.dataset.rpPrefix);
    const table = part("table", "rp-table rp-paper-table", "");
    const body = part("tbody", "", "");
    found.rows.forEach((data) => {
      const row = part("tr", "", "");
      columns.forEach((column, at) => row.append(cellOf(data, column, at === 0)));
      body.append(row);
    });
    table.append(headOf(columns), body);
    const whole = part("div", "rp-on-paper", "");
    whole.append(table);
    const said = part("span", "rp-on-paper rp-paper-said num", saidOf(card, api, found));
    card.querySelector(".rp-grid-place").after(whole);
    card.querySelector(".rp-card-head").append(said);
    made.push(() => [whole, said].forEach((one) => one.remove()));
  }

  // ---- charts ----

  /* Plotly draws again too late for a sheet's width: each chart is drawn once more, in the colours of paper. */
  function printChart(chart) {
    const figure = window.repertoireCharts.figureOf(JSON.parse(chart.id).chart);
    if (!figure || !window.Plotly) {
      return;
    }
    const copy = part("div", "rp-printed", "");
    copy.dataset.bsTheme = "light";
    copy.style.display = "block"; // texts are measured
    chart.closest(".rp-chart-place").append(copy);
    const { data, layout } = window.repertoireCharts.coloured(figure, window.getComputedStyle(copy));
    window.Plotly.newPlot(copy, data, { ...layout, width: CHART_WIDTH, autosize: false }, { staticPlot: true, displayModeBar: false });
    copy.style.display = "";
    made.push(() => {
      window.Plotly.purge(copy);
      copy.remove();
    });
  }

  function clear() {
    made.splice(0).forEach((takeAway) => takeAway());
  }

  window.addEventListener("beforeprint", () => {
    clear(); // of a print that had no end
    fillLine();
    document.querySelectorAll("[data-rp-table]").forEach(printTable);
    document.querySelectorAll(".rp-chart").forEach(printChart);
  });
  window.addEventListener("afterprint", clear);
})();
