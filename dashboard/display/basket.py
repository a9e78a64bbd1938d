"""A person's basket for a customer as it is shown, handed over and suggested for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.activity.records import BasketItem
from dashboard.data.goes_with import Buying, Evidence, GoesWith, goes_with
from dashboard.data.version_cache import UsualPurchase
from dashboard.display.basket_changes import basket_items
from dashboard.display.csv import csv_text, rounded
from dashboard.display.formats import Formats
from dashboard.display.order_text import MOST_LINES, Typed
from dashboard.display.page_context import PageContext
from dashboard.display.reason_text import reason_sentences
from dashboard.display.request_values import text_of
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.products import Product
from dashboard.records.raised import LOST, NEW, STATES, Raised
from recsys.reasons import Reason
from recsys.schema.published import OWN_REASON_KINDS

MOST_SUGGESTED = 4
HEADS = ("Product number", "Product", "Quantity", "Price", "Sum")


@dataclass(frozen=True)
class Line:
    """A product in the basket.

    usual    how much the customer takes on an order day; None for the first time
    last_on  the last day that they did; None for the first time
    state    LOST or NEW; empty otherwise
    price    the customer's last one, else the list price, else the last one of anybody
    """

    product: Product
    quantity: float
    usual: float | None
    last_on: date | None
    state: str
    price: float | None

    @property
    def amount(self) -> float | None:
        return None if self.price is None else self.price * self.quantity


@dataclass(frozen=True)
class Unknown:
    """A line that is no product, and the product whose number or name is spelled most like it."""

    typed: Typed
    near: Product | None


@dataclass(frozen=True)
class Suggestion:
    """What goes with the basket, and why in a sentence.

    state   DUE, LOST or NEW; empty for what they bought before and is neither
    reason  the same as data; of several products of the basket it names the first
    """

    product: Product
    quantity: float
    price: float | None
    state: str
    sentence: str
    reason: Reason


@dataclass(frozen=True)
class Basket:
    """A basket.

    average      what an order of theirs is worth; None where that is unknown, or not to be seen
    total        of the lines with a price
    said         what became of the last change
    is_readable  whether the database answers
    is_held      whether the whole account is off the lists: then nothing is suggested
    """

    version: str
    as_of: date
    customer: Customer
    lines: tuple[Line, ...]
    unknown: tuple[Unknown, ...]
    suggestions: tuple[Suggestion, ...]
    average: float | None
    said: str = ""
    is_readable: bool = True
    is_held: bool = False

    @property
    def total(self) -> float:
        return sum(line.amount or 0.0 for line in self.lines)

    @property
    def with_suggestions(self) -> float:
        """Return what the total is with all that is suggested."""
        return self.total + sum((one.price or 0.0) * one.quantity for one in self.suggestions)


def basket_of(context: PageContext, customer_id: str, unknown: Sequence[Typed] = (), said: str = "") -> Basket | None:
    """Return the basket for a customer whom the viewer sees; else None."""
    customer = context.customers.get(customer_id)
    if customer is None:
        return None
    items = basket_items(context, customer_id)
    who = Buying(customer, context.customers.usual_purchases(customer_id), context.raised(customer), context.as_of)
    lines = tuple(line for item in items or () if (line := _line(context, item, who)) is not None)
    ids = [line.product.product_id for line in lines]
    found = goes_with(ids, who, context.products, context.bundles, MOST_SUGGESTED) if ids else ()
    orders = customer.orders_12m
    return Basket(
        version=context.version.id,
        as_of=context.as_of,
        customer=customer,
        lines=lines,
        unknown=tuple(Unknown(one, _nearest(context, one)) for one in unknown),
        suggestions=tuple(suggestion(context, one, who) for one in found),
        average=customer.revenue_12m / orders if customer.revenue_12m is not None and orders else None,
        said=said,
        is_readable=items is not None,
        is_held=who.raised.account is not None,
    )


def _line(context: PageContext, item: BasketItem, who: Buying) -> Line | None:
    """Return a line of the basket; None for a product that the version does not know."""
    product, own = context.products.get(item.product_id), who.usual.get(item.product_id)
    if product is None:
        return None
    state = "" if own else NEW
    if any(line.product_id == item.product_id for line in who.raised.lost):
        state = LOST
    if own is None:
        return Line(product, item.quantity, None, None, state, product.price)
    return Line(product, item.quantity, own.usual_quantity, own.last_on, state, own.last_price)


def _nearest(context: PageContext, typed: Typed) -> Product | None:
    near = context.products.nearest(typed.text)
    return near[0] if near else None


def suggestion(context: PageContext, one: GoesWith, who: Buying, *, names_customers: bool = True) -> Suggestion:
    """Return what goes with a basket, how many of it, and why.

    names_customers     whether a reason may name another customer at all
    """
    product_id = one.product.product_id
    own, line = who.usual.get(product_id), _raised_line(who.raised, product_id)
    quantity = own.usual_quantity if own else line.quantity if line and line.quantity else 1.0
    price = own.last_price if own else one.product.price
    state = _state(who.raised, product_id) or ("" if own else NEW)
    reason = _reason(one.why, line, who.on)
    if isinstance(one.why, Evidence):
        sentence = evidence_words(context, one.why)
    else:
        sentence = reason_sentences([reason], context.reason_formatter(names_customers=names_customers))[0]
    return Suggestion(one.product, quantity, price, state, sentence, reason)


def _reason(why: Evidence | UsualPurchase | Recommendation, line: Recommendation | None, on: date) -> Reason:
    """Return what says most for a suggestion; of what is on a list, that list's own reason."""
    if isinstance(why, Evidence):
        return Reason("bought_together", why.n, of=why.of, product_id=why.with_these[0], segment=why.segment or None)
    if isinstance(why, Recommendation):
        return why.reason
    if line is not None and line.reason.kind in OWN_REASON_KINDS:
        return line.reason
    return _habit_reason(why, on)


