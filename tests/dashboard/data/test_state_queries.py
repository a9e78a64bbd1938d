"""Counts of what there is to raise with everybody: those that each customer's own page says."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.database.connect import Database
from dashboard.activity.records import ACCOUNT, NOT_RELEVANT, SNOOZED
from dashboard.activity.shop_records import Stock
from dashboard.data.customer_queries import CustomerQueries
from dashboard.data.desk import Desk
from dashboard.data.raised import Since, raised
from dashboard.data.repository import Repository
from dashboard.data.state_queries import StateQueries
from dashboard.records.raised import STATES, StateCounts
from dashboard.shop.availability import Availability
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule
from tests.dashboard.data.test_call_queries import record
from tests.support.artifacts import publish_small
from tests.support.contexts import ANN, TODAY

STRICT = LostRule(purchases=10)


def one_by_one(repository: Repository, desk: Desk, viewer: Viewer = EVERYONE) -> dict[str, StateCounts]:
    snapshot = repository.snapshot(viewer)
    counted = {}
    for customer_id, customer in snapshot.visible.items():
        rows = CustomerQueries(snapshot).recommendations(customer_id) if customer.is_pitched_to else ()
        as_of = snapshot.source.manifest.facts.as_of
        away = desk.stock_of(snapshot).away
        since = Since.of(customer_id, desk.beside([customer_id], as_of), away)
        found = raised(customer, rows, desk.rule, since, as_of=as_of, today=desk.today)
        counted[customer_id] = StateCounts(*(len(found.of(state)) for state in STATES))
    return counted


@pytest.mark.parametrize("rule", [LostRule(), STRICT])
@pytest.mark.parametrize("viewer", [EVERYONE, ANN])
def test_counts_are_those_of_each_customers_page(
    with_calls: Repository, database: Database, rule: LostRule, viewer: Viewer
) -> None:
    desk = Desk(database, rule, TODAY)
    assert StateQueries(with_calls.snapshot(viewer), desk).counts() == one_by_one(with_calls, desk, viewer)


def test_what_is_held_back_is_not_counted(with_calls: Repository, database: Database) -> None:
    desk = Desk(database, LostRule(), TODAY)
    before = StateQueries(with_calls.snapshot(EVERYONE), desk).counts()
    record(database, SNOOZED, product="P1", until=date(2026, 12, 1))
    record(database, SNOOZED, product="P2", until=TODAY)  # its time is over
    record(database, NOT_RELEVANT, product="NOT-IN-A-LIST")
    counts = StateQueries(with_calls.snapshot(EVERYONE), desk).counts()
    assert sum(before["CAFE1"]) - sum(counts["CAFE1"]) == 1
    assert counts == one_by_one(with_calls, desk)
    record(database, NOT_RELEVANT, product=ACCOUNT)
    counts = StateQueries(with_calls.snapshot(EVERYONE), desk).counts()
    assert counts["CAFE1"] == StateCounts()
    assert counts == one_by_one(with_calls, desk)


def test_what_cannot_be_had_is_not_counted_until_it_is_back(with_calls: Repository, database: Database) -> None:
    stock = Availability(database)
    desk = Desk(database, LostRule(), TODAY, availability=stock)
    before = StateQueries(with_calls.snapshot(EVERYONE), desk).counts()
    record(database, SNOOZED, product="P1", until=date(2026, 12, 1))  # is off the lists already, and counted once
    for away in ({"P1", "P2"}, {"P2"}, {"P4"}):
        at = datetime.now(UTC)
        stock.push([Stock(one, one not in away, at) for one in ("P1", "P2", "P3", "P4", "NO-PRODUCT")])
        counts = StateQueries(with_calls.snapshot(EVERYONE), desk).counts()
        assert counts == one_by_one(with_calls, desk)
        assert sum(map(sum, counts.values())) < sum(map(sum, before.values()))
    stock.push([Stock("P4", True, datetime.now(UTC))])
    assert sum(before["CAFE1"]) - sum(StateQueries(with_calls.snapshot(EVERYONE), desk).counts()["CAFE1"]) == 1


def test_a_version_without_lists_has_nothing_to_raise(tmp_path: Path, database: Database) -> None:
    publish_small(tmp_path / "bare", changed={"recommendations": []})
    snapshot = Repository(Reader(tmp_path / "bare")).snapshot(EVERYONE)
    counts = StateQueries(snapshot, Desk(database, LostRule(), TODAY)).counts()
    assert set(counts.values()) == {StateCounts()}
