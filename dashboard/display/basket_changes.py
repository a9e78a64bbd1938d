"""Changing a basket: reads what a browser sends, writes it, and says in words what became of it.

Prices and what a number means are looked up in the version that the page was drawn from, never taken from the browser.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dashboard.activity.database import baskets, outcomes
from dashboard.activity.database.connect import Writing
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import ORDERED, BasketItem
from dashboard.display.order_text import MOST_QUANTITY, Typed, typed_lines
from dashboard.display.page_context import PageContext
from dashboard.display.recording import Answer, Refused, customer_of, key_of, mapping_of, outcome_of_line, written
from dashboard.display.request_values import text_of
from dashboard.records.customers import PastLine

MOST_ITEMS = 500
LONGEST_ORDER = 20_000  # letters that are pasted at once


@dataclass(frozen=True)
class Read:
    """What was typed: items that are products, and lines that are none."""

    items: tuple[BasketItem, ...]
    unknown: tuple[Typed, ...]


def read_order(context: PageContext, text: str, alone: float = 1.0) -> Read:
    """Return what an order means: each line is a product's number, with or without its zeros in front, or its name.

    alone  how many are meant by a single line that does not say
    """

    def is_number(one: str) -> bool:
        return context.products.get(one) is not None

    items: list[BasketItem] = []
    unknown: list[Typed] = []
    for typed in typed_lines(text[:LONGEST_ORDER], is_number, alone):
        product_id = context.products.named(typed.text)
        if product_id is None:
            unknown.append(typed)
        else:
            items.append(BasketItem(product_id, typed.quantity))
    return Read(tuple(items), tuple(unknown))


def add_order(context: PageContext, customer_id: str, sent: Any) -> tuple[Answer, tuple[Typed, ...]]:
    """Put what was typed into the basket: {key, text, quantity}; return what is no product, too.

    quantity  of a single line without one
    """
    asked = mapping_of(sent)
    alone = _sent_quantity(asked)
    if alone is None:
        return Answer(False, f"Not added: {_quantity_words(context)}"), ()
    read = read_order(context, text_of(asked.get("text")), alone)
    if not read.items:
        if read.unknown:
            return Answer(True, ""), read.unknown
        return Answer(False, "Not added: nothing was typed."), ()
    return _put(context, customer_id, read.items, asked), read.unknown


def put(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """Put one product into the basket: {key, product, quantity}; one of it without a quantity."""
    asked = mapping_of(sent)
    quantity = _sent_quantity(asked)
    if quantity is None:
        return Answer(False, f"Not added: {_quantity_words(context)}")
    return _put(context, customer_id, (BasketItem(text_of(asked.get("product")), quantity),), asked)


def put_order_day(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """Put what was bought on one order day into the basket: {key, day}; the last one without a day."""
    asked = mapping_of(sent)
    days = context.customers.order_days(customer_id)
    wanted = text_of(asked.get("day"))
    day = next((one for one in days if not wanted or one.on.isoformat() == wanted), None)
    if day is None:
        return Answer(False, "Not added: there is no such order.")
    items = tuple(BasketItem(line.product_id, line.quantity) for line in day.lines if _is_offered(context, line))
    left_out = len(day.lines) - len(items)
    answer = _put(context, customer_id, items, asked)
    if answer.is_done and left_out:
        return Answer(True, f"{answer.text} {left_out} of that order cannot be sold any more.")
    return answer


def change_quantity(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """Set how much of a product is in the basket: {product, quantity}; none takes it out."""
    asked = mapping_of(sent)
    quantity = _quantity(asked.get("quantity"), least=0.0)

    def write(at: Writing, _: datetime) -> Answer:
        if quantity is None:
            raise Refused(_quantity_words(context))
        item = BasketItem(text_of(asked.get("product")), quantity)
        if not baskets.change(at, item=item, **_whose(context, customer_id)):
            raise Refused("the product is not in the basket any more.")
        return Answer(True, "" if quantity else f"{context.products.name(item.product_id)} taken out.")

    return written(context, write)


def empty_basket(context: PageContext, customer_id: str) -> Answer:
    """Take everything out."""

    def write(at: Writing, _: datetime) -> Answer:
        baskets.empty(at, **_whose(context, customer_id))
        return Answer(True, "The basket is empty.")

    return written(context, write)


def mark_ordered(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """Record as ordered what the basket has of the customer's lists, and empty it: {key}."""
    asked = mapping_of(sent)

    def write(at: Writing, now: datetime) -> Answer:
        customer = customer_of(context, customer_id)
        whose = _whose(context, customer_id)
        items = {one.product_id: one for one in baskets.items_of(at, whose["person_id"], customer_id)}
        if not items:
            raise Refused("the basket is empty.")
        raised = context.raised(customer)
        lines = [line for line in (*raised.due, *raised.lost, *raised.new) if line.product_id in items]
        for line in lines:
            new = outcome_of_line(context, customer, line, ORDERED, f"{key_of(asked)}-{line.product_id}")
            worth = items[line.product_id].quantity * (line.price or 0.0)
            outcomes.record(at, replace(new, value=worth), person_id=whose["person_id"], now=now)
        baskets.empty(at, **whose)
        n = context.formats.number(len(lines))
        return Answer(True, f"Marked as ordered; {n} of them were on the lists and are off until the orders show it.")

    return written(context, write)


