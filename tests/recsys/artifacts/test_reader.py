import os
import shutil
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from recsys.artifacts import reader as reader_module
from recsys.artifacts.layout import version_ids
from recsys.artifacts.open_version import Version, VersionGone
from recsys.artifacts.reader import OPEN_VERSIONS, Reader
from recsys.artifacts.versions import rollback, versions
from recsys.errors import ArtifactError
from tests.recsys.artifacts.conftest import FIRST, FIRST_ID
from tests.support.artifacts import publish_small, small_rows
from tests.support.waiting import until


@pytest.fixture
def reader(root: Path) -> Reader:
    return Reader(root)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the versions that were opened, or tried to be, in their order."""
    ids: list[str] = []

    class Noted(Version):
        def __init__(self, root: Path, version: str, forms: Sequence[Path] = ()) -> None:
            ids.append(version)
            super().__init__(root, version, forms)

    monkeypatch.setattr(reader_module, "Version", Noted)
    return ids


def publish_next(root: Path, hours: int = 1, keep: int = 5) -> str:
    return publish_small(root, built_at=FIRST + timedelta(hours=hours), keep=keep)


def damage(root: Path, version: str) -> None:
    with (root / version / "popular.parquet").open("ab") as file:
        file.write(b"x")


def mend(root: Path, version: str) -> None:
    path = root / version / "popular.parquet"
    os.truncate(path, path.stat().st_size - 1)


def pointed_at(root: Path, text: str) -> None:
    (root / "CURRENT").write_text(text)


# ---- what is served ----


def test_current_version_is_served(reader: Reader) -> None:
    assert reader.current().id == FIRST_ID
    assert reader.refused is None


def test_empty_folder_is_an_error_that_says_how_to_build_until_a_build(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "artifacts")
    with pytest.raises(ArtifactError, match="no published recommendations in .* `python -m recsys build --data DIR"):
        reader.current()
    version = publish_small(tmp_path / "artifacts")
    assert reader.current().id == version


def test_new_version_is_served_after_the_next_poll_and_not_before(root: Path, reader: Reader) -> None:
    first = reader.current()
    second = publish_next(root)
    assert reader.current() is first
    reader.poll()
    assert reader.current().id == second
    assert first.row("customers", "CAFE1") is not None


def test_version_rolled_back_to_is_served_again(root: Path, reader: Reader) -> None:
    publish_next(root)
    reader.poll()
    rollback(root, FIRST_ID)
    reader.poll()
    assert reader.current().id == FIRST_ID


def test_version_is_opened_once_however_often_it_is_polled(opened: list[str], root: Path) -> None:
    reader = Reader(root)
    for _ in range(3):
        reader.poll()
    assert opened == [FIRST_ID]


# ---- what is refused ----


def test_bad_version_is_refused_while_the_old_one_serves(root: Path, reader: Reader) -> None:
    reader.current()
    second = publish_next(root)
    damage(root, second)
    reader.poll()
    assert reader.current().id == FIRST_ID
    assert reader.refused is not None
    assert reader.refused.version == second
    assert reader.refused.reason.startswith("popular.parquet has")
    assert datetime.now(UTC) - reader.refused.at < timedelta(minutes=1)


def test_refusal_is_logged_once_without_names(root: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(reader_module.logger, "warning", lambda text, *values: warnings.append(text % values))
    reader.current()
    pointed_at(root, "nonsense")
    for _ in range(3):
        reader.poll()
    assert len(warnings) == 1
    assert "holds 'nonsense'" in warnings[0]


def test_refused_version_is_not_opened_again_until_current_or_its_manifest_changes(
    root: Path, opened: list[str]
) -> None:
    reader = Reader(root)
    reader.current()
    second = publish_next(root)
    damage(root, second)
    for _ in range(3):
        reader.poll()
    assert opened == [FIRST_ID, second]
    mend(root, second)
    os.utime(root / second / "manifest.json", ns=(1, 1))
    reader.poll()
    assert opened == [FIRST_ID, second, second]
    assert (reader.current().id, reader.refused) == (second, None)


def test_refused_version_is_looked_at_again_after_a_while(
    root: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(root)
    reader.current()
    second = publish_next(root)
    damage(root, second)
    reader.poll()
    mend(root, second)
    reader.poll()
    assert reader.current().id == FIRST_ID
    later = time.monotonic() + 61
    monkeypatch.setattr(reader_module, "time", SimpleNamespace(monotonic=lambda: later))
    reader.poll()
    assert reader.current().id == second


def test_refusal_ends_when_current_goes_back(root: Path, reader: Reader) -> None:
    reader.current()
    damage(root, publish_next(root))
    reader.poll()
    assert reader.refused is not None
    rollback(root, FIRST_ID)
    reader.poll()
    assert reader.refused is None


def test_missing_current_is_refused_while_the_version_is_served(root: Path, reader: Reader) -> None:
    reader.current()
    (root / "CURRENT").unlink()
    reader.poll()
    assert reader.current().id == FIRST_ID
    assert reader.refused is not None
    assert "CURRENT is missing; build again or roll back" in reader.refused.reason


@pytest.mark.parametrize("text", ["nonsense", "", "\0", "2020-01-01-000000", "../../etc", None])
def test_a_start_without_a_version_in_current_serves_the_newest_whole_one_and_says_so(
    root: Path, reader: Reader, text: str | None
) -> None:
    second, third = publish_next(root), publish_next(root, hours=2)
    damage(root, third)
    if text is None:
        (root / "CURRENT").unlink()
    else:
        pointed_at(root, text)
    assert reader.current().id == second
    assert reader.refused is not None
    assert reader.refused.version == "CURRENT"
    rollback(root, FIRST_ID)
    reader.poll()
    assert (reader.current().id, reader.refused) == (FIRST_ID, None)


def test_a_start_with_current_at_a_damaged_version_serves_the_one_before_not_one_that_was_left(
    root: Path, reader: Reader
) -> None:
    second, third = publish_next(root), publish_next(root, hours=2)
    damage(root, second)
    pointed_at(root, second)
    assert reader.current().id == FIRST_ID
    assert reader.refused is not None
    assert reader.refused.version == second
    assert third != FIRST_ID


def test_a_version_dated_in_the_future_is_the_last_to_be_served_instead(root: Path, reader: Reader) -> None:
    future = publish_small(root, built_at=datetime.now(UTC) + timedelta(days=400))
    pointed_at(root, "nonsense")
    assert reader.current().id == FIRST_ID
    shutil.rmtree(root / FIRST_ID)
    other = Reader(root)
    assert other.current().id == future


def test_without_any_version_nothing_is_refused(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    with pytest.raises(ArtifactError, match="no published recommendations"):
        reader.current()
    assert reader.refused is None


def test_where_no_version_is_whole_the_reason_is_said_and_a_mended_one_is_found(root: Path, reader: Reader) -> None:
    pointed_at(root, "nonsense")
    damage(root, FIRST_ID)
    with pytest.raises(ArtifactError, match="holds 'nonsense'"):
        reader.current()
    second = publish_next(root)
    pointed_at(root, "nonsense")
    reader.poll()
    assert reader.current().id == second


def test_version_removed_between_reading_current_and_opening_it_is_followed_by_the_next(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five publishes in the moment between the two steps, as far as this reader is concerned."""

    class Slow(Version):
        def __init__(self, root: Path, version: str, forms: Sequence[Path] = ()) -> None:
            if version == FIRST_ID:
                publish_next(root, keep=1)
            super().__init__(root, version, forms)

    monkeypatch.setattr(reader_module, "Version", Slow)
    reader = Reader(root)
    assert reader.current().id == version_ids(root)[0] != FIRST_ID
    assert reader.refused is None


