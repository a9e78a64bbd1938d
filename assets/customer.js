/* The customer page: reasons that open, the list that is shown. Both are in the address, which a copied link,
   Back and reloading bring back; the text of a search never does. */
(function () {
  "use strict";

  function rewriteAddress(change) {
    const url = new URL(window.location.href);
    change(url.searchParams);
    window.history.replaceState(window.history.state, "", url);
  }

  function toggleReason(button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    rewriteAddress((query) => {
      const others = query.getAll("open").filter((product) => product !== button.dataset.rpReason);
      query.delete("open");
      [...others, ...(open ? [button.dataset.rpReason] : [])].forEach((product) => query.append("open", product));
    });
  }

  function showList(link) {
    const name = link.dataset.rpList;
    link.closest("[data-rp-lists]").dataset.list = name;
    link.parentElement.querySelectorAll("[data-rp-list]").forEach((one) => {
      if (one === link) {
        one.setAttribute("aria-current", "true");
      } else {
        one.removeAttribute("aria-current");
      }
    });
    rewriteAddress((query) => query.set("list", name));
  }

  document.addEventListener("click", (event) => {
    const reason = event.target.closest("[data-rp-reason]");
    const link = event.target.closest("a[data-rp-list]");
    if (reason) {
      toggleReason(reason);
    } else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      showList(link);
    }
  });
})();