def basket_items(context: PageContext, customer_id: str) -> tuple[BasketItem, ...] | None:
    """Return what is in the person's basket for a customer; None where the database does not answer."""
    try:
        with context.desk.database.read() as at:
            return baskets.items_of(at, context.desk.person_id, customer_id)
    except ActivityError:
        return None


def _put(context: PageContext, customer_id: str, items: Sequence[BasketItem], asked: Any) -> Answer:
    def write(at: Writing, now: datetime) -> Answer:
        customer, key = customer_of(context, customer_id), key_of(asked)
        unsold = next((one for one in items if context.products.get(one.product_id) is None), None)
        if unsold is not None:
            raise Refused(f"there is no product {unsold.product_id}.")
        whose = _whose(context, customer.customer_id)
        there = baskets.count(at, whose["person_id"], customer_id)
        if there + len(items) > MOST_ITEMS:
            raise Refused(f"a basket has at most {context.formats.number(MOST_ITEMS)} products.")
        baskets.add(at, items=_joined(items), key=key, now=now, **whose)
        return Answer(True, _added_words(context, items))

    return written(context, write)


def _joined(items: Sequence[BasketItem]) -> tuple[BasketItem, ...]:
    """Return items of which each product is once: the same key adds to a product once."""
    sums: dict[str, float] = {}
    for item in items:
        sums[item.product_id] = sums.get(item.product_id, 0.0) + item.quantity
    return tuple(BasketItem(*one) for one in sums.items())


def _added_words(context: PageContext, items: Sequence[BasketItem]) -> str:
    if len(items) == 1:
        return f"Added {context.formats.quantity(items[0].quantity)} of {context.products.name(items[0].product_id)}."
    return f"Added {context.formats.number(len(items))} products."


def _whose(context: PageContext, customer_id: str) -> dict[str, Any]:
    customer = customer_of(context, customer_id)
    return {"person_id": context.desk.person_id, "customer_id": customer.customer_id}


def _is_offered(context: PageContext, line: PastLine) -> bool:
    product = context.products.get(line.product_id)
    return product is not None and product.is_offered


def _quantity_words(context: PageContext) -> str:
    return f"a quantity is a number up to {context.formats.number(MOST_QUANTITY)}."


def _sent_quantity(asked: Mapping[str, Any]) -> float | None:
    """Return the quantity that a browser sends, 1 where it sends none; None for what is no quantity."""
    sent = asked.get("quantity")
    return 1.0 if sent is None or not str(sent).strip() else _quantity(sent)


def _quantity(sent: Any, least: float = 1e-6) -> float | None:
    """Return a quantity as a browser sends it, a number or its text; None for anything else."""
    try:
        number = float(str(sent).replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and least <= number <= MOST_QUANTITY else None
