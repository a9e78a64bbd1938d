"""For whom the database is asked: whoever did something since, and nobody else."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.records import NOT_RELEVANT, PITCHED
from dashboard.data.desk import Beside, Desk
from dashboard.data.touched import KEPT_SECONDS, TouchedCustomers
from dashboard.settings import Settings
from dashboard.shop.events import take
from recsys.schema.reorder_rules import LostRule
from tests.dashboard.data.test_call_queries import record
from tests.support.activity import NOW

EVERYBODY = ["CAFE1", "CAFE2", "HOTEL1"]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def send(database: Database, number: int, customer_id: str | None) -> None:
    event: dict[str, Any] = {"event_id": f"e{number}", "kind": "view", "at": NOW.isoformat(), "product_id": "P1"}
    assert take(database, [event | {"customer_id": customer_id, "session": "s1"}], NOW).n_new == 1


def test_nobody_is_asked_for_who_did_nothing(database: Database, clock: Clock) -> None:
    assert TouchedCustomers(database, clock).of(EVERYBODY) == ([], [])


def test_what_was_there_before_counts(database: Database, clock: Clock) -> None:
    record(database, NOT_RELEVANT, product="P1")
    record(database, PITCHED, product="P1", customer="CAFE2")  # holds nothing back
    send(database, 1, "HOTEL1")
    send(database, 2, None)
    assert TouchedCustomers(database, clock).of(EVERYBODY) == (["CAFE1"], ["HOTEL1"])


def test_what_another_process_saves_counts_after_a_second(database: Database, clock: Clock) -> None:
    touched = TouchedCustomers(database, clock)
    assert touched.of(EVERYBODY) == ([], [])
    record(database, NOT_RELEVANT, product="P1")
    send(database, 1, "HOTEL1")
    clock.now = KEPT_SECONDS / 2
    assert touched.of(EVERYBODY) == ([], [])
    clock.now = KEPT_SECONDS
    assert touched.of(EVERYBODY) == (["CAFE1"], ["HOTEL1"])
    clock.now = 2 * KEPT_SECONDS
    send(database, 2, "CAFE2")
    assert touched.of(EVERYBODY) == (["CAFE1"], ["CAFE2", "HOTEL1"])


def test_what_this_process_saves_counts_at_once(database: Database, clock: Clock) -> None:
    touched = TouchedCustomers(database, clock)
    assert touched.of(EVERYBODY) == ([], [])
    send(database, 1, "HOTEL1")
    touched.look_again()
    assert touched.of(EVERYBODY) == ([], ["HOTEL1"])


def test_a_change_for_everybody_is_read_whole(database: Database, clock: Clock) -> None:
    touched = TouchedCustomers(database, clock)
    assert touched.of(EVERYBODY).held == []
    record(database, NOT_RELEVANT, product="P1")
    with database.write() as at:
        outcomes.note_change(at, outcomes.EVERYBODY)
    clock.now = KEPT_SECONDS
    assert touched.of(EVERYBODY).held == ["CAFE1"]


def test_while_the_database_is_away_it_is_asked_for_everybody(tmp_path: Path, clock: Clock) -> None:
    touched = TouchedCustomers(open_database(Settings(state=tmp_path / "nowhere")), clock)
    assert touched.of(EVERYBODY) == (EVERYBODY, EVERYBODY)


def test_a_desk_says_the_same_with_it(database: Database, clock: Clock) -> None:
    record(database, NOT_RELEVANT, product="P1")
    send(database, 1, "HOTEL1")
    touched, as_of = TouchedCustomers(database, clock), date(2026, 11, 15)
    plain = Desk(database, LostRule(), NOW.date())
    asked = Desk(database, LostRule(), NOW.date(), touched=touched)
    for one in EVERYBODY:
        assert asked.beside([one], as_of) == plain.beside([one], as_of)
    assert asked.beside(["CAFE2"], as_of) == Beside()
