"""The call list: the figures of the day, filters, a row a call, and the drawer beside it."""

from collections.abc import Sequence
from urllib.parse import urlencode

from dash import dcc
from dash.development.base_component import Component

from dashboard.activity.records import SavedView
from dashboard.components import html
from dashboard.components.copy_sentence import copied
from dashboard.components.csv_file import csv_file, csv_file_parts
from dashboard.components.elements import attributes, icon, number, page_link, unseen
from dashboard.components.empty_states import empty_state
from dashboard.components.paper import day_sheet_link
from dashboard.components.recent import recent_card
from dashboard.components.state_counts import state_counts, state_icon
from dashboard.components.tile_strip import tile_strip
from dashboard.components.toolbar import filter_field, named, saved_views, toolbar
from dashboard.display.call_words import REASON_WORDS
from dashboard.display.formats import Formats
from dashboard.display.urls import Links, dial_address
from dashboard.pages.calls.data.page import VALUES, CallsPage, Row
from dashboard.records.calls import STEP, CallFilters
from dashboard.records.customers import Customer

CSV = csv_file("calls")
BODY, DRAWER, DRAWER_ASKED, FILTERS, VIEWS = "calls-body", "drawer", "call-asked", "calls-filters", "views"


def calls_view(page: CallsPage, area: Component, formats: Formats, links: Links) -> Component:
    """Draw the page; `area` is what the buttons of outcomes need."""
    order = "ordered by expected value in the next 4 weeks" if page.has_chances else "the longest silence first"
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id=DRAWER_ASKED),
            dcc.Store(id=FILTERS, data=query_of(page.filters)),
            dcc.Store(id="view-asked"),
            area,
            html.Div(
                [
                    html.H1(
                        ["Calls", html.Span(f" for {formats.weekday_and_day(page.today)}", className="rp-calls-day")],
                        className="rp-title",
                        tabIndex="-1",
                    ),
                    html.P(order, className="rp-subtitle"),
                ],
                className="rp-page-head",
            ),
            html.Div(calls_body(page, formats, links), id=BODY, className="rp-calls-body"),
            recent_card(),
            html.Aside(
                id=DRAWER,
                className="rp-drawer",
                hidden=True,
                **attributes(aria_label="What to say", data_rp_drawer="true"),
            ),
            copied(),
        ],
        className="rp-page rp-calls",
    )


def query_of(filters: CallFilters) -> dict[str, str]:
    """Return the filters as an address has them."""
    said = {"region": filters.region, "segment": filters.segment, "reason": filters.reason}
    return {name: value for name, value in said.items() if value} | (
        {"value": f"{filters.value:g}"} if filters.value else {}
    )


def calls_body(page: CallsPage, formats: Formats, links: Links) -> list[Component]:
    """Return all that an outcome changes: figures, rows, what is done."""
    return [
        tile_strip(page.tiles, "Figures of the day"),
        _toolbar(page, formats, links),
        *([html.P(page.unread, className="rp-hint")] if page.unread else []),
        _list(page, formats, links) if page.rows else empty_state("No open calls", page.nothing, _reset(page, links)),
        *_done(page, links),
    ]


def _reset(page: CallsPage, links: Links) -> Sequence[Component]:
    return [page_link("Show all calls", links.home(), "btn btn-primary")] if page.filters.is_set else []


def _toolbar(page: CallsPage, formats: Formats, links: Links) -> Component:
    filters = page.filters
    values = [(f"{value:g}", formats.money(value)) for value in sorted({*VALUES[1:], filters.value} - {0.0})]
    fields = [
        *_if_several("Region", "region", page.regions, filters.region),
        *_if_several("Segment", "segment", page.segments, filters.segment),
        filter_field("Reason", "reason", list(REASON_WORDS.items()), filters.reason),
        filter_field(
            "Value from", "value", values, f"{filters.value:g}" if filters.value else "", every=formats.money(0)
        ),
    ]
    is_there = bool(page.rows)
    paper = day_sheet_link(urlencode(query_of(filters)), links, is_there=is_there)
    files = [*paper, *csv_file_parts(CSV, "the open calls", is_there=is_there)]
    return toolbar(fields, html.Div(views_of_page(page.views, filters, links), id=VIEWS), files)


