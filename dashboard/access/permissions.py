"""Who may do what: one table for pages, routes, callbacks and downloads, and one for what of a customer is shown.

What stands in no table is allowed to nobody. Some rows are of pages that come later. A person with several roles may
do what any of them may; what is shown of a customer is what those of their roles may see that reach this customer.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from dashboard.access.identity import ROLES
from dashboard.access.roles import ADMIN, DATA, DIRECTOR, MARKETER, PROCUREMENT, REP, SUPPORT

Roles = frozenset[str]
EVENTS, READ, STOCK = "events", "read", "stock"
SCOPES = (EVENTS, READ, STOCK)  # of tokens of the API


def _of(*roles: str) -> Roles:
    return frozenset(roles)


ANYONE: Roles = _of("anyone")  # also who has not signed in
SIGNED_IN: Roles = _of("signed in")  # also who has no role
ANY_ROLE: Roles = frozenset(ROLES)
NOBODY: Roles = frozenset()
_SALES = _of(REP, DIRECTOR)
_CUSTOMERS = _of(REP, SUPPORT, MARKETER, DIRECTOR)
_PRODUCTS = _CUSTOMERS | {PROCUREMENT}

# By the name under which a page is registered, in the order in which a person's first page is looked for.
PAGES: Mapping[str, Roles] = {
    "calls": _SALES,
    "customers": _CUSTOMERS,
    "customer": _CUSTOMERS,
    "products": _PRODUCTS,
    "product": _PRODUCTS,
    "bundles": _PRODUCTS,
    "segments": _of(MARKETER, DIRECTOR),
    "campaigns": _of(MARKETER, DIRECTOR),
    "campaign": _of(MARKETER, DIRECTOR),
    "new_campaign": _of(MARKETER),
    "alerts": _SALES,
    "results": _SALES,
    "basket": _of(REP, SUPPORT, DIRECTOR),
    "orders": _of(REP, SUPPORT, DIRECTOR),
    "demand": _of(PROCUREMENT),
    "team": _of(DIRECTOR),
    "experiments": _of(DIRECTOR, DATA),
    "model": _of(DATA),
    "health": _of(DATA),
    "import": _of(DATA),
    "people": _of(ADMIN),
    "tokens": _of(ADMIN),
    "audit": _of(ADMIN),
    "not_found_404": ANY_ROLE,
}

# By path below the URL prefix. Behind /_dash-update-component ACTIONS and DOWNLOADS hold, behind a page's path PAGES.
ROUTES: Mapping[str, Roles] = {
    "/healthz": ANYONE,
    "/readyz": ANYONE,  # what is wrong is said to DATA alone
    "/static/<path:path>": ANYONE,
    "/assets/<path:filename>": ANYONE,
    "/_favicon.ico": ANYONE,
    "/sign-in": ANYONE,
    "/sign-in/provider": ANYONE,
    "/sign-in/answer": ANYONE,
    "/set-password": ANYONE,
    "/sign-out": ANYONE,
    "/account": SIGNED_IN,
    "/account/password": SIGNED_IN,
    "/account/sessions": SIGNED_IN,
    "/account/digest": SIGNED_IN,
    "/digest/unsubscribe": ANYONE,  # the token in the address says whose it is
    "/customers/<path:customer_id>/call-sheet.pdf": PAGES["basket"],
    "/calls.pdf": PAGES["calls"],
    "/campaigns/<int:campaign_id>/list.csv": _of(MARKETER),  # with email addresses
    "/campaigns/<int:campaign_id>/list.xlsx": _of(MARKETER),
    "/campaigns/<int:campaign_id>/result.pdf": PAGES["campaign"],
    "/api/v1/openapi.json": _of(ADMIN, DATA),
    "/api/v1/docs": _of(ADMIN, DATA),
    "/api/v1/docs/<name>": _of(ADMIN, DATA),
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": ANY_ROLE,
    "/_dash-layout": ANY_ROLE,
    "/_dash-dependencies": ANY_ROLE,
    "/_dash-update-component": ANY_ROLE,
    "/_reload-hash": NOBODY,  # for developers
    "/": ANY_ROLE,
    "/<path:path>": ANY_ROLE,
}

# The API's resources by endpoint: the scope that a token needs. What is not there is answered to no token.
NO_TOKEN = ""  # that the process lives
API: Mapping[str, str] = {
    "api.healthz": NO_TOKEN,
    "api.recommendations": READ,
    "api.also_bought": READ,
    "api.substitutes": READ,
    "api.complete": READ,
    "api.bundles": READ,
    "api.customers": READ,
    "api.current": READ,
    "api.events": EVENTS,
    "api.availability": STOCK,
}
# Of the API's address what are pages: its description, for people who are signed in.
OF_PAGES = frozenset({"api.description", "api.docs", "api.docs_file"})

# Callbacks by `action_name`. Those that only run in the browser are no actions: nobody can call them.
ACTIONS: Mapping[str, Roles] = {
    "_pages_content.children": ANY_ROLE,  # draws a page: PAGES says which
    "data-chip.children": ANY_ROLE,
    "rep-chosen.data": _CUSTOMERS,  # narrows what the scope allows
    "search-answers.children": _PRODUCTS,
    "proof.children": PAGES["customer"],
    "pair-proof.children": PAGES["product"],
    "bundles-rows.data": PAGES["bundles"],
    "bundles-marks.data": PAGES["bundles"],
    "bundles-gap.children": PAGES["bundles"],
    "segments-body.children": PAGES["segments"],
    "bundle-offer.children": PAGES["bundles"],
    "bundles-comparison.children": PAGES["bundles"],
    # calls
    "recent.children": PAGES["calls"],
    "drawer.children": PAGES["calls"],
    "views.children": PAGES["calls"],
    "customer-views.children": PAGES["customers"],
    "call-outcome.data": _of(REP),
    "outcome.data": _of(REP),
    "note.data": _of(REP, SUPPORT),
    "diary.children": _of(REP, SUPPORT),  # drawn again when something was recorded or written
    # people
    "people-done.data": PAGES["people"],
    "request-done.data": PAGES["people"],
    "tokens-new.children": PAGES["tokens"],
    "tokens-done.data": PAGES["tokens"],
    "basket.children": _of(REP, SUPPORT),
    "lists-drawn.data": _of(REP, SUPPORT),  # the customer's lists, once a basket was ordered
    # alerts
    "alerts-done.data": _of(REP),
    "alerts-assigned.data": PAGES["alerts"],
    "alert-own-rule.data": PAGES["alerts"],
    "alert-rule.data": _of(DIRECTOR),  # the team's
    "alert-preview.children": PAGES["alerts"],
    # campaigns
    "campaign-preview.children": PAGES["new_campaign"],
    "campaign-saved.data": PAGES["new_campaign"],
    "campaign-body.children": _of(MARKETER),  # marks as sent, imports events, puts customers on call lists, deletes
    # of pages to come
    "run.children": _of(DATA),
    "import.children": _of(DATA),
    "publish.children": _of(DATA),
    "rollback.children": _of(DATA),
    "token.children": _of(ADMIN),
}

# Callbacks that answer with a file, by `action_name`.
DOWNLOADS: Mapping[str, Roles] = {
    "csv-file.data": _SALES,  # a list of what to pitch
    "product-csv-file.data": _SALES,
    "calls-file.data": _SALES,
    "results-file.data": _SALES,
    "basket-file.data": _of(REP, SUPPORT),
    "orders-file.data": _SALES,
    "alerts-file.data": _SALES,
    "table-file:customers.data": _SALES,
    "table-file:buys.data": _SALES,
    "table-file:back.data": _SALES,
    "table-file:months.data": _SALES,
    "table-file:buyers.data": _SALES,
    "table-file:products.data": _SALES | {PROCUREMENT},
    "table-file:units.data": _SALES | {PROCUREMENT},
    "table-file:bundles.data": _SALES | {MARKETER},
    "table-file:gaps.data": _SALES | {MARKETER},  # whom a campaign for a bundle is for
    "table-file:segments.data": _of(MARKETER, DIRECTOR),
    "table-file:campaigns.data": PAGES["campaigns"],
    "table-file:compared.data": _SALES | {MARKETER},
    "table-file:lists.data": _of(DATA),
    "table-file:figures.data": _of(DATA),
    "table-file:newfigures.data": _of(DATA),
    "table-file:gains.data": _of(DATA),
    "table-file:bins.data": _of(DATA),
    "table-file:steps.data": _of(DATA),
    "table-file:people.data": _of(ADMIN),
    "table-file:audit.data": _of(ADMIN),
    # of pages to come
    "table-file:demand.data": _of(PROCUREMENT),
    "table-file:team.data": _of(DIRECTOR),
}

# What is shown of customers and products.
NAMES, PHONE, EMAIL, EMAIL_IF_ALLOWED = "names", "phone", "email", "email if contact is allowed"
REVENUE, COST, MARGIN, STOCK = "revenue", "cost", "margin", "stock"
ALL_FIELDS: frozenset[str] = frozenset({NAMES, PHONE, EMAIL, REVENUE, COST, MARGIN, STOCK})
FIELDS: Mapping[str, frozenset[str]] = {
    REP: frozenset({NAMES, PHONE, EMAIL, REVENUE, STOCK}),
    SUPPORT: frozenset({NAMES, PHONE}),
    MARKETER: frozenset({NAMES, EMAIL_IF_ALLOWED, REVENUE}),
    DIRECTOR: frozenset({NAMES, REVENUE, COST, MARGIN, STOCK}),
    PROCUREMENT: frozenset({COST, STOCK}),
    DATA: frozenset(),
    ADMIN: frozenset(),
}
# Whose customers a role reaches. Of the others it sees none.
ALL_CUSTOMERS: Roles = _of(SUPPORT, MARKETER, DIRECTOR, DATA)
OWN_CUSTOMERS: Roles = _of(REP)


def allows(row: Roles | None, roles: Collection[str]) -> bool:
    """Return whether a row of a table lets in somebody signed in with these roles; a missing row lets in nobody."""
    return row is not None and (row in (ANYONE, SIGNED_IN) or not row.isdisjoint(roles))


def may_open(page: str, roles: Collection[str]) -> bool:
    """Return whether a page, by the name that it is registered under, is for one of these roles."""
    return allows(PAGES.get(page), roles)


def may_call(output: str, roles: Collection[str]) -> bool:
    """Return whether a callback, by its output in Dash's map, is for one of these roles."""
    name = action_name(output)
    return allows(DOWNLOADS.get(name, ACTIONS.get(name)), roles)


def may_download(file: str, roles: Collection[str]) -> bool:
    """Return whether a file, by the name of the callback that makes it without its property, is for these roles."""
    return allows(DOWNLOADS.get(f"{file}.data"), roles)


def action_name(output: str) -> str:
    """Return how the tables call a callback: its first output, of an id with a type that and what else is fixed in it.

    `..{"table":"buys","type":"table-file"}.data...{...}.children..` is `table-file:buys.data`.
    """
    first = output.strip(".").split("...")[0]
    name, _, prop = first.rpartition(".")
    if not name.startswith("{"):
        return first
    parts: dict[str, Any] = json.loads(name)
    fixed = [str(parts[key]) for key in sorted(parts) if key != "type" and not isinstance(parts[key], list)]
    return f"{':'.join([str(parts['type']), *fixed])}.{prop}"
