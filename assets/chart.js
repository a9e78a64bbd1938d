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

  /* Paper is narrower than the screen, and Plotly draws again too late for it: a copy of each drawing is printed. */
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll(".rp-printed").forEach((copy) => copy.remove()); // of the last time; a screen hides them
    document.querySelectorAll(".rp-chart .js-plotly-plot").forEach((plot) => {
      const copy = document.createElement("div");
      copy.className = "rp-printed";
      plot.querySelectorAll(".main-svg").forEach((drawing, at) => {
        const one = drawing.cloneNode(true);
        one.setAttribute("viewBox", `0 0 ${drawing.getAttribute("width")} ${drawing.getAttribute("height")}`);
        ["width", "height"].forEach((side) => one.removeAttribute(side));
        Object.assign(one.style, { position: at ? "absolute" : "static", inset: "0", width: "100%", background: "none" });
        copy.append(one);
      });
      plot.closest(".rp-chart-place").append(copy);
    });
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    repertoireChart: {
      draw: (figure) =>
        figure ? coloured(figure, window.getComputedStyle(document.documentElement)) : window.dash_clientside.no_update,
    },
  });
})();
