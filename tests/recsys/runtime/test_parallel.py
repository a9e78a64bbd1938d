import threading
from collections.abc import Iterator

import pytest

from recsys.runtime import parallel
from recsys.runtime.parallel import side_by_side
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

    assert list(side_by_side(work, range(20))) == [part * part for part in range(20)]


def test_no_parts_give_nothing() -> None:
    assert list(side_by_side(str, [])) == []


def test_parts_run_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "THREADS", 2)
    both = threading.Barrier(2, timeout=PATIENCE_SECONDS)
    assert sorted(side_by_side(lambda _: both.wait(), range(2))) == [0, 1]


def test_parts_are_asked_for_no_further_ahead_than_twice_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "THREADS", 2)
    asked: list[int] = []

    def parts() -> Iterator[int]:
        for part in range(100):
            asked.append(part)
            yield part

    found = side_by_side(str, parts())
    assert next(found) == "0"
    assert len(asked) == 5


def test_what_a_part_raises_is_raised_in_its_turn_and_later_parts_are_not_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parallel, "THREADS", 1)
    begun: list[int] = []

    def work(part: int) -> int:
        begun.append(part)
        if part == 1:
            raise ValueError("one")
        return part

    found = side_by_side(work, range(100))
    assert next(found) == 0
    with pytest.raises(ValueError, match="one"):
        next(found)
    assert len(begun) < 6
