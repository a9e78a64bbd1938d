"""A page that is one long table: the list of all customers, and that of all products."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.table import table_card
from dashboard.display.formats import Formats
from dashboard.display.kept_tables import Kept
from dashboard.display.list_head import ListHead
from dashboard.display.table import TableState


def list_page(
    head: ListHead, kept: Kept, state: TableState, formats: Formats, nothing: Component, above: Sequence[Component] = ()
) -> Component:
    """Return the page; `nothing` is shown in the place of a table without rows, `above` stands above one with rows."""
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
            *(
                [*above, table_card(kept.table, state, formats, packed=kept.packed)]
                if kept.table.records
                else [nothing]
            ),
        ],
        className="rp-page rp-list-page",
    )
