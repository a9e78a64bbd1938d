"""The tab of retention: a row a quarter of first orders, a column a quarter since."""

from dataclasses import replace
from math import ceil

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, unseen
from dashboard.components.empty_states import empty_state
from dashboard.components.plain_table import Head, plain_table
from dashboard.display.meanings import MEANINGS
from dashboard.pages.segments.data.filters import REVENUE
from dashboard.pages.segments.data.page import SegmentsPage
from dashboard.pages.segments.data.retention import (
    CohortCell,
    CohortRow,
    cohort_rows,
    retention_foot,
    retention_sentence,
)
from dashboard.pages.segments.data.words import counted
from dashboard.pages.segments.view.grid import HEAT, STEPS
from dashboard.pages.segments.view.shown import Shown, card, chooser

ON_PHONE = 5  # cohorts, and quarters of each, that a phone has room for


def retention_tab(page: SegmentsPage, shown: Shown) -> list[Component]:
    """Return the tab, or why there are no cohorts."""
    if not page.cohorts:
        why = (
            "A customer counts as new from the first quarter on that begins long enough after the first order of the "
            "data; before, their first order may lie before the data. There is no such quarter yet."
        )
        return [empty_state("No new customers whose first order is known", why)]
    has_revenue = page.summary.whole.revenue is not None
    is_revenue = page.filters.show == REVENUE and has_revenue
    rows = cohort_rows(page.cohorts, page.as_of, has_revenue=has_revenue)
    head, rest = retention_sentence(page, shown.formats)
    what = "revenue in the quarter for each customer" if is_revenue else "share and number with an order in the quarter"
    body = [
        html.P([html.B(head), f" {rest}"], className="rp-segment-sentence num"),
        *([_switch(page, shown, is_revenue=is_revenue)] if has_revenue else []),
        _table(rows, shown, is_revenue=is_revenue),
        html.P(retention_foot(page, shown.formats), className="rp-cohort-foot num"),
    ]
    return [card("Retention by first order", what, [html.Div(body, className="rp-card-body")], "rp-retention")]


def _switch(page: SegmentsPage, shown: Shown, *, is_revenue: bool) -> Component:
    choices = (("", "Who still orders", not is_revenue), (REVENUE, "Revenue per customer", is_revenue))
    buttons = [
        chooser(words, replace(page.filters, show=show), shown, "rp-choice", is_chosen=is_shown)
        for show, words, is_shown in choices
    ]
    label = attributes(aria_label="What the cells show")
    return html.Div(buttons, className="rp-choices rp-cohort-switch", role="group", **label)


def _table(rows: tuple[CohortRow, ...], shown: Shown, *, is_revenue: bool) -> Component:
    n_columns = max(len(row.cells) for row in rows)
    heads = [Head("First order", MEANINGS["Quarter of the first order"])]
    heads += [
        Head("first" if at == 0 else str(at), MEANINGS["Quarters after the first"], _column(at))
        for at in range(n_columns)
    ]
    most = max((cell.revenue or 0 for row in rows for cell in row.cells), default=0)
    body = [
        html.Tr(
            [
                html.Th(
                    [
                        html.Span(row.name),
                        html.Span(
                            [shown.formats.number(row.n), html.Span(_noun(row, shown), className="rp-cohort-unit")],
                            className="rp-cohort-n",
                        ),
                    ],
                    scope="row",
                ),
                *(_cell(cell, most, shown, _column(at), is_revenue=is_revenue) for at, cell in enumerate(row.cells)),
                *(html.Td(className=_column(at)) for at in range(len(row.cells), n_columns)),
            ],
            className="rp-cohort-old" if place < len(rows) - ON_PHONE else "",
        )
        for place, row in enumerate(rows)
    ]
    caption = html.P("quarters after the first order", className="rp-cohort-caption")
    return html.Div([caption, plain_table(heads, body, "rp-cohorts num")], className="rp-cohort-table")


def _noun(row: CohortRow, shown: Shown) -> str:
    return f" {counted(row.n, shown.formats).rpartition(' ')[2]}"


def _column(at: int) -> str:
    return "rp-cohort-late" if at >= ON_PHONE else ""


def _cell(cell: CohortCell, most: float, shown: Shown, class_name: str, *, is_revenue: bool) -> Component:
    formats = shown.formats
    part = (cell.revenue or 0) / most if is_revenue and most else cell.share
    running = [unseen(", quarter not over")] if cell.is_running else []
    inside = (
        [html.B(formats.money(cell.revenue))]
        if is_revenue
        else [
            html.B(formats.percent(cell.share)),
            html.Span(formats.number(cell.n)),
        ]
    )
    step = min(ceil(STEPS * part), STEPS)
    dashed = " rp-cohort-running" if cell.is_running else ""
    return html.Td(
        html.Span([*inside, *running], className=f"rp-cohort-cell {HEAT[step]}{dashed}"), className=class_name or None
    )
