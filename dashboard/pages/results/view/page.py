"""How the page of one's own results is drawn."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.csv_file import csv_file, csv_file_parts
from dashboard.components.elements import page_link
from dashboard.components.plain_table import Head, plain_table
from dashboard.components.state_counts import STATE_WORDS, state_icon
from dashboard.components.tile_strip import tile_strip
from dashboard.components.toolbar import filter_field
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.urls import Links
from dashboard.pages.results.data.page import PERIODS, ListRow, OutcomeRow, ResultsPage, StepRow

CSV, PERIOD = csv_file("results"), "results-period"


def results_view(page: ResultsPage, who: str, formats: Formats, links: Links) -> Component:
    """Draw the page."""
    about = ", ".join(part for part in (who, page.span) if part)
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id=PERIOD, data=page.period),
            html.Div(
                [
                    html.H1("My results", className="rp-title", tabIndex="-1"),
                    html.P(about, className="rp-subtitle num"),
                    html.Div(_tools(page), className="rp-results-tools"),
                ],
                className="rp-page-head",
            ),
            html.P(page.unread or f"{page.sentence} {page.long_run}", className="rp-results-said num"),
            tile_strip(page.tiles, "Figures of these days"),
            html.Div(
                [
                    html.Div([_lists(page, formats), _outcomes(page, formats, links)], className="rp-lists"),
                    html.Div([_steps(page.steps, links), *_why_not(page, formats)], className="rp-aside"),
                ],
                className="rp-columns",
            ),
            html.P(page.note, className="rp-footnotes num"),
        ],
        className="rp-page rp-results",
    )


def _tools(page: ResultsPage) -> list[Component]:
    options = [(name, words) for name, words in PERIODS.items() if name != "week"]
    value = "" if page.period == "week" else page.period
    return [
        filter_field("Period", "period", options, value, every=PERIODS["week"]),
        *csv_file_parts(CSV, "these outcomes", is_there=bool(page.outcomes)),
    ]


def _card(title: str, note: str, children: Sequence[Component]) -> Component:
    head = [html.H2(title, className="rp-card-title"), html.Span(note, className="rp-card-note num")]
    return html.Section([html.Div(head, className="rp-card-head"), *children], className="rp-card")


def _lists(page: ResultsPage, formats: Formats) -> Component:
    heads = (
        Head("List"),
        Head("Pitched", MEANINGS["Pitched"], "rp-num"),
        Head("Ordered", MEANINGS["Ordered"], "rp-num"),
        Head("Value", MEANINGS["Value of pitches"], "rp-num"),
    )
    rows = [_list_row(row, [state_icon(row.state), STATE_WORDS[row.state]], formats) for row in page.lists]
    total = ListRow("", *(sum(getattr(row, name) for row in page.lists) for name in ("pitched", "ordered", "value")))
    rows.append(_list_row(total, ["Together"], formats))
    return _card("By list", "counted under the product raised first", [plain_table(heads, rows, "rp-results-lists")])


def _list_row(row: ListRow, name: list[Component | str], formats: Formats) -> Component:
    ordered = f"{formats.number(row.ordered)} of {formats.number(row.pitched)}"
    return html.Tr(
        [
            html.Th(html.Span(name, className="rp-results-list"), scope="row"),
            html.Td(formats.number(row.pitched), className="rp-num num"),
            html.Td(ordered, className="rp-num num"),
            html.Td(formats.money(row.value), className="rp-num num"),
        ]
    )


def _outcomes(page: ResultsPage, formats: Formats, links: Links) -> Component:
    if not page.outcomes:
        return _card("Outcomes", "", [html.P("Nothing was recorded in these days.", className="rp-results-none")])
    heads = (
        Head("Date"), Head("Customer"), Head("Product"), Head("Outcome"),
        Head("If ordered", MEANINGS["If ordered"], "rp-num"), Head("Said", class_name="rp-results-words"),
    )  # fmt: skip
    shown = len(page.outcomes)
    note = f"{formats.number(shown)} of {formats.number(page.n_outcomes)}" if shown < page.n_outcomes else ""
    rows = [_outcome(row, links) for row in page.outcomes]
    return _card("Outcomes", note, [plain_table(heads, rows, "rp-results-outcomes")])


def _outcome(row: OutcomeRow, links: Links) -> Component:
    sign = [state_icon(row.state)] if row.state else []
    product = page_link(row.product, links.product(row.product_id)) if row.product_id else row.product
    return html.Tr(
        [
            html.Td(row.day, className="num"),
            html.Th(page_link(row.customer, links.customer(row.customer_id)), scope="row"),
            html.Td(html.Span([*sign, product], className="rp-results-list")),
            html.Td(row.outcome),
            html.Td(row.value, className="rp-num num"),
            html.Td(row.said, className="rp-results-words"),
        ]
    )


def _steps(steps: Sequence[StepRow], links: Links) -> Component:
    if not steps:
        return _card("Next steps", "", [html.P("None was due in these days.", className="rp-results-none")])
    rows = [
        html.Li(
            [
                html.Span(step.day, className="num"),
                html.Span([page_link(step.customer, links.customer(step.customer_id)), html.Span(step.text)]),
                html.Span(step.done, className="num"),
            ]
        )
        for step in steps
    ]
    return _card("Next steps", "", [html.Ol(rows, className="rp-results-steps")])


def _why_not(page: ResultsPage, formats: Formats) -> list[Component]:
    if not page.why_not:
        return []
    rows = [html.Li([html.Span(why), html.Span(formats.number(n), className="num")]) for why, n in page.why_not]
    return [_card("Why not ordered", "", [html.Ul(rows, className="rp-results-why")])]
