"""Outcomes: what people said came of a line, kept for good, and what they hold back from the lists until when."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from dashboard.activity.batches import batches
from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import HELD_BACK, HELD_CHANGES, OUTCOMES
from dashboard.activity.database.upsert import insert_missing, insert_newer
from dashboard.activity.records import (
    ACCOUNT,
    NOT_RELEVANT,
    ORDERED,
    PITCHED,
    SNOOZED,
    HeldBack,
    NewOutcome,
    Outcome,
    Pitched,
)

HOLDING = (SNOOZED, NOT_RELEVANT, ORDERED)  # kinds that hold a product back
KEPT_CHANGES = 10_000  # who has not looked for longer counts everybody again
EVERYBODY = ""
AT_ONCE = 500  # ids in one statement: SQLite takes some thousand
_COLUMNS = [column for column in OUTCOMES.c if column.name != "key"]
_HELD = [column for column in HELD_BACK.c if column.name != "outcome_id"]
_HOLDING = (
    HELD_BACK.c.until.is_(None) | (HELD_BACK.c.until > bindparam("today")),
    HELD_BACK.c.until_data.is_(None) | (HELD_BACK.c.until_data > bindparam("as_of")),
)
# Made once: putting it together takes longer than the database does to answer it.
_HELD_OF = select(*_HELD).where(HELD_BACK.c.customer_id.in_(bindparam("ids", expanding=True)), *_HOLDING)


def record(at: Writing, new: NewOutcome, *, person_id: int, now: datetime) -> tuple[int, bool]:
    """Record an outcome and hold back what it says; return its id and whether it is new.

    The same key again changes nothing and returns the first one's id.
    """
    kept = ("customer_id", "product_id", "kind", "list", "rank", "reason", "chance", "value", "version", "why", "note")
    values = {name: getattr(new, name) for name in kept} | {"key": new.key, "at": now, "person_id": person_id}
    values |= _until(new)
    is_new = insert_missing(at, OUTCOMES, values)
    found = _outcome(at.execute(select(*_COLUMNS).where(OUTCOMES.c.key == new.key)).one())
    if is_new and found.kind in HOLDING:
        _hold(at, found)
        note_change(at, found.customer_id)
    return found.id, is_new


def undo(at: Writing, outcome_id: int, *, person_id: int, now: datetime) -> Outcome | None:
    """Take an outcome back, which only its author may; return it, None where there is nothing to take back.

    What an older outcome of the same product held back is held back again.
    """
    mine = (OUTCOMES.c.id == outcome_id) & (OUTCOMES.c.person_id == person_id) & OUTCOMES.c.undone_at.is_(None)
    if not at.execute(update(OUTCOMES).where(mine).values(undone_at=now)).rowcount:
        return None
    found = _outcome(at.execute(select(*_COLUMNS).where(OUTCOMES.c.id == outcome_id)).one())
    held = (HELD_BACK.c.customer_id == found.customer_id, HELD_BACK.c.product_id == found.product_id)
    if at.execute(delete(HELD_BACK).where(*held, HELD_BACK.c.outcome_id == outcome_id)).rowcount:
        same = (OUTCOMES.c.customer_id == found.customer_id, OUTCOMES.c.product_id == found.product_id)
        older = select(*_COLUMNS).where(*same, OUTCOMES.c.kind.in_(HOLDING), OUTCOMES.c.undone_at.is_(None))
        row = at.execute(older.order_by(OUTCOMES.c.id.desc()).limit(1)).first()
        if row:
            _hold(at, _outcome(row))
        note_change(at, found.customer_id)
    return found


def bring_back(at: Writing, customer_id: str, product_id: str, *, now: datetime) -> bool:
    """End what holds a product (ACCOUNT: the whole account) back; return whether anything did.

    The outcomes that say so are taken back, whoever recorded them: a build does not learn from them either.
    """
    same = (HELD_BACK.c.customer_id == customer_id, HELD_BACK.c.product_id == product_id)
    if not at.execute(delete(HELD_BACK).where(*same)).rowcount:
        return False
    of_it = (OUTCOMES.c.customer_id == customer_id, OUTCOMES.c.product_id == product_id)
    holding = (OUTCOMES.c.kind.in_(HOLDING), OUTCOMES.c.undone_at.is_(None))
    at.execute(update(OUTCOMES).where(*of_it, *holding).values(undone_at=now))
    note_change(at, customer_id)
    return True


def last_of(at: Reading, person_id: int, *, since: datetime) -> Outcome | None:
    """Return the newest outcome of a person since a time that was not taken back."""
    where = (OUTCOMES.c.person_id == person_id, OUTCOMES.c.at >= since, OUTCOMES.c.undone_at.is_(None))
    row = at.execute(select(*_COLUMNS).where(*where).order_by(OUTCOMES.c.id.desc()).limit(1)).first()
    return _outcome(row) if row else None


def of_customer(at: Reading, customer_id: str, *, limit: int) -> tuple[Outcome, ...]:
    """Return the outcomes of a customer that were not taken back, the newest first."""
    where = (OUTCOMES.c.customer_id == customer_id, OUTCOMES.c.undone_at.is_(None))
    rows = at.execute(select(*_COLUMNS).where(*where).order_by(OUTCOMES.c.id.desc()).limit(limit))
    return tuple(_outcome(row) for row in rows)


def of_person(at: Reading, person_id: int, *, since: datetime, until: datetime) -> tuple[Outcome, ...]:
    """Return a person's outcomes of a span, [since, until), that were not taken back, the newest first."""
    where = (OUTCOMES.c.person_id == person_id, OUTCOMES.c.at >= since, OUTCOMES.c.at < until)
    rows = at.execute(select(*_COLUMNS).where(*where, OUTCOMES.c.undone_at.is_(None)).order_by(OUTCOMES.c.id.desc()))
    return tuple(_outcome(row) for row in rows)


