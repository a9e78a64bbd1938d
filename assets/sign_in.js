/* The pages of sign-in: a button that shows what was typed as a password. Without this script they work without it. */
(function () {
  "use strict";

  function start() {
    document.querySelectorAll("[data-rp-show]").forEach((button) => {
      const field = document.getElementById(button.dataset.rpShow);
      button.hidden = false;
      button.addEventListener("click", () => {
        const shown = field.type === "password";
        field.type = shown ? "text" : "password";
        button.setAttribute("aria-pressed", String(shown));
        field.focus();
      });
    });
  }

  document.addEventListener("DOMContentLoaded", start);
})();
