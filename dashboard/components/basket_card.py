"""A basket as a card: what is typed, its lines, what goes with them, and how it is handed over.

A page shows it by `basket_card`; assets/basket.js opens and closes it, and sends what is done to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.basket_buttons import basket_button, plain_quantity
from dashboard.components.copy_sentence import copy_button
from dashboard.components.csv_file import csv_file, csv_file_parts
from dashboard.components.elements import attributes, icon, number, page_link, unseen
from dashboard.components.state_counts import STATE_WORDS, state_icon
from dashboard.display.basket import Basket, Line, Suggestion, Unknown, basket_text
from dashboard.display.formats import Formats
from dashboard.display.order_text import LONGEST_LINE
from dashboard.display.urls import Links
from dashboard.records.products import Product
from dashboard.records.raised import LOST, NEW

# What a change writes: lines, head, what became of it, what goes with it; what is unknown, done and marked elsewhere.
BASKET, NOTE, SAID, GOES_WITH, NOTICE = (
    "basket", "basket-note", "basket-said", "basket-goes-with", "basket-gone",
)  # fmt: skip
ASKED, UNKNOWN, DONE, MARKS = "basket-asked", "basket-unknown", "basket-done", "basket-marks"
CSV = csv_file("basket")
PRICE = "rp-basket-price num"
_HEADS = ("Product", "Usual", "Quantity", "Price", "Sum")
_STATE_CLASSES = {LOST: "rp-basket-state rp-basket-lost", NEW: "rp-basket-state rp-basket-new"}


@dataclass(frozen=True)
class Shown:
    """How the card is shown.

    may_change   whether who looks may put together a basket
    hands_over   whether there is an order system to hand it over to
    """

    formats: Formats
    links: Links
    may_change: bool
    hands_over: bool


def basket_card(
    basket: Basket | None, marks: Mapping[str, str], shown: Shown, *, closes: bool = False
) -> list[Component]:
    """Return the card and what a change needs; the page has `data_rp_basket=ASKED`.

    basket   None: the card is closed, and is asked for once it is opened
    marks    by product how much of it is in the basket, in words
    closes   whether the page goes on without it
    """
    close = html.Button(
        [icon("x-lg"), unseen("Close the basket")],
        type="button",
        className="rp-icon-button rp-basket-close",
        disable_n_clicks=True,
        **attributes(data_rp_basket_close="true"),
    )
    head = html.Div(
        [
            html.H2("Basket", className="rp-card-title"),
            html.Span(note_of(basket, shown.formats), id=NOTE, className="rp-card-note num"),
            *([close] if closes else []),
        ],
        className="rp-card-head",
    )
    main = html.Div(
        [
            head,
            *([_form()] if shown.may_change else []),
            html.P(basket.said if basket else "", id=SAID, className="rp-basket-said num", role="status"),
            html.Div(lines_of(basket, shown), id=BASKET),
        ],
        className="rp-basket-main",
    )
    return [
        dcc.Store(id=ASKED),
        dcc.Store(id=UNKNOWN, data=[]),
        dcc.Store(id=DONE),
        dcc.Store(id=MARKS, data=dict(marks)),
        html.Div(id=NOTICE, className="rp-basket-notice"),
        html.Section(
            [main, html.Div(goes_with_of(basket, shown), id=GOES_WITH, className="rp-basket-more")],
            id="basket-card",
            tabIndex="-1",
            hidden=basket is None,
            className=f"rp-card rp-basket-card{'' if closes else ' rp-basket-alone'}",
            **attributes(aria_label="Basket"),
        ),
    ]


def basket_toggle(*, is_open: bool) -> Component:
    """Return the button of a page's head that opens the card and closes it."""
    return html.Button(
        [icon("basket"), html.Span("Basket"), in_basket_count()],
        type="button",
        className="btn btn-quiet rp-basket-toggle",
        disable_n_clicks=True,
        **attributes(
            data_rp_basket_toggle="true",
            aria_expanded="true" if is_open else "false",
            aria_controls="basket-card",
            aria_keyshortcuts="b",
        ),
    )


def in_basket_count() -> Component:
    """Return where basket.js writes how many products are in the basket."""
    return html.Span(className="rp-basket-count num", **attributes(data_rp_basket_count="true"))


def in_basket(product_id: str, words: str = "") -> Component:
    """Return where basket.js writes `12 in the basket`, in place of the buttons that follow; empty while it is not in.

    words  after the quantity
    """
    return html.Span(
        className="rp-in-basket num", **attributes(data_rp_in_basket=product_id, data_rp_in_words=words or None)
    )


