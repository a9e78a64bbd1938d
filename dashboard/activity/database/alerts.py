"""Alerts: the team's and each person's rules, what is snoozed or assigned, and what a person has seen."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, func, select, update

from dashboard.activity.batches import batches
from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import ALERT_ASSIGNMENTS, ALERT_RULES, ALERT_SNOOZES, ALERT_VISITS, OUTCOMES
from dashboard.activity.database.upsert import insert_missing
from dashboard.activity.records import PITCHED, AlertKey, Assignment, SavedRule, Visit

TEAM = -1  # whose rule it is: everybody's who has none of their own
SAME_VISIT = timedelta(minutes=30)  # who comes back sooner is still at the same visit


def rules_of(at: Reading, person_id: int) -> dict[str, SavedRule]:
    """Return by kind the rules that a person, or TEAM, has set."""
    columns = (ALERT_RULES.c.kind, ALERT_RULES.c.bounds, ALERT_RULES.c.set_by, ALERT_RULES.c.set_at)
    rows = at.execute(select(*columns).where(ALERT_RULES.c.person_id == person_id))
    return {row.kind: SavedRule(row.kind, json.loads(row.bounds), row.set_by, row.set_at) for row in rows}


def save_rule(
    at: Writing, *, kind: str, person_id: int, bounds: Mapping[str, float], set_by: int, now: datetime
) -> None:
    """Save a person's rule, or that of TEAM, in the place of the one before."""
    values = {"bounds": json.dumps(dict(bounds)), "set_by": set_by, "set_at": now}
    _put(at, ALERT_RULES, {"kind": kind, "person_id": person_id}, values)


def remove_rule(at: Writing, *, kind: str, person_id: int) -> bool:
    """Remove a rule; return whether there was one."""
    where = (ALERT_RULES.c.kind == kind, ALERT_RULES.c.person_id == person_id)
    return bool(at.execute(delete(ALERT_RULES).where(*where)).rowcount)


def snoozed(at: Reading, person_id: int, today: date) -> dict[AlertKey, date]:
    """Return what a person has snoozed beyond today, and until when."""
    columns = [ALERT_SNOOZES.c[name] for name in AlertKey._fields]
    where = (ALERT_SNOOZES.c.person_id == person_id, ALERT_SNOOZES.c.until > today)
    rows = at.execute(select(*columns, ALERT_SNOOZES.c.until).where(*where))
    return {AlertKey(row.kind, row.customer_id, row.product_id): row.until for row in rows}


def snooze(at: Writing, person_id: int, key: AlertKey, until: date) -> None:
    """Snooze an alert for a person until a day."""
    _put(at, ALERT_SNOOZES, {"person_id": person_id, **key._asdict()}, {"until": until})


def wake(at: Writing, person_id: int, key: AlertKey) -> bool:
    """End a person's snooze; return whether there was one."""
    where = (ALERT_SNOOZES.c.person_id == person_id, *_of(ALERT_SNOOZES, key))
    return bool(at.execute(delete(ALERT_SNOOZES).where(*where)).rowcount)


def assignments(at: Reading, kind: str) -> dict[AlertKey, Assignment]:
    """Return who looks after which alert of a kind."""
    rows = at.execute(select(ALERT_ASSIGNMENTS).where(ALERT_ASSIGNMENTS.c.kind == kind))
    return {
        AlertKey(row.kind, row.customer_id, row.product_id): Assignment(row.assigned_to, row.assigned_by, row.at)
        for row in rows
    }


def assign(at: Writing, key: AlertKey, *, to: int | None, by: int, now: datetime) -> None:
    """Say who looks after an alert; None: nobody in particular any more."""
    if to is None:
        at.execute(delete(ALERT_ASSIGNMENTS).where(*_of(ALERT_ASSIGNMENTS, key)))
    else:
        _put(at, ALERT_ASSIGNMENTS, key._asdict(), {"assigned_to": to, "assigned_by": by, "at": now})


def pitched_since(at: Reading, since: datetime, customer_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
    """Return by customer and product when it was pitched last, since a time, to some customers."""
    what = (OUTCOMES.c.customer_id, OUTCOMES.c.product_id)
    where = (OUTCOMES.c.kind == PITCHED, OUTCOMES.c.undone_at.is_(None), OUTCOMES.c.at >= since)
    found: dict[tuple[str, str], datetime] = {}
    for part in batches(customer_ids, outcomes.AT_ONCE):
        last_at = func.max(OUTCOMES.c.at).label("last_at")
        rows = at.execute(select(*what, last_at).where(*where, what[0].in_(part)).group_by(*what))
        found |= {(row.customer_id, row.product_id): row.last_at for row in rows}
    return found


def visit_of(at: Reading, person_id: int) -> Visit | None:
    """Return a person's last visit; None before the first."""
    columns = [column for column in ALERT_VISITS.c if column.name != "person_id"]
    row = at.execute(select(*columns).where(ALERT_VISITS.c.person_id == person_id)).first()
    return Visit(**row._mapping) if row else None


def record_visit(at: Writing, person_id: int, *, as_of: date, day: date, now: datetime) -> Visit:
    """Record that a person sees their alerts now, and return the visit; one half an hour later is another one."""
    before = visit_of(at, person_id)
    if before is None:
        found = Visit(now, as_of, day, None, None)
    elif now - before.at < SAME_VISIT:
        found = Visit(now, max(as_of, before.as_of), day, before.before_as_of, before.before_day)
    else:
        found = Visit(now, as_of, day, before.as_of, before.day)
    values = {name: getattr(found, name) for name in ("at", "as_of", "day", "before_as_of", "before_day")}
    _put(at, ALERT_VISITS, {"person_id": person_id}, values)
    return found


def _of(table: Table, key: AlertKey) -> tuple[ColumnElement[bool], ...]:
    return tuple(table.c[name] == value for name, value in key._asdict().items())


def _put(at: Writing, table: Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
    """Insert a row, or change the one with the same key."""
    if not insert_missing(at, table, {**key, **values}):
        at.execute(update(table).where(*(table.c[name] == value for name, value in key.items())).values(**values))
