"""What happened in the web shop: each event once, by the shop's own number."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import SHOP_EVENTS
from dashboard.activity.shop_records import ShopEvent

_EVENT = [SHOP_EVENTS.c[name] for name in ShopEvent._fields]
# A row of its own for each event: a statement of 500 rows takes 5 times as long to put together as to run.
_ADD: dict[str, Any] = {
    dialect: new(SHOP_EVENTS)
    .on_conflict_do_nothing(index_elements=["event_id"])
    .execution_options(preserve_rowcount=True)
    for dialect, new in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_APART = timedelta(microseconds=1)


def add(at: Writing, events: Sequence[ShopEvent], received_at: datetime) -> int:
    """Save events, and return how many were not known before; of equal ones the first is kept.

    They are received a microsecond apart, in their order: what was put into a cart and taken out in the same second
    is out of it.
    """
    rows = [{**one._asdict(), "received_at": received_at + place * _APART} for place, one in enumerate(events)]
    rows.sort(key=lambda row: row["event_id"])  # those who send the same at once do not wait in a ring
    return at.execute(_ADD[at.dialect], rows).rowcount if rows else 0


def of_customer(at: Reading, customer_id: str, since: datetime) -> tuple[ShopEvent, ...]:
    """Return a customer's events since a time, the oldest first; of one moment as they were received."""
    where = (SHOP_EVENTS.c.customer_id == customer_id, SHOP_EVENTS.c.at >= since)
    rows = at.execute(select(*_EVENT).where(*where).order_by(SHOP_EVENTS.c.at, SHOP_EVENTS.c.received_at))
    return tuple(map(ShopEvent._make, rows))
