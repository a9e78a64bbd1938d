"""Whom to call today, on visible customers. The data reach to 15 November, the clock says the 17th."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.database import notes, outcomes
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.records import ACCOUNT, NOT_RELEVANT, ORDERED, PITCHED, SNOOZED, NewOutcome
from dashboard.data.call_queries import CallQueries
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.records.calls import LOST_PRODUCT, ORDER, STEP, CallFilters, CallList
from dashboard.settings import Settings
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import AS_OF, publish_small, small_rows
from tests.support.contexts import ANN, TODAY
from tests.support.figures import figures, ranked_recommendations

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
ALL = CallFilters()
LOST_ROW: dict[str, Any] = {
    "customer_id": "CAFE2", "list": "lost", "rank": 1, "product_id": "P1", "reason_kind": "stopped", "reason_n": 9,
    "reason_on": date(2026, 8, 1), "reason_gap_days": 10.0, "reason_since_days": 106, "chance": 0.5, "quantity": 4.0,
    "price": 50.0, "value": 200.0, "expected": 100.0, "worth": 900.0, "at_stake": 300.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return data in which CAFE1's order is due (expected 48.20 and 1.00) and CAFE2 lost a product (101.00)."""
    rows = ranked_recommendations()
    lost = {name: None for name in rows[0]} | {name: rows[0][name] for name in ("model", "score")} | LOST_ROW
    rows = sorted([*rows, lost], key=lambda row: (row["customer_id"], row["list"], row["rank"]))
    facts = {
        "CAFE1": {"usual_gap_days": 13.0, "due_expected": 48.2, "new_expected": 1.0},
        "CAFE2": {"usual_gap_days": 90.0, "lost_products": 1, "lost_expected": 100.0, "new_expected": 1.0},
    }
    customers = [row | facts.get(row["customer_id"], {}) for row in small_rows()["customers"]]
    folder: Path = tmp_path_factory.mktemp("calls")
    publish_small(folder, changed={"recommendations": rows, "customers": customers}, evaluation=figures())
    return Repository(Reader(folder))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(Settings(state=tmp_path))
    opened.prepare()
    yield opened
    opened.close()


def today(
    repository: Repository,
    database: Database,
    filters: CallFilters = ALL,
    viewer: Viewer = EVERYONE,
    rule: LostRule | None = None,
    **desk: Any,
) -> CallList:
    at = Desk(database, rule or LostRule(), desk.pop("on", TODAY), desk.pop("person_id", 1), **desk)
    return CallQueries(repository.snapshot(viewer), at, ZONE).today(filters)


def names(found: CallList) -> list[tuple[str, str]]:
    return [(call.customer.customer_id, call.why) for call in found.open]


def record(database: Database, kind: str, customer: str = "CAFE1", product: str = "P1", **more: Any) -> int:
    moment = more.pop("at", NOW)
    person = more.pop("person_id", 1)
    key = f"{kind}-{customer}-{product}-{moment}"
    new = NewOutcome(key, customer, product, kind, "usual", "v1", AS_OF, last_order_on=AS_OF, **more)
    with database.write() as at:
        return outcomes.record(at, new, person_id=person, now=moment)[0]


def test_a_call_is_due_by_an_order_or_a_lost_product_the_most_worth_first(
    repository: Repository, database: Database
) -> None:
    found = today(repository, database)
    assert names(found) == [("CAFE2", LOST_PRODUCT), ("CAFE1", ORDER)]
    assert [call.expected for call in found.open] == [101.0, pytest.approx(49.2)]
    assert found.expected == pytest.approx(150.2)
    assert [(call.state, call.first and call.first.product_id) for call in found.open] == [
        ("lost", "P1"),
        ("due", "P2"),
    ]
    assert (found.planned, found.done, found.late) == (2, (), 0)


def test_the_teams_rule_decides_what_is_lost(repository: Repository, database: Database) -> None:
    assert names(today(repository, database, rule=LostRule(worth=901))) == [("CAFE1", ORDER)]