def _form() -> Component:
    """Return where numbers are typed, scanned or pasted; basket.js sends them, and empties it once they are added."""
    text = html.Label(
        [
            html.Span(["Number or name, or paste a list", html.Span(" (number and quantity, one a line)")]),
            dcc.Textarea(id="basket-text", className="rp-basket-text", placeholder="20418 12", rows=1),
        ],
        className="rp-basket-typed",
    )
    quantity = html.Label(
        [
            html.Span("Quantity"),
            dcc.Input(
                id="basket-quantity",
                value="1",
                className="rp-basket-many num",
                inputMode="numeric",
                autoComplete="off",
                maxLength=12,
            ),
        ],
        className="rp-basket-typed rp-basket-one",
    )
    return html.Div(
        [
            text,
            quantity,
            basket_button("add", [icon("plus-lg"), "Add"], "btn btn-quiet"),
            basket_button("last", [icon("arrow-repeat"), "Same as last time"], "btn btn-quiet"),
        ],
        className="rp-basket-form",
    )


# ---- what a change changes ----


def note_of(basket: Basket | None, formats: Formats) -> str:
    """Return how many products are in the basket, and their sum; empty of an empty one."""
    if basket is None or not basket.lines:
        return ""
    return f"{_products(len(basket.lines), formats)}, {formats.price(basket.total)}"


def lines_of(basket: Basket | None, shown: Shown) -> list[Component]:
    """Return what is unknown, the lines, their sum and how they are handed over; nothing while it is closed."""
    if basket is None:
        return []
    if not basket.is_readable:
        return [html.P("The basket cannot be read now: the database does not answer.", className="rp-basket-empty")]
    unknown = [_unknown(at, one, basket, shown) for at, one in enumerate(basket.unknown)]
    if not basket.lines:
        why = "Type or paste numbers above, or take what they had last time."
        return [*unknown, html.P(why, className="rp-basket-empty")]
    heads = html.Div([html.Span(head) for head in _HEADS], className="rp-basket-heads")
    rows = [_line(line, basket, shown) for line in basket.lines]
    return [*unknown, heads, html.Ol(rows, className="rp-basket-lines"), _total(basket, shown), _buttons(basket, shown)]


def goes_with_of(basket: Basket | None, shown: Shown) -> list[Component]:
    """Return what goes with the basket, or why nothing does; nothing while it is closed."""
    if basket is None:
        return []
    title = html.Div(html.H2("Goes with it", className="rp-card-title"), className="rp-card-head")
    rows = [_suggestion(one, shown) for one in basket.suggestions]
    if not rows:
        return [title, html.P(_nothing_words(basket), className="rp-others rp-goes-with-none")]
    n = {2: "both", 3: "all three", 4: "all four"}.get(len(rows), "it")
    total: list[Component | str] = [f"Adding {n} makes it ", html.B(shown.formats.price(basket.with_suggestions)), "."]
    return [title, html.Ol(rows, className="rp-goes-with"), html.P(total, className="rp-others rp-goes-with-sum num")]


def _nothing_words(basket: Basket) -> str:
    if not basket.customer.is_pitched_to:
        return "Nothing is suggested to a customer who is blocked or closed."
    if basket.is_held:
        return "Nothing is suggested while the whole account is off the lists."
    return "Nothing that order days with these have often." if basket.lines else "Nothing yet: the basket is empty."


def _products(n: int, formats: Formats) -> str:
    return f"{formats.number(n)} product{'' if n == 1 else 's'}"


def _unknown(at: int, one: Unknown, basket: Basket, shown: Shown) -> Component:
    """Return a line that is no product, what is closest to it, and what can be done about it."""
    quantity = shown.formats.quantity(one.typed.quantity)
    words: list[Component | str] = [
        icon("exclamation-triangle-fill", "rp-basket-warn"),
        html.B(f"{one.typed.text[:LONGEST_LINE]} \N{MULTIPLICATION SIGN} {quantity}"),
        " is not a product number.",
    ]
    buttons = [basket_button("leave", ["Leave out"], "btn btn-ghost", at=at)]
    if one.near is not None:
        near, n = one.near, one.typed.quantity
        is_inside = any(line.product.product_id == near.product_id for line in basket.lines)
        words.append(f" Closest: {near.product_id} {near.name}{', already in the basket' if is_inside else ''}.")
        add = [f"Add {quantity} {'to' if is_inside else 'of'} it"]
        accept = basket_button("accept", add, "btn btn-ghost", product=near.product_id, quantity=n, at=at)
        buttons.insert(0, accept)
    return html.Div([html.P(words, className="num"), html.Div(buttons)], className="rp-basket-unknown")


