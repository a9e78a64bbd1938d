/* The basket: what is typed, scanned or pasted, quantities, and buttons that change it; the app answers with all of it.
   One change is sent at a time, the next once it is answered. On a page that goes on without it the card is opened and
   closed, which is in the address; lines of lists that are in the basket say so. */
(function () {
  "use strict";

  const QUANTITY_MS = 500; // somebody may go on typing
  const LATE_MS = 200;
  const ANSWER_MS = 3000; // after that the next change does not wait any more

  const text = () => document.getElementById("basket-text");
  const many = () => document.getElementById("basket-quantity");
  const card = () => document.getElementById("basket-card");
  const toggle = () => document.querySelector("[data-rp-basket-toggle]");
  const isOpen = () => Boolean(card()) && !card().hidden;

  // ---- one change after the other ----

  const waiting = [];
  let sent = null; // the change that is not answered yet
  let answerLater = 0;

  function ask(data) {
    waiting.push({ key: window.repertoireShell.newKey(), ...data });
    sendNext();
  }

  function sendNext() {
    const page = document.querySelector("[data-rp-basket]");
    if (!page) {
      waiting.length = 0; // another page by now
    }
    if (sent || !waiting.length) {
      return;
    }
    sent = waiting.shift();
    answerLater = window.setTimeout(answered, ANSWER_MS);
    window.dash_clientside.set_props(page.dataset.rpBasket, { data: { ...sent, open: isOpen() } });
  }

  function answered() {
    window.clearTimeout(answerLater);
    const was = sent;
    sent = null;
    sendNext();
    return was;
  }

  // ---- what is typed ----

  /* The field is free at once, for the next number of a scanner; what was not added comes back into it. */
  function add() {
    if (text().value.trim()) {
      ask({ do: "add", text: text().value, quantity: many().value });
      type("", "1");
    }
    text().focus();
  }

  function type(words, quantity) {
    window.dash_clientside.set_props("basket-text", { value: words });
    window.dash_clientside.set_props("basket-quantity", { value: quantity });
    grow(words);
  }

  function grow(words) {
    text().rows = Math.min(12, words.split("\n").length);
  }

  function giveBack(was) {
    const since = text().value;
    type(since ? `${was.text}\n${since}` : was.text, since ? "1" : was.quantity);
  }

  // ---- quantities ----

  let later = 0;
  let notAsked = null; // what is to be asked for later
  let typed = null; // {product, quantity}: what was typed last and is not answered yet

  /* What is drawn meanwhile may still be the quantity of before. */
  const quantityOf = (product, field) => (typed && typed.product === product ? typed.quantity : field.value);

  function setQuantity(field, after) {
    const of = field.closest("[data-rp-basket-of]");
    if (!of) {
      return;
    }
    typed = { product: of.dataset.rpBasketOf, quantity: field.value };
    if (notAsked && notAsked.product !== typed.product) {
      askNow();
    }
    notAsked = typed;
    window.clearTimeout(later);
    later = window.setTimeout(askNow, after);
  }

  /* Whoever goes on to something else does not wait for it. */
  function askNow() {
    window.clearTimeout(later);
    if (notAsked) {
      ask({ do: "set", ...notAsked });
      notAsked = null;
    }
  }

  /* As if it were typed: several clicks are one change. */
  function write(field, quantity) {
    const ofBrowser = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    ofBrowser.set.call(field, quantity);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function step(button) {
    const of = button.parentElement.querySelector("[data-rp-basket-of]");
    const field = of.querySelector("input");
    const quantity = Number(quantityOf(of.dataset.rpBasketOf, field).replace(",", "."));
    if (!Number.isNaN(quantity)) {
      write(field, String(Math.max(0, Math.round((quantity + Number(button.dataset.rpBasketStep)) * 1000) / 1000)));
    }
  }

  let isWriting = false;

  /* An answer has the quantities as they were when it was asked for: what was typed meanwhile stays, and a field that
     Dash left as it was shows what is in the basket. */
  function showQuantities(was) {
    if (was && was.do === "set" && typed && typed.product === was.product && typed.quantity === was.quantity) {
      typed = null;
    }
    isWriting = true;
    document.querySelectorAll("[data-rp-basket-of]").forEach((of) => {
      const field = of.querySelector("input");
      const wanted = typed && typed.product === of.dataset.rpBasketOf ? typed.quantity : of.dataset.rpBasketQuantity;
      if (field.value !== wanted) {
        write(field, wanted);
      }
    });
    isWriting = false;
  }

  /* The button that was pressed may be gone: the focus stays in the card. */
  let pressedInside = false;

  function keepFocus() {
    if (pressedInside && isOpen() && document.activeElement === document.body) {
      card().focus({ preventScroll: true });
    }
  }

  // ---- open and closed ----

  function show(open) {
    card().hidden = !open;
    toggle().setAttribute("aria-expanded", String(open));
    const url = new URL(window.location.href);
    if (open) {
      url.searchParams.set("basket", "1");
    } else {
      url.searchParams.delete("basket");
    }
    window.history.replaceState(window.history.state, "", url);
    if (open) {
      ask({ do: "open" });
      card().scrollIntoView({ block: "nearest" });
      text().focus({ preventScroll: true });
    } else {
      toggle().focus();
    }
  }

  // ---- listening ----

  function press(button) {
    pressedInside = card().contains(button);
    if (button.dataset.rpBasketDo === "add") {
      add();
      return;
    }
    ask({
      do: button.dataset.rpBasketDo,
      product: button.dataset.rpBasketProduct,
      quantity: button.dataset.rpBasketQuantity,
      at: button.dataset.rpBasketAt,
      day: button.dataset.rpBasketDay,
    });
  }

  document.addEventListener("click", (event) => {
    const stepper = event.target.closest("[data-rp-basket-step]");
    if (stepper) {
      step(stepper);
      return;
    }
    askNow();
    if (event.detail > 1) {
      return; // the second click of a double click is none
    }
    const button = event.target.closest("[data-rp-basket-do]");
    if (button) {
      press(button);
    } else if (event.target.closest("[data-rp-basket-toggle]")) {
      show(!isOpen());
    } else if (event.target.closest("[data-rp-basket-close]")) {
      show(false);
    }
  });

  /* A scanner ends with Enter, too; Shift+Enter begins another line. */
  document.addEventListener("keydown", (event) => {
    const isTyped = event.target === text() || event.target === many();
    if (event.key === "Enter" && isTyped && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      add();
    } else if (event.key === "Escape" && toggle() && isOpen() && card().contains(event.target)) {
      show(false);
    } else if (event.key === "b" && !event.repeat && window.repertoireKeys.isFree(event) && toggle()) {
      event.preventDefault();
      show(!isOpen());
    }
  });

  /* What is pasted is seen before it is added: the field grows with it. */
  document.addEventListener("input", (event) => {
    if (event.target === text()) {
      grow(event.target.value);
    }
    if (!isWriting) {
      setQuantity(event.target, QUANTITY_MS);
    }
  });

  /* Who leaves the field is done. */
  document.addEventListener("change", askNow);

  // ---- what the lists say ----

  function mark(place, quantity) {
    if (!quantity) {
      place.replaceChildren();
      return;
    }
    const tick = document.createElement("span");
    tick.className = "bi bi-check-lg";
    tick.setAttribute("aria-hidden", "true");
    place.replaceChildren(tick, ` ${quantity}${place.dataset.rpInWords || ""}`);
  }

  function markAll(marks) {
    const focused = document.activeElement;
    document.querySelectorAll("[data-rp-in-basket]").forEach((place) => mark(place, marks[place.dataset.rpInBasket]));
    const reason = focused && !focused.offsetParent && focused.closest(".rp-line")?.querySelector(".rp-reason");
    if (reason) {
      reason.focus({ preventScroll: true }); // the button that put it in is not there any more
    }
    const n = Object.keys(marks).length;
    document.querySelectorAll("[data-rp-basket-count]").forEach((place) => (place.textContent = n ? String(n) : ""));
  }

  // ---- called by Dash ----

  const ENDS = ["ordered", "send"]; // what was on the lists is ordered then
  const drawn = (then) => window.requestAnimationFrame(() => window.setTimeout(then, 0));

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    repertoireBasket: {
      done(answer) {
        const was = answered();
        if (!answer.done && was && was.do === "add") {
          giveBack(was);
        }
        if (!isOpen() && answer.text) {
          window.repertoireOutcomes.show(answer);
        }
        if (answer.done && ENDS.includes(answer.do)) {
          window.repertoireOutcomes.drawLists();
        }
        drawn(() => {
          showQuantities(was);
          keepFocus();
          window.setTimeout(showQuantities, LATE_MS); // a busy browser draws later than it calls
        });
        return window.dash_clientside.no_update;
      },

      mark(marks) {
        drawn(() => markAll(marks || {}));
        return window.dash_clientside.no_update;
      },

      markAgain(_lists, marks) {
        return window.dash_clientside.repertoireBasket.mark(marks);
      },
    },
  });
})();
