/* The theme: light, dark or as the system. Loaded in the head, so that it is set before anything is painted. */
(function () {
  "use strict";
  if (window.repertoireTheme) {
    return; // also loaded with the other scripts of this folder
  }
  const KEY = "repertoire-theme";
  const CHOICES = ["light", "dark", "system"];
  const BAR = { light: "#ffffff", dark: "#161b1a" };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try {
      const choice = localStorage.getItem(KEY);
      return CHOICES.includes(choice) ? choice : "system";
    } catch {
      return "system"; // storage is switched off
    }
  }

  function apply(choice) {
    const theme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.setAttribute("data-bs-theme", theme);
    document.documentElement.setAttribute("data-ag-theme-mode", theme);
    let bar = document.querySelector('meta[name="theme-color"]');
    if (!bar) {
      bar = document.createElement("meta");
      bar.name = "theme-color";
      document.head.append(bar);
    }
    bar.content = BAR[theme];
  }

  function choose(choice) {
    apply(choice);
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      return; // it holds until the page is left
    }
  }

  dark.addEventListener("change", () => apply(stored()));
  window.addEventListener("storage", (event) => event.key === KEY && apply(stored()));
  window.repertoireTheme = { stored, choose };
  apply(stored());
})();
