"""Notes about customers, and next steps with a day on which they come back."""

from datetime import date, datetime

from sqlalchemy import Table, select, update

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import NEXT_STEPS, NOTES
from dashboard.activity.database.upsert import insert_missing
from dashboard.activity.records import NextStep, Note

_NOTE = [column for column in NOTES.c if column.name != "key"]
_STEP = [column for column in NEXT_STEPS.c if column.name != "key"]


def add_note(at: Writing, *, key: str, customer_id: str, person_id: int, text: str, now: datetime) -> int:
    """Add a note and return its id; the same key again adds none."""
    values = {"customer_id": customer_id, "person_id": person_id, "text": text, "at": now}
    return _add(at, NOTES, key, values)


def notes_of(at: Reading, customer_id: str, *, limit: int) -> tuple[Note, ...]:
    """Return a customer's notes, the newest first."""
    rows = at.execute(select(*_NOTE).where(NOTES.c.customer_id == customer_id).order_by(NOTES.c.id.desc()).limit(limit))
    return tuple(Note(**row._mapping) for row in rows)


def add_next_step(
    at: Writing, *, key: str, customer_id: str, person_id: int, text: str, due_on: date, now: datetime
) -> int:
    """Add a next step and return its id; the same key again adds none."""
    values = {"customer_id": customer_id, "person_id": person_id, "text": text, "due_on": due_on, "at": now}
    return _add(at, NEXT_STEPS, key, values)


def open_steps_of(at: Reading, customer_id: str) -> tuple[NextStep, ...]:
    """Return a customer's open next steps, the earliest first."""
    where = (NEXT_STEPS.c.customer_id == customer_id, NEXT_STEPS.c.closed_at.is_(None))
    rows = at.execute(select(*_STEP).where(*where).order_by(NEXT_STEPS.c.due_on, NEXT_STEPS.c.id))
    return tuple(NextStep(**row._mapping) for row in rows)


def open_steps(at: Reading, *, until: date) -> tuple[NextStep, ...]:
    """Return all open next steps up to and with a day, the earliest first."""
    where = (NEXT_STEPS.c.closed_at.is_(None), NEXT_STEPS.c.due_on <= until)
    rows = at.execute(select(*_STEP).where(*where).order_by(NEXT_STEPS.c.due_on, NEXT_STEPS.c.id))
    return tuple(NextStep(**row._mapping) for row in rows)


def steps_of_person(at: Reading, person_id: int, *, since: date, until: date) -> tuple[NextStep, ...]:
    """Return a person's next steps that are due in [since, until], open or not, the latest first."""
    where = (NEXT_STEPS.c.person_id == person_id, NEXT_STEPS.c.due_on >= since, NEXT_STEPS.c.due_on <= until)
    rows = at.execute(select(*_STEP).where(*where).order_by(NEXT_STEPS.c.due_on.desc(), NEXT_STEPS.c.id.desc()))
    return tuple(NextStep(**row._mapping) for row in rows)


def step(at: Reading, step_id: int) -> NextStep | None:
    """Return a next step, open or not."""
    row = at.execute(select(*_STEP).where(NEXT_STEPS.c.id == step_id)).first()
    return NextStep(**row._mapping) if row else None


def close_step(at: Writing, step_id: int, *, as_: str, now: datetime) -> bool:
    """Close a next step as DONE or DROPPED; return whether it was open."""
    return _change(at, step_id, closed_at=now, closed_as=as_)


def move_step(at: Writing, step_id: int, *, due_on: date) -> bool:
    """Move a next step to another day; return whether it was open."""
    return _change(at, step_id, due_on=due_on)


def _change(at: Writing, step_id: int, **values: object) -> bool:
    where = (NEXT_STEPS.c.id == step_id, NEXT_STEPS.c.closed_at.is_(None))
    return bool(at.execute(update(NEXT_STEPS).where(*where).values(**values)).rowcount)


def _add(at: Writing, table: Table, key: str, values: dict[str, object]) -> int:
    insert_missing(at, table, {**values, "key": key})
    return int(at.execute(select(table.c.id).where(table.c.key == key)).scalar_one())
