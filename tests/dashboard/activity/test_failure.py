"""What happens while the database is gone, and when it is back."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.activity.database import audit
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.target import target
from dashboard.activity.errors import ActivityError, ActivityUnavailable
from dashboard.settings import Settings
from tests.support.activity import NOW
from tests.support.postgres import MISSING, Server, is_installed, started

WAIT = 0.2
BOUND = 30.0  # seconds, also on a machine that does much else; without a bound it would be for ever


def impatient(settings: Settings) -> Database:
    return Database(target(settings), wait_seconds=WAIT, pause_seconds=0)


def record(database: Database) -> int:
    with database.write() as at:
        return audit.record(at, now=NOW, kind="sign-in", person_id=None)


def count(database: Database) -> int:
    with database.read() as at:
        return audit.count(at)


def refused(database: Database, match: str, *, reads: bool = True) -> None:
    """Assert that nothing can be written, nor read, and that this is said within BOUND."""
    begin = time.monotonic()
    with pytest.raises(ActivityUnavailable, match=match):
        record(database)
    if reads:
        with pytest.raises(ActivityUnavailable, match=match):
            count(database)
    assert time.monotonic() - begin < BOUND
    health = database.health()
    assert not health.is_available
    assert health.reason


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    (tmp_path / "state").mkdir()
    path = tmp_path / "state" / sqlite_template.name
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.fixture
def sqlite(file: Path) -> Iterator[Database]:
    database = impatient(Settings(state=file.parent))
    record(database)
    yield database
    database.close()


@contextmanager
def held(file: Path, statement: str) -> Iterator[None]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(statement)
    yield
    connection.execute("ROLLBACK")
    connection.close()


def test_a_file_that_is_gone_is_not_written_to_nor_made_anew(sqlite: Database, file: Path, tmp_path: Path) -> None:
    file.rename(tmp_path / "aside")
    refused(sqlite, "there is no file .*activity.sqlite that can be read; nothing was saved")
    assert not file.exists()
    (tmp_path / "aside").rename(file)
    assert count(sqlite) == 1
    record(sqlite)
    assert count(sqlite) == 2


def replace_folder(file: Path, content: bytes) -> None:
    """Do as `restore` does: another folder in the place of the state folder."""
    fresh = file.parent.with_name("fresh")
    fresh.mkdir()
    (fresh / file.name).write_bytes(content)
    file.parent.rename(file.parent.with_name("old"))
    fresh.rename(file.parent)


def test_a_restored_file_is_used_from_then_on(sqlite: Database, file: Path, sqlite_template: Path) -> None:
    replace_folder(file, sqlite_template.read_bytes())
    assert count(sqlite) == 0
    record(sqlite)
    with sqlite3.connect(file) as opened:
        assert opened.execute("SELECT count(*) FROM audit").fetchone() == (1,)


def test_an_older_restored_file_is_brought_up_to_date(sqlite: Database, file: Path, tmp_path: Path) -> None:
    (tmp_path / "older").mkdir()
    older = open_database(Settings(state=tmp_path / "older"))
    older.prepare()
    older.downgrade("0001")
    older.close()
    replace_folder(file, (tmp_path / "older" / file.name).read_bytes())
    assert count(sqlite) == 0
    assert sqlite.schema() == ("0009", "0009")


def test_a_file_that_is_put_beside_the_log_of_another_is_left_alone(
    sqlite: Database, file: Path, sqlite_template: Path
) -> None:
    other = file.with_name("other")
    other.write_bytes(sqlite_template.read_bytes())
    other.replace(file)
    refused(sqlite, "was replaced, and the log of the old one is still beside it")
    assert file.read_bytes() == sqlite_template.read_bytes()


def test_a_damaged_file_is_refused_until_a_good_one_is_there(sqlite: Database, file: Path) -> None:
    sqlite.close()  # its log is in the file now
    good = file.read_bytes()
    replace_folder(file, b"no database at all" * 100)
    refused(sqlite, "does not answer .*file is not a database")
    file.write_bytes(good)
    assert count(sqlite) == 1


def test_an_empty_file_gets_its_tables_anew(sqlite: Database, file: Path) -> None:
    replace_folder(file, b"")
    assert count(sqlite) == 0


def test_a_folder_in_the_files_place_is_refused(sqlite: Database, file: Path) -> None:
    file.parent.rename(file.parent.with_name("old"))
    file.mkdir(parents=True)
    refused(sqlite, "does not answer .*unable to open database file")


def test_a_file_that_is_locked_for_writing_can_be_read(sqlite: Database, file: Path) -> None:
    with held(file, "BEGIN IMMEDIATE"):
        refused(sqlite, "does not answer .*database is locked.*nothing was saved", reads=False)
        assert count(sqlite) == 1
    record(sqlite)
    assert count(sqlite) == 2


def test_a_read_does_not_wait_for_a_write(sqlite: Database) -> None:
    with sqlite.write() as at:
        audit.record(at, now=NOW, kind="page", person_id=None)
        assert count(sqlite) == 1
    assert count(sqlite) == 2


def test_a_transaction_that_reads_cannot_write(sqlite: Database) -> None:
    with pytest.raises(ActivityError, match="attempt to write a readonly database"), sqlite.read() as at:
        audit.record(at, now=NOW, kind="page", person_id=None)  # type: ignore[arg-type]
    assert count(sqlite) == 1


def test_while_it_is_gone_others_are_refused_without_being_kept_waiting(file: Path) -> None:
    clock = [0.0]
    database = Database(target(Settings(state=file.parent)), wait_seconds=WAIT, clock=lambda: clock[0])
    with held(file, "BEGIN IMMEDIATE"), pytest.raises(ActivityUnavailable, match="database is locked"):
        record(database)
    with pytest.raises(ActivityUnavailable, match="database is locked"):
        record(database)  # nobody locks it any more, but the pause is not over
    clock[0] += 1.0
    record(database)
    assert count(database) == 1
    database.close()


def test_a_database_that_is_not_there_at_the_start_is_found_later(tmp_path: Path) -> None:
    state = tmp_path / "state"
    database = impatient(Settings(state=state))
    reason = database.prepare_if_available()
    assert "No such file or directory" in reason
    state.mkdir()
    assert database.prepare_if_available() == ""
    assert record(database) == 1
    database.close()


def test_more_transactions_at_once_than_there_are_connections_are_refused_in_time(file: Path) -> None:
    database = Database(target(Settings(state=file.parent)), wait_seconds=WAIT, pause_seconds=0, pool_size=1)
    with database.read(), database.read():
        refused(database, "does not answer .*QueuePool limit")
    assert count(database) == 0
    database.close()


def test_an_error_of_the_program_is_not_taken_for_one_of_the_database(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.read():
        _ = 1 / 0
    with pytest.raises(OSError, match="no space"), database.write():
        raise OSError("no space")
    assert database.health().is_available


def test_a_table_that_somebody_removed_is_the_databases_fault(database: Database) -> None:
    with database.write() as at:
        at.execute(text("DROP TABLE audit"))
    with pytest.raises(ActivityUnavailable, match="no such table: audit|relation .audit. does not exist"):
        count(database)


def test_health_says_what_kind_of_database_answers_and_saves_nothing(database: Database) -> None:
    health = database.health()
    assert (health.is_available, health.kind, health.reason) == (True, database.target.kind, "")
    assert count(database) == 0


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Yield a PostgreSQL server that a test may stop."""
    if not is_installed():
        pytest.skip(MISSING)
    with started() as server:
        yield server


