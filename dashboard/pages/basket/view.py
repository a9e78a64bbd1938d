"""How the basket page is drawn: what is typed, the lines, what goes with them, and how they are handed over."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.basket_buttons import basket_button
from dashboard.components.copy_sentence import copied, copy_button
from dashboard.components.csv_file import csv_file, csv_file_parts
from dashboard.components.customer_head import customer_head
from dashboard.components.elements import attributes, icon, number, page_link, unseen
from dashboard.components.state_counts import STATE_WORDS, state_icon
from dashboard.display.formats import Formats
from dashboard.display.order_text import LONGEST_LINE
from dashboard.display.urls import Links
from dashboard.pages.basket.data import BasketPage, Line, Suggestion, Unknown, basket_text
from dashboard.records.products import Product

BASKET, ASKED, UNKNOWN, DONE = "basket", "basket-asked", "basket-unknown", "basket-done"
CSV = csv_file("basket")


@dataclass(frozen=True)
class Shown:
    """How the page is shown.

    may_change   whether who looks may put together a basket
    hands_over   whether there is an order system to hand it over to
    """

    formats: Formats
    links: Links
    may_change: bool
    hands_over: bool


def basket_view(page: BasketPage, shown: Shown) -> Component:
    """Draw the page."""
    customer = page.customer
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id="page-customer", data=customer.customer_id),
            dcc.Store(id=ASKED),
            dcc.Store(id=UNKNOWN, data=[]),
            dcc.Store(id=DONE),
            customer_head(customer, _facts(page, shown.formats), shown.links, []),
            *([_form()] if shown.may_change else []),
            html.Div(basket_body(page, shown), id=BASKET, className="rp-columns rp-basket-body"),
            copied(),
        ],
        className="rp-page rp-basket",
        **attributes(data_rp_basket=ASKED),
    )


def _facts(page: BasketPage, formats: Formats) -> list[str]:
    customer = page.customer
    last = "No orders yet"
    if customer.last_order_on:
        last = f"Last order {formats.day(customer.last_order_on, page.as_of)}"
    return [last, f"Average order {formats.money(page.average)}" if page.average is not None else ""]


def _form() -> Component:
    """Return where numbers are typed, scanned or pasted; basket.js sends them, and empties it once they are added."""
    return html.Section(
        html.Div(
            [
                html.Label(
                    [
                        html.Span("Number or name, or paste a list (number and quantity, one a line)"),
                        dcc.Textarea(id="basket-text", className="rp-basket-text", placeholder="20418 12", rows=1),
                    ],
                    className="rp-basket-typed",
                ),
                basket_button("add", [icon("plus-lg"), "Add"], "btn btn-primary"),
                basket_button("last", [icon("arrow-repeat"), "Same as last time"], "btn btn-quiet"),
            ],
            className="rp-basket-form",
        ),
        className="rp-card rp-basket-add",
    )


def basket_body(page: BasketPage, shown: Shown) -> list[Component]:
    """Return all that a change changes."""
    main = html.Div([_basket(page, shown)], className="rp-basket-main")
    return [main, _goes_with(page, shown)]


def _basket(page: BasketPage, shown: Shown) -> Component:
    formats = shown.formats
    n = len(page.lines)
    note = f"{_products(n, formats)}, {formats.price(page.total)}" if n else ""
    head = html.Div(
        [html.H2("Basket", className="rp-card-title"), html.Span(note, className="rp-card-note num")],
        className="rp-card-head",
    )
    said = html.P(page.said, className="rp-basket-said num", role="status")
    unknown = [_unknown(at, one, page, shown) for at, one in enumerate(page.unknown)]
    if not page.is_readable:
        return _card(
            [head, html.P("The basket cannot be read now: the database does not answer.", className="rp-empty")]
        )
    if not n:
        why = "Type or paste numbers above, or take what they had last time."
        return _card([head, said, *unknown, html.P(why, className="rp-basket-empty")])
    rows = [_line(line, shown) for line in page.lines]
    table = html.Ol(rows, className="rp-basket-lines")
    return _card([head, said, *unknown, table, _foot(page, shown)])


def _card(children: Sequence[Component]) -> Component:
    return html.Section(list(children), className="rp-card")


def _products(n: int, formats: Formats) -> str:
    return f"{formats.number(n)} product{'' if n == 1 else 's'}"


def _unknown(at: int, one: Unknown, page: BasketPage, shown: Shown) -> Component:
    """Return a line that is no product, what is closest to it, and what can be done about it."""
    quantity = shown.formats.quantity(one.typed.quantity)
    words: list[Component | str] = [
        icon("exclamation-triangle-fill", "rp-icon-warning"),
        html.B(f"{one.typed.text[:LONGEST_LINE]} \N{MULTIPLICATION SIGN} {quantity}"),
        " is not a product number.",
    ]
    buttons = [basket_button("leave", ["Leave out"], "btn btn-ghost", at=at)]
    if one.near is not None:
        inside = {line.product.product_id for line in page.lines}
        already = ", already in the basket" if one.near.product_id in inside else ""
        words.append(f" Closest: {one.near.product_id} {one.near.name}{already}.")
        near, n = one.near.product_id, one.typed.quantity
        buttons.insert(
            0, basket_button("accept", [f"Add {quantity} of it"], "btn btn-quiet", product=near, quantity=n, at=at)
        )
    return html.Div([html.P(words, className="num"), html.Div(buttons)], className="rp-basket-unknown")


def _line(line: Line, shown: Shown) -> Component:
    formats, product = shown.formats, line.product
    tag: list[Component] = []
    if line.state:
        tag = [html.Span([state_icon(line.state), STATE_WORDS[line.state]], className="rp-basket-state")]
    usual = "first time" if line.usual is None else f"usual {formats.quantity(line.usual)}"
    parts = [
        html.Div(_named(product, shown), className="rp-basket-name"),
        html.Div([*tag, usual], className="rp-basket-usual num"),
        _stepper(line) if shown.may_change else number(formats.quantity(line.quantity)),
        number(formats.price(line.price), "rp-basket-price"),
        html.B(formats.price(line.amount), className="rp-basket-sum num"),
    ]
    if shown.may_change:
        parts.append(_set(line, 0, [icon("x-lg"), unseen(f"Take out {product.name}")], "rp-icon-button"))
    return html.Li(parts, className="rp-basket-line")


def _named(product: Product, shown: Shown) -> list[Component]:
    link = page_link(product.name, shown.links.product(product.product_id))
    return [link, number(f" {product.product_id}", "rp-id")]


def _set(line: Line, quantity: float, children: Sequence[Component | str], class_name: str) -> Component:
    """Return a button that makes it so many."""
    return basket_button("set", children, class_name, product=line.product.product_id, quantity=quantity)


def _stepper(line: Line) -> Component:
    """Return the quantity between a button that takes one off and one that adds one."""
    product = line.product
    field = dcc.Input(
        value=f"{line.quantity:g}",
        className="rp-basket-quantity num",
        inputMode="numeric",
        autoComplete="off",
        maxLength=12,
    )
    label = html.Label(
        [unseen(f"Quantity of {product.name}"), field], **attributes(data_rp_basket_of=product.product_id)
    )
    less = [icon("dash-lg"), unseen(f"One {product.name} less")]
    more = [icon("plus-lg"), unseen(f"One {product.name} more")]
    return html.Div(
        [
            _set(line, max(line.quantity - 1, 0), less, "rp-basket-step"),
            label,
            _set(line, line.quantity + 1, more, "rp-basket-step"),
        ],
        className="rp-basket-quantities",
    )


def _foot(page: BasketPage, shown: Shown) -> Component:
    formats = shown.formats
    total = html.Div(
        [
            html.Span(_products(len(page.lines), formats)),
            html.Span("net of VAT"),
            html.B(formats.price(page.total)),
        ],
        className="rp-basket-total num",
    )
    ordered = [basket_button("ordered", [icon("bag-check"), "Mark as ordered"], "btn btn-quiet")]
    send = [basket_button("send", [icon("send"), "Hand over"], "btn btn-primary")] if shown.hands_over else []
    buttons = [
        html.Span("Kept for you until it is handed over or emptied.", className="rp-basket-kept"),
        *([basket_button("empty", ["Empty"], "btn btn-ghost")] if shown.may_change else []),
        *csv_file_parts(CSV, "the basket", is_there=True),
        copy_button(basket_text(page, formats), "Copy as text", key="c"),
        *([*ordered, *send] if shown.may_change else []),
    ]
    return html.Div([total, html.Div(buttons, className="rp-basket-buttons")])


def _goes_with(page: BasketPage, shown: Shown) -> Component:
    formats = shown.formats
    rows = [_suggestion(one, shown) for one in page.suggestions]
    if rows:
        n = {2: "both", 3: "all three", 4: "all four"}.get(len(rows), "it")
        foot = html.P(
            [f"Adding {n} makes it ", html.B(formats.price(page.with_suggestions)), "."], className="rp-others num"
        )
        body: list[Component] = [html.Ol(rows, className="rp-goes-with"), foot]
    else:
        why = (
            "Nothing yet: the basket is empty." if not page.lines else "Nothing that order days with these have often."
        )
        body = [html.P(why, className="rp-others")]
    return html.Aside(
        html.Section(
            [
                html.Div(html.H2("Goes with it", className="rp-card-title"), className="rp-card-head"),
                html.Div(body, className="rp-card-body"),
            ],
            className="rp-card",
        ),
        className="rp-aside",
    )


def _suggestion(one: Suggestion, shown: Shown) -> Component:
    formats, product = shown.formats, one.product
    foot = [number(formats.quantity_price(one.quantity, one.price))]
    if shown.may_change:
        words: list[Component | str] = [
            icon("plus-lg"),
            f"Add {formats.quantity(one.quantity)}",
            unseen(f" {product.name}"),
        ]
        foot.append(basket_button("put", words, "btn btn-quiet", product=product.product_id, quantity=one.quantity))
    said: list[Component | str] = [state_icon(one.state), unseen(f"{STATE_WORDS[one.state]}: "), one.sentence]
    return html.Li(
        [
            html.Div(_named(product, shown)),
            html.P(said, className="num"),
            html.Div(foot, className="rp-goes-with-foot"),
        ]
    )