def test_worker_that_starts_with_a_bad_current_serves_the_version_before(root: Path) -> None:
    second, third = publish_next(root, 1), publish_next(root, 2)
    damage(root, second)
    damage(root, third)
    reader = Reader(root)
    assert reader.current().id == FIRST_ID
    assert reader.refused is not None
    assert reader.refused.version == third


def test_versions_that_were_all_refused_a_moment_ago_are_not_looked_at_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(root, FIRST_ID)
    (root / "CURRENT").write_text("garbled", encoding="utf-8")
    looks: list[str] = []
    real = reader_module._instead_of

    def instead_of(refused: str, *rest: Any) -> Any:
        looks.append(refused)
        return real(refused, *rest)

    monkeypatch.setattr("recsys.artifacts.reader._instead_of", instead_of)
    reader = Reader(root)
    reader.poll()
    assert (n := len(looks)) > 0
    reader.poll()
    assert len(looks) == n


def test_newer_version_is_not_served_instead_of_the_one_rolled_back_to(root: Path) -> None:
    publish_next(root)
    rollback(root, FIRST_ID)
    damage(root, FIRST_ID)
    with pytest.raises(ArtifactError, match=r"popular\.parquet has"):
        Reader(root).current()


# ---- older versions ----


def test_before_returns_the_manifest_of_the_version_before(root: Path, reader: Reader) -> None:
    second, third = publish_next(root), publish_next(root, hours=2)
    manifests = [reader.before(version) for version in (FIRST_ID, second, third)]
    assert [one.version if one else None for one in manifests] == [None, FIRST_ID, second]