def _raised_line(raised: Raised, product_id: str) -> Recommendation | None:
    return next((line for line in raised.everything if line.product_id == product_id), None)


def _state(raised: Raised, product_id: str) -> str:
    """Return in which list a product is; empty for none."""
    return next((state for state in STATES if any(one.product_id == product_id for one in raised.of(state))), "")


def _habit_reason(bought: UsualPurchase, on: date) -> Reason:
    """Return a customer's own purchases of a product as a reason: their rhythm, where it is known."""
    since = (on - bought.last_on).days
    if bought.usual_gap_days is None:
        return Reason("bought_before", bought.n_baskets, on=bought.last_on, since_days=since)
    gap = bought.usual_gap_days
    return Reason("due_again", bought.n_baskets, on=bought.last_on, gap_days=gap, since_days=since)


def evidence_words(context: PageContext, evidence: Evidence) -> str:
    """Return `Of 609 cafe order days with Espresso beans and Paper cups, 402 have it.`"""
    number = context.formats.number
    *first, last = [context.products.name(one) for one in evidence.with_these]
    names = f"{', '.join(first)} and {last}" if first else last
    whose = f"{evidence.segment} " if evidence.segment else ""
    return f"Of {number(evidence.of)} {whose}order days with {names}, {number(evidence.n)} have it."


def marks_of(basket: Basket, formats: Formats) -> dict[str, str]:
    """Return how much of each product is in a basket, in words, by its id: what the lines of lists are marked by."""
    return {line.product.product_id: formats.quantity(line.quantity) for line in basket.lines}


def marks_now(context: PageContext, customer_id: str) -> dict[str, str] | None:
    """Return the marks without a basket's prices and suggestions; None where the database does not answer."""
    items = basket_items(context, customer_id)
    return None if items is None else {one.product_id: context.formats.quantity(one.quantity) for one in items}


def unknown_of(sent: Any) -> tuple[Typed, ...]:
    """Return the unknown lines as a page keeps them; what is none is left out."""
    rows = sent if isinstance(sent, list) else []
    pairs = [(text_of(row.get("text")), row.get("quantity")) for row in rows if isinstance(row, dict)]
    return tuple(Typed(text, float(n)) for text, n in pairs if text and isinstance(n, int | float))[:MOST_LINES]


def basket_text(page: Basket, formats: Formats) -> str:
    """Return the basket as text for an e-mail: `12 × Espresso beans Crema (20418)`."""
    lines = [
        f"{formats.quantity(line.quantity)} \N{MULTIPLICATION SIGN} {line.product.name} ({line.product.product_id})"
        for line in page.lines
    ]
    return "\n".join([f"{page.customer.name} ({page.customer.customer_id})", *lines])


def basket_csv(page: Basket) -> str:
    """Return the basket as CSV."""
    rows = [
        (
            line.product.product_id,
            line.product.name,
            *(rounded(value, decimals) for value, decimals in ((line.quantity, 3), (line.price, 2), (line.amount, 2))),
        )
        for line in page.lines
    ]
    return csv_text(HEADS, rows)


def order_of(page: Basket, person: str) -> dict[str, Any]:
    """Return the basket as the order system gets it."""
    return {
        "customer_id": page.customer.customer_id,
        "handed_over_by": person,
        "lines": [
            {
                "product_id": line.product.product_id,
                "quantity": line.quantity,
                "price": None if line.price is None else round(line.price, 4),
            }
            for line in page.lines
        ],
    }
