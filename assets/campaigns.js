/* A new campaign: its fields are in the address, and what is saved is opened. */
(function () {
  "use strict";

  const FIELDS = ["name", "size", "held", "days", "rest", "seed", "price", "discount"];

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    repertoireCampaigns: {
      keep(...values) {
        const url = new URL(window.location.href);
        FIELDS.forEach((name, at) => {
          const value = values[at];
          if (value === undefined || value === null || value === "") {
            url.searchParams.delete(name);
          } else {
            url.searchParams.set(name, value);
          }
        });
        url.search = url.search.replaceAll("%2F", "/").replaceAll("%2C", ",");
        window.history.replaceState(window.history.state, "", url);
        return window.dash_clientside.no_update;
      },

      go(href) {
        if (href) {
          window.repertoireShell.go(href);
        }
        return window.dash_clientside.no_update;
      },
    },
  });
})();
