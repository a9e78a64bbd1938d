"""What the basket page shows, put together for one person and customer; no Dash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.data.goes_with import Evidence, GoesWith, goes_with
from dashboard.data.version_cache import UsualPurchase
from dashboard.display.basket_changes import basket_items
from dashboard.display.csv import csv_text, rounded
from dashboard.display.formats import Formats
from dashboard.display.order_text import MOST_LINES, Typed
from dashboard.display.page_context import PageContext
from dashboard.display.reason_text import reason_sentences
from dashboard.display.request_values import text_of
from dashboard.records.customers import Customer
from dashboard.records.products import Product
from dashboard.records.raised import DUE, LOST, NEW

MOST_SUGGESTED = 4
HEADS = ("Product number", "Product", "Quantity", "Price", "Sum")


@dataclass(frozen=True)
class Line:
    """A product in the basket.

    usual    how much the customer takes on an order day; None for the first time
    state    LOST or NEW; empty otherwise
    price    the customer's last one, else the list price, else the last one of anybody
    """

    product: Product
    quantity: float
    usual: float | None
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
    """What goes with the basket, and why in a sentence."""

    product: Product
    quantity: float
    price: float | None
    state: str
    sentence: str


@dataclass(frozen=True)
class BasketPage:
    """The page.

    average      what an order of theirs is worth; None where that is unknown, or not to be seen
    total        of the lines with a price
    said         what became of the last change
    is_readable  whether the database answers
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

    @property
    def total(self) -> float:
        return sum(line.amount or 0.0 for line in self.lines)

    @property
    def with_suggestions(self) -> float:
        """Return what the total is with all that is suggested."""
        return self.total + sum((one.price or 0.0) * one.quantity for one in self.suggestions)


def basket_page(
    context: PageContext, customer_id: str, unknown: Sequence[Typed] = (), said: str = ""
) -> BasketPage | None:
    """Return the page of a customer whom the viewer sees; else None."""
    customer = context.customers.get(customer_id)
    if customer is None:
        return None
    items = basket_items(context, customer_id)
    usual, raised = context.customers.usual_purchases(customer_id), context.raised(customer)
    lost = {line.product_id for line in raised.lost}
    lines = []
    for item in items or ():
        product = context.products.get(item.product_id)
        if product is None:
            continue
        own = usual.get(item.product_id)
        state = LOST if item.product_id in lost else "" if own else NEW
        price = own.last_price if own else product.price
        lines.append(Line(product, item.quantity, own.usual_quantity if own else None, state, price))
    ids = [line.product.product_id for line in lines]
    found = goes_with(ids, customer, raised, context.products, context.bundles, MOST_SUGGESTED) if ids else ()
    orders = customer.orders_12m
    return BasketPage(
        version=context.version.id,
        as_of=context.as_of,
        customer=customer,
        lines=tuple(lines),
        unknown=tuple(Unknown(one, _nearest(context, one)) for one in unknown),
        suggestions=tuple(_suggestion(context, one, usual.get(one.product.product_id), lost) for one in found),
        average=customer.revenue_12m / orders if customer.revenue_12m is not None and orders else None,
        said=said,
        is_readable=items is not None,
    )


def _nearest(context: PageContext, typed: Typed) -> Product | None:
    near = context.products.nearest(typed.text)
    return near[0] if near else None


def _suggestion(context: PageContext, one: GoesWith, own: UsualPurchase | None, lost: set[str]) -> Suggestion:
    line = one.line
    quantity = own.usual_quantity if own else line.quantity if line and line.quantity else 1.0
    price = own.last_price if own else one.product.price
    if one.evidence is None and line is not None:
        sentence = reason_sentences([line.reason], context.reason_formatter())[0]
        return Suggestion(one.product, quantity, price, DUE, sentence)
    state = LOST if one.product.product_id in lost else DUE if own else NEW
    return Suggestion(one.product, quantity, price, state, evidence_words(context, one.evidence))


def evidence_words(context: PageContext, evidence: Evidence | None) -> str:
    """Return `Of 609 cafe order days with Espresso beans and Paper cups, 402 have it.`; empty for none."""
    if evidence is None:
        return ""
    number = context.formats.number
    *first, last = [context.products.name(one) for one in evidence.with_these]
    names = f"{', '.join(first)} and {last}" if first else last
    whose = f"{evidence.segment} " if evidence.segment else ""
    return f"Of {number(evidence.of)} {whose}order days with {names}, {number(evidence.n)} have it."


def unknown_of(sent: Any) -> tuple[Typed, ...]:
    """Return the unknown lines as a page keeps them; what is none is left out."""
    rows = sent if isinstance(sent, list) else []
    pairs = [(text_of(row.get("text")), row.get("quantity")) for row in rows if isinstance(row, dict)]
    return tuple(Typed(text, float(n)) for text, n in pairs if text and isinstance(n, int | float))[:MOST_LINES]


def basket_text(page: BasketPage, formats: Formats) -> str:
    """Return the basket as text for an e-mail: `12 × Espresso beans Crema (20418)`."""
    lines = [
        f"{formats.quantity(line.quantity)} \N{MULTIPLICATION SIGN} {line.product.name} ({line.product.product_id})"
        for line in page.lines
    ]
    return "\n".join([f"{page.customer.name} ({page.customer.customer_id})", *lines])


def basket_csv(page: BasketPage) -> str:
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


def order_of(page: BasketPage, person: str) -> dict[str, Any]:
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