def test_a_version_before_that_cannot_be_read_is_skipped(root: Path, reader: Reader) -> None:
    second, third = publish_next(root), publish_next(root, hours=2)
    (root / second / "manifest.json").write_text("{")
    before = reader.before(third)
    assert before is not None
    assert before.version == FIRST_ID


def test_page_of_an_older_version_is_answered_from_it(root: Path, reader: Reader) -> None:
    first = reader.current()
    second = publish_next(root)
    reader.poll()
    assert reader.at(FIRST_ID) is first
    assert reader.at(second) is reader.current()


def test_older_version_is_opened_on_demand_once(root: Path, opened: list[str]) -> None:
    second = publish_next(root)
    reader = Reader(root)
    reader.current()
    assert reader.at(FIRST_ID) is reader.at(FIRST_ID)
    assert opened == [second, FIRST_ID]


def test_older_version_is_answered_before_anything_else_was_asked(reader: Reader) -> None:
    assert reader.at(FIRST_ID).id == FIRST_ID


@pytest.mark.parametrize("version", ["2020-01-01-000000", "", "..", "../../etc/passwd", "x" * 100])
def test_version_that_is_not_kept_asks_for_a_reload(reader: Reader, version: str) -> None:
    with pytest.raises(VersionGone, match="load the page again"):
        reader.at(version)


def test_older_version_that_was_damaged_asks_for_a_reload(root: Path) -> None:
    publish_next(root)
    damage(root, FIRST_ID)
    with pytest.raises(VersionGone, match=r"is not whole any more \(popular\.parquet has .*load the page again"):
        Reader(root).at(FIRST_ID)


def test_only_the_last_used_versions_stay_open(root: Path) -> None:
    ids = [FIRST_ID] + [publish_next(root, hour) for hour in range(1, 5)]
    reader = Reader(root)
    reader.current()
    for version in ids[:-1]:
        reader.at(version)
    publish_next(root, 9, keep=1)
    held = ids[-OPEN_VERSIONS:]
    assert version_ids(root)[1:] == held[::-1]


def test_older_version_in_use_stays_open_when_another_one_is_asked_for(root: Path, opened: list[str]) -> None:
    second, third, _ = (publish_next(root, hour) for hour in (1, 2, 3))
    reader = Reader(root)
    for version in (FIRST_ID, second, FIRST_ID, third, FIRST_ID):
        reader.at(version)
    assert opened == [FIRST_ID, second, third]


def test_version_held_by_a_reader_is_kept_until_it_is_closed(root: Path, reader: Reader) -> None:
    reader.current()
    second = publish_next(root, 1, keep=1)
    reader.poll()
    third = publish_next(root, 2, keep=1)
    assert version_ids(root) == [third, second, FIRST_ID]
    reader.close()
    fourth = publish_next(root, 3, keep=1)
    assert version_ids(root) == [fourth]


def test_version_that_a_request_uses_outlives_the_reader(root: Path, reader: Reader) -> None:
    version = reader.current()
    reader.close()
    publish_next(root, 1, keep=1)
    assert FIRST_ID in version_ids(root)
    assert version.row("customers", "CAFE1") is not None


# ---- in the background ----


