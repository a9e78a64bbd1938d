"""For whom the database is asked: whoever did something since, and nobody else."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.forget import forget_customer
from dashboard.activity.records import NOT_RELEVANT, PITCHED
from dashboard.data import touched as touched_customers
from dashboard.data.desk import Beside, Desk
from dashboard.data.touched import KEPT_REACTION_SECONDS, KEPT_SECONDS, TouchedCustomers
from dashboard.settings import Settings
from dashboard.shop import reaction
from dashboard.shop.events import take
from recsys.schema.reorder_rules import LostRule
from tests.dashboard.data.test_call_queries import record

NOW = datetime.now(UTC)  # what somebody did counts by the clock
AS_OF = date(2026, 11, 15)
EVERYBODY = ["CAFE1", "CAFE2", "HOTEL1"]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return of whom the database was asked, question by question, growing."""
    found: list[list[str]] = []
    read = reaction.read
    monkeypatch.setattr(reaction, "read", lambda at, ids, *more: found.append(ids) or read(at, ids, *more))
    return found


def send(database: Database, number: int, customer_id: str | None) -> None:
    event: dict[str, Any] = {"event_id": f"e{number}", "kind": "view", "at": NOW.isoformat(), "product_id": "P1"}
    assert take(database, [event | {"customer_id": customer_id, "session": "s1"}], NOW).n_new == 1


def test_nobody_is_asked_for_who_did_nothing(database: Database, clock: Clock) -> None:
    assert TouchedCustomers(database, clock).of(EVERYBODY, AS_OF)[:2] == ([], [])


def test_what_was_there_before_counts(database: Database, clock: Clock) -> None:
    record(database, NOT_RELEVANT, product="P1")
    record(database, PITCHED, product="P1", customer="CAFE2")  # holds nothing back
    send(database, 1, "HOTEL1")
    send(database, 2, None)
    assert TouchedCustomers(database, clock).of(EVERYBODY, AS_OF)[:2] == (["CAFE1"], ["HOTEL1"])


def test_what_another_process_saves_counts_after_a_second(database: Database, clock: Clock) -> None:
    touched = TouchedCustomers(database, clock)
    assert touched.of(EVERYBODY, AS_OF)[:2] == ([], [])
    record(database, NOT_RELEVANT, product="P1")
    send(database, 1, "HOTEL1")
    clock.now = KEPT_SECONDS / 2
    assert touched.of(EVERYBODY, AS_OF)[:2] == ([], [])
    clock.now = KEPT_SECONDS
    assert touched.of(EVERYBODY, AS_OF)[:2] == (["CAFE1"], ["HOTEL1"])
    clock.now = 2 * KEPT_SECONDS
    send(database, 2, "CAFE2")
    assert touched.of(EVERYBODY, AS_OF)[:2] == (["CAFE1"], ["CAFE2", "HOTEL1"])


def test_what_this_process_saves_counts_at_once(database: Database, clock: Clock) -> None:
    touched = TouchedCustomers(database, clock)
    assert touched.of(EVERYBODY, AS_OF)[:2] == ([], [])
    send(database, 1, "HOTEL1")
    touched.look_again()
    assert touched.of(EVERYBODY, AS_OF)[:2] == ([], ["HOTEL1"])


def test_a_change_for_everybody_is_read_whole(database: Database, clock: Clock) -> None:
    touched = TouchedCustomers(database, clock)
    assert touched.of(EVERYBODY, AS_OF)[0] == []
    record(database, NOT_RELEVANT, product="P1")
    with database.write() as at:
        outcomes.note_change(at, outcomes.EVERYBODY)
    clock.now = KEPT_SECONDS
    assert touched.of(EVERYBODY, AS_OF)[0] == ["CAFE1"]


def test_while_the_database_is_away_it_is_asked_for_everybody(tmp_path: Path, clock: Clock) -> None:
    touched = TouchedCustomers(open_database(Settings(state=tmp_path / "nowhere")), clock)
    assert touched.of(EVERYBODY, AS_OF)[:2] == (EVERYBODY, EVERYBODY)


