"""The page for an address that there is none for."""

from typing import Any

import dash
from dash import Dash, dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.basics import page_link
from dashboard.components.notices import empty_state
from dashboard.links import Links
from dashboard.services import services
from recsys.errors import ArtifactError

MODULE = "not_found_404"  # the name by which Dash finds the page for unknown addresses


def register(app: Dash) -> None:
    """Register the page; it has no callbacks."""
    dash.register_page(MODULE, name="Unknown page", title="Unknown page - Repertoire", layout=layout)


def layout(**_: Any) -> Component:
    """Say so, and lead home."""
    at = services()
    try:
        version = at.repository.newest()
    except ArtifactError:
        version = ""
    home = page_link("All customers", Links(at.settings.url_prefix).home(), "btn btn-primary")
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            empty_state("Unknown page", html.P("There is no page at this address."), [home], level=1),
        ],
        className="rp-page rp-unknown",
    )
