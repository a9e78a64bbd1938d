import threading
from collections.abc import Iterator

import pytest

from recsys.runtime import parallel
from recsys.runtime.parallel import parallel_map
from tests.support.waiting import PATIENCE_SECONDS


def test_results_come_in_the_order_of_the_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "THREADS", 2)
    late = threading.Event()

    def work(part: int) -> int:
        if part == 0:
            late.wait(PATIENCE_SECONDS)
        else:
            late.set()
        return part * part

    assert list(parallel_map(work, range(20))) == [part * part for part in range(20)]


def test_no_parts_yield_nothing() -> None:
    assert list(parallel_map(str, [])) == []


def test_parts_run_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "THREADS", 2)
    both = threading.Barrier(2, timeout=PATIENCE_SECONDS)
    assert sorted(parallel_map(lambda _: both.wait(), range(2))) == [0, 1]


def test_parts_are_taken_at_most_twice_the_threads_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "THREADS", 2)
    taken: list[int] = []

    def parts() -> Iterator[int]:
        for part in range(100):
            taken.append(part)
            yield part

    found = parallel_map(str, parts())
    assert next(found) == "0"
    assert len(taken) == 5


def test_error_of_a_part_is_raised_in_its_turn_and_later_parts_are_not_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parallel, "THREADS", 1)
    started: list[int] = []

    def work(part: int) -> int:
        started.append(part)
        if part == 1:
            raise ValueError("one")
        return part

    found = parallel_map(work, range(100))
    assert next(found) == 0
    with pytest.raises(ValueError, match="one"):
        next(found)
    assert len(started) < 6
