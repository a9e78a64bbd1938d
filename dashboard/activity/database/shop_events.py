"""What happened in the web shop: each event once, by the shop's own number."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.activity.batches import batches
from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import SHOP_EVENTS
from dashboard.activity.shop_records import Done, ShopEvent

AT_ONCE = 500  # customers in one question
# A row of its own for each event: a statement of 500 rows takes 5 times as long to put together as to run.
_ADD: dict[str, Any] = {
    dialect: new(SHOP_EVENTS)
    .on_conflict_do_nothing(index_elements=["event_id"])
    .execution_options(preserve_rowcount=True)
    for dialect, new in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_EVENT = [SHOP_EVENTS.c[name] for name in ShopEvent._fields]


def add(at: Writing, events: Sequence[ShopEvent], received_at: datetime) -> int:
    """Save events, and return how many were not known before; of equal ones the first is kept."""
    rows = [{**one._asdict(), "received_at": received_at} for one in events]
    rows.sort(key=lambda row: row["event_id"])  # those who send the same at once do not wait in a ring
    return at.execute(_ADD[at.dialect], rows).rowcount if rows else 0


def done(at: Reading, customer_ids: Collection[str], since: datetime, lately: datetime) -> Iterator[Done]:
    """Yield what some customers did with products since a time, and how often since a later one."""
    for part in batches(customer_ids, AT_ONCE):
        yield from map(Done._make, at.execute(_DONE, {"ids": list(part), "since": since, "lately": lately}))


def newest(at: Reading, after: int) -> tuple[int, int]:
    """Return the number of the newest event, and how many have a number after one; that one's where none has."""
    last, n = (int(one) for one in at.execute(_NEWEST, {"after": after}).one())
    return last, n


def customers_after(at: Reading, after: int) -> set[str]:
    """Return whose events have a number after one."""
    asked = select(SHOP_EVENTS.c.customer_id).where(SHOP_EVENTS.c.id > after, SHOP_EVENTS.c.customer_id.is_not(None))
    return set(at.execute(asked.distinct()).scalars())


def customers_since(at: Reading, since: datetime) -> set[str]:
    """Return who did something since a time."""
    asked = select(SHOP_EVENTS.c.customer_id).where(SHOP_EVENTS.c.at >= since, SHOP_EVENTS.c.customer_id.is_not(None))
    return set(at.execute(asked.distinct()).scalars())


def newest_id(at: Reading) -> int:
    """Return the number of the event that came in last; 0 before the first."""
    return int(at.execute(select(func.coalesce(func.max(SHOP_EVENTS.c.id), 0))).scalar_one())


def in_order(at: Reading, *, after_id: int, upto_id: int, limit: int) -> tuple[int, tuple[ShopEvent, ...]]:
    """Return events in the order in which they came in, and the number of the last one; `after_id` if there is none."""
    between = (SHOP_EVENTS.c.id > after_id, SHOP_EVENTS.c.id <= upto_id)
    rows = at.execute(select(SHOP_EVENTS.c.id, *_EVENT).where(*between).order_by(SHOP_EVENTS.c.id).limit(limit)).all()
    return (rows[-1][0] if rows else after_id), tuple(ShopEvent._make(row[1:]) for row in rows)


def remove_old(at: Writing, before: datetime, *, limit: int) -> int:
    """Remove events of before a time, at most so many; return how many."""
    old = select(SHOP_EVENTS.c.id).where(SHOP_EVENTS.c.at < before).order_by(SHOP_EVENTS.c.at).limit(limit)
    return at.execute(delete(SHOP_EVENTS).where(SHOP_EVENTS.c.id.in_(old.scalar_subquery()))).rowcount


def _done_columns() -> Select[Any]:
    columns = [SHOP_EVENTS.c[name] for name in ("customer_id", "product_id", "kind")]
    n_lately = func.sum(case((SHOP_EVENTS.c.at >= bindparam("lately"), 1), else_=0))
    whose = SHOP_EVENTS.c.customer_id.in_(bindparam("ids", expanding=True))
    where = (whose, SHOP_EVENTS.c.at >= bindparam("since"), SHOP_EVENTS.c.product_id.is_not(None))
    return select(*columns, func.max(SHOP_EVENTS.c.at), n_lately).where(*where).group_by(*columns)


# Made once: putting it together takes longer than the database does to answer it.
_DONE = _done_columns()
_NEWEST: Select[Any] = select(func.coalesce(func.max(SHOP_EVENTS.c.id), bindparam("after")), func.count()).where(
    SHOP_EVENTS.c.id > bindparam("after")
)