@pytest.fixture
def postgresql(own_server: Server) -> Iterator[Database]:
    database = Database(target(Settings(database=own_server.url())), wait_seconds=WAIT, pause_seconds=0)
    database.prepare()
    record(database)
    yield database
    database.close()


@pytest.mark.postgres
def test_a_stopped_server_is_said_at_once_and_found_when_it_is_back(postgresql: Database, own_server: Server) -> None:
    own_server.stop()
    refused(postgresql, r"PostgreSQL postgresql://postgres@127.0.0.1:\d+/postgres does not answer")
    own_server.start()
    assert count(postgresql) == 1
    record(postgresql)
    assert count(postgresql) == 2


@pytest.mark.postgres
def test_a_restart_between_two_calls_is_not_noticed(postgresql: Database, own_server: Server) -> None:
    own_server.stop()
    own_server.start()
    record(postgresql)
    assert count(postgresql) == 2


@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_that_stands_still_is_given_up(postgresql: Database, own_server: Server) -> None:
    pids = own_server.pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        refused(postgresql, "does not answer")
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    assert count(postgresql) == 1


@pytest.mark.postgres
def test_a_table_that_is_locked_is_waited_for_no_longer_than_allowed(postgresql: Database, own_server: Server) -> None:
    other = Database(target(Settings(database=own_server.url())))
    with other.write() as at:
        audit.record(at, now=NOW, kind="page", person_id=None)
        audit.remove_old(at, before=NOW, now=NOW)
        with (
            pytest.raises(ActivityUnavailable, match="does not answer .*(lock|statement) timeout"),
            postgresql.write() as waiting,
        ):
            audit.remove_old(waiting, before=NOW, now=NOW)  # both open the gate
    assert count(postgresql) == 2
    other.close()


def test_a_wrong_parameter_in_the_url_is_said(tmp_path: Path) -> None:
    database = Database(target(Settings(database="postgresql://app@127.0.0.1/x?nonsense=1")))
    assert 'does not answer (invalid connection option "nonsense")' in database.prepare_if_available()


@pytest.mark.postgres
def test_a_server_that_is_started_after_the_app_is_found(own_server: Server) -> None:
    own_server.stop()
    database = Database(target(Settings(database=own_server.url())), pause_seconds=0)
    assert "does not answer" in database.prepare_if_available()
    own_server.start()
    assert record(database) == 1
    database.close()
