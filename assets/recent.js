/* What was looked at last: the browser keeps ids alone, at most 16; the server gives the names to those who may see them. */
(function () {
  "use strict";

  const KEY = "repertoire-recent";
  const MOST = 16;

  function stored() {
    try {
      const seen = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(seen) ? seen.filter((one) => typeof one === "string") : [];
    } catch {
      return []; // storage is switched off, or holds something else
    }
  }

  function remember(what) {
    try {
      localStorage.setItem(KEY, JSON.stringify([what, ...stored().filter((one) => one !== what)].slice(0, MOST)));
    } catch {
      return; // then nothing is remembered
    }
  }

  /* Called after each switch of pages. */
  function look() {
    const page = document.querySelector("[data-rp-seen]");
    if (page) {
      remember(page.dataset.rpSeen);
    }
    if (document.getElementById("recent")) {
      window.dash_clientside.set_props("recent-asked", { data: stored() });
    }
  }

  window.repertoireRecent = { look, stored };
})();