def _line(line: Line, basket: Basket, shown: Shown) -> Component:
    formats, product = shown.formats, line.product
    parts = [
        html.Div(_named(product, shown), className="rp-basket-name"),
        html.Div(_usual(line, basket, formats), className="rp-basket-usual num"),
        _stepper(line) if shown.may_change else number(formats.quantity(line.quantity), "rp-basket-fixed"),
        html.Span([number(f"{product.product_id}, ", "rp-basket-number"), formats.price(line.price)], className=PRICE),
        html.B(formats.price(line.amount), className="rp-basket-sum num"),
    ]
    if shown.may_change:
        words: list[Component | str] = [icon("x-lg"), unseen(f"Take out {product.name}")]
        parts.append(basket_button("set", words, "rp-icon-button", product=product.product_id, quantity=0))
    return html.Li(parts, className="rp-basket-line")


def _usual(line: Line, basket: Basket, formats: Formats) -> list[Component | str]:
    """Return what the customer takes of it else: `usual 12`; of what they stopped buying since when."""
    none_left = [html.Div("none in stock", className="rp-basket-none-left")] if line.product.is_used_up else []
    if line.usual is None or line.last_on is None:
        return [_state(line.state), "first time", *none_left]
    usual = f"usual {formats.quantity(line.usual)}"
    if line.state != LOST:
        return [usual, *none_left]
    return [_state(LOST), f"{usual}, last {formats.day(line.last_on, basket.as_of)}", *none_left]


def _state(state: str) -> Component:
    return html.Span([state_icon(state), STATE_WORDS[state]], className=_STATE_CLASSES[state])


def _named(product: Product, shown: Shown) -> list[Component]:
    link = page_link(product.name, shown.links.product(product.product_id), "rp-link rp-basket-title")
    return [link, number(f" {product.product_id}", "rp-id")]


def _step(by: int, children: list[Component | str]) -> Component:
    return html.Button(
        children,
        type="button",
        className="rp-basket-step",
        disable_n_clicks=True,
        **attributes(data_rp_basket_step=str(by)),
    )


def _stepper(line: Line) -> Component:
    """Return the quantity between a button that takes one off and one that adds one."""
    product = line.product
    field = dcc.Input(
        value=plain_quantity(line.quantity),
        className="rp-basket-quantity num",
        inputMode="numeric",
        autoComplete="off",
        maxLength=12,
    )
    label = html.Label(
        [unseen(f"Quantity of {product.name}"), field],
        **attributes(data_rp_basket_of=product.product_id, data_rp_basket_quantity=plain_quantity(line.quantity)),
    )
    less: list[Component | str] = [icon("dash-lg"), unseen(f"One {product.name} less")]
    more: list[Component | str] = [icon("plus-lg"), unseen(f"One {product.name} more")]
    return html.Div(
        [
            _step(-1, less),
            label,
            _step(1, more),
        ],
        className="rp-basket-quantities",
    )


def _total(basket: Basket, shown: Shown) -> Component:
    """Return the sum, beside what an order of theirs is usually worth where that may be seen."""
    formats = shown.formats
    average = f"average order {formats.money(basket.average)}" if basket.average is not None else ""
    return html.Div(
        [
            html.Span(_products(len(basket.lines), formats)),
            html.Span(average),
            html.Span("net of VAT"),
            html.B(formats.price(basket.total)),
        ],
        className="rp-basket-total num",
    )


def _buttons(basket: Basket, shown: Shown) -> Component:
    """Return the ways out of the basket."""
    ordered = [basket_button("ordered", [icon("bag-check"), "Mark as ordered"], "btn btn-quiet rp-basket-ordered")]
    send = [basket_button("send", [icon("send"), "Hand over"], "btn btn-primary")] if shown.hands_over else []
    empty = [basket_button("empty", ["Empty"], "btn btn-ghost")] if shown.may_change else []
    outs = [
        *csv_file_parts(CSV, "the basket", is_there=True),
        copy_button(basket_text(basket, shown.formats), "Copy as text"),
        *([*ordered, *send] if shown.may_change else []),
    ]
    return html.Div(
        [
            html.Span("Kept for you until it is handed over or emptied.", className="rp-basket-kept"),
            *empty,
            html.Div(outs, className="rp-basket-outs"),
        ],
        className="rp-basket-buttons",
    )


def _suggestion(one: Suggestion, shown: Shown) -> Component:
    formats, product = shown.formats, one.product
    foot = [number(formats.quantity_price(one.quantity, one.price))]
    if shown.may_change:
        n = formats.quantity(one.quantity)
        words: list[Component | str] = [icon("plus-lg"), f"Add {n}", unseen(f" {product.name}")]
        foot.append(basket_button("put", words, "btn btn-quiet", product=product.product_id, quantity=one.quantity))
    state = [state_icon(one.state), unseen(f"{STATE_WORDS[one.state]}: ")] if one.state else [icon("arrow-repeat")]
    return html.Li(
        [
            html.Div(_named(product, shown)),
            html.P([*state, one.sentence], className="num"),
            html.Div(foot, className="rp-goes-with-foot"),
        ]
    )
