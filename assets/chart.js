/* Charts (dashboard/components/chart.py): texts of a figure that name a variable of the stylesheet get its value. */
(function () {
  "use strict";

  function coloured(part, styles) {
    if (typeof part === "string") {
      return part.startsWith("--rp-") ? styles.getPropertyValue(part).trim() : part;
    }
    if (Array.isArray(part)) {
      return part.map((one) => coloured(one, styles));
    }
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, coloured(value, styles)]));
    }
    return part;
  }

  /* theme.js writes the theme into <html>; every chart is then drawn again. */
  new MutationObserver(() => {
    if (window.dash_clientside && window.dash_clientside.set_props) {
      window.dash_clientside.set_props("theme-shown", { data: document.documentElement.dataset.bsTheme });
    }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });

  const figures = new Map(); // by the chart's name, their colours by the names of variables

  /* For paper, whose colours differ (print.js). */
  window.repertoireCharts = { figureOf: (name) => figures.get(name), coloured };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    repertoireChart: {
      draw(figure) {
        if (!figure) {
          return window.dash_clientside.no_update;
        }
        figures.set(window.dash_clientside.callback_context.outputs_list.id.chart, figure);
        return coloured(figure, window.getComputedStyle(document.documentElement));
      },
    },
  });
})();
