"""The audit trail: lines are added, and nobody changes them. Triggers of the database see to that.

Two may: retention deletes what is older than a time, and erasure takes a customer's id out of the lines. Both put a
row into `audit_gate` that the triggers look for, and take it out again in the same transaction.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import AUDIT, AUDIT_GATE
from dashboard.activity.records import AuditEntry, JsonValue

RETENTION = "audit-retention"  # the kind of the line that says what was deleted
ERASED = "erased"
# What a filter may not hold: names and numbers of people. Of a search text say its length.
PERSONAL = frozenset({"name", "names", "phone", "email", "text", "search", "query", "contact"})
MARK = "\\"


@dataclass(frozen=True)
class AuditFilter:
    """Which lines are wanted; None or nothing is all. `since` is included, `until` is not."""

    since: datetime | None = None
    until: datetime | None = None
    person_id: int | None = None
    kinds: tuple[str, ...] = ()
    subject_id: str | None = None
    outcome: str | None = None


def record(
    at: Writing,
    *,
    now: datetime,
    kind: str,
    person_id: int | None,
    subject_ids: Collection[str] = (),
    row_count: int | None = None,
    filter: Mapping[str, JsonValue] | None = None,
    outcome: str = "done",
) -> int:
    """Add a line, together with what else the transaction writes; return its id.

    Raises ValueError for a filter with a key of PERSONAL, at any depth.
    """
    _refuse_personal(filter)
    values = {"at": now, "kind": kind, "person_id": person_id, "subject_ids": json.dumps(list(subject_ids))}
    more = {"row_count": row_count, "filter": None if filter is None else json.dumps(filter), "outcome": outcome}
    return int(at.execute(insert(AUDIT).values(**values, **more).returning(AUDIT.c.id)).scalar_one())


def entries(
    at: Reading, wanted: AuditFilter = AuditFilter(), *, limit: int, before_id: int | None = None
) -> tuple[AuditEntry, ...]:
    """Return lines, the newest first; the next ones are those before the last one's id."""
    where = _where(wanted)
    if before_id is not None:
        where.append(AUDIT.c.id < before_id)
    rows = at.execute(select(AUDIT).where(*where).order_by(AUDIT.c.id.desc()).limit(limit))
    return tuple(_entry(row) for row in rows)


def count(at: Reading, wanted: AuditFilter = AuditFilter(), *, from_id: int = 0) -> int:
    """Return how many lines are wanted, of those from an id on."""
    where = (*_where(wanted), AUDIT.c.id >= from_id)
    return int(at.execute(select(func.count()).select_from(AUDIT).where(*where)).scalar_one())


def remove_old(at: Writing, *, before: datetime, now: datetime) -> int:
    """Delete the lines before a time, the retention's job; return how many. A line says so where there were some."""
    with _gate(at, "retention", before):
        n_removed = at.execute(delete(AUDIT).where(AUDIT.c.at < before)).rowcount
    if n_removed:
        until = {"before": before.isoformat()}
        record(at, now=now, kind=RETENTION, person_id=None, row_count=n_removed, filter=until)
    return n_removed


def erase_subject(at: Writing, subject_id: str) -> int:
    """Put ERASED in the place of an id in all lines, and drop their filters; return how many lines."""
    rows = at.execute(select(AUDIT.c.id, AUDIT.c.subject_ids).where(_names(subject_id))).all()
    with _gate(at, "erasure", None):
        for row in rows:
            left = [ERASED if each == subject_id else each for each in json.loads(row.subject_ids)]
            at.execute(update(AUDIT).where(AUDIT.c.id == row.id).values(subject_ids=json.dumps(left), filter=None))
    return len(rows)


@contextmanager
def _gate(at: Writing, purpose: str, before: datetime | None) -> Iterator[None]:
    at.execute(insert(AUDIT_GATE).values(purpose=purpose, before=before))
    yield
    at.execute(delete(AUDIT_GATE).where(AUDIT_GATE.c.purpose == purpose))


def _refuse_personal(value: JsonValue) -> None:
    if isinstance(value, Mapping):
        found = sorted(PERSONAL & {key.lower() for key in value})
        if found:
            raise ValueError(
                f"the filter has {found[0]!r}, which the audit trail does not keep; say its length instead"
            )
        for each in value.values():
            _refuse_personal(each)
    elif isinstance(value, tuple | list):
        for each in value:
            _refuse_personal(each)


def _where(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    where = []
    if wanted.since is not None:
        where.append(AUDIT.c.at >= wanted.since)
    if wanted.until is not None:
        where.append(AUDIT.c.at < wanted.until)
    if wanted.person_id is not None:
        where.append(AUDIT.c.person_id == wanted.person_id)
    if wanted.kinds:
        where.append(AUDIT.c.kind.in_(wanted.kinds))
    if wanted.subject_id is not None:
        where.append(_names(wanted.subject_id))
    if wanted.outcome is not None:
        where.append(AUDIT.c.outcome == wanted.outcome)
    return where


def _names(subject_id: str) -> ColumnElement[bool]:
    """Return whether a line is about an id: it is in the list as JSON writes it, in quotes."""
    quoted = json.dumps(subject_id)
    for sign in (MARK, "%", "_"):
        quoted = quoted.replace(sign, MARK + sign)
    return AUDIT.c.subject_ids.like(f"%{quoted}%", escape=MARK)


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        person_id=row.person_id,
        kind=row.kind,
        subject_ids=tuple(json.loads(row.subject_ids)),
        row_count=row.row_count,
        filter=None if row.filter is None else json.loads(row.filter),
        outcome=row.outcome,
    )
