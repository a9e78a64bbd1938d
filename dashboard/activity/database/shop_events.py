"""What happened in the web shop: each event once, by the shop's own number."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.activity.batches import batches
from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import SHOP_EVENTS
from dashboard.activity.shop_records import ShopEvent

AT_ONCE = 500  # rows in one statement
_EVENT = [SHOP_EVENTS.c[name] for name in ShopEvent._fields]


def add(at: Writing, events: Sequence[ShopEvent], received_at: datetime) -> int:
    """Save events, and return how many were not known before; of equal ones the first is kept."""
    n_new = 0
    into: Any = (sqlite if at.dialect == "sqlite" else postgresql).insert(SHOP_EVENTS)
    in_one_order = sorted(events, key=lambda one: one.event_id)  # those who send the same at once do not wait in a ring
    for part in batches(in_one_order, AT_ONCE):
        rows = [{**one._asdict(), "received_at": received_at} for one in part]
        added = into.values(rows).on_conflict_do_nothing().returning(SHOP_EVENTS.c.event_id)
        n_new += len(at.execute(added).all())
    return n_new


def of_customer(at: Reading, customer_id: str, since: datetime) -> tuple[ShopEvent, ...]:
    """Return a customer's events since a time, the oldest first."""
    where = (SHOP_EVENTS.c.customer_id == customer_id, SHOP_EVENTS.c.at >= since)
    rows = at.execute(select(*_EVENT).where(*where).order_by(SHOP_EVENTS.c.at, SHOP_EVENTS.c.id))
    return tuple(map(ShopEvent._make, rows))
