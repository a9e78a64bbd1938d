from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from dashboard.activity.database import audit
from dashboard.activity.database.audit import AuditFilter
from dashboard.activity.database.connect import Database
from dashboard.activity.database.tables import AUDIT, AUDIT_GATE
from dashboard.activity.records import AuditEntry
from tests.support.activity import NOW

DAY = timedelta(days=1)


def recorded(database: Database, kind: str = "export", after: timedelta = 0 * DAY, **values: Any) -> int:
    with database.write() as at:
        return audit.record(at, now=NOW + after, kind=kind, **{"person_id": 1, **values})


def run_with_open_gate(database: Database, statement: Any) -> None:
    with database.write() as at:
        at.execute(insert(AUDIT_GATE), [{"purpose": "erasure", "before": None}])
        at.execute(insert(AUDIT_GATE), [{"purpose": "retention", "before": NOW}])
        at.execute(statement)


def ids(database: Database, wanted: AuditFilter) -> list[int]:
    with database.read() as at:
        found = [entry.id for entry in audit.entries(at, wanted, limit=100)]
        assert audit.count(at, wanted) == len(found)
    return found


def test_a_line_comes_back_as_it_was_recorded(database: Database) -> None:
    filters = {"segment": "Deli", "due": True, "months": (1, 2), "range": {"from": 1.5, "to": None}}
    recorded(database, subject_ids=["C1", "Ü/2"], row_count=214, filter=filters, outcome="refused")
    with database.read() as at:
        (line,) = audit.entries(at, limit=2)
    read = {"segment": "Deli", "due": True, "months": [1, 2], "range": {"from": 1.5, "to": None}}
    assert line == AuditEntry(1, NOW, 1, "export", ("C1", "Ü/2"), 214, read, "refused")


def test_a_line_may_have_no_person_no_subject_and_no_filter(database: Database) -> None:
    recorded(database, "sign-in", person_id=None)
    with database.read() as at:
        assert audit.entries(at, limit=2) == (AuditEntry(1, NOW, None, "sign-in", (), None, None, "done"),)


@pytest.mark.parametrize("filters", [{"name": "Ann"}, {"a": {"Phone": "1"}}, {"any": ({"email": "x"},)}])
def test_names_and_numbers_of_people_are_refused(database: Database, filters: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="which the audit trail does not keep; say its length instead"):
        recorded(database, filter=filters)
    assert ids(database, AuditFilter()) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AuditFilter(), [3, 2, 1]),
        (AuditFilter(since=NOW + DAY), [3, 2]),
        (AuditFilter(until=NOW + DAY), [1]),
        (AuditFilter(person_id=2), [3]),
        (AuditFilter(kinds=("export", "sign-in")), [3, 1]),
        (AuditFilter(subject_id="C_1"), [1]),
        (AuditFilter(subject_id="CX1"), [2]),
        (AuditFilter(subject_id="C"), []),
        (AuditFilter(subject_id='Ü"%'), [3]),
        (AuditFilter(outcome="refused"), [2]),
        (AuditFilter(since=NOW + DAY, person_id=1), [2]),
    ],
)
def test_lines_are_found_by_what_is_asked(database: Database, wanted: AuditFilter, found: list[int]) -> None:
    recorded(database, "export", subject_ids=["C_1"])
    recorded(database, "page", DAY, subject_ids=["CX1"], outcome="refused")
    recorded(database, "sign-in", 2 * DAY, person_id=2, subject_ids=['Ü"%'])
    assert ids(database, wanted) == found


def test_the_next_lines_are_those_before_the_last_one(database: Database) -> None:
    for _ in range(5):
        recorded(database)
    with database.read() as at:
        first = [entry.id for entry in audit.entries(at, limit=2)]
        assert first == [5, 4]
        assert [entry.id for entry in audit.entries(at, limit=2, before_id=4)] == [3, 2]


@pytest.mark.parametrize(
    "statement",
    [
        update(AUDIT).values(outcome="done"),
        update(AUDIT).values(subject_ids="[]"),
        delete(AUDIT),
        pytest.param(text("TRUNCATE audit"), id="truncate"),
    ],
    ids=str,
)
def test_nobody_changes_a_line(database: Database, statement: Any) -> None:
    recorded(database, outcome="refused")
    if "TRUNCATE" in str(statement) and database.target.kind == "SQLite":
        statement = text("DELETE FROM audit")  # its word for it
    with pytest.raises(DBAPIError, match="the audit trail is append-only"), database.write() as at:
        at.execute(statement)
    assert ids(database, AuditFilter(outcome="refused")) == [1]


def test_even_with_the_gate_open_nobody_changes_what_was_done_or_deletes_what_is_young(database: Database) -> None:
    recorded(database, outcome="refused")
    for statement in (update(AUDIT).values(outcome="done"), update(AUDIT).values(person_id=2), delete(AUDIT)):
        with pytest.raises(DBAPIError, match="the audit trail is append-only"):
            run_with_open_gate(database, statement)
    assert ids(database, AuditFilter(outcome="refused", person_id=1)) == [1]


def test_retention_deletes_what_is_older_and_says_so(database: Database) -> None:
    for n in range(3):
        recorded(database, after=n * DAY)
    with database.write() as at:
        assert audit.remove_old(at, before=NOW + 2 * DAY, now=NOW + 9 * DAY) == 2
        assert audit.remove_old(at, before=NOW + 2 * DAY, now=NOW + 9 * DAY) == 0
        said, kept = audit.entries(at, limit=9)
    assert kept.id == 3
    assert (said.kind, said.at, said.person_id, said.row_count) == ("audit-retention", NOW + 9 * DAY, None, 2)
    assert said.filter == {"before": "2026-11-29T09:30:00+00:00"}


def test_after_retention_and_erasure_the_trail_is_closed_again(database: Database) -> None:
    recorded(database, subject_ids=["C1"])
    with database.write() as at:
        audit.remove_old(at, before=NOW, now=NOW)
        audit.erase_subject(at, "C1")
    with pytest.raises(DBAPIError, match="append-only"), database.write() as at:
        at.execute(delete(AUDIT).where(AUDIT.c.at < NOW + DAY))


def test_erasure_takes_an_id_out_of_its_lines_alone(database: Database) -> None:
    recorded(database, subject_ids=["C1", "C2"], row_count=2, filter={"segment": "Deli"})
    recorded(database, subject_ids=["C11"], filter={"segment": "Deli"})
    with database.write() as at:
        assert audit.erase_subject(at, "C1") == 1
        other, line = audit.entries(at, limit=9)
    assert (line.subject_ids, line.filter, line.row_count) == (("erased", "C2"), None, 2)
    assert (other.subject_ids, other.filter) == (("C11",), {"segment": "Deli"})
