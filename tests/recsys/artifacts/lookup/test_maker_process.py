"""Look-up forms are made by one process while the others serve, whatever becomes of it."""

import fcntl
import logging
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recsys.artifacts.lookup import maker_process
from recsys.artifacts.lookup.index import FORM, FORMS
from recsys.artifacts.lookup.maker_process import LOCK, FormMaker
from recsys.artifacts.reader import Reader
from tests.recsys.artifacts.conftest import FIRST, FIRST_ID
from tests.support.artifacts import publish_small
from tests.support.waiting import until


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the warnings that the maker logs."""
    lines: list[str] = []
    monkeypatch.setattr(
        logging.getLogger("recsys.artifacts.lookup.maker_process"),
        "warning",
        lambda text, *given: lines.append(text % given),
    )
    return lines


@pytest.fixture
def maker(root: Path) -> Iterator[FormMaker]:
    made = FormMaker(root, (root / FORMS,))
    yield made
    made.stop()


def made(root: Path, version: str = FIRST_ID) -> bool:
    return (root / FORMS / version / FORM).exists()


def ended(maker: FormMaker) -> bool:
    return not maker._is_running()


@pytest.mark.slow
def test_a_reader_that_runs_has_the_form_made_and_reads_it(root: Path) -> None:
    reader = Reader(root, poll_seconds=0.05)
    version = reader.current()
    assert not version.has_form
    reader.start()
    try:
        assert until(lambda: version.has_form)
        assert version.row("customers", "CAFE1") is not None
        second = publish_small(root, built_at=FIRST.replace(hour=5))
        assert until(lambda: reader.current().id == second and reader.current().has_form)
    finally:
        reader.close()
    assert Reader(root).current().has_form


def test_a_reader_without_a_version_has_nothing_to_make(tmp_path: Path) -> None:
    Reader(tmp_path).look_for_form()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_only_one_of_all_workers_makes_it(root: Path, maker: FormMaker) -> None:
    other = FormMaker(root, (root / FORMS,))
    maker.start(FIRST_ID)
    other.start(FIRST_ID)
    assert other._process is None
    maker.start(FIRST_ID)  # it runs already
    assert until(lambda: ended(maker))
    assert made(root)


@pytest.mark.slow
def test_a_process_that_is_killed_lets_the_next_one_begin(root: Path, maker: FormMaker, logged: list[str]) -> None:
    maker.start(FIRST_ID)
    assert maker._process is not None
    maker._process.send_signal(signal.SIGKILL)
    maker._process.wait()
    other = FormMaker(root, (root / FORMS,))
    other.start(FIRST_ID)
    assert until(lambda: ended(other))
    assert made(root)
    maker.start(FIRST_ID)  # notes the failure, and waits
    assert logged == ["look-ups read Parquet files, which is slower: ended with -9"]
    assert maker._process is None


def test_a_process_is_ended_with_its_reader(root: Path, maker: FormMaker) -> None:
    maker.start(FIRST_ID)
    process = maker._process
    assert process is not None
    maker.stop()
    maker.stop()
    assert process.returncode == -signal.SIGTERM
    handle = os.open(root / FORMS / LOCK, os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it any more
    os.close(handle)


@pytest.mark.slow
def test_a_failure_is_logged_once_and_tried_again_later(
    root: Path, maker: FormMaker, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maker_process, "RETRY_SECONDS", 0.0)
    for _ in range(2):
        maker.start("2020-01-01-000000")
        assert until(lambda: ended(maker))
    assert len(logged) == 1
    assert logged[0].startswith("look-ups read Parquet files, which is slower: the look-up form of 2020-01-01-000000")


@pytest.mark.slow
def test_where_the_artifacts_may_not_be_written_the_other_folder_is_taken(root: Path, tmp_path: Path) -> None:
    (root / FORMS).write_text("a file, in which no folder can be")
    reader = Reader(root, forms=tmp_path / "state" / "lookup")
    version = reader.current()
    assert until(lambda: reader.look_for_form() or version.has_form)
    reader.close()
    assert (tmp_path / "state" / "lookup" / FIRST_ID / FORM).exists()


def test_where_no_folder_may_be_written_parquet_is_read_with_one_line(root: Path, logged: list[str]) -> None:
    (root / FORMS).write_text("a file, in which no folder can be")
    reader = Reader(root)
    reader.current()
    reader.look_for_form()
    reader.look_for_form()
    assert logged == ["look-ups read Parquet files, which is slower: no folder for look-up forms may be written"]


def test_a_process_that_cannot_be_started_is_logged(
    maker: FormMaker, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: object, **options: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(maker_process.subprocess, "Popen", refused)
    maker.start(FIRST_ID)
    assert logged == [
        "look-ups read Parquet files, which is slower: no process could be started (Resource temporarily unavailable)"
    ]


def test_the_command_makes_a_form_less_urgently_and_prints_why_it_cannot(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / FORMS).mkdir()
    nice: list[int] = []
    monkeypatch.setattr(os, "nice", nice.append)
    for version, status in ((FIRST_ID, 0), ("2020-01-01-000000", 1)):
        monkeypatch.setattr(sys, "argv", ["make", str(root), version, str(root / FORMS)])
        monkeypatch.delitem(sys.modules, "recsys.artifacts.lookup.make", raising=False)
        with pytest.raises(SystemExit) as ended:
            runpy.run_module("recsys.artifacts.lookup.make", run_name="__main__")
        assert ended.value.code == status
    assert made(root)
    assert nice == [10, 10]
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.slow
def test_look_ups_with_a_form_load_no_pyarrow(root: Path) -> None:
    (root / FORMS).mkdir()
    subprocess.run(
        [sys.executable, "-m", "recsys.artifacts.lookup.make", str(root), FIRST_ID, str(root / FORMS)], check=True
    )
    script = (
        "import sys; from pathlib import Path; from recsys.artifacts.reader import Reader\n"
        f"version = Reader(Path({str(root)!r})).current()\n"
        "assert version.rows('recommendations', 'CAFE1')\n"
        "print([name for name in ('pyarrow', 'numpy') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