def test_started_reader_sees_a_new_version_within_five_seconds(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks every two seconds, and its second look after the publish has begun after it."""
    reader = Reader(root)
    waited: list[float] = []
    served: list[str] = []
    wait = reader._stopped.wait

    def noted(seconds: float) -> bool:
        waited.append(seconds)
        served.append(reader.current().id)
        return wait(seconds)

    monkeypatch.setattr(reader._stopped, "wait", noted)
    reader.start()
    assert reader.current().id == FIRST_ID
    second = publish_next(root)
    looks = len(served)
    assert until(lambda: len(served) > looks + 1)
    reader.close()
    assert served[looks + 1] == second
    assert 2 * max(waited) < 5


def test_started_reader_announces_each_version_once_with_the_first_one(root: Path) -> None:
    announced: list[str] = []
    reader = Reader(root, poll_seconds=0.01)
    reader.start(each_new=lambda version: announced.append(version.id))
    assert until(lambda: announced == [FIRST_ID])
    second = publish_next(root)
    assert until(lambda: announced == [FIRST_ID, second])
    reader.close()
    assert announced == [FIRST_ID, second]


def test_each_version_but_the_first_is_made_ready_while_the_one_before_is_served(root: Path) -> None:
    ready: list[tuple[str, str | None, str]] = []
    reader = Reader(root, poll_seconds=0.01)

    def before(version: Version) -> None:
        ready.append((version.id, reader.served, reader.at(version.id).id))

    reader.start(before=before)
    assert until(lambda: reader.served == FIRST_ID)
    second = publish_next(root)
    assert until(lambda: reader.served == second)
    reader.close()
    assert ready == [(second, FIRST_ID, second)]
    assert reader.served is None


def test_version_that_cannot_be_made_ready_is_served_all_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr("recsys.artifacts.reader.logger.exception", lambda text, one: logged.append(text % one))

    def fail(version: Version) -> None:
        raise ValueError(version.id)

    reader = Reader(root, poll_seconds=0.01)
    reader.start(before=fail)
    assert until(lambda: reader.served == FIRST_ID)
    second = publish_next(root)
    assert until(lambda: reader.served == second)
    reader.close()
    assert logged == [f"version {second} is served without being made ready"]


def test_a_failure_of_the_callback_does_not_end_the_polling(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failures.append)

    def fail(version: Version) -> None:
        raise ValueError(version.id)

    reader = Reader(root, poll_seconds=0.01)
    reader.start(each_new=fail)
    assert until(lambda: len(failures) == 1)
    second = publish_next(root)
    assert until(lambda: len(failures) == 2 and reader.current().id == second)
    reader.close()


def test_starting_twice_polls_once_and_closing_ends_it(root: Path) -> None:
    others = set(threading.enumerate())

    def polling() -> int:
        return sum(thread.name == "artifact-reader" for thread in set(threading.enumerate()) - others)

    reader = Reader(root, poll_seconds=0.01)
    reader.start()
    reader.start()
    assert polling() == 1
    reader.close()
    assert polling() == 0
    reader.start()
    assert until(lambda: reader.refused is None and polling() == 1)
    reader.close()


def test_reader_that_never_started_can_be_closed(reader: Reader) -> None:
    reader.close()
    assert reader.current().id == FIRST_ID


def test_reader_started_again_after_a_fork_polls_in_the_child(root: Path) -> None:
    reader = Reader(root, poll_seconds=0.05)
    reader.current()
    reader.start()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:  # only plain calls here: pytest's own process goes on in the parent
        reader.start()
        os.write(write_end, b"started")
        seen = until(lambda: reader.current().id != FIRST_ID)
        os._exit(0 if seen else 1)
    assert os.read(read_end, 7) == b"started"
    publish_next(root)
    _, status = os.waitpid(child, 0)
    os.close(read_end)
    os.close(write_end)
    reader.close()
    assert os.waitstatus_to_exitcode(status) == 0


def test_locks_that_were_taken_when_the_process_forked_do_not_stop_the_child(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(root, poll_seconds=0.01)
    reader.current()
    reader._polling.acquire()  # as a thread of the parent had it when the child was made
    monkeypatch.setattr(os, "getpid", lambda: -1)
    reader.start()
    second = publish_next(root)
    assert until(lambda: reader.current().id == second)
    reader.close()


def test_child_that_ends_does_not_release_its_parents_version(root: Path, reader: Reader) -> None:
    reader.current()
    child = os.fork()
    if child == 0:
        reader.close()
        os._exit(0)
    os.waitpid(child, 0)
    publish_next(root, keep=1)
    assert FIRST_ID in version_ids(root)


@pytest.mark.slow
def test_requests_during_ten_publishes_see_complete_versions_and_no_error(root: Path) -> None:
    """Each version writes its number into two tables; a request must never see two numbers."""
    reader = Reader(root, poll_seconds=0.01)
    reader.start()
    mixed: list[object] = []
    seen: set[str] = set()
    done = threading.Event()

    def request() -> None:
        while not done.is_set():
            version = reader.current()
            customer, popular = version.row("customers", "CAFE1"), version.rows("popular", "hotel")
            numbers = {(customer or {}).get("region"), *(row["product_id"] for row in popular)}
            if version.id != FIRST_ID and len(numbers) != 1:
                mixed.append(numbers)
            seen.add(reader.at(version.id).id)

    with ThreadPoolExecutor(4) as requests:
        running = [requests.submit(request) for _ in range(4)]
        for turn in range(10):
            marked = f"P{turn % 6 + 1}"
            changed = {
                "customers": [{**row, "region": marked} for row in small_rows()["customers"]],
                "popular": [{**small_rows()["popular"][0], "segment": "hotel", "product_id": marked}],
            }
            publish_small(root, changed=changed, built_at=FIRST + timedelta(hours=turn + 1), keep=1)
        last_was_seen = until(lambda: version_ids(root)[0] in seen)
        done.set()
        for request_loop in running:
            request_loop.result()  # raises what it raised
    reader.close()
    assert last_was_seen
    assert mixed == []
    assert len(seen) > 2
    assert all(version.problem is None for version in versions(root))
