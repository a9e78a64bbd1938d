"""Counts that are kept up to date: after whatever is recorded they are those of a fresh count."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from dashboard.access.viewer import EVERYONE
from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.forget import forget_customer
from dashboard.activity.database.tables import HELD_CHANGES
from dashboard.activity.records import ACCOUNT, NOT_RELEVANT, ORDERED, SNOOZED
from dashboard.data import open_states
from dashboard.data.open_states import OpenCounts, OpenStates
from dashboard.data.repository import Repository
from dashboard.data.state_index import COLUMNS, StateIndex, state_index
from dashboard.records.raised import STATES
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule
from tests.dashboard.data.test_call_queries import NOW, record
from tests.support.artifacts import AS_OF
from tests.support.contexts import TODAY


@pytest.fixture(scope="module")
def index(with_calls: Repository) -> StateIndex:
    source = with_calls.snapshot(EVERYONE).source
    return state_index(source.table("recommendations", COLUMNS), LostRule(), AS_OF)


def states(index: StateIndex, last_order_on: date | None = AS_OF) -> OpenStates:
    return OpenStates(index, lambda _: last_order_on, AS_OF)


def said(counts: OpenCounts) -> dict[str, tuple[Any, ...]]:
    of_state = [counts.counts[state] for state in STATES]
    return {
        one: (*(int(values[place]) for values in of_state), counts.expected_of(place))
        for one, place in counts.customers.items()
    }


def same(left: OpenCounts, right: OpenCounts) -> bool:
    one, other = said(left), said(right)
    return one == {name: (*values[:3], pytest.approx(values[3])) for name, values in other.items()}


def test_each_change_is_seen_and_nobody_else_is_counted_again(index: StateIndex, database: Database) -> None:
    kept = states(index)
    whole = kept.now(database, TODAY)
    assert said(whole)["CAFE1"][3] == pytest.approx(49.2)

    def check() -> OpenCounts:
        now = kept.now(database, TODAY)
        assert same(now, states(index).now(database, TODAY))
        return now

    snoozed = record(database, SNOOZED, until=TODAY + timedelta(9))
    one_less = check()
    assert one_less.n_of(index.customers["CAFE1"]) == whole.n_of(index.customers["CAFE1"]) - 1
    assert check() is one_less  # nothing was recorded since
    record(database, NOT_RELEVANT, customer="CAFE2", product=ACCOUNT)
    assert said(check())["CAFE2"] == (0, 0, 0, None)
    record(database, ORDERED, product="NOT-IN-A-LIST")
    record(database, ORDERED, customer="NOBODY")
    check()
    with database.write() as at:
        outcomes.undo(at, snoozed, person_id=1, now=NOW)
    assert said(check())["CAFE1"] == said(whole)["CAFE1"]
    with database.write() as at:
        outcomes.bring_back(at, "CAFE2", ACCOUNT, now=NOW)
    assert same(check(), whole)


def test_another_day_counts_anew_what_has_come_back(index: StateIndex, database: Database) -> None:
    kept = states(index)
    record(database, SNOOZED, until=TODAY + timedelta(1))
    assert not same(kept.now(database, TODAY), states(index)._whole)
    assert same(kept.now(database, TODAY + timedelta(1)), states(index)._whole)


def test_what_waits_for_an_order_comes_back_with_it(index: StateIndex, database: Database) -> None:
    record(database, SNOOZED)  # until an order after AS_OF
    whole = states(index)._whole
    assert not same(states(index).now(database, TODAY), whole)
    assert not same(states(index, None).now(database, TODAY), whole)
    assert same(states(index, AS_OF + timedelta(1)).now(database, TODAY), whole)


def test_a_change_that_is_committed_late_is_seen(index: StateIndex, database: Database) -> None:
    kept = states(index)
    for product in ("P7", "P8", "P9"):
        record(database, ORDERED, customer="NOBODY", product=product)
    before = kept.now(database, TODAY)
    record(database, NOT_RELEVANT)
    with database.write() as at:  # its number was taken before the others'
        at.execute(update(HELD_CHANGES).where(HELD_CHANGES.c.id == 4).values(id=0))
    assert not same(kept.now(database, TODAY), before)


def test_after_many_changes_or_a_customer_forgotten_all_are_counted(
    index: StateIndex, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = states(index)
    whole = kept.now(database, TODAY)
    record(database, NOT_RELEVANT)
    kept.now(database, TODAY)
    with database.write() as at:
        forget_customer(at, "CAFE1")
    assert same(kept.now(database, TODAY), whole)
    monkeypatch.setattr(open_states, "MOST_CHANGES", 0)
    record(database, NOT_RELEVANT, customer="CAFE2", product="P2")
    assert same(kept.now(database, TODAY), states(index).now(database, TODAY))


def test_without_a_database_nothing_is_held_back(index: StateIndex, database: Database, tmp_path: Path) -> None:
    kept = states(index)
    record(database, NOT_RELEVANT)
    assert not same(kept.now(database, TODAY), kept._whole)
    assert kept.now(open_database(Settings(state=tmp_path / "nowhere")), TODAY) is kept._whole
    assert not same(kept.now(database, TODAY), kept._whole)
