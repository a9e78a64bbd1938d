"""What is shown in the place of a page that takes longer than a moment: its own heads, grey blocks for the values.

The forms are hidden in the shell; shell.js shows the one whose path the address begins with, 150 ms after a switch
of pages began, and hides it when the page is there.
"""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes

CUSTOMER_TILES = ("Revenue, 12 months", "Orders, 12 months", "Average order", "Days since last order",
                  "Active products", "Largest category")  # fmt: skip


def skeletons() -> Component:
    """Return the skeletons of all pages, hidden, also from screen readers."""
    return html.Div(
        [
            _form("customers/", [_head(), _tiles(CUSTOMER_TILES), _columns("New", 6, ("Revenue by month",))]),
            _form("products/", [_head(), _columns("Others also bought", 6, ("Units by month",))]),
            _form("", [_head(), _card("", 8)]),
        ],
        className="rp-skeletons",
        **attributes(aria_hidden="true"),
    )


def _form(under: str, parts: Sequence[Component]) -> Component:
    """Return one skeleton. `under` is what the path begins with; the empty one is for every other page."""
    return html.Div(list(parts), className="rp-page rp-skeleton", **attributes(data_rp_skeleton=under))


def _head() -> Component:
    return html.Div([_block("rp-grey-title"), _block("rp-grey-line")], className="rp-head rp-skeleton-head")


def _tiles(labels: Sequence[str]) -> Component:
    tiles = [
        html.Div([html.Div(label, className="rp-tile-label"), _block("rp-grey-value")], className="rp-tile")
        for label in labels
    ]
    return html.Div(html.Div(tiles, className="rp-tiles"), className="rp-card rp-tile-strip")


def _columns(title: str, n_rows: int, beside: Sequence[str]) -> Component:
    return html.Div(
        [_card(title, n_rows), html.Div([_card(name, 4) for name in beside], className="rp-aside")],
        className="rp-columns",
    )


def _card(title: str, n_rows: int) -> Component:
    rows = [_block("rp-grey-row") for _ in range(n_rows)]
    return html.Div([html.Div(title, className="rp-card-head rp-card-title"), *rows], className="rp-card")


def _block(class_name: str) -> Component:
    return html.Div(html.Span(className="rp-grey"), className=class_name)
