/* Single keys: `j` and `k` go from line to line, `e` opens the evidence, `?` shows all keys; outcomes.js has `p o s x z`,
   basket.js `b`.
   Off while a field has the focus, and off altogether where the box in the keys' panel says so. */
(function () {
  "use strict";

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  /* Whether a key is one of ours: alone, meant for nobody else, while nobody types. */
  const isFree = (event) =>
    !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented && !isTyping(event.target);
  const areOff = () => document.querySelector("#keys-panel input:checked") !== null;
  const lines = () => [...document.querySelectorAll("main .rp-reason")].filter((line) => line.offsetParent);

  function currentLine() {
    const line = document.activeElement.closest(".rp-line");
    return line && line.querySelector(".rp-reason");
  }

  function step(by) {
    const all = lines();
    const at = all.indexOf(currentLine());
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    if (next) {
      next.focus();
      next.closest(".rp-line").scrollIntoView({ block: "nearest" });
    }
  }

  const actions = {
    j: () => step(1),
    k: () => step(-1),
    e: () => (currentLine() || lines()[0] || { click() {} }).click(),
    "?": () => document.getElementById("keys").click(),
  };

  /* Before anyone else hears of it. */
  window.addEventListener(
    "keydown",
    (event) => {
      if ("/jkecbposxz? ".includes(event.key) && !isTyping(event.target) && areOff()) {
        event.stopImmediatePropagation();
      }
    },
    { capture: true },
  );

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("[data-rp-drawer]") && "jk".includes(event.key)) {
      return; // calls.js goes from call to call
    }
    if (event.key in actions && isFree(event)) {
      event.preventDefault();
      actions[event.key]();
    }
  });

  window.repertoireKeys = { isFree };
})();
