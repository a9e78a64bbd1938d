"""How a customer's past orders are drawn: one a day, its lines, and what they say of the customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.basket_buttons import basket_button
from dashboard.components.basket_card import ASKED, basket_toggle, in_basket, in_basket_count
from dashboard.components.csv_file import csv_file, csv_file_parts
from dashboard.components.customer_head import call_link, customer_head
from dashboard.components.elements import attributes, icon, number, page_link, unseen
from dashboard.components.meter import meter
from dashboard.components.outcome_actions import toast
from dashboard.components.toolbar import filter_field
from dashboard.display.formats import SPACE, TIMES, Formats
from dashboard.display.urls import Links
from dashboard.pages.orders.data import FIRST_ORDERS, SPAN_WORDS, OrdersPage
from dashboard.records.customers import CategoryGap, PastLine, PastOrder

FILTERS = "orders-filters"
QUIET = "btn btn-quiet"
CSV = csv_file("orders")
_HEADS = ("Date", "What", "After the one before", "Sum")
_LINE_HEADS = ("Product", "Quantity", "Usual", "Price", "Sum", "In the basket")


@dataclass(frozen=True)
class Parts:
    """What of the page is not in OrdersPage.

    basket       the card of the basket; empty for who may not put one together
    open_basket  whether it is open
    """

    basket: Sequence[Component]
    open_basket: bool = False

    @property
    def may_change(self) -> bool:
        """Return whether who looks may put orders into the basket."""
        return bool(self.basket)


def orders_view(page: OrdersPage, parts: Parts, formats: Formats, links: Links) -> Component:
    """Draw the page."""
    customer = page.customer
    toggle = [basket_toggle(is_open=parts.open_basket)] if parts.may_change else []
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id="page-customer", data=customer.customer_id),
            dcc.Store(id=FILTERS, data={"contains": page.contains, "since": page.span}),
            customer_head(customer, _facts(page, formats), links, toggle),
            *parts.basket,
            html.Div(_filters(page), className="rp-toolbar"),
            html.Div([_orders(page, parts, formats, links), _aside(page, formats, links)], className="rp-columns"),
            *_action_bar(page, parts, links),
            toast(),
        ],
        className="rp-page rp-orders",
        **attributes(data_rp_basket=ASKED if parts.may_change else None),
    )


def _facts(page: OrdersPage, formats: Formats) -> list[str]:
    customer = page.customer
    if not customer.first_order_on or not customer.last_order_on:
        return ["No orders yet"]
    first, last = (formats.day(day, page.as_of) for day in (customer.first_order_on, customer.last_order_on))
    return [f"First order {first}, last {last}"]


def _action_bar(page: OrdersPage, parts: Parts, links: Links) -> list[Component]:
    """Return the phone's buttons, at the bottom where the thumb is."""
    customer = page.customer
    basket = page_link(
        [icon("basket"), html.Span("Basket"), in_basket_count()], links.basket(customer.customer_id), QUIET
    )
    orders = [basket, _same_again()] if parts.may_change else []
    call = [call_link(customer, "Call", f" {customer.phone}")] if customer.phone else []
    return [html.Div([*orders, *call], className="rp-action-bar")] if orders or call else []


def _same_again() -> Component:
    return basket_button("last", [icon("arrow-repeat"), "Same as last time"], QUIET)


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


