/* The search as a combobox: arrow keys choose, Enter opens, Escape closes, `/` comes here from anywhere. */
(function () {
  "use strict";

  const boxOf = (part) => part && part.closest("[data-rp-search]");
  const fieldOf = (box) => box.querySelector("input");
  const answersOf = (box) => box.querySelector(".rp-answers");
  const optionsOf = (box) => [...box.querySelectorAll('[role="option"]')];
  const chosenOf = (box) => box.querySelector('[role="option"][aria-selected="true"]');

  const PAUSE_MS = 150; // so long nothing is typed, and the server is asked

  let waitingFor = null; // the box whose first answer is to be opened when it comes
  let pause = 0;

  const setProps = (box, type, props) => window.dash_clientside.set_props({ place: box.dataset.rpSearch, type }, props);

  function ask(box) {
    window.clearTimeout(pause);
    setProps(box, "search-asked", { data: { text: fieldOf(box).value, recent: window.repertoireRecent.stored() } });
  }

  // ---- what a screen reader reads ----

  function describe(box) {
    const field = fieldOf(box);
    const options = optionsOf(box);
    const isOpen = options.length > 0 && !box.hasAttribute("data-closed");
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      field.setAttribute("aria-controls", `answers-${box.dataset.rpSearch}`);
    } else {
      field.removeAttribute("aria-controls");
    }
    const chosen = isOpen && chosenOf(box);
    if (chosen) {
      field.setAttribute("aria-activedescendant", chosen.id);
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function choose(box, option) {
    optionsOf(box).forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    option.scrollIntoView({ block: "nearest" });
    describe(box);
  }

  function move(box, step) {
    const options = optionsOf(box);
    if (options.length) {
      const at = options.indexOf(chosenOf(box));
      const next = at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length;
      choose(box, options[next]);
    }
  }

  // ---- opening ----

  /* Whether the answers are to what the field holds now: the newest may still be on their way. */
  function isAnswered(box) {
    const answered = box.querySelector("[data-rp-text]");
    return fieldOf(box).value.trim() === (answered ? answered.dataset.rpText : "");
  }

  function open(box, inNewTab) {
    const option = chosenOf(box);
    if (!isAnswered(box)) {
      waitingFor = box;
      ask(box);
    } else if (option && inNewTab) {
      window.open(option.href, "_blank", "noopener");
    } else if (option) {
      leave(box);
      window.repertoireShell.go(option.href);
    }
  }

  /* Over the page, which is dimmed; on a phone it fills the screen. */
  function show(box) {
    box.removeAttribute("data-closed");
    box.setAttribute("data-open", "");
    document.body.classList.add("rp-searching");
  }

  function hide(box) {
    box.setAttribute("data-closed", "");
    if (box.hasAttribute("data-open")) {
      box.removeAttribute("data-open");
      document.body.classList.remove("rp-searching");
    }
    describe(box);
  }

  /* Close, and forget the text: it belongs to the search that is over. */
  function leave(box) {
    hide(box);
    window.clearTimeout(pause);
    setProps(box, "search-text", { value: "" });
    setProps(box, "search-answers", { children: null });
    describe(box);
  }

  function enter(box) {
    show(box);
    fieldOf(box).focus();
    describe(box);
  }

  function nearestBox() {
    return document.querySelector('[data-rp-search="top"]');
  }

  // ---- listening ----

  function onFieldKey(box, event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      move(box, steps[event.key]);
    } else if (event.key === "Enter" && (fieldOf(box).value.trim() || chosenOf(box))) {
      open(box, event.ctrlKey || event.metaKey);
    } else if (event.key === "Escape") {
      leave(box);
      fieldOf(box).blur();
    }
  }

  document.addEventListener("keydown", (event) => {
    const box = boxOf(event.target);
    if (box && event.target === fieldOf(box)) {
      onFieldKey(box, event);
    } else if (event.key === "/" && window.repertoireKeys.isFree(event)) {
      event.preventDefault();
      enter(nearestBox());
    }
  });

  document.addEventListener("input", (event) => {
    const box = boxOf(event.target);
    if (box) {
      waitingFor = null;
      show(box);
      describe(box);
      window.clearTimeout(pause);
      pause = window.setTimeout(() => ask(box), PAUSE_MS);
    }
  });

  document.addEventListener("focusin", (event) => {
    const box = boxOf(event.target);
    document.querySelectorAll("[data-rp-search]").forEach((one) => one !== box && hide(one));
    if (box && event.target === fieldOf(box)) {
      show(box);
      describe(box);
      ask(box);
    }
  });

  document.addEventListener("click", (event) => {
    const box = boxOf(event.target);
    if (event.target.closest("[data-rp-search-open]")) {
      enter(nearestBox());
    } else if (event.target.closest("[data-rp-search-close]")) {
      leave(box);
      document.querySelector("[data-rp-search-open]").focus();
    } else if (event.target.closest(".rp-option") && !event.ctrlKey && !event.metaKey) {
      leave(box);
    } else if (!box) {
      document.querySelectorAll("[data-rp-search]").forEach(hide);
    }
  });

  new MutationObserver((changes) => {
    const boxes = new Set(changes.map((change) => boxOf(change.target)).filter(Boolean));
    boxes.forEach((box) => {
      describe(box);
      if (box === waitingFor && isAnswered(box)) {
        waitingFor = null;
        open(box, false);
      }
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
