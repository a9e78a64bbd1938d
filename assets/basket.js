/* The basket: what is typed, scanned or pasted, quantities, and buttons that change it; the app answers with all of it. */
(function () {
  "use strict";

  const QUANTITY_MS = 400; // somebody may go on typing
  let waiting = 0;
  const asked = new WeakMap(); // by field, the quantity that was asked for last

  const text = () => document.getElementById("basket-text");

  function ask(data) {
    const page = document.querySelector("[data-rp-basket]");
    window.dash_clientside.set_props(page.dataset.rpBasket, { data: { key: window.repertoireShell.newKey(), ...data } });
  }

  function add() {
    if (text().value.trim()) {
      ask({ do: "add", text: text().value });
    } else {
      text().focus();
    }
  }

  function press(button) {
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
    const button = event.target.closest("[data-rp-basket-do]");
    if (button && (event.detail < 2 || button.dataset.rpBasketDo === "set")) {
      press(button); // the second click of a double click is none
    }
  });

  /* A scanner ends with Enter, too; Shift+Enter begins another line. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === text()) {
      event.preventDefault();
      add();
    }
  });

  /* What is pasted is seen before it is added: the field grows with it. */
  document.addEventListener("input", (event) => {
    if (event.target === text()) {
      event.target.rows = Math.min(12, event.target.value.split("\n").length);
    }
    setQuantity(event.target, QUANTITY_MS);
  });

  /* Who leaves the field is done. */
  document.addEventListener("change", (event) => setQuantity(event.target, 0));

  function setQuantity(field, after) {
    const of = field.closest("[data-rp-basket-of]");
    if (of && field.value !== asked.get(field)) {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => {
        asked.set(field, field.value);
        ask({ do: "set", product: of.dataset.rpBasketOf, quantity: field.value });
      }, after);
    }
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    repertoireBasket: {
      done(answer) {
        if (!answer || answer.do !== "add" || !answer.done) {
          return window.dash_clientside.no_update;
        }
        text().rows = 1;
        text().focus();
        return "";
      },
    },
  });
})();
