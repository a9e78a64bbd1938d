import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from dashboard.activity.database import audit, migrate
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.tables import METADATA
from dashboard.activity.errors import ActivityError, ActivityUnavailable
from dashboard.activity.records import Loss, Person
from dashboard.settings import Settings
from tests.support.activity import NOW
from tests.support.processes import ROOT

NEWEST = "0009"
# Prepares the database; says how many changes of the schema it made itself.
PREPARES = """
import os
from alembic.runtime.migration import MigrationContext
from dashboard.activity.database.connect import open_database
from dashboard.settings import load_settings
made = []
run = MigrationContext.run_migrations
def counting(self, **named):
    made.append(1)
    return run(self, **named)
MigrationContext.run_migrations = counting
database = open_database(load_settings(os.environ))
print("ready", flush=True)
input()
database.prepare()
print(len(made), database.schema()[0])
"""


def tables(database: Database) -> set[str]:
    with database._engine.connect() as connection, connection.begin():
        return set(inspect(connection).get_table_names())


def test_an_empty_database_gets_the_tables_that_the_code_knows(empty: Database) -> None:
    empty.prepare()
    assert empty.schema() == (NEWEST, NEWEST)
    with empty._engine.connect() as connection, connection.begin():
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_second_start_changes_nothing(database: Database, ann: Person) -> None:
    database.prepare()
    with database.read() as at:
        assert audit.count(at) == 0
    assert database.schema() == (NEWEST, NEWEST)


def test_each_change_of_the_schema_can_be_undone_and_made_again(empty: Database) -> None:
    empty.prepare()
    newest = tables(empty)
    empty.downgrade("0008")
    shop = {"api_tokens", "api_calls", "shop_events", "availability"}
    assert newest - tables(empty) == shop
    empty.downgrade("0007")
    assert newest - tables(empty) == shop
    empty.downgrade("0006")
    campaigns = shop | {
        "campaigns",
        "campaign_members",
        "campaign_offers",
        "event_batches",
        "campaign_events",
        "campaign_calls",
    }
    assert newest - tables(empty) == campaigns
    empty.downgrade("0005")
    alerts = campaigns | {
        "alert_rules",
        "alert_snoozes",
        "alert_assignments",
        "alert_visits",
        "digests",
        "digests_unwanted",
    }
    assert newest - tables(empty) == alerts
    empty.downgrade("0004")
    assert newest - tables(empty) == alerts | {"basket_items"}
    empty.downgrade("0003")
    assert newest - tables(empty) == alerts | {"basket_items", "held_changes"}
    empty.downgrade("0002")
    calls = alerts | {
        "basket_items",
        "held_changes",
        "outcomes",
        "held_back",
        "shown_lists",
        "notes",
        "next_steps",
        "saved_views",
    }
    assert newest - tables(empty) == calls
    empty.downgrade("0001")
    assert newest - tables(empty) == calls | {"audit", "audit_gate"}
    empty.downgrade("base")
    assert tables(empty) <= {"alembic_version", "sqlite_sequence"}
    empty.prepare()
    assert tables(empty) == newest


def test_a_schema_that_nobody_here_knows_is_refused_and_left_alone(database: Database) -> None:
    with database.write() as at:
        at.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(ActivityError, match=r"has the schema '0099', which a newer Repertoire made; .* up to '0009'"):
        database.prepare()
    assert database.schema() == ("0099", NEWEST)


def test_what_a_downgrade_loses_is_counted_before(database: Database, ann: Person) -> None:
    with database.write() as at:
        audit.record(at, now=NOW, kind="sign-in", person_id=ann.id)
    assert database.losses("0001")[-2:] == (Loss("audit_gate", 0), Loss("audit", 1))
    assert dict((loss.table, loss.n_rows) for loss in database.losses("base"))["people"] == 1


@pytest.mark.parametrize("to", [NEWEST, "0099", ""])
def test_a_downgrade_goes_back_and_nowhere_else(database: Database, to: str) -> None:
    with pytest.raises(ActivityError, match="cannot go back to .*; it can to 0008 or 0007 or .* or 0001 or base"):
        database.downgrade(to)
    assert database.schema() == (NEWEST, NEWEST)


def test_a_change_that_fails_leaves_the_schema_as_it_was(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("half way")

    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", dies)  # some tables are there by then
        with pytest.raises(RuntimeError, match="half way"):
            empty.prepare()
    assert tables(empty) <= {"sqlite_sequence"}
    empty.prepare()
    assert empty.schema() == (NEWEST, NEWEST)


@pytest.mark.slow
def test_of_many_processes_that_start_at_once_one_migrates(settings: Settings) -> None:
    environment = {"REPERTOIRE_STATE": str(settings.state), "REPERTOIRE_DATABASE": settings.database}
    command = [sys.executable, "-c", PREPARES]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "cwd": ROOT, "env": environment, "text": True}
    starting = [subprocess.Popen(command, **pipes) for _ in range(4)]
    for process in starting:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(lambda process: process.communicate("\n")[0], starting))
    assert said == [f"0 {NEWEST}\n"] * 3 + [f"1 {NEWEST}\n"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_who_finds_the_schema_being_changed_waits_no_longer_than_allowed(settings: Settings) -> None:
    database = open_database(settings)
    again = migrate.lock(database.target, 0)
    with (
        migrate.lock(database.target, 0),
        pytest.raises(ActivityUnavailable, match="another process changes the schema of"),
    ):
        again.__enter__()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_file_is_for_its_owner_alone(empty: Database) -> None:
    empty.prepare()
    file = empty.target.file
    assert file is not None
    with empty.write():
        modes = {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()}
    names = ("activity.sqlite", "activity.sqlite-wal", "activity.sqlite-shm", "activity.lock")
    assert modes == dict.fromkeys(names, 0o600)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_that_cannot_be_made_is_said(empty: Database, settings: Settings) -> None:
    (settings.state / "activity.sqlite-wal").mkdir()
    with pytest.raises(ActivityUnavailable, match=r"activity.sqlite cannot be made \(Is a directory\)"):
        empty.prepare()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_log_without_its_file_is_not_played_into_a_new_one(empty: Database, tmp_path: Path) -> None:
    file = empty.target.file
    assert file is not None
    file.with_name("activity.sqlite-wal").write_bytes(b"left over")
    empty.prepare()
    assert empty.schema() == (NEWEST, NEWEST)
    assert empty.health().is_available
