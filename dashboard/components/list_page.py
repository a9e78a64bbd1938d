"""A page that is one long table: the list of all customers, and that of all products."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.table import table_card
from dashboard.display.formats import Formats
from dashboard.display.kept_tables import MOST_PART, Kept
from dashboard.display.list_head import ListHead
from dashboard.display.table import TableState
from dashboard.display.table_filter import part_of


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
            *([*above, _table(kept, state, formats)] if kept.table.records else [nothing]),
        ],
        className="rp-page rp-list-page",
    )


def _table(kept: Kept, state: TableState, formats: Formats) -> Component:
    """Return the whole table, or the first rows that the address wants of one too long to be sent."""
    if kept.packed is not None:
        return table_card(kept.table, state, formats, packed=kept.packed)
    part = part_of(kept.table, state, MOST_PART, kept.choices, kept.columns)
    return table_card(part.table, state, formats, part=part)
