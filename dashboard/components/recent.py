"""What was looked at last, as links; recent.js remembers ids alone, the server names them."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import icon, page_link
from dashboard.display.urls import Links
from dashboard.records.recently_viewed import Seen

RECENT, RECENT_ASKED = "recent", "recent-asked"


def recent_card() -> Component:
    """Return the card that the browser fills."""
    return html.Section(
        [
            dcc.Store(id=RECENT_ASKED),
            html.Div(html.H2("Recently viewed", className="rp-card-title"), className="rp-card-head"),
            html.Div(id=RECENT, className="rp-card-body rp-recent"),
        ],
        className="rp-card",
    )


def recent_list(found: Sequence[Seen], links: Links) -> Component:
    """Return links to the customers and products that were viewed, the newest first."""
    if not found:
        return html.P("Customers and products that you open are listed here.", className="rp-others")
    address = {"customer": links.customer, "product": links.product}
    symbol = {"customer": "shop", "product": "box-seam"}
    return html.Ol(
        [
            html.Li([icon(symbol[one.kind], "rp-recent-icon"), page_link(one.name, address[one.kind](one.what_id))])
            for one in found
        ]
    )
