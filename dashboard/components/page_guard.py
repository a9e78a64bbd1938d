"""Each page behind the permission table, however it is reached: typed, by a link, or by a forged call."""

from collections.abc import Callable
from typing import Any

import dash
from dash import dcc
from dash.development.base_component import Component
from flask import has_app_context

from dashboard.access.identity import ROLES, current_identity
from dashboard.access.permissions import ACTIONS, PAGES, ROUTES, allows, may_download, may_open
from dashboard.access.trail import REFUSED, note
from dashboard.components import html
from dashboard.components.elements import page_link
from dashboard.components.empty_states import empty_state
from dashboard.services import services

TITLE = "Not for your role"


def guard_pages() -> None:
    """Put the table before the layout and the title of every page that is registered. Call once they all are."""
    for page in dash.page_registry.values():
        page["layout"] = _guarded(page["module"], page["layout"], _refused)
        if callable(page["title"]):
            page["title"] = _guarded(page["module"], page["title"], lambda _: f"{TITLE} - Repertoire")


def is_open(page: str) -> bool:
    """Return whether who sends the current request may open a page, by the name that it is registered under."""
    return may_open(page, roles())


def may_search() -> bool:
    """Return whether who sends the current request may search."""
    return allows(ACTIONS["search-answers.children"], roles())


def is_offered(file: str) -> bool:
    """Return whether who sends the current request may download a file: the others see no button for it."""
    return may_download(file, roles())


def is_served(route: str) -> bool:
    """Return whether who sends the current request may have what a route answers, by its row of the table."""
    return allows(ROUTES.get(route), roles())


def may_write() -> bool:
    """Return whether who sends the current request may write notes and plan next steps."""
    return allows(ACTIONS["note.data"], roles())


def first_page(roles: frozenset[str], prefix: str) -> str:
    """Return the address of the first page that these roles may open; the prefix, where there is none."""
    for name in PAGES:
        page = dash.page_registry.get(name)
        if page is not None and page["path_template"] in (None, page["path"]) and may_open(name, roles):
            return f"{prefix}{page['path'].removeprefix('/')}"
    return prefix


def roles() -> frozenset[str]:
    """Return the roles of who sends the current request; all, where nothing is served but a part drawn alone."""
    if not has_app_context():
        return frozenset(ROLES)
    identity = current_identity()
    return identity.roles if identity is not None else frozenset()


def _guarded(name: str, answer: Callable[..., Any], refused: Callable[[str], Any]) -> Callable[..., Any]:
    def guarded(**address: Any) -> Any:
        return answer(**address) if is_open(name) else refused(name)

    return guarded


def _refused(name: str) -> Component:
    at = services()
    note(at.database, REFUSED, name, outcome=REFUSED)
    home = first_page(roles(), at.links.prefix)
    why = "Your account has no role that this page is for. An administrator can give it one."
    return html.Div(
        [
            dcc.Store(id="page-version", data=at.repository.newest() or ""),
            empty_state(TITLE, html.P(why), [page_link("Your first page", home, "btn btn-primary")], level=1),
        ],
        className="rp-page rp-unknown",
    )
