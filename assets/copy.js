/* Copying: a button with data-rp-copy puts its text on the clipboard; a key may press it. */
(function () {
  "use strict";

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  /* Without https a browser has no clipboard for pages, but still copies what is selected. */
  function copySelected(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copySelected(text);
    }
  }

  let cleared = 0;

  function announce(words) {
    const region = document.querySelector("[data-rp-copied]");
    if (region) {
      region.textContent = words;
      window.clearTimeout(cleared);
      cleared = window.setTimeout(() => (region.textContent = ""), 4000);
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-rp-copy]");
    if (button) {
      const done = await copy(button.dataset.rpCopy);
      button.focus();
      announce(done ? "Copied" : "Not copied: the browser does not allow it");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) {
      return;
    }
    const button = document.querySelector(`[data-rp-key="${CSS.escape(event.key)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
})();
