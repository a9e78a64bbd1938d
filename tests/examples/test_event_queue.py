"""Events are sent once each, in order, whatever happens to Repertoire meanwhile."""

from collections.abc import Sequence
from threading import Event as Signal
from typing import Any

import pytest

from examples.client import Problem
from examples.shop.event_queue import AT_ONCE, Event, EventQueue, event_of
from examples.shop.visits import Visit
from tests.support.waiting import PATIENCE_SECONDS, until


class Receiver:
    """What a queue sends to: it answers with these problems first, then takes what comes."""

    def __init__(self, *problems: Problem) -> None:
        self.problems, self.tries, self.taken = list(problems), list[list[str]](), list[str]()
        self.may_answer = Signal()
        self.may_answer.set()

    def __call__(self, batch: Sequence[Event]) -> dict[str, Any]:
        assert self.may_answer.wait(PATIENCE_SECONDS)
        ids = [one["event_id"] for one in batch]
        self.tries.append(ids)
        if self.problems:
            raise self.problems.pop(0)
        self.taken += ids
        return {"refused": []}


def events(*names: str) -> list[Event]:
    return [{"event_id": one} for one in names]


def queue_to(receiver: Receiver, **more: Any) -> EventQueue:
    return EventQueue(receiver, first_pause=0.01, **more)


def test_events_are_sent_in_order() -> None:
    queue = queue_to(receiver := Receiver())
    queue.put(events("a", "b"))
    queue.put(events("c"))
    queue.close()
    assert receiver.taken == ["a", "b", "c"]


@pytest.mark.parametrize("status", [0, 401, 403, 404, 429, 503])
def test_what_was_not_taken_is_sent_again_as_it_was(status: int) -> None:
    queue = queue_to(receiver := Receiver(Problem(status, "away"), Problem(status, "away")))
    queue.put(events("a", "b"))
    assert until(queue.is_empty)
    assert receiver.taken == ["a", "b"]
    assert [one[0] for one in receiver.tries] == ["a", "a", "a"]
    queue.close()


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_batch_that_can_never_be_taken_holds_up_no_other(status: int) -> None:
    receiver = Receiver(Problem(status, "wrong"))
    receiver.may_answer.clear()
    queue = queue_to(receiver)
    queue.put(events("a"))
    receiver.may_answer.set()
    assert until(queue.is_empty)
    queue.put(events("b"))
    queue.close()
    assert receiver.taken == ["b"]


def test_of_too_many_the_oldest_are_lost_and_counted() -> None:
    receiver = Receiver()
    receiver.may_answer.clear()
    queue = queue_to(receiver, most=3)
    queue.put(events("a", "b", "c", "d", "e"))
    assert queue.n_lost == 2
    receiver.may_answer.set()
    queue.close()
    assert receiver.taken[-3:] == ["c", "d", "e"]


def test_nobody_waits_for_an_answer() -> None:
    receiver = Receiver()
    receiver.may_answer.clear()
    queue = queue_to(receiver)
    queue.put(events("a"))  # comes back although nothing is answered
    assert not queue.is_empty()
    receiver.may_answer.set()
    queue.close()
    assert queue.is_empty()


def test_many_are_sent_in_several_batches() -> None:
    receiver = Receiver()
    receiver.may_answer.clear()
    queue = queue_to(receiver)
    names = [str(n) for n in range(2 * AT_ONCE + 1)]
    queue.put(events(*names))
    receiver.may_answer.set()
    queue.close(PATIENCE_SECONDS)
    assert receiver.taken == names
    assert max(map(len, receiver.tries)) == AT_ONCE


def test_a_shop_that_ends_tries_once_more_and_waits_for_nobody() -> None:
    receiver = Receiver(*[Problem(0, "away")] * 1000)
    queue = EventQueue(receiver, first_pause=PATIENCE_SECONDS)
    queue.put(events("a"))
    assert until(lambda: receiver.tries)
    queue.close(PATIENCE_SECONDS)
    assert not queue.is_alive()
    assert len(receiver.tries) == 2


def test_an_event_has_a_number_of_its_own_a_time_and_whose_it_is() -> None:
    visit = Visit("CAFE1")
    one, other = (event_of(visit, "view", product_id="P1", list="") for _ in range(2))
    assert one["event_id"] != other["event_id"]
    assert {name: one[name] for name in one if name not in ("event_id", "at")} == {
        "kind": "view",
        "session": visit.session,
        "customer_id": "CAFE1",
        "product_id": "P1",
    }
    assert str(one["at"]).endswith("+00:00")


def test_a_visitors_event_has_a_session_alone() -> None:
    assert "customer_id" not in event_of(Visit(), "view", product_id="P1")
