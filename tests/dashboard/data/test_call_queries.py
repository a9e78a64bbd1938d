"""Whom to call today, on visible customers. The data reach to 15 November, the clock says the 17th."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.database import campaigns, notes, outcomes
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.records import ACCOUNT, NOT_RELEVANT, ORDERED, PITCHED, SNOOZED, NewOutcome
from dashboard.data.call_queries import CallQueries
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.records.calls import CAMPAIGN, LOST_PRODUCT, ORDER, STEP, CallFilters, CallList
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import AS_OF
from tests.support.campaigns import make_campaign, offer
from tests.support.contexts import ANN, TODAY

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
ALL = CallFilters()


def today(
    with_calls: Repository,
    database: Database,
    filters: CallFilters = ALL,
    viewer: Viewer = EVERYONE,
    rule: LostRule | None = None,
    **desk: Any,
) -> CallList:
    at = Desk(database, rule or LostRule(), desk.pop("on", TODAY), desk.pop("person_id", 1), **desk)
    return CallQueries(with_calls.snapshot(viewer), at, ZONE).today(filters)


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
    with_calls: Repository, database: Database
) -> None:
    found = today(with_calls, database)
    assert names(found) == [("CAFE2", LOST_PRODUCT), ("CAFE1", ORDER)]
    assert [call.expected for call in found.open] == [101.0, pytest.approx(49.2)]
    assert found.expected == pytest.approx(150.2)
    assert [(call.state, call.first and call.first.product_id) for call in found.open] == [
        ("lost", "P1"),
        ("due", "P2"),
    ]
    assert (found.planned, found.done, found.late) == (2, (), 0)


def test_the_teams_rule_decides_what_is_lost(with_calls: Repository, database: Database) -> None:
    assert names(today(with_calls, database, rule=LostRule(worth=901))) == [("CAFE1", ORDER)]


def test_a_next_step_makes_a_call_on_its_day_and_late_ones_are_counted(
    with_calls: Repository, database: Database
) -> None:
    for key, customer, due_on in (("a", "NEW1", TODAY), ("b", "HOTEL1", TODAY + timedelta(1)), ("c", "CAFE1", AS_OF)):
        with database.write() as at:
            notes.add_next_step(at, key=key, customer_id=customer, person_id=1, text="ask", due_on=due_on, now=NOW)
    found = today(with_calls, database)
    assert sorted(names(found)) == [("CAFE1", STEP), ("CAFE2", LOST_PRODUCT), ("NEW1", STEP)]
    assert found.late == 1
    assert [call.step.text for call in found.open if call.step] == ["ask", "ask"]


def test_who_was_called_is_done_today_and_no_call_for_a_week(with_calls: Repository, database: Database) -> None:
    record(database, PITCHED, value=24.0)
    record(database, ORDERED, product="P2", value=30.0)
    found = today(with_calls, database)
    assert names(found) == [("CAFE2", LOST_PRODUCT)]
    assert [(one.customer.customer_id, one.kinds) for one in found.done] == [("CAFE1", (ORDERED, PITCHED))]
    assert (found.planned, found.offered, found.ordered) == (2, 24.0, 30.0)
    for days, expected in ((6, ["CAFE2"]), (8, ["CAFE2", "CAFE1"])):
        later = today(with_calls, database, on=TODAY + timedelta(days))
        assert [call.customer.customer_id for call in later.open] == expected
        assert later.done == ()


def test_what_another_recorded_is_no_call_of_mine_but_not_my_doing(with_calls: Repository, database: Database) -> None:
    record(database, PITCHED, person_id=2)
    found = today(with_calls, database)
    assert names(found) == [("CAFE2", LOST_PRODUCT)]
    assert found.done == ()


def test_a_dismissed_lost_product_is_no_call_any_more(with_calls: Repository, database: Database) -> None:
    record(database, NOT_RELEVANT, "CAFE2", at=NOW - timedelta(days=30))
    assert names(today(with_calls, database)) == [("CAFE1", ORDER)]


def test_a_snoozed_account_comes_back_on_its_day(with_calls: Repository, database: Database) -> None:
    record(database, SNOOZED, product=ACCOUNT, at=NOW - timedelta(days=30), until=TODAY + timedelta(1))
    assert names(today(with_calls, database)) == [("CAFE2", LOST_PRODUCT)]
    assert len(today(with_calls, database, on=TODAY + timedelta(1)).open) == 2


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
    with_calls: Repository, database: Database, filters: CallFilters, expected: list[str]
) -> None:
    assert [call.customer.customer_id for call in today(with_calls, database, filters).open] == expected


def test_a_day_has_so_many_calls_those_that_are_done_included(with_calls: Repository, database: Database) -> None:
    assert names(today(with_calls, database, calls=1)) == [("CAFE2", LOST_PRODUCT)]
    record(database, PITCHED)
    assert names(today(with_calls, database, calls=1)) == []
    assert today(with_calls, database, calls=1).planned == 1


def test_a_rep_has_their_own_customers_alone(with_calls: Repository, database: Database) -> None:
    own = {call.customer.rep for call in today(with_calls, database, viewer=ANN).open}
    assert own == {"Ann Example"}


def test_without_a_database_the_calls_are_there_and_it_is_said(with_calls: Repository, tmp_path: Path) -> None:
    gone = open_database(Settings(state=tmp_path / "nowhere"))
    found = today(with_calls, gone)
    assert names(found) == [("CAFE2", LOST_PRODUCT), ("CAFE1", ORDER)]
    assert found.unread


def clicked(database: Database, customer: str, product: str = "P2", *, on: datetime = NOW - timedelta(1)) -> None:
    number = make_campaign(database, [customer], [], offered=[offer(customer, product)])
    with database.write() as at:
        until = TODAY + timedelta(10)
        campaigns.put_on_calls(at, number, [(customer, product)], until=until, key="c", person_id=9, now=on)


def test_who_clicked_in_a_campaign_is_a_call_with_the_product_offered_first(
    with_calls: Repository, database: Database
) -> None:
    clicked(database, "HOTEL1")
    found = today(with_calls, database)
    assert ("HOTEL1", CAMPAIGN) in names(found)
    call = next(one for one in found.open if one.why == CAMPAIGN)
    assert call.campaign is not None
    assert (call.campaign.campaign, call.campaign.product_id) == ("Oat, November", "P2")
    assert (call.state, call.first and call.first.product_id) == ("new", "P2")
    assert names(today(with_calls, database, CallFilters(reason=CAMPAIGN))) == [("HOTEL1", CAMPAIGN)]


def test_a_product_that_no_list_has_leaves_the_first_of_the_lists(with_calls: Repository, database: Database) -> None:
    clicked(database, "HOTEL1", "P3")
    (call,) = today(with_calls, database, CallFilters(reason=CAMPAIGN)).open
    assert call.first is not None
    assert call.campaign is not None
    assert call.campaign.product_id == "P3"


def test_a_campaigns_call_ends_with_the_call_the_order_or_the_window(
    with_calls: Repository, database: Database
) -> None:
    clicked(database, "HOTEL1")
    asked = CallFilters(reason=CAMPAIGN)
    assert names(today(with_calls, database, asked, on=TODAY + timedelta(9))) == [("HOTEL1", CAMPAIGN)]
    assert names(today(with_calls, database, asked, on=TODAY + timedelta(10))) == []
    record(database, PITCHED, "HOTEL1", "P2")
    assert names(today(with_calls, database, asked, person_id=2)) == []


def test_who_ordered_the_product_since_is_no_call_of_the_campaign(with_calls: Repository, database: Database) -> None:
    clicked(database, "CAFE1", "P1", on=datetime(2026, 11, 2, 6, tzinfo=UTC))
    assert ("CAFE1", ORDER) in names(today(with_calls, database))
    later = datetime(2026, 11, 3, 6, tzinfo=UTC)
    with database.write() as at:
        campaigns.take_off_calls(at, 1, "c")
        campaigns.put_on_calls(at, 1, [("CAFE1", "P1")], until=TODAY + timedelta(1), key="d", person_id=9, now=later)
    assert ("CAFE1", CAMPAIGN) in names(today(with_calls, database))


def test_another_reps_customer_is_no_call(with_calls: Repository, database: Database) -> None:
    clicked(database, "HOTEL1")
    assert ("HOTEL1", CAMPAIGN) not in names(today(with_calls, database, viewer=ANN))


def test_the_drawer_knows_the_campaign_too(with_calls: Repository, database: Database) -> None:
    clicked(database, "HOTEL1")
    queries = CallQueries(with_calls.snapshot(EVERYONE), Desk(database, LostRule(), TODAY), ZONE)
    call = queries.call("HOTEL1")
    assert call is not None
    assert (call.why, call.first and call.first.product_id) == (CAMPAIGN, "P2")
