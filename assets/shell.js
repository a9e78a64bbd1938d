/* The shell: panels that open, the menu of the phone, reloading, switching pages, and what Dash's callbacks call. */
(function () {
  "use strict";

  // ---- panels: a button with data-rp-opens, its panel beside it ----

  function openPanels() {
    return document.querySelectorAll('[data-rp-opens][aria-expanded="true"]');
  }

  function closePanels(except) {
    openPanels().forEach((button) => button !== except && button.setAttribute("aria-expanded", "false"));
  }

  // ---- the menu of the phone ----

  const menuButton = () => document.querySelector("[data-rp-menu]");

  function setMenu(open) {
    const button = menuButton();
    if (!button || (button.getAttribute("aria-expanded") === "true") === open) {
      return;
    }
    button.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("rp-menu-open", open);
    document.querySelectorAll(".rp-top, .rp-main").forEach((part) => part.toggleAttribute("inert", open));
    (open ? document.querySelector(".rp-side a") : button).focus();
  }

  // ---- answers that say that this page is older than the app, or that nobody is signed in ----

  const fetchPlainly = window.fetch;

  /* Nothing is sent again: who signs in, here or in another tab, does it anew. */
  function saySignedOut(answer) {
    const notices = { "signed-out": "X-Repertoire-Signed-Out", "cannot-check": "X-Repertoire-Cannot-Check" };
    for (const [id, header] of Object.entries(notices)) {
      const notice = document.getElementById(id);
      if (notice) {
        notice.hidden = !answer.headers.has(header);
      }
    }
    const link = document.querySelector("[data-rp-sign-in]");
    if (link) {
      const here = window.location.pathname + window.location.search;
      link.search = `?next=${encodeURIComponent(here)}`;
    }
  }

  // ---- a network that is lost in the middle of a click: the same request is sent again when somebody says so ----

  const SLOW_MS = 2500;
  const waitingFor = new Map(); // what is asked for, and how to send it again

  function sayNoAnswer(shown) {
    const notice = document.getElementById("no-answer");
    if (notice) {
      notice.hidden = !shown;
    }
  }

  /* What a proxy says in the place of the app is no answer of the app's. */
  const isOfProxy = (answer) => [502, 503, 504].includes(answer.status) && !answer.headers.has("X-Request-ID");

  async function untilAnswered(address, options) {
    const what = JSON.stringify(JSON.parse(options.body).outputs);
    const before = waitingFor.get(what);
    if (before && before.failed) {
      before.leave(); // another page was asked for meanwhile
    }
    const own = { failed: false };
    waitingFor.set(what, own);
    try {
      for (;;) {
        const answer = await tried(address, options, own);
        if (answer) {
          return answer;
        }
      }
    } finally {
      if (waitingFor.get(what) === own) {
        waitingFor.delete(what);
      }
      sayNoAnswer([...waitingFor.values()].some((one) => one.failed));
    }
  }

  /* Returns the answer; null where it is to be asked for again. */
  async function tried(address, options, own) {
    const stop = new AbortController();
    const isAsked = new Promise((resolve, reject) => {
      own.again = () => resolve(null);
      own.leave = () => reject(new DOMException("Another page was asked for", "AbortError"));
    });
    const fail = () => {
      own.failed = true;
      sayNoAnswer(true);
      return isAsked;
    };
    own.failed = false;
    const slow = window.setTimeout(fail, SLOW_MS);
    try {
      const sent = fetchPlainly(address, { ...options, signal: stop.signal });
      const first = await Promise.race([sent.catch(fail), isAsked]);
      const answer = first && isOfProxy(first) ? await fail() : first;
      if (!answer) {
        stop.abort(); // what may come yet is asked for again
      }
      return answer;
    } finally {
      window.clearTimeout(slow);
    }
  }

  function isClick([address, options]) {
    return String(address).includes("_dash-update-component") && options && !String(options.body).includes('"tick.n_intervals"');
  }

  window.fetch = async (...asked) => {
    const answer = isClick(asked) ? await untilAnswered(...asked) : await fetchPlainly(...asked);
    if (answer.headers.has("X-Repertoire-Page-Too-Old")) {
      document.getElementById("page-too-old").hidden = false;
    }
    saySignedOut(answer);
    return answer;
  };

  // ---- pages ----

  const WAIT_MS = 150;
  const GIVE_UP_MS = 15000; // nothing came: then rather the old page than an empty one
  let waiting = 0;

  const FIELDS = "input, textarea, select, [contenteditable]";

  /* For who reads with the ears, and for whoever has to know that what is shown is on its way out. */
  function setBusy(busy) {
    document.querySelectorAll("main").forEach((main) => main.setAttribute("aria-busy", String(busy)));
  }

  /* Until the page is there; a quick one comes without. A field that led here is left: who is in one at the end of it
     went there meanwhile. */
  function wait() {
    window.clearTimeout(waiting);
    if (document.activeElement.matches(FIELDS)) {
      document.activeElement.blur();
    }
    setBusy(true);
    waiting = window.setTimeout(showSkeleton, WAIT_MS);
  }

  function showSkeleton() {
    const brand = document.querySelector(".rp-brand");
    if (!brand) {
      return; // the browser went back before the shell was drawn: there is nothing to wait over
    }
    const home = new URL(brand.href).pathname;
    const path = window.location.pathname.slice(home.length);
    const forms = [...document.querySelectorAll("[data-rp-skeleton]")];
    forms.find((form) => path.startsWith(form.dataset.rpSkeleton)).classList.add("rp-shown");
    document.body.classList.add("rp-waiting");
    giveUpLater();
  }

  /* A hard load: the shell comes first, and the skeleton with it. */
  new MutationObserver((_, observer) => {
    const content = document.getElementById("_pages_content");
    if (content) {
      observer.disconnect();
      if (!content.childElementCount) {
        setBusy(true);
        showSkeleton();
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  /* While no answer comes at all the skeleton stays: the old page is not that of the address. */
  function giveUpLater() {
    waiting = window.setTimeout(() => (waitingFor.size ? giveUpLater() : stopWaiting()), GIVE_UP_MS);
  }

  function stopWaiting() {
    window.clearTimeout(waiting);
    setBusy(false);
    document.body.classList.remove("rp-waiting");
    document.querySelectorAll(".rp-shown").forEach((form) => form.classList.remove("rp-shown"));
  }

  window.addEventListener("popstate", wait);

  function go(href) {
    closePanels();
    setMenu(false);
    window.history[href === window.location.href ? "replaceState" : "pushState"]({}, "", href);
    wait();
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function markCurrentLink() {
    document.querySelectorAll(".rp-nav-link").forEach((link) => {
      const path = new URL(link.href).pathname;
      const under = path + (link.dataset.rpUnder || "");
      if (window.location.pathname === path) {
        link.setAttribute("aria-current", "page");
      } else if (link.dataset.rpUnder && window.location.pathname.startsWith(under)) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    });
  }

  let drawn = 0;

  /* After a switch of pages the focus goes to the new title; at the first page it stays where the browser puts it, and
     who already types goes on typing. */
  function arrive() {
    stopWaiting();
    markCurrentLink();
    window.repertoireRecent.look();
    const title = document.querySelector("main h1");
    if (drawn > 1 && title && !document.activeElement.matches(FIELDS)) {
      title.focus({ preventScroll: true });
    }
    window.dispatchEvent(new Event("repertoire:arrived"));
  }

  // ---- listening ----

  document.addEventListener("click", (event) => {
    const target = event.target;
    const opener = target.closest("[data-rp-opens]");
    if (opener) {
      const open = opener.getAttribute("aria-expanded") !== "true";
      closePanels(opener);
      opener.setAttribute("aria-expanded", String(open));
      return;
    }
    if (!target.closest(".rp-opens")) {
      closePanels();
    }
    if (target.closest("[data-rp-again]")) {
      [...waitingFor.values()].forEach((one) => one.again());
    } else if (target.closest("[data-rp-reload]")) {
      window.location.reload();
    } else if (target.closest("[data-rp-menu]")) {
      setMenu(true);
    } else if (document.body.classList.contains("rp-menu-open") && !target.closest(".rp-side")) {
      setMenu(false);
    }
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-rp-page]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    go(link.href);
  });

  document.addEventListener("focusin", (event) => {
    openPanels().forEach((button) => {
      if (!button.closest(".rp-opens").contains(event.target)) {
        button.setAttribute("aria-expanded", "false");
      }
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      return;
    }
    const open = openPanels()[0];
    closePanels();
    setMenu(false);
    if (open) {
      open.focus();
    }
  });

  /* The choice of rep is one for all tabs: a tab that shows another one follows. */
  const CHOSEN = "repertoire-rep-chosen";
  window.addEventListener("storage", (event) => event.key === CHOSEN && window.location.reload());

  /* Of a click: what is sent twice is done once. */
  function newKey() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  window.repertoireShell = { go, newKey };

  // ---- called by Dash ----

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    repertoire: {
      chooseTheme(values) {
        const said = window.dash_clientside.callback_context.triggered.filter((one) => one.value);
        const same = (choice) => values.map(() => choice);
        if (!said.length) {
          return same(window.repertoireTheme.stored());
        }
        const choice = said[0].value;
        window.repertoireTheme.choose(choice);
        return values.every((value) => value === choice) ? values.map(() => window.dash_clientside.no_update) : same(choice);
      },

      repChosen(value) {
        if (value) {
          window.localStorage.setItem(CHOSEN, `${Date.now()} ${Math.random()}`); // other tabs hear of it
          window.location.reload();
        }
        return window.dash_clientside.no_update;
      },

      reloadOn(value) {
        if (value) {
          window.location.reload();
        }
        return window.dash_clientside.no_update;
      },

      pageDrawn(children) {
        if (children) {
          drawn += 1;
          window.requestAnimationFrame(() => window.setTimeout(arrive, 0));
        }
        return window.dash_clientside.no_update;
      },
    },
  });
})();
