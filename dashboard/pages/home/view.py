"""The home page: the search, below it who needs attention, what was looked at last, and the largest customers."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.access.viewer import Viewer
from dashboard.components import html
from dashboard.components.elements import attributes, icon, number, page_link
from dashboard.components.empty_states import empty_state, no_customers
from dashboard.components.plain_table import Head, plain_table
from dashboard.components.search import search_box
from dashboard.components.table import csv_parts, table_card
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.home.data.attention import MOST_FIRST
from dashboard.pages.home.data.page import LARGEST, HomePage, where_words
from dashboard.records.customers import Customer
from dashboard.records.recently_viewed import Seen

NEEDS_ROWS = 10


def home_view(page: HomePage, viewer: Viewer, formats: Formats, links: Links, needs: TableState) -> Component:
    """Draw the page; `needs` is how the address wants the table of who needs attention."""
    body = _body(page, viewer, formats, links, needs) if page.n_customers else [no_customers(viewer)]
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            html.Div(html.H1("Home", className="rp-title", tabIndex="-1"), className="rp-head rp-home-head"),
            search_box("home"),
            dcc.Store(id="recent-asked"),
            html.Div(body, className="rp-home-list"),
        ],
        className="rp-page rp-home",
    )


def _body(page: HomePage, viewer: Viewer, formats: Formats, links: Links, needs: TableState) -> list[Component]:
    return [
        table_card(page.needs, needs, formats, note=MOST_FIRST, page_rows=NEEDS_ROWS)
        if page.needs.records
        else _no_needs(),
        html.Section(
            [
                html.Div(html.H2("Recently viewed", className="rp-card-title"), className="rp-card-head"),
                html.Div(id="recent", className="rp-card-body rp-recent"),
            ],
            className="rp-card rp-home-recent",
        ),
        _largest(page, viewer, formats, links),
    ]


def _no_needs() -> Component:
    why = "Nobody is silent for more than twice the usual gap, a quarter below the year before, or without an order."
    return empty_state("Nobody needs attention", html.P(why))


def recent_list(found: Sequence[Seen], links: Links) -> Component:
    """Return the customers and products that were viewed, the newest first."""
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


def _largest(page: HomePage, viewer: Viewer, formats: Formats, links: Links) -> Component:
    button, places = csv_parts(LARGEST, "Largest customers")
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Largest customers", className="rp-card-title"),
                    html.Span(_which(page, viewer, formats), className="rp-card-note num"),
                    button,
                ],
                className="rp-card-head",
            ),
            *places,
            plain_table(
                _heads(page),
                [_row(customer, page, formats, links) for customer in page.largest],
                "rp-customers",
                **attributes(data_rp_rows=LARGEST),
            ),
            html.Div(
                page_link(
                    f"All {formats.number(page.n_customers)} customers", links.customers(), "rp-link rp-foot-link"
                ),
                className="rp-table-foot rp-home-foot num",
            ),
        ],
        className="rp-card",
    )


def _which(page: HomePage, viewer: Viewer, formats: Formats) -> str:
    """Return which customers these are, and in what order."""
    shown, total = len(page.largest), page.n_customers
    whose = f" of {viewer.who}" if viewer.role == "rep" else ""
    count = f"All {formats.number(total)}" if shown == total else f"{formats.number(shown)} of {formats.number(total)}"
    return f"{count}{whose}, by revenue in the 12 months to {formats.day(page.as_of, page.as_of)}"


def _heads(page: HomePage) -> list[Head]:
    return [
        Head("Customer", class_name="rp-cell-name"),
        Head(*_where(page), "rp-cell-where"),
        *([Head("Rep", MEANINGS["Rep"], "rp-cell-rep")] if page.shows_rep else []),
        Head("Revenue, 12 months", MEANINGS["Revenue"], "rp-num rp-cell-revenue"),
        *(
            [Head("vs year before", MEANINGS["vs year before"], "rp-num rp-cell-change")]
            if page.has_year_before
            else []
        ),
        Head("Last order", MEANINGS["Last order"], "rp-num rp-cell-last"),
        Head("Days since / usual", MEANINGS["Days since / usual"], "rp-num rp-cell-since"),
    ]


def _where(page: HomePage) -> tuple[str, str]:
    """Return the head of segment and region, or of the one that the data have, and what it means."""
    meaning = MEANINGS["Segment"]
    if not any(one.segment for one in page.largest):
        return "Region", ""
    return ("Segment and region" if any(one.region for one in page.largest) else "Segment"), meaning


def _row(customer: Customer, page: HomePage, formats: Formats, links: Links) -> Component:
    name = [page_link(customer.name, links.customer(customer.customer_id))]
    if customer.customer_id != customer.name:
        name.append(number(customer.customer_id, "rp-id"))
    change = formats.percent_change(customer.revenue_12m, customer.revenue_12m_before)
    return html.Tr(
        [
            html.Th(name, scope="row", className="rp-cell-name"),
            html.Td(where_words(customer), className="rp-cell-where"),
            *([html.Td(customer.rep or "", className="rp-cell-rep")] if page.shows_rep else []),
            html.Td(formats.money(customer.revenue_12m), className="rp-num rp-cell-revenue num"),
            *([html.Td(change, className="rp-num rp-cell-change num")] if page.has_year_before else []),
            html.Td(_last(customer, page, formats), className="rp-num rp-cell-last num"),
            html.Td(_since(customer, page, formats), className="rp-num rp-cell-since num"),
        ],
        **attributes(data_rp_key=customer.customer_id),
    )


def _last(customer: Customer, page: HomePage, formats: Formats) -> str:
    return formats.day(customer.last_order_on, page.as_of)


def _since(customer: Customer, page: HomePage, formats: Formats) -> list[Component | str]:
    if customer.last_order_on is None:
        return ["No orders yet"]
    days = (page.as_of - customer.last_order_on).days
    usual = formats.number(customer.usual_gap_days)
    since = f"{formats.days(days)} since the last order" + (f", usual {usual}" if customer.usual_gap_days else "")
    return [
        html.Span([html.B(formats.number(days)), f" / {usual}"], className="rp-since-desk"),
        html.Span(since, className="rp-since-phone"),
    ]
