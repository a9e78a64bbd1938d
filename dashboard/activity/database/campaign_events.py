"""What the mailing tool says happened: each event once, by the tool's own number; and the imports that brought them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.activity.batches import batches
from dashboard.activity.campaign_records import UNSUBSCRIBED, CampaignEvent, EventBatch
from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import CAMPAIGN_EVENTS, EVENT_BATCHES

AT_ONCE = 1_000  # rows, or ids, in one statement
_EVENT = [CAMPAIGN_EVENTS.c[name] for name in CampaignEvent._fields]


def begin(at: Writing, *, file: str, person_id: int, now: datetime) -> int:
    """Note that an import begins; return its number."""
    values = {"file": file, "person_id": person_id, "at": now}
    none = dict.fromkeys(("n_lines", "n_new", "n_known", "n_refused"), 0)
    return int(at.execute(insert(EVENT_BATCHES).values(**values, **none).returning(EVENT_BATCHES.c.id)).scalar_one())


def add(at: Writing, batch_id: int, events: Sequence[CampaignEvent]) -> frozenset[str]:
    """Save events of an import, and return the numbers of those that were not known before."""
    ids = {one.event_id for one in events}
    known: set[str] = set()
    for part in batches(sorted(ids), AT_ONCE):
        known |= set(
            at.execute(select(CAMPAIGN_EVENTS.c.event_id).where(CAMPAIGN_EVENTS.c.event_id.in_(part))).scalars()
        )
    new = {one.event_id: one for one in reversed(events) if one.event_id not in known}  # the first of equal ones
    if new:
        into: Any = (sqlite if at.dialect == "sqlite" else postgresql).insert(CAMPAIGN_EVENTS)
        at.execute(into.on_conflict_do_nothing(), [{**one._asdict(), "batch_id": batch_id} for one in new.values()])
    return frozenset(new)


def count(at: Writing, batch_id: int, *, lines: int, new: int, known: int, refused: int) -> None:
    """Note how far an import is."""
    counts = {"n_lines": lines, "n_new": new, "n_known": known, "n_refused": refused}
    at.execute(update(EVENT_BATCHES).where(EVENT_BATCHES.c.id == batch_id).values(**counts))


def end(at: Writing, batch_id: int, now: datetime) -> None:
    """Note that an import is through."""
    at.execute(update(EVENT_BATCHES).where(EVENT_BATCHES.c.id == batch_id).values(ended_at=now))


def imports(at: Reading, *, limit: int) -> tuple[EventBatch, ...]:
    """Return the last imports, the newest first."""
    rows = at.execute(select(EVENT_BATCHES).order_by(EVENT_BATCHES.c.id.desc()).limit(limit))
    return tuple(EventBatch(**row._mapping) for row in rows)


def firsts(at: Reading, campaign_id: int) -> dict[str, dict[str, datetime]]:
    """Return by kind and customer when it happened first."""
    what = (CAMPAIGN_EVENTS.c.kind, CAMPAIGN_EVENTS.c.customer_id)
    asked = select(*what, func.min(CAMPAIGN_EVENTS.c.at).label("first_at"))
    found: dict[str, dict[str, datetime]] = {}
    for row in at.execute(asked.where(CAMPAIGN_EVENTS.c.campaign_id == campaign_id).group_by(*what)):
        found.setdefault(row.kind, {})[row.customer_id] = row.first_at
    return found


def clicked_products(at: Reading, campaign_id: int, kind: str) -> dict[str, str]:
    """Return by customer the product of their first event of a kind that is of a product."""
    where = (CAMPAIGN_EVENTS.c.campaign_id == campaign_id, CAMPAIGN_EVENTS.c.kind == kind)
    columns = (CAMPAIGN_EVENTS.c.customer_id, CAMPAIGN_EVENTS.c.product_id)
    rows = at.execute(
        select(*columns).where(*where, CAMPAIGN_EVENTS.c.product_id != "").order_by(CAMPAIGN_EVENTS.c.at.desc())
    )
    return {row.customer_id: row.product_id for row in rows}


def of_customers(at: Reading, campaign_ids: Collection[int], customer_ids: Collection[str]) -> Iterator[CampaignEvent]:
    """Yield all events of some customers in some campaigns."""
    for part in batches(customer_ids, AT_ONCE):
        where = (CAMPAIGN_EVENTS.c.campaign_id.in_(tuple(campaign_ids)), CAMPAIGN_EVENTS.c.customer_id.in_(part))
        yield from map(CampaignEvent._make, at.execute(select(*_EVENT).where(*where)))


def unsubscribed(at: Reading) -> frozenset[str]:
    """Return the customers who said in any campaign that they want no more mail."""
    where = CAMPAIGN_EVENTS.c.kind == UNSUBSCRIBED
    return frozenset(at.execute(select(CAMPAIGN_EVENTS.c.customer_id).where(where).distinct()).scalars())


def after(at: Reading, event_id: str, *, limit: int) -> tuple[CampaignEvent, ...]:
    """Return events in the order of their numbers, those after one."""
    rows = at.execute(
        select(*_EVENT).where(CAMPAIGN_EVENTS.c.event_id > event_id).order_by(CAMPAIGN_EVENTS.c.event_id).limit(limit)
    )
    return tuple(map(CampaignEvent._make, rows))
