"""The audit trail as requests write it: customers opened, exports with rows and filter, refusals; how long."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dash import Dash

from dashboard.access.roles import DIRECTOR, REP, SUPPORT
from dashboard.access.trail import CUSTOMER_OPENED, EXPORT, REFUSED, Retention
from dashboard.activity.database import audit, role_requests
from dashboard.activity.database.connect import Database
from dashboard.activity.records import AuditEntry
from dashboard.factory import create_app
from dashboard.services import EXTENSION
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small
from tests.support.screens import Caller, make_app, said
from tests.support.viewers import identity

ANN = identity(REP, reps=("Ann Example",), number=3)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    folder: Path = tmp_path_factory.mktemp("trail")
    publish_small(folder / "artifacts")
    return make_app(folder, folder / "artifacts")


@pytest.fixture(scope="module")
def version(app: Dash) -> str:
    reader: Reader = app.server.extensions[EXTENSION].reader
    return reader.current().id


@pytest.fixture
def database(app: Dash) -> Database:
    database: Database = app.server.extensions[EXTENSION].database
    return database


@pytest.fixture
def new_lines(database: Database) -> "Lines":
    return Lines(database)


class Lines:
    """The lines that were written since this was made."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._first = len(self._all())

    def __call__(self) -> list[AuditEntry]:
        return self._all()[self._first :]

    def _all(self) -> list[AuditEntry]:
        with self._database.read() as at:
            return list(reversed(audit.entries(at, limit=1000)))


def test_a_customers_page_that_was_opened_is_a_line(app: Dash, new_lines: Lines) -> None:
    Caller(app, who=ANN).page("/customers/CAFE1")
    [line] = new_lines()
    assert (line.kind, line.person_id, line.subject_ids, line.outcome) == (CUSTOMER_OPENED, 3, ("CAFE1",), "done")


def test_another_reps_customer_was_not_opened(app: Dash, new_lines: Lines) -> None:
    Caller(app, who=ANN).page("/customers/HOTEL1")
    assert new_lines() == []


def test_an_export_has_its_rows_and_the_columns_that_narrowed_it(app: Dash, version: str, new_lines: Lines) -> None:
    asked = {"keys": ["CAFE1", "CAFE2"], "filter": {"segment": True, "find": True, "Café Müller": True}}
    Caller(app, who=ANN).call('"customers","type":"table-file"', {"data": asked, "page-version.data": version})
    [line] = new_lines()
    assert (line.kind, line.person_id, line.row_count) == (EXPORT, 3, 2)
    assert line.filter == {
        "file": "customers",
        "version": version,
        "rep": "Ann Example",
        "columns": ["find", "segment"],
    }


def test_the_export_of_a_list_names_whose_it_is(app: Dash, version: str, new_lines: Lines) -> None:
    values = {"n_clicks": 1, "id": {"list": "due", "type": "csv"}, "page-version.data": version}
    Caller(app, who=ANN).call("csv-file", {**values, "page-customer.data": "CAFE1"}, {"list": "due"})
    [line] = new_lines()
    assert (line.kind, line.subject_ids, line.row_count) == (EXPORT, ("list-due", "CAFE1"), 3)


def test_what_was_refused_is_a_line(app: Dash, new_lines: Lines) -> None:
    support = Caller(app, who=identity(SUPPORT, number=4))
    support.call('"customers","type":"table-file"', {"data": {"keys": []}})
    support.page("/people")
    assert [(line.kind, line.person_id, line.subject_ids, line.outcome) for line in new_lines()] == [
        (REFUSED, 4, ("table-file:customers.data",), "refused"),
        (REFUSED, 4, ("people",), "refused"),
    ]


def test_where_nobody_signs_in_reading_is_no_line(app: Dash, new_lines: Lines) -> None:
    Caller(app).page("/customers/CAFE1")
    assert new_lines() == []


def test_pages_are_shown_without_the_database_and_the_log_has_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_small(tmp_path / "artifacts")
    app = make_app(tmp_path, tmp_path / "artifacts")
    database: Database = app.server.extensions[EXTENSION].database
    assert database.target.file is not None
    logging.getLogger("dashboard").setLevel(logging.INFO)
    database.target.file.unlink()
    database.close()
    assert "Café Müller" in said(Caller(app, who=identity(DIRECTOR)).page("/customers/CAFE1"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "audit line" in line]
    assert [(line["kind"], line["subject_ids"]) for line in lines] == [("customer-opened", ["CAFE1"])]
    assert "Accounts cannot be read now" in said(Caller(app).page("/people"))
    assert "The audit trail cannot be read now" in said(Caller(app).page("/audit"))


def test_an_app_that_starts_removes_what_is_over(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    first = make_app(tmp_path, tmp_path / "artifacts", audit_days=30)
    database: Database = first.server.extensions[EXTENSION].database
    now = datetime.now(UTC)
    with database.write() as at:
        for age in (29, 31):
            audit.record(at, now=now - timedelta(days=age), kind="test", person_id=None)
        for age in (89, 91):
            said = {"issuer": "i", "subject": f"u{age}", "email": "", "name": "", "groups": ()}
            role_requests.note(at, now=now - timedelta(days=age), **said)
    database.close()
    again: Database = create_app(first.server.extensions[EXTENSION].settings).server.extensions[EXTENSION].database
    with again.read() as at:
        assert [line.kind for line in audit.entries(at, limit=9)] == [audit.RETENTION, "test"]
        assert [one.subject for one in role_requests.waiting(at)] == ["u89"]


def test_lines_are_kept_for_the_days_that_are_set_and_looked_at_once_a_day(database: Database) -> None:
    with database.write() as at:
        for age in (11, 9):
            audit.record(at, now=NOW - timedelta(days=age), kind="test", person_id=None)
    others: list[datetime] = []
    retention = Retention(database, 10, lambda _, now: others.append(now))
    retention.look(NOW)
    with database.read() as at:
        left = audit.entries(at, audit.AuditFilter(kinds=("test",)), limit=9)
    assert [line.at for line in left] == [NOW - timedelta(days=9)]
    with database.write() as at:
        audit.record(at, now=NOW - timedelta(days=30), kind="late", person_id=None)
    retention.look(NOW + timedelta(hours=1))
    with database.read() as at:
        assert audit.count(at, audit.AuditFilter(kinds=("late",))) == 1
    assert others == [NOW]