def _if_several(label: str, name: str, options: Sequence[str], value: str) -> list[Component]:
    return [filter_field(label, name, named(options), value)] if len(options) > 1 else []


def views_of_page(views: Sequence[SavedView], filters: CallFilters, links: Links) -> list[Component]:
    """Return the saved views, and the button that saves the filters as they are."""
    return saved_views(views, links.home(), urlencode(query_of(filters)))


def _list(page: CallsPage, formats: Formats, links: Links) -> Component:
    heads = html.Div(
        [
            html.Span("Expected" if page.has_chances else ""),
            html.Span("Customer and first thing to say"),
            html.Span("Products to raise"),
            html.Span("Days since / usual"),
            html.Span("12 months"),
            html.Span("vs before" if any(row.change for row in page.rows) else "Revenue"),
            html.Span("Last contact"),
            html.Span(),
        ],
        className="rp-calls-heads",
    )
    rows = [_row(row, page, formats, links) for row in page.rows]
    return html.Section([heads, html.Ol(rows, className="rp-calls-rows")], className="rp-card rp-calls-card")


def _row(row: Row, page: CallsPage, formats: Formats, links: Links) -> Component:
    call, customer = row.call, row.call.customer
    usual = f" / {row.usual}" if row.usual else ""
    since = f"{row.since} days since the last order{f', usual {row.usual}' if row.usual else ''}" if row.since else ""
    trend = [icon(f"caret-{row.trend}-fill", "rp-caret"), unseen(f"{row.trend} ")] if row.trend else []
    sign = [icon("calendar-check")] if call.why == STEP else [state_icon(call.state)] if call.state else []
    return html.Li(
        [
            html.Span(formats.money(call.expected) if page.has_chances else "", className="rp-call-expected num"),
            html.Div(
                [
                    html.Div(
                        [
                            page_link(customer.name, links.customer(customer.customer_id), "rp-link rp-call-name"),
                            html.Span(row.where, className="rp-call-where"),
                            *([number(customer.phone, "rp-on-paper")] if customer.phone else []),
                        ],
                        className="rp-call-title",
                    ),
                    html.P([*sign, html.Span(row.first)], className="rp-call-first num"),
                ],
                className="rp-call-who",
            ),
            state_counts(row.counts, formats),
            html.Span([html.B(row.since or "\N{EN DASH}"), usual], className="rp-call-since num"),
            html.Span(since, className="rp-call-since-words num"),
            _bars(row, formats),
            html.Span([html.Span(row.revenue), html.Span([*trend, row.change])], className="rp-call-change num"),
            html.Span(row.contact, className="rp-call-contact num"),
            html.Span([*_phone(customer), _more(customer)], className="rp-call-buttons"),
        ],
        className="rp-call-row",
        **attributes(data_rp_customer=customer.customer_id, data_rp_name=customer.name, data_rp_call="true"),
    )


def _bars(row: Row, formats: Formats) -> Component:
    """Return the revenue of the last twelve full months as bars, the last one marked; a screen reader has the sum."""
    bars = row.bars
    if bars is None:
        return html.Span(className="rp-bars")
    most = max(bars.now) or 1.0
    heights = [max(round(100 * value / most), 2 if value else 0) for value in bars.now]
    spans = [html.Span(style={"height": f"{height}%"}) for height in heights]
    words = f"Revenue by month, {formats.money(bars.total)} in 12 months"
    return html.Span([*spans, unseen(words)], className="rp-bars")


def _phone(customer: Customer) -> list[Component]:
    if not customer.phone:
        return []
    return [
        html.A(
            [icon("telephone"), unseen(f"Call {customer.name}")],
            href=dial_address(customer.phone),
            className="rp-icon-button rp-call-dial",
        )
    ]


def _more(customer: Customer) -> Component:
    return html.Button(
        [icon("three-dots"), unseen(f"What to say to {customer.name}")],
        type="button",
        className="rp-icon-button rp-call-more",
        disable_n_clicks=True,
        **attributes(data_rp_open_drawer="true", aria_controls=DRAWER),
    )


def _done(page: CallsPage, links: Links) -> list[Component]:
    if not page.done:
        return []
    rows = [html.Li([page_link(name, links.customer(one)), f": {words}"]) for name, one, words in page.done]
    return [html.Details([html.Summary(page.done_words), html.Ul(rows)], className="rp-calls-done num")]