def _orders(page: OrdersPage, parts: Parts, formats: Formats, links: Links) -> Component:
    n = formats.number(page.total)
    money = f", {formats.money(page.revenue)}" if page.revenue is not None else ""
    note = f"{SPAN_WORDS[page.span]}{money}"
    head = html.Div(
        [
            html.H2(f"{n} order day{'' if page.total == 1 else 's'}", className="rp-card-title num"),
            html.Span(note, className="rp-card-note num"),
            *csv_file_parts(CSV, "these orders", is_there=bool(page.shown)),
            *([_same_again()] if parts.may_change else []),
        ],
        className="rp-card-head rp-orders-head",
    )
    if not page.shown:
        why = "No order fits these filters." if page.contains or page.span else "No order in the last 12 months."
        return html.Section([head, html.P(why, className="rp-orders-none")], className="rp-card")
    heads = html.Div([html.Span(one) for one in _HEADS], className="rp-orders-heads")
    rows = [_order(order, page, parts, formats, links, is_open=at == 0) for at, order in enumerate(page.shown)]
    return html.Section(
        [head, heads, html.Ol(rows, className="rp-orders-list"), *_more(page, formats, links)], className="rp-card"
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
    order: PastOrder, page: OrdersPage, parts: Parts, formats: Formats, links: Links, *, is_open: bool
) -> Component:
    day, n = formats.day(order.on, page.as_of), _products(len(order.lines), formats)
    gap = [html.Span("the first")]
    if order.gap_days is not None:
        gap = [html.Span(formats.days(order.gap_days)), html.Span(" after the one before", className="rp-order-word")]
    summary = html.Summary(
        [
            html.B(day, className="rp-order-day"),
            html.Span(n, className="rp-order-what"),
            html.Span(gap, className="rp-order-gap"),
            html.B(formats.price(order.revenue) if order.revenue is not None else "", className="rp-order-sum"),
        ],
        className="rp-order-head num",
    )
    about = unseen(f" what they ordered on {day}")
    add = _put_button(["Put in basket", about], order, "rp-order-put") if parts.may_change else None
    lines = [
        html.Div([html.Span(head) for head in _line_heads(parts)], className="rp-order-heads"),
        html.Ol([_line(line, page, parts, formats, links) for line in order.lines], className="rp-order-lines"),
        html.Div(
            [
                html.Span(n),
                html.Span("net of VAT"),
                html.B(formats.price(order.revenue) if order.revenue is not None else ""),
            ],
            className="rp-order-total num",
        ),
    ]
    these = f"Put {'these ' if len(order.lines) > 1 else 'it '}{_these(len(order.lines), formats)}in the basket"
    foot = [html.Div(_put_button([these], order, ""), className="rp-order-foot")] if parts.may_change else []
    details = html.Details([summary, html.Div([*lines, *foot], className="rp-order-open")], open=is_open)
    return html.Li([details, add], className="rp-order" if parts.may_change else "rp-order rp-order-plain")


def _these(n: int, formats: Formats) -> str:
    return f"{formats.number(n)} " if n > 1 else ""


def _put_button(words: list[Component | str], order: PastOrder, class_name: str) -> Component:
    return basket_button("last", [icon("basket"), *words], f"{QUIET} {class_name}".rstrip(), day=order.on.isoformat())


def _line_heads(parts: Parts) -> tuple[str, ...]:
    return _LINE_HEADS if parts.may_change else _LINE_HEADS[:-1]


def _products(n: int, formats: Formats) -> str:
    return f"{formats.number(n)} product{'' if n == 1 else 's'}"


def _line(line: PastLine, page: OrdersPage, parts: Parts, formats: Formats, links: Links) -> Component:
    """Return a line of an order; on a phone quantity and price are one, and what is usual is left out."""
    usual = "first time" if line.is_first else formats.quantity(page.usual.get(line.product_id))
    name = [page_link(line.product_name, links.product(line.product_id)), number(f" {line.product_id}", "rp-id")]
    inside = [html.Div([in_basket(line.product_id), _add(line, formats)], className="rp-order-add")]
    return html.Li(
        [
            html.Span(name),
            number(formats.quantity(line.quantity), "rp-order-quantity"),
            html.Span(usual, className="rp-order-first num" if line.is_first else "rp-order-usual num"),
            html.Span(
                [
                    html.Span(f"{formats.quantity(line.quantity)}{SPACE}{TIMES}{SPACE}", className="rp-order-times"),
                    formats.price(line.price),
                ],
                className="num",
            ),
            html.B(formats.price(line.revenue) if line.revenue is not None else "", className="num"),
            *(inside if parts.may_change else []),
        ]
    )


def _add(line: PastLine, formats: Formats) -> Component:
    words: list[Component | str] = [f"Add {formats.quantity(line.quantity)}", unseen(f" {line.product_name}")]
    return basket_button("put", words, "rp-order-add-button", product=line.product_id, quantity=line.quantity)


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
