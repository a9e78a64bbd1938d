/* What came of a line: buttons and keys (p o s x, z undoes) send it, a dialog asks until when or why, a toast says what
   was recorded. The line leaves at once and comes back where it could not be saved. Forms with data-rp-form are sent in
   the same way; what was typed stays until it is saved. */
(function () {
  "use strict";

  const TOAST_MS = 10000;
  const area = () => document.querySelector("[data-rp-outcomes]");
  const offered = () => JSON.parse(area().dataset.rpOutcomes);

  function send(store, data) {
    window.dash_clientside.set_props(store, { data: { key: window.repertoireShell.newKey(), ...data } });
  }

  /* With what is open on the page, which the answer draws again. */
  function sendOutcome(data) {
    const lists = document.querySelector("[data-rp-lists]");
    const open = new URL(window.location.href).searchParams.getAll("open");
    send(offered().store, { list: lists ? lists.dataset.list : "", open, ...data });
  }

  // ---- a line leaves, and comes back ----

  let leaving = [];

  function leave(product) {
    const lines = document.querySelectorAll(`.rp-line:has([data-rp-product="${CSS.escape(product)}"])`);
    lines.forEach((line) => line.classList.add("rp-line-leaves"));
    leaving = [...lines];
  }

  function comeBack() {
    leaving.forEach((line) => line.classList.remove("rp-line-leaves"));
    leaving = [];
  }

  // ---- what is asked ----

  function about(button) {
    const line = button.closest("[data-rp-product]");
    const call = button.closest("[data-rp-customer]");
    return {
      product: line ? line.dataset.rpProduct : "",
      name: line ? line.dataset.rpName : call ? call.dataset.rpName : "",
      customer: call ? call.dataset.rpCustomer : undefined,
    };
  }

  function record(kind, what, more) {
    if (what.product && kind !== "pitched") {
      leave(what.product);
    }
    sendOutcome({ do: "record", kind, product: what.product, customer: what.customer, ...more });
  }

  function act(button) {
    const kind = button.dataset.rpDo;
    const what = about(button);
    if (kind === "pitched" || kind === "ordered") {
      record(kind, what, {});
    } else if (kind === "snoozed") {
      ask("Snooze", kind, what, button);
    } else if (kind === "not_relevant") {
      ask("Not relevant:", kind, what, button);
    } else if (kind === "back") {
      sendOutcome({ do: "back", product: button.dataset.rpOf, customer: what.customer });
    } else if (kind.startsWith("step-")) {
      changeStep(kind.slice(5), button);
    }
  }

  function changeStep(what, button) {
    const step = Number(button.closest("[data-rp-step]").dataset.rpStep);
    if (what === "move") {
      const day = button.closest("[data-rp-step]").querySelector("input[type=date]");
      if (day.value && day.reportValidity()) {
        send("note-asked", { do: "move", step, on: day.value });
      }
    } else {
      send("note-asked", { do: what, step });
    }
  }

  // ---- the dialogs ----

  function element(tag, properties, children) {
    const made = Object.assign(document.createElement(tag), properties);
    (children || []).forEach((child) => made.append(child));
    return made;
  }

  function choice(group, value, words, checked) {
    const field = element("input", { type: "radio", name: group, value, checked });
    return element("label", { className: "rp-ask-choice" }, [field, element("span", { textContent: words })]);
  }

  function group(words, choices) {
    return element("fieldset", { className: "rp-ask-group" }, [element("legend", { textContent: words }), ...choices]);
  }

  function dayField(options, label) {
    const field = element("input", { type: "date", min: options.first, max: options.last, className: "rp-input" });
    return element("label", { className: "rp-day-field" }, [element("span", { textContent: label }), field]);
  }

  function whenChoices(options) {
    const days = options.days.map((day, place) => choice("rp-on", day.on, day.words, place === 1));
    const other = choice("rp-on", "other", "Another day", false);
    const day = dayField(options, "Day");
    day.querySelector("span").className = "visually-hidden";
    day.querySelector("input").addEventListener("input", () => (other.querySelector("input").checked = true));
    return [...days, choice("rp-on", "", "Until the next order", false), other, day];
  }

  function ask(verb, kind, what, opener) {
    const options = offered();
    const title = element("h2", { className: "rp-card-title", textContent: `${verb} ${what.name}` });
    const parts = [title];
    if (kind === "snoozed") {
      parts.push(group("Until", whenChoices(options)));
    } else {
      parts.push(group("Why", options.reasons.map((reason) => choice("rp-why", reason, reason, false))));
    }
    if (what.product) {
      const scopes = [choice("rp-scope", "product", "This product", true), choice("rp-scope", "account", "The whole account", false)];
      parts.push(group("For", scopes));
    }
    const note = element("textarea", { className: "rp-input", rows: 2, maxLength: options.longest });
    parts.push(element("label", { className: "rp-note-field" }, [element("span", { textContent: "Note" }), note]));
    const save = element("button", { type: "submit", className: "btn btn-primary", textContent: kind === "snoozed" ? "Snooze" : "Not relevant" });
    const cancel = element("button", { type: "button", className: "btn btn-quiet", textContent: "Cancel" });
    parts.push(element("div", { className: "rp-dialog-buttons" }, [save, cancel]));
    const form = element("form", { method: "dialog" }, parts);
    const dialog = element("dialog", { className: "rp-dialog" }, [form]);
    title.id = "rp-dialog-title";
    dialog.setAttribute("aria-labelledby", title.id);
    const value = (name) => (form.querySelector(`input[name="${name}"]:checked`) || {}).value;
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      opener.focus();
    });
    form.addEventListener("submit", (event) => {
      const other = form.querySelector("input[type=date]");
      const on = value("rp-on") === "other" ? other.value : value("rp-on");
      if (kind === "snoozed" && value("rp-on") === "other" && !(on && other.reportValidity())) {
        event.preventDefault();
        other.focus();
        return;
      }
      const account = value("rp-scope") === "account";
      record(kind, account ? { ...what, product: "" } : what, { on: on || "", why: value("rp-why") || "", note: note.value });
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  // ---- forms: a note, a next step ----

  let sentForm = null;

  function submit(form) {
    const data = {};
    form.querySelectorAll("[name]").forEach((field) => (data[field.name] = field.value.trim()));
    if (data.text) {
      sentForm = form;
      send("note-asked", { do: form.dataset.rpForm, ...data });
    }
  }

  /* Dash has no element for a day: it is made here, where a place for it appears. */
  function fillDays() {
    document.querySelectorAll("[data-rp-day]:empty").forEach((place) => {
      const options = offered();
      const label = dayField(options, place.dataset.rpDay);
      const field = label.querySelector("input");
      field.name = "on";
      field.required = true;
      place.append(label);
    });
  }

  new MutationObserver(() => area() && fillDays()).observe(document.documentElement, { childList: true, subtree: true });

  // ---- the toast ----

  let hiding = 0;

  function hideLater(toast) {
    window.clearTimeout(hiding);
    hiding = window.setTimeout(() => {
      if (toast.matches(":hover, :focus-within")) {
        hideLater(toast);
      } else {
        toast.classList.remove("rp-toast-shown");
      }
    }, TOAST_MS);
  }

  function show(answer) {
    const toast = document.querySelector("[data-rp-toast]");
    const undo = toast.querySelector(".rp-toast-undo");
    toast.querySelector(".rp-toast-text").textContent = answer.text;
    undo.hidden = answer.outcome === null;
    undo.dataset.rpOutcome = JSON.stringify(answer.outcome);
    toast.classList.toggle("rp-toast-bad", !answer.done);
    toast.classList.add("rp-toast-shown");
    hideLater(toast);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rp-do]");
    const toast = event.target.closest("[data-rp-toast]");
    if (button && event.detail < 2) {
      act(button); // the second click of a double click is none: another line may be below it by then
    } else if (toast && event.target.closest(".rp-toast-undo")) {
      sendOutcome({ do: "undo", outcome: JSON.parse(event.target.closest(".rp-toast-undo").dataset.rpOutcome) });
    } else if (toast && event.target.closest(".rp-toast-close")) {
      toast.classList.remove("rp-toast-shown");
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-rp-form]");
    if (form) {
      event.preventDefault();
      submit(form);
    }
  });

  // ---- keys ----

  const KEYS = { p: "pitched", o: "ordered", s: "snoozed", x: "not_relevant" };

  function current() {
    const focused = document.activeElement;
    return focused.closest(".rp-line, .rp-drawer, .rp-call") || document.querySelector(".rp-drawer") || null;
  }

  document.addEventListener("keydown", (event) => {
    if (!window.repertoireKeys.isFree(event) || event.repeat || document.querySelector("dialog[open]") || !area()) {
      return;
    }
    if (event.key === "z") {
      event.preventDefault();
      sendOutcome({ do: "undo" });
    } else if (event.key in KEYS) {
      const here = current();
      const button = here && [...here.querySelectorAll(`[data-rp-do="${KEYS[event.key]}"]`)].find((one) => one.offsetParent);
      if (button) {
        event.preventDefault();
        act(button);
      }
    }
  });

  /* Something else than an outcome changed what is on the lists. */
  function drawLists() {
    const lists = document.querySelector("[data-rp-lists]");
    if (lists) {
      const open = new URL(window.location.href).searchParams.getAll("open");
      send("lists-asked", { list: lists.dataset.list, open });
    }
  }

  window.repertoireOutcomes = { show, drawLists };

  // ---- called by Dash ----

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    repertoireOutcomes: {
      said() {
        const answers = window.dash_clientside.callback_context.triggered.map((one) => one.value).filter(Boolean);
        answers.forEach((answer) => {
          if (!answer.done) {
            comeBack();
          } else if (sentForm) {
            sentForm.reset();
          }
          leaving = [];
          sentForm = null;
          show(answer);
        });
        return window.dash_clientside.no_update;
      },
    },
  });
})();
