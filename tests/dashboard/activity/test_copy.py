import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from dashboard.activity.database import audit, people
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.copy import copy_file
from dashboard.activity.errors import ActivityUnavailable
from dashboard.settings import Settings
from tests.support.activity import NOW
from tests.support.waiting import until

pytestmark = pytest.mark.parametrize("filled", ["sqlite"], indirect=True)


class Writer:
    """Adds a person and a line about them in one transaction, again and again."""

    def __init__(self, database: Database) -> None:
        self.n, self.failures = 0, list[Exception]()
        self._database, self._stopped = database, Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = Thread(target=self._write)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join()

    def _write(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._database.write() as at:
                    person = people.add(at, email=f"{self.n}@example.com", name="", now=NOW)
                    audit.record(at, now=NOW, kind="person-added", person_id=person.id)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                self.failures.append(error)
            self.n += 1


def file_of(database: Database) -> Path:
    assert database.target.file is not None
    return database.target.file


def counts(file: Path) -> tuple[int, int]:
    opened = sqlite3.connect(file)
    (found,) = opened.execute("SELECT (SELECT count(*) FROM people) || ',' || (SELECT count(*) FROM audit)").fetchone()
    opened.close()
    n_people, n_lines = map(int, found.split(","))
    return n_people, n_lines


def test_copies_that_are_made_while_people_write_are_whole(database: Database, tmp_path: Path) -> None:
    writer = Writer(database)
    with writer.running():
        for n in range(5):
            before = writer.n
            assert until(lambda before=before: writer.n > before + 5)  # type: ignore[misc]
            copy_file(file_of(database), tmp_path / str(n))
            n_people, n_lines = counts(tmp_path / str(n))
            assert n_people == n_lines
            assert n_people > before
    assert writer.failures == []


def test_a_copy_is_one_file_that_opens_as_the_database(database: Database, tmp_path: Path) -> None:
    with database.write() as at:
        ann = people.add(at, email="ann@example.com", name="Ann", now=NOW)
    other = tmp_path / "other"
    other.mkdir()
    copy_file(file_of(database), other / "activity.sqlite")
    assert [path.name for path in other.iterdir()] == ["activity.sqlite"]
    copied = open_database(Settings(state=other))
    with copied.read() as at:
        assert people.everyone(at) == (ann,)
    copied.close()


def test_a_damaged_file_makes_no_copy_that_passes_for_one(database: Database, tmp_path: Path) -> None:
    with database.write() as at:
        for n in range(200):
            people.add(at, email=f"{n}@example.com", name="x" * 500, now=NOW)
    database.close()
    content = bytearray(file_of(database).read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = b"\xff" * 4096
    file_of(database).write_bytes(content)
    with pytest.raises(ActivityUnavailable, match="activity.sqlite cannot be copied"):
        copy_file(file_of(database), tmp_path / "copy")


def test_what_is_written_after_a_copy_is_not_in_it(database: Database, tmp_path: Path) -> None:
    copy_file(file_of(database), tmp_path / "copy")
    with database.write() as at:
        people.add(at, email="ann@example.com", name="Ann", now=NOW)
    assert counts(tmp_path / "copy") == (0, 0)


@pytest.mark.parametrize("content", [None, b"no database" * 100])
def test_what_cannot_be_copied_is_said(database: Database, tmp_path: Path, content: bytes | None) -> None:
    source = tmp_path / "source"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(ActivityUnavailable, match="source cannot be copied .*; look at the file and the free space"):
        copy_file(source, tmp_path / "copy")
