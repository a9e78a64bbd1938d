"""How a customer's past orders are drawn: one a day, its lines, and what they say of the customer."""

from collections.abc import Sequence
from urllib.parse import urlencode

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.basket_buttons import basket_button
from dashboard.components.csv_file import csv_file, csv_file_parts
from dashboard.components.customer_head import customer_head
from dashboard.components.elements import attributes, icon, number, page_link, unseen
from dashboard.components.meter import meter
from dashboard.components.toolbar import filter_field
from dashboard.display.formats import Formats
from dashboard.display.urls import Links
from dashboard.pages.orders.data import FIRST_ORDERS, SPAN_WORDS, OrdersPage
from dashboard.records.customers import CategoryGap, PastLine, PastOrder

ASKED, SAID, FILTERS = "orders-asked", "orders-said", "orders-filters"
CSV = csv_file("orders")


def orders_view(page: OrdersPage, formats: Formats, links: Links, *, may_change: bool) -> Component:
    """Draw the page."""
    customer = page.customer
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id="page-customer", data=customer.customer_id),
            dcc.Store(id=ASKED),
            dcc.Store(id=FILTERS, data={"contains": page.contains, "since": page.span}),
            customer_head(customer, _facts(page, formats), links, _to_basket(page, links, may_change=may_change)),
            html.Div(_filters(page), className="rp-toolbar"),
            html.Div(id=SAID, className="rp-orders-said", role="status"),
            html.Div(
                [_orders(page, formats, links, may_change=may_change), _aside(page, formats, links)],
                className="rp-columns",
            ),
        ],
        className="rp-page rp-orders",
        **attributes(data_rp_basket=ASKED),
    )


def _facts(page: OrdersPage, formats: Formats) -> list[str]:
    customer = page.customer
    if not customer.first_order_on or not customer.last_order_on:
        return ["No orders yet"]
    first, last = (formats.day(day, page.as_of) for day in (customer.first_order_on, customer.last_order_on))
    return [f"First order {first}, last {last}"]


def _to_basket(page: OrdersPage, links: Links, *, may_change: bool) -> list[Component]:
    if not may_change:
        return []
    words = [icon("basket"), html.Span("Basket")]
    return [page_link(words, links.basket(page.customer.customer_id), "btn btn-quiet")]


def _filters(page: OrdersPage) -> list[Component]:
    spans = [(span, words) for span, words in SPAN_WORDS.items() if span]
    find = html.Label(
        [
            html.Span("Contains", className="rp-toolbar-label"),
            dcc.Input(
                id="orders-contains",
                value=page.contains,
                type="search",
                debounce=True,
                placeholder="Any product",
                autoComplete="off",
                maxLength=80,
                className="rp-toolbar-select",
            ),
        ],
        className="rp-toolbar-field",
        **attributes(data_rp_find_in="contains"),
    )
    since = filter_field("Since", "since", spans, page.span, every=SPAN_WORDS[""])
    return [html.Div([find, since], className="rp-toolbar-filters")]


def _orders(page: OrdersPage, formats: Formats, links: Links, *, may_change: bool) -> Component:
    n = formats.number(page.total)
    money = f", {formats.money(page.revenue)}" if page.revenue is not None else ""
    note = f"{SPAN_WORDS[page.span]}{money}"
    last = [basket_button("last", [icon("arrow-repeat"), "Same as last time"], "btn btn-quiet")] if may_change else []
    head = html.Div(
        [
            html.H2(f"{n} order day{'' if page.total == 1 else 's'}", className="rp-card-title num"),
            html.Span(note, className="rp-card-note num"),
            *csv_file_parts(CSV, "these orders", is_there=bool(page.shown)),
            *last,
        ],
        className="rp-card-head rp-orders-head",
    )
    if not page.shown:
        why = "No order fits these filters." if page.contains or page.span else "No order in the last 12 months."
        return html.Section([head, html.P(why, className="rp-orders-none")], className="rp-card")
    rows = [
        _order(order, page, formats, links, is_open=at == 0, may_change=may_change)
        for at, order in enumerate(page.shown)
    ]
    return html.Section(
        [head, html.Ol(rows, className="rp-orders-list"), *_more(page, formats, links)], className="rp-card"
    )


def _more(page: OrdersPage, formats: Formats, links: Links) -> list[Component]:
    if page.total <= len(page.shown):
        return []
    said = {name: value for name, value in (("contains", page.contains), ("since", page.span)) if value}
    href = f"{links.orders(page.customer.customer_id)}?{urlencode({**said, 'all': '1'})}"
    shown = f"{formats.number(len(page.shown))} of {formats.number(page.total)}"
    link = [page_link("Show more", href)] if len(page.shown) <= FIRST_ORDERS else []
    return [html.Div([html.Span(shown), *link], className="rp-table-foot num")]