def pitches_of_person(at: Reading, person_id: int, *, since: datetime, until: datetime) -> tuple[Pitched, ...]:
    """Return what a person pitched, or recorded as ordered, in a span, [since, until), and did not take back."""
    where = (OUTCOMES.c.person_id == person_id, OUTCOMES.c.at >= since, OUTCOMES.c.at < until)
    kinds = (OUTCOMES.c.kind.in_((PITCHED, ORDERED)), OUTCOMES.c.product_id != ACCOUNT)
    columns = [OUTCOMES.c[name] for name in Pitched._fields]
    rows = at.execute(select(*columns).where(*where, *kinds, OUTCOMES.c.undone_at.is_(None)).order_by(OUTCOMES.c.id))
    return tuple(map(Pitched._make, rows))


def last_contacts(at: Reading, customer_ids: Collection[str]) -> dict[str, datetime]:
    """Return by customer when the newest outcome was recorded that was not taken back."""
    found: dict[str, datetime] = {}
    for part in batches(customer_ids, AT_ONCE):
        where = (OUTCOMES.c.customer_id.in_(part), OUTCOMES.c.undone_at.is_(None))
        rows = at.execute(
            select(OUTCOMES.c.customer_id, func.max(OUTCOMES.c.at).label("last_at"))
            .where(*where)
            .group_by(OUTCOMES.c.customer_id)
        )
        found |= {row.customer_id: row.last_at for row in rows}
    return found


def held_back(at: Reading, customer_ids: Collection[str], today: date, as_of: date) -> dict[str, dict[str, HeldBack]]:
    """Return by customer and product what is held back; until an order, also where that has come.

    today   of the clock        as_of   the day up to which orders are known
    """
    found: dict[str, dict[str, HeldBack]] = {}
    for part in batches(customer_ids, AT_ONCE):
        for row in at.execute(_HELD_OF, {"ids": list(part), "today": today, "as_of": as_of}):
            one = _held(row)
            found.setdefault(one.customer_id, {})[one.product_id] = one
    return found


def all_held_back(at: Reading, today: date, as_of: date) -> list[HeldBack]:
    """Return what is held back from everybody, see held_back."""
    return [_held(row) for row in at.execute(select(*_HELD).where(*_HOLDING), {"today": today, "as_of": as_of})]


def customers_held(at: Reading) -> set[str]:
    """Return from whom something is held back, or was."""
    return set(at.execute(select(HELD_BACK.c.customer_id).distinct()).scalars())


def held_changes(at: Reading, *, after: int, most: int | None = None) -> dict[int, str]:
    """Return by number of whom something that holds back changed after a number; the newest `most` of them."""
    rows = select(HELD_CHANGES.c.id, HELD_CHANGES.c.customer_id).where(HELD_CHANGES.c.id > after)
    found = at.execute(rows.order_by(HELD_CHANGES.c.id.desc()).limit(most))
    return {row.id: row.customer_id for row in found}


def note_change(at: Writing, customer_id: str) -> None:
    """Note that what is held back from a customer changed; EVERYBODY: from anyone."""
    noted = insert(HELD_CHANGES).values(customer_id=customer_id).returning(HELD_CHANGES.c.id)
    newest = at.execute(noted).scalar_one()
    at.execute(delete(HELD_CHANGES).where(HELD_CHANGES.c.id <= newest - KEPT_CHANGES))


def held_back_of_product(at: Reading, product_id: str) -> dict[str, tuple[HeldBack, ...]]:
    """Return by customer what holds a product back from them, or the whole account."""
    found: dict[str, tuple[HeldBack, ...]] = {}
    for row in at.execute(select(*_HELD).where(HELD_BACK.c.product_id.in_((product_id, ACCOUNT)))):
        one = _held(row)
        found[one.customer_id] = (*found.get(one.customer_id, ()), one)
    return found


def in_order(at: Reading, *, after_id: int = 0, limit: int) -> tuple[Outcome, ...]:
    """Return outcomes in the order in which they were recorded, those taken back too, from an id on."""
    rows = at.execute(select(*_COLUMNS).where(OUTCOMES.c.id > after_id).order_by(OUTCOMES.c.id).limit(limit))
    return tuple(_outcome(row) for row in rows)


def _until(new: NewOutcome) -> dict[str, date | None]:
    """Return when a snoozed product comes back: on a day, else with an order after all that the version has."""
    if new.kind != SNOOZED:
        return {"until": None, "until_order_after": None}
    after = max(new.last_order_on or new.as_of, new.as_of)
    return {"until": new.until, "until_order_after": None if new.until else after}


def _hold(at: Writing, outcome: Outcome) -> None:
    """Hold back what an outcome says: the newest one of a product decides."""
    insert_newer(
        at,
        HELD_BACK,
        {
            "customer_id": outcome.customer_id,
            "product_id": outcome.product_id,
            "outcome_id": outcome.id,
            "kind": outcome.kind,
            "until": outcome.until,
            "until_order_after": outcome.until_order_after,
            "until_data": outcome.at.date() + timedelta(1) if outcome.kind == ORDERED else None,
        },
        newer="outcome_id",
    )


def _outcome(row: Any) -> Outcome:
    return Outcome(*row)


def _held(row: Any) -> HeldBack:
    return HeldBack(*row)
