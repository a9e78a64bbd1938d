/* What a label means (dashboard/components/meaning.py) and what a table's column head means: shown beside it while the
   pointer is on it, while the keyboard's focus is on it, or after a tap; Escape hides it. */
(function () {
  "use strict";

  const WAIT_MS = 250; // a pointer that only crosses opens nothing
  const LEAVE_MS = 150; // time to go from the label to the text, which can be read and copied
  const EDGE = 8;

  let owner = null;
  let tapped = null;
  let timer = 0;

  function tip() {
    let found = document.getElementById("rp-tip");
    if (!found) {
      found = document.createElement("div");
      found.id = "rp-tip";
      found.className = "rp-tip";
      found.setAttribute("role", "tooltip");
      found.hidden = true;
      document.body.append(found);
    }
    return found;
  }

  function labelAt(target) {
    const label = target instanceof Element && target.closest("[data-rp-meaning], .ag-header-cell");
    return label && meaningOf(label) ? label : null;
  }

  const meaningOf = (label) => label.dataset.rpMeaning || window.repertoireTables.meaningOf(label);

  function hide() {
    window.clearTimeout(timer);
    if (owner) {
      owner.removeAttribute("aria-describedby");
      owner = tapped = null;
    }
    tip().hidden = true;
  }

  function show(label) {
    window.clearTimeout(timer);
    if (owner === label) {
      return;
    }
    hide();
    const shown = tip();
    shown.textContent = meaningOf(label);
    shown.hidden = false;
    label.setAttribute("aria-describedby", shown.id);
    owner = label;
    place();
  }

  function place() {
    const shown = tip();
    const at = owner.getBoundingClientRect();
    const left = Math.min(at.left, document.documentElement.clientWidth - shown.offsetWidth - EDGE);
    const below = at.bottom + 4;
    const fits = below + shown.offsetHeight <= window.innerHeight - EDGE;
    shown.style.left = `${Math.max(EDGE, left)}px`;
    shown.style.top = `${fits ? below : Math.max(EDGE, at.top - shown.offsetHeight - 4)}px`;
  }

  function later(ms, act) {
    window.clearTimeout(timer);
    timer = window.setTimeout(act, ms);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") {
      return;
    }
    const label = labelAt(event.target);
    if (label) {
      later(owner ? 0 : WAIT_MS, () => show(label));
    } else if (event.target.closest("#rp-tip")) {
      window.clearTimeout(timer);
    } else if (owner && owner !== document.activeElement) {
      later(LEAVE_MS, hide);
    } else if (!owner) {
      window.clearTimeout(timer);
    }
  });

  document.addEventListener("focusin", (event) => {
    const label = labelAt(event.target);
    if (label && event.target.matches(":focus-visible")) {
      show(label);
    } else if (owner) {
      hide();
    }
  });

  document.addEventListener("focusout", hide);

  /* A tap opens and closes it; a column head sorts at a tap, and is explained below its table. */
  document.addEventListener("click", (event) => {
    const label = event.target.closest("[data-rp-meaning]");
    if (!label) {
      hide();
    } else if (owner === label && tapped === label) {
      hide();
    } else {
      show(label);
      tapped = label;
    }
  });

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && owner) {
        hide();
        event.stopPropagation(); // the first Escape closes this alone
      }
    },
    true,
  );

  /* The focus scrolls to where it goes: its label keeps its text. */
  const follow = () => owner && (owner === document.activeElement ? place() : hide());
  window.addEventListener("scroll", follow, { capture: true, passive: true });
  window.addEventListener("popstate", hide);
})();
