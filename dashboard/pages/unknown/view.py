"""How the page for an unknown address is drawn."""

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import page_link
from dashboard.components.empty_states import empty_state
from dashboard.display.urls import Links


def unknown_page_view(version: str, links: Links) -> Component:
    """Return the notice that there is no such page, with a link home."""
    home = page_link("Home", links.home(), "btn btn-primary")
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            empty_state("Unknown page", html.P("There is no page at this address."), [home], level=1),
        ],
        className="rp-page rp-unknown",
    )
