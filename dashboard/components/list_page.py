"""A page that is one long table: the list of all customers, and that of all products."""

from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.table import table_card
from dashboard.display.formats import Formats
from dashboard.display.kept_tables import Kept
from dashboard.display.table import TableState


@dataclass(frozen=True)
class ListHead:
    """A list's title, what is said beside it, and the version that it is from."""

    title: str
    said: str
    version: str


def list_page(head: ListHead, kept: Kept, state: TableState, formats: Formats, nothing: Component) -> Component:
    """Return the page; `nothing` is shown in the place of a table without rows."""
    return html.Div(
        [
            dcc.Store(id="page-version", data=head.version),
            html.Div(
                [
                    html.H1(head.title, className="rp-title", tabIndex="-1"),
                    html.P(head.said, className="rp-subtitle num"),
                ],
                className="rp-page-head",
            ),
            table_card(kept.table, state, formats, packed=kept.packed) if kept.table.records else nothing,
        ],
        className="rp-page rp-list-page",
    )
