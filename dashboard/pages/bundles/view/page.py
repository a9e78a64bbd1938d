"""The bundles page: the conditions, the bundles that fit as a table and as a chart, and the card of the chosen one."""

from typing import Any

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes
from dashboard.components.empty_states import empty_state
from dashboard.components.table import table_card
from dashboard.display.bundle_table import BUNDLES
from dashboard.display.formats import Formats
from dashboard.display.table import TableRows, TableState
from dashboard.pages.bundles.data.comparison import NOBODY
from dashboard.pages.bundles.data.page import BundlesPage, built_words
from dashboard.pages.bundles.view.chart import marks_card
from dashboard.pages.bundles.view.conditions import choices, empty_card, filter_card, whose_value

PAGE_ROWS = 10
ORDER = "Most typical first: what is surely bought together beyond chance, and still has many customers who miss one."


def bundles_view(
    page: BundlesPage,
    rows: tuple[TableRows, dict[str, Any]],
    state: TableState,
    formats: Formats,
    *,
    selected: str,
    gap: Component,
    asked: dict[str, str] | None = None,
    compared: Component | None = None,
) -> Component:
    """Draw the page; bundles.js puts the rows that fit into the table.

    rows      the table of all bundles of the chosen customers, and the same packed
    gap       the card of the selected bundle, or the hint to select one
    asked     what else the address says: `who` of the card, `discount`, `compare`
    compared  the card of two groups side by side
    """
    table, packed = rows
    said, whose = asked or {}, whose_value(page.whose)
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id="bundles-selected", data=selected),
            dcc.Store(id="bundles-who", data=said.get("who", "")),
            dcc.Store(id="bundles-discount", data=said.get("discount", "")),
            dcc.Store(id="bundles-kept"),
            dcc.Store(id="bundles-seen"),
            dcc.Store(id="bundles-rows", data={"segment": whose, **packed}),
            dcc.Store(id="bundles-places", data=places_of(page)),
            dcc.Store(id="bundles-of", data=whose),
            html.Div(
                [
                    html.H1("Bundles", className="rp-title", tabIndex="-1"),
                    html.P(built_words(page, formats), id="bundles-built", className="rp-subtitle num"),
                    choices(page, formats, said.get("compare") or NOBODY),
                ],
                className="rp-page-head",
            ),
            filter_card(page, formats),
            html.Div(empty_card(page, formats), id="bundles-empty"),
            html.Div(compared, id="bundles-comparison"),
            html.Div(
                [
                    html.Div(
                        table_card(
                            table,
                            state,
                            formats,
                            about=html.P(ORDER, className="rp-bundle-order rp-of-together"),
                            page_rows=PAGE_ROWS,
                            selects=True,
                            filled_later=len(page.places),
                            is_narrow=bool(selected),
                        ),
                        className="rp-bundle-table",
                    ),
                    html.Div(marks_card(page, selected, formats), className="rp-bundle-marks"),
                    html.Div(gap, id="bundles-gap"),
                ],
                id="bundles-results",
                className="rp-bundle-results",
                hidden=not page.shown,
                **attributes(data_rp_has_card="true" if selected else "false"),
            ),
            html.Div(id="bundles-said", className="visually-hidden", role="status"),
        ],
        className="rp-page rp-bundles",
        **attributes(data_rp_bundles=BUNDLES, data_rp_kind=page.filters.kind),
    )


def places_of(page: BundlesPage) -> dict[str, Any]:
    """Return the places of the rows that fit, and whose they are."""
    return {"segment": whose_value(page.whose), "at": list(page.places)}


def no_bundles_view(version: str, least: int | None, formats: Formats) -> Component:
    """Return the page of a version without any bundle."""
    least_words = f"on {formats.number(least)} order days or more" if least else "on enough order days"
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            empty_state(
                "No bundles",
                f"No two products are together {least_words}, so there is no bundle to show.",
                level=1,
            ),
        ],
        className="rp-page",
    )


def compared_view(table: TableRows, sentence: str, state: TableState, formats: Formats) -> Component:
    """Return the card of two groups of customers side by side."""
    about = html.P(sentence, className="rp-compared-about num")
    return html.Div(
        table_card(table, state, formats, note="clearest difference first", page_rows=PAGE_ROWS, about=about),
        className="rp-compared",
    )