def test_a_desk_says_the_same_with_it(database: Database, clock: Clock) -> None:
    record(database, NOT_RELEVANT, product="P1")
    send(database, 1, "HOTEL1")
    touched = TouchedCustomers(database, clock)
    plain = Desk(database, LostRule(), NOW.date())
    asked = Desk(database, LostRule(), NOW.date(), touched=touched)
    for one in EVERYBODY * 2:  # the second time from what is kept
        assert asked.beside([one], AS_OF) == plain.beside([one], AS_OF)
    assert asked.beside(["CAFE2"], AS_OF) == Beside()


def test_what_somebody_did_is_kept_until_they_do_more(database: Database, clock: Clock, asked: list[list[str]]) -> None:
    send(database, 1, "HOTEL1")
    touched = TouchedCustomers(database, clock)
    desk = Desk(database, LostRule(), NOW.date(), touched=touched)

    def looks(as_of: date = AS_OF) -> int:
        return desk.beside(["HOTEL1"], as_of).shop["HOTEL1"].looked_at["P1"][0]

    assert [looks(), looks()] == [1, 1]
    assert len(asked) == 1
    send(database, 2, "CAFE1")
    touched.look_again()
    looks()
    assert len(asked) == (1 if database.target.file else 2)  # of PostgreSQL some are read again
    send(database, 3, "HOTEL1")
    touched.look_again()
    assert looks() == 2
    n = len(asked)
    looks(AS_OF - timedelta(1))
    clock.now = KEPT_REACTION_SECONDS + 1
    looks(AS_OF - timedelta(1))
    assert len(asked) == n + 2


def test_what_somebody_did_is_not_read_again_while_nobody_does_anything(
    database: Database, clock: Clock, asked: list[list[str]]
) -> None:
    send(database, 1, "HOTEL1")
    desk = Desk(database, LostRule(), NOW.date(), touched=TouchedCustomers(database, clock))
    for look in range(8):
        clock.now = look * KEPT_SECONDS
        assert desk.beside(["HOTEL1"], AS_OF).shop["HOTEL1"].looked_at["P1"][0] == 1
    assert len(asked) <= 2  # of PostgreSQL the last ones are looked at once more


def test_what_somebody_does_while_it_is_read_is_not_lost(database: Database, clock: Clock) -> None:
    send(database, 1, "HOTEL1")
    touched = TouchedCustomers(database, clock)
    asked = touched.of(["HOTEL1"], AS_OF)
    with database.read() as at:
        found = reaction.read(at, asked.shop, AS_OF, NOW)
    send(database, 2, "HOTEL1")
    touched.look_again()
    touched.of(["CAFE1"], AS_OF)
    touched.keep(found, AS_OF, asked)
    assert touched.of(["HOTEL1"], AS_OF).known == {}
    assert touched.of(["HOTEL1"], AS_OF).shop == ["HOTEL1"]


def test_who_did_something_is_read_before_they_ask(
    database: Database, clock: Clock, asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(touched_customers, "AHEAD", 2)
    for number, one in enumerate(["CAFE1", "CAFE2", "HOTEL1", "HOTEL2"]):
        send(database, number, one)
    desk = Desk(database, LostRule(), NOW.date(), touched=TouchedCustomers(database, clock))
    found = [desk.beside([one], AS_OF).shop for one in ["CAFE1", "CAFE2", "HOTEL1", "HOTEL2"]]
    assert [list(one) for one in found] == [["CAFE1"], ["CAFE2"], ["HOTEL1"], ["HOTEL2"]]
    assert {len(one) for one in asked} == {3, 1}
    assert len(asked) == 2
    earlier = AS_OF - timedelta(1)  # of another version, for which an order may count that does not in this one
    assert desk.beside(["CAFE1"], earlier).shop
    assert len(asked[-1]) == 3


def test_of_who_is_forgotten_nothing_is_kept(database: Database, clock: Clock) -> None:
    send(database, 1, "HOTEL1")
    touched = TouchedCustomers(database, clock)
    desk = Desk(database, LostRule(), NOW.date(), touched=touched)
    assert desk.beside(["HOTEL1"], AS_OF).shop["HOTEL1"].looked_at
    with database.write() as at:
        forget_customer(at, "HOTEL1")
    clock.now = KEPT_SECONDS
    assert desk.beside(["HOTEL1"], AS_OF) == Beside()
