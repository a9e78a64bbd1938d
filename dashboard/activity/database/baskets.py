"""Baskets: what somebody is putting together for a customer's order, each person their own."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import BASKET_ITEMS
from dashboard.activity.database.upsert import insert_or_add
from dashboard.activity.records import BasketItem


def add(at: Writing, *, person_id: int, customer_id: str, items: Iterable[BasketItem], key: str, now: datetime) -> None:
    """Put items into a basket; more of what is in it already is added to it. The same key again adds nothing."""
    for item in items:
        values = {
            "person_id": person_id,
            "customer_id": customer_id,
            "product_id": item.product_id,
            "quantity": item.quantity,
            "added_at": now,
            "last_key": key,
        }
        insert_or_add(at, BASKET_ITEMS, values, added="quantity", unless="last_key")


def change(at: Writing, *, person_id: int, customer_id: str, item: BasketItem) -> bool:
    """Set how much of a product is in a basket, none takes it out; return whether it was in it."""
    mine = (*_of(person_id, customer_id), BASKET_ITEMS.c.product_id == item.product_id)
    if item.quantity <= 0:
        return bool(at.execute(delete(BASKET_ITEMS).where(*mine)).rowcount)
    return bool(at.execute(update(BASKET_ITEMS).where(*mine).values(quantity=item.quantity)).rowcount)


def empty(at: Writing, *, person_id: int, customer_id: str) -> int:
    """Take everything out of a basket; return how many products were in it."""
    return int(at.execute(delete(BASKET_ITEMS).where(*_of(person_id, customer_id))).rowcount)


def items_of(at: Reading, person_id: int, customer_id: str) -> tuple[BasketItem, ...]:
    """Return what is in a basket, in the order in which it was put there."""
    columns = (BASKET_ITEMS.c.product_id, BASKET_ITEMS.c.quantity)
    order = (BASKET_ITEMS.c.added_at, BASKET_ITEMS.c.product_id)
    rows = at.execute(select(*columns).where(*_of(person_id, customer_id)).order_by(*order))
    return tuple(map(BasketItem._make, rows))


def count(at: Reading, person_id: int, customer_id: str) -> int:
    """Return how many products are in a basket."""
    found = select(func.count()).select_from(BASKET_ITEMS).where(*_of(person_id, customer_id))
    return int(at.execute(found).scalar_one())


def _of(person_id: int, customer_id: str) -> tuple[ColumnElement[bool], ...]:
    return BASKET_ITEMS.c.person_id == person_id, BASKET_ITEMS.c.customer_id == customer_id
