/* The page of segments: buttons that choose, whose choice is in the address, and the bands of the picture of moves. */
(function () {
  "use strict";

  const phone = window.matchMedia("(max-width: 767.98px)");
  const ROOM_ABOVE = 64; // below the top bar
  let pressed = null; // what was pressed: its successor in the new body takes the focus

  /* The choice is no step of the browser's history: Back leads to the page before. */
  function choose(button) {
    const url = new URL(button.dataset.rpSegments, window.location.href);
    window.history.replaceState(window.history.state, "", url);
    pressed = nameOf(button);
    window.dash_clientside.set_props("segments-asked", { data: { query: url.search.slice(1), at: Date.now() } });
  }

  const nameOf = (button) => button.getAttribute("aria-label") || button.textContent;

  /* On a phone the list is far below the tiles: it comes into sight. */
  function follow() {
    if (pressed === null) {
      return;
    }
    const again = [...document.querySelectorAll("[data-rp-segments]")].find((button) => nameOf(button) === pressed);
    pressed = null;
    if (again && document.activeElement !== again) {
      again.focus({ preventScroll: true });
    }
    const list = document.getElementById("segments-list");
    if (list && phone.matches && again && again.closest("[data-rp-segment-tiles]")) {
      window.scrollBy(0, list.getBoundingClientRect().top - ROOM_ABOVE);
    }
  }

  function drawBands() {
    document.querySelectorAll("[data-rp-flow]").forEach((place) => {
      if (place.rpDrawn === place.dataset.rpFlow) {
        return;
      }
      place.rpDrawn = place.dataset.rpFlow;
      const { height, paths } = JSON.parse(place.dataset.rpFlow);
      const bands = paths.map(([d, name]) => `<path d="${d}" class="${name}"/>`).join("");
      place.innerHTML = `<svg viewBox="0 0 100 ${height}" preserveAspectRatio="none">${bands}</svg>`;
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rp-segments]");
    if (button) {
      choose(button);
    }
  });

  new MutationObserver((changes) => {
    drawBands();
    if (changes.some((one) => one.target.closest && one.target.closest("#segments-body"))) {
      window.requestAnimationFrame(follow);
    }
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-rp-flow"] });
})();
