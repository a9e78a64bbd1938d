/* Copying: a button with data-rp-copy puts its text on the clipboard; a key may press it. Of a list's buttons the key
   presses that of the line that has the focus, else of the first line that is shown. */
(function () {
  "use strict";

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

  /* The last button that copied shows a tick until another one does. */
  function mark(button) {
    document.querySelectorAll(".rp-copy .bi-check-lg").forEach((one) => one.classList.replace("bi-check-lg", "bi-copy"));
    const sign = button && button.querySelector(".bi-copy");
    if (sign) {
      sign.classList.replace("bi-copy", "bi-check-lg");
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-rp-copy]");
    if (button) {
      const done = await copy(button.dataset.rpCopy);
      button.focus();
      announce(done ? "Copied" : "Not copied: the browser does not allow it");
      mark(done ? button : null);
    }
  });

  function buttonOf(key) {
    const wanted = `.rp-copy[data-rp-key="${CSS.escape(key)}"]`;
    const line = document.activeElement.closest(".rp-line");
    const all = [...document.querySelectorAll(wanted)].filter((button) => button.offsetParent);
    return (line && line.querySelector(wanted)) || all[0];
  }

  document.addEventListener("keydown", (event) => {
    if (event.repeat || !window.repertoireKeys.isFree(event)) {
      return;
    }
    const button = buttonOf(event.key);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
})();