def _order(
    order: PastOrder, page: OrdersPage, formats: Formats, links: Links, *, is_open: bool, may_change: bool
) -> Component:
    n = formats.number(len(order.lines))
    after = f"{formats.days(order.gap_days)} after the one before" if order.gap_days is not None else "the first"
    summary = html.Summary(
        [
            html.B(formats.day(order.on, page.as_of), className="rp-order-day"),
            html.Span(f"{n} product{'' if len(order.lines) == 1 else 's'}, {after}", className="rp-order-what"),
            html.B(formats.price(order.revenue) if order.revenue is not None else "", className="rp-order-sum"),
        ],
        className="rp-order-head num",
    )
    lines = html.Ol([_line(line, formats, links) for line in order.lines], className="rp-order-lines")
    day = formats.day(order.on, page.as_of)
    words: list[Component | str] = [icon("basket"), "Put in basket", unseen(f" what they ordered on {day}")]
    add = [basket_button("last", words, "btn btn-quiet", day=order.on.isoformat())] if may_change else []
    return html.Li(html.Details([summary, lines, html.Div(add, className="rp-order-foot")], open=is_open))


def _line(line: PastLine, formats: Formats, links: Links) -> Component:
    first = [html.Span(", first time", className="rp-order-first")] if line.is_first else []
    return html.Li(
        [
            html.Span(
                [
                    page_link(line.product_name, links.product(line.product_id)),
                    number(f" {line.product_id}", "rp-id"),
                    *first,
                ]
            ),
            number(formats.quantity_price(line.quantity, line.price)),
            html.B(formats.price(line.revenue) if line.revenue is not None else "", className="num"),
        ]
    )


def _aside(page: OrdersPage, formats: Formats, links: Links) -> Component:
    return html.Div(
        [*_distances(page, formats), *_often(page, formats, links), *_gaps(page, formats, links)],
        className="rp-aside",
    )


def _distances(page: OrdersPage, formats: Formats) -> list[Component]:
    if not page.distances:
        return []
    most = max(n for _, n in page.distances)
    rows = [
        html.Li([html.Span(formats.days(days)), meter(n / most), number(formats.number(n))])
        for days, n in page.distances
    ]
    customer = page.customer
    now = (page.as_of - customer.last_order_on).days if customer.last_order_on else 0
    gaps = f"The longest of the {formats.number(page.n_gaps)} gaps was {formats.number(page.longest)}."
    said = html.P(f"Now {formats.days(now)}. {gaps}", className="rp-others num")
    usual = f"usual {formats.number(customer.usual_gap_days)}" if customer.usual_gap_days is not None else ""
    return [_card("Days between orders", usual, [html.Ol(rows, className="rp-shares"), said])]


def _often(page: OrdersPage, formats: Formats, links: Links) -> list[Component]:
    if not page.often:
        return []
    rows = [
        html.Li([html.Span(page_link(name, links.product(one))), meter(n / page.total), number(formats.number(n))])
        for name, one, n in page.often
    ]
    return [_card("In most orders", f"of {formats.number(page.total)}", [html.Ol(rows, className="rp-shares")])]


def _gaps(page: OrdersPage, formats: Formats, links: Links) -> list[Component]:
    if not page.gaps:
        return []
    rows = [_gap(one, formats, links) for one in page.gaps]
    return [_card("Bought by similar customers, hardly here", "a year", [html.Ol(rows, className="rp-category-gaps")])]


def _gap(one: CategoryGap, formats: Formats, links: Links) -> Component:
    own = "nothing" if not one.own else formats.money(one.own)
    href = f"{links.products()}?{urlencode({'category': f'{one.category}*'})}"
    return html.Li(
        [
            html.Div([page_link(one.category, href), html.B(formats.money(one.median), className="num")]),
            html.P(
                f"{formats.number(one.n)} of {formats.number(one.of)} similar customers buy it, half of them for more "
                f"than that; this one {own}.",
                className="num",
            ),
        ]
    )


def _card(title: str, note: str, body: Sequence[Component]) -> Component:
    head = [html.H2(title, className="rp-card-title"), html.Span(note, className="rp-card-note num")]
    return html.Section(
        [html.Div(head, className="rp-card-head"), html.Div(list(body), className="rp-card-body")], className="rp-card"
    )