def test_a_next_step_makes_a_call_on_its_day_and_late_ones_are_counted(
    repository: Repository, database: Database
) -> None:
    for key, customer, due_on in (("a", "NEW1", TODAY), ("b", "HOTEL1", TODAY + timedelta(1)), ("c", "CAFE1", AS_OF)):
        with database.write() as at:
            notes.add_next_step(at, key=key, customer_id=customer, person_id=1, text="ask", due_on=due_on, now=NOW)
    found = today(repository, database)
    assert sorted(names(found)) == [("CAFE1", STEP), ("CAFE2", LOST_PRODUCT), ("NEW1", STEP)]
    assert found.late == 1
    assert [call.step.text for call in found.open if call.step] == ["ask", "ask"]


def test_who_was_called_is_done_today_and_no_call_for_a_week(repository: Repository, database: Database) -> None:
    record(database, PITCHED, value=24.0)
    record(database, ORDERED, product="P2", value=30.0)
    found = today(repository, database)
    assert names(found) == [("CAFE2", LOST_PRODUCT)]
    assert [(one.customer.customer_id, one.kinds) for one in found.done] == [("CAFE1", (ORDERED, PITCHED))]
    assert (found.planned, found.offered, found.ordered) == (2, 24.0, 30.0)
    for days, expected in ((6, ["CAFE2"]), (8, ["CAFE2", "CAFE1"])):
        later = today(repository, database, on=TODAY + timedelta(days))
        assert [call.customer.customer_id for call in later.open] == expected
        assert later.done == ()


def test_what_another_recorded_is_no_call_of_mine_but_not_my_doing(repository: Repository, database: Database) -> None:
    record(database, PITCHED, person_id=2)
    found = today(repository, database)
    assert names(found) == [("CAFE2", LOST_PRODUCT)]
    assert found.done == ()


def test_a_dismissed_lost_product_is_no_call_any_more(repository: Repository, database: Database) -> None:
    record(database, NOT_RELEVANT, "CAFE2", at=NOW - timedelta(days=30))
    assert names(today(repository, database)) == [("CAFE1", ORDER)]


def test_a_snoozed_account_comes_back_on_its_day(repository: Repository, database: Database) -> None:
    record(database, SNOOZED, product=ACCOUNT, at=NOW - timedelta(days=30), until=TODAY + timedelta(1))
    assert names(today(repository, database)) == [("CAFE2", LOST_PRODUCT)]
    assert len(today(repository, database, on=TODAY + timedelta(1)).open) == 2


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (CallFilters(reason=ORDER), ["CAFE1"]),
        (CallFilters(reason=STEP), []),
        (CallFilters(value=50), ["CAFE2"]),
        (CallFilters(region="North"), ["CAFE2", "CAFE1"]),
        (CallFilters(region="Nowhere"), []),
        (CallFilters(segment="cafe", value=100), ["CAFE2"]),
        (CallFilters(value=102), []),
    ],
)
def test_filters_narrow_the_calls(
    repository: Repository, database: Database, filters: CallFilters, expected: list[str]
) -> None:
    assert [call.customer.customer_id for call in today(repository, database, filters).open] == expected


def test_a_day_has_so_many_calls_those_that_are_done_included(repository: Repository, database: Database) -> None:
    assert names(today(repository, database, calls=1)) == [("CAFE2", LOST_PRODUCT)]
    record(database, PITCHED)
    assert names(today(repository, database, calls=1)) == []
    assert today(repository, database, calls=1).planned == 1


def test_a_rep_has_their_own_customers_alone(repository: Repository, database: Database) -> None:
    own = {call.customer.rep for call in today(repository, database, viewer=ANN).open}
    assert own == {"Ann Example"}


def test_without_a_database_the_calls_are_there_and_it_is_said(repository: Repository, tmp_path: Path) -> None:
    gone = open_database(Settings(state=tmp_path / "nowhere"))
    found = today(repository, gone)
    assert names(found) == [("CAFE2", LOST_PRODUCT), ("CAFE1", ORDER)]
    assert found.unread
