"""The page for an address that there is none for."""

from typing import Any

import dash
from dash import Dash
from dash.development.base_component import Component

from dashboard.pages.unknown.view import unknown_page_view
from dashboard.services import services

MODULE = "not_found_404"  # the name by which Dash finds the page for unknown addresses


def register(app: Dash) -> None:
    """Register the page; it has no callbacks."""
    dash.register_page(MODULE, name="Unknown page", title="Unknown page - Repertoire", layout=layout)


def layout(**_: Any) -> Component:
    """Return the notice that there is no such page, with a link home."""
    at = services()
    return unknown_page_view(at.repository.newest() or "", at.links)
