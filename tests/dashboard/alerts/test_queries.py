"""Which alerts a viewer has by a rule, and what keeps one away. Rows: conftest.py."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.database import alerts, notes, outcomes
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.records import ACCOUNT, NOT_RELEVANT, PITCHED, SNOOZED, AlertKey, NewOutcome
from dashboard.alerts.queries import AlertQueries, OpenAlerts
from dashboard.alerts.rules import DUE, LOST, MISSED, SEASON, SLOWING, STOCK, default_rule, rule_of
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.settings import Settings
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule
from tests.support.alerts import alert_rows_changed
from tests.support.artifacts import AS_OF, publish_small
from tests.support.contexts import ANN, BOB, TODAY

NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)


def queries(repository: Repository, database: Database, viewer: Viewer = EVERYONE, **desk: Any) -> AlertQueries:
    at = Desk(database, desk.pop("rule", LostRule()), desk.pop("today", TODAY), desk.pop("person_id", 1))
    return AlertQueries(repository.snapshot(viewer), at)


def find(asked: AlertQueries, kind: str, **bounds: float) -> OpenAlerts:
    return asked.find(rule_of(kind, bounds, default_rule(kind, LostRule())))


def names(found: OpenAlerts) -> list[tuple[str, str]]:
    return [tuple(key)[1:] for key in found.open.all_keys()]


def record(database: Database, kind: str, customer: str, product: str, **more: Any) -> None:
    new = NewOutcome(f"{kind}-{customer}-{product}", customer, product, kind, "lost", "v1", AS_OF, **more)
    with database.write() as at:
        outcomes.record(at, new, person_id=1, now=NOW)


def test_lost_products_come_by_what_they_were_worth(repository: Repository, database: Database) -> None:
    found = find(queries(repository, database), LOST)
    assert names(found) == [("CAFE2", "P1"), ("HOTEL1", "P1")]
    assert (found.open.total, found.open.n_customers, len(found.put_off)) == (1300.0, 2, 0)
    first = found.open.alerts(1)[0]
    # Last on 1 August: silent for 106 days, overdue since the usual gap of 10 was over; the rule wants 21 days.
    assert (first.days, first.n, first.gap, first.last_on) == (96, 9, 10.0, date(2026, 8, 1))
    assert first.opened_on == date(2026, 8, 22)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"worth": 401}, ["CAFE2"]),
        ({"worth": 400}, ["CAFE2", "HOTEL1"]),
        ({"purchases": 10}, []),
        ({"gaps": 10.6}, ["CAFE2", "HOTEL1"]),
        ({"gaps": 10.7}, []),
        ({"days": 106}, ["CAFE2", "HOTEL1"]),
        ({"days": 107}, []),
    ],
)
def test_the_rules_numbers_are_least_ones(
    repository: Repository, database: Database, bounds: dict[str, float], expected: list[str]
) -> None:
    assert [customer for customer, _ in names(find(queries(repository, database), LOST, **bounds))] == expected


def test_a_rep_has_the_alerts_of_their_own_customers(repository: Repository, database: Database) -> None:
    assert names(find(queries(repository, database, ANN), LOST)) == [("CAFE2", "P1")]
    assert names(find(queries(repository, database, BOB), LOST)) == [("HOTEL1", "P1")]
    assert names(find(queries(repository, database, BOB), SLOWING)) == []


def test_a_long_gap_of_its_own_opens_a_lost_product_later(repository: Repository, database: Database) -> None:
    found = find(queries(repository, database), LOST, days=1, gaps=1)
    # CAFE2's gaps were up to 12 days: not unusual before the 13th; of HOTEL1's nothing is known but the usual 10.
    assert [alert.opened_on for alert in found.open.alerts()] == [date(2026, 8, 14), date(2026, 8, 11)]


def test_what_is_due_is_overdue_and_worth_it(repository: Repository, database: Database) -> None:
    asked = queries(repository, database)
    found = find(asked, DUE)
    assert names(found) == [("CAFE1", "P2")]
    only = found.open.alerts()[0]
    assert (only.days, only.worth, only.opened_on) == (11, 130.0, date(2026, 11, 7))
    assert names(find(asked, DUE, overdue=11)) == [("CAFE1", "P2")]
    for too_much in ({"overdue": 12}, {"expected": 131}, {"purchases": 6}):
        assert names(find(asked, DUE, **too_much)) == []


def test_a_season_is_counted_from_last_year(repository: Repository, database: Database) -> None:
    found = find(queries(repository, database), SEASON)
    assert names(found) == [("CAFE1", "P4")]
    assert found.open.alerts()[0].opened_on == date(2025, 12, 1) + timedelta(336)
    assert names(find(queries(repository, database), SEASON, value=181)) == []
    assert names(find(queries(repository, database), SEASON, purchases=3)) == []


def test_a_customer_who_comes_less_often_is_slowing(repository: Repository, database: Database) -> None:
    found = find(queries(repository, database), SLOWING)
    assert names(found) == [("CAFE1", "")]
    only = found.open.alerts()[0]
    # The last three gaps are 26 on average, 13 of these days are the silence since 2 November: 65 before it. The third
    # of them makes 1.75 x 14 = 24.5 days on average once it is 8.5 long.
    assert (only.days, only.gap, only.opened_on) == (13, 14.0, date(2026, 11, 11))
    assert names(find(queries(repository, database), SLOWING, gaps=1.9, least=7)) == []


def test_a_quarter_that_halves_is_slowing_since_the_order_that_was_missed(
    repository: Repository, database: Database
) -> None:
    found = find(queries(repository, database), SLOWING, gaps=10, quarter=90)
    assert [alert.opened_on for alert in found.open.alerts()] == [date(2026, 11, 2)]  # the next one is due on the 16th


def test_a_step_over_its_day_is_missed(repository: Repository, database: Database) -> None:
    with database.write() as at:
        for key, customer, days in (("a", "CAFE1", 0), ("b", "CAFE2", 1), ("c", "HOTEL1", 3)):
            due = TODAY - timedelta(days)
            notes.add_next_step(at, key=key, customer_id=customer, person_id=1, text="ask", due_on=due, now=NOW)
    found = find(queries(repository, database), MISSED)
    assert [(alert.key.customer_id, alert.days, alert.opened_on) for alert in found.open.alerts()] == [
        ("HOTEL1", 3, TODAY - timedelta(2)),
        ("CAFE2", 1, TODAY),
    ]
    assert [customer for customer, _ in names(find(queries(repository, database, ANN), MISSED))] == ["CAFE2"]


def test_a_product_of_which_lists_would_take_more_than_is_left_is_short(
    repository: Repository, database: Database
) -> None:
    asked = queries(repository, database)
    found = find(asked, STOCK)
    assert names(found) == [("", "P2")]
    # CAFE1's list would take half of 4, another list next to nothing, and one is left.
    only = found.open.alerts()[0]
    assert (only.days, only.n, only.gap, only.opened_on) == (1, 2, 1.0, date(2026, 11, 14))
    assert names(find(asked, STOCK, units=2)) == []
    assert names(find(asked, STOCK, covered=40)) == []
    mine = find(queries(repository, database, BOB), STOCK).open.alerts()
    assert [(alert.key.product_id, alert.n) for alert in mine] == [("P2", 1)]  # of two lists one is of Bob's customers


def test_what_nobody_pitches_any_more_takes_no_stock(repository: Repository, database: Database) -> None:
    record(database, NOT_RELEVANT, "CAFE1", "P2")
    assert names(find(queries(repository, database), STOCK)) == []


@pytest.mark.parametrize("product", ["P1", ACCOUNT])
def test_what_an_outcome_holds_back_is_put_off_until_its_day(
    repository: Repository, database: Database, product: str
) -> None:
    record(database, SNOOZED, "CAFE2", product, until=TODAY + timedelta(7))
    found = find(queries(repository, database), LOST)
    assert names(found) == [("HOTEL1", "P1")]
    assert [key.customer_id for key in found.put_off.all_keys()] == ["CAFE2"]
    assert found.until == {AlertKey(LOST, "CAFE2", "P1"): TODAY + timedelta(7)}
    later = find(queries(repository, database, today=TODAY + timedelta(7)), LOST)
    assert names(later) == [("CAFE2", "P1"), ("HOTEL1", "P1")]


def test_many_customers_are_asked_for_at_once(
    repository: Repository, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(database, SNOOZED, "CAFE2", "P1", until=TODAY + timedelta(7))
    monkeypatch.setattr("dashboard.alerts.queries.MANY_CUSTOMERS", 1)
    assert names(find(queries(repository, database), LOST)) == [("HOTEL1", "P1")]


def test_a_customer_is_snoozed_for_oneself(repository: Repository, database: Database) -> None:
    with database.write() as at:
        alerts.snooze(at, 1, AlertKey(SLOWING, "CAFE1"), TODAY + timedelta(1))
    assert names(find(queries(repository, database), SLOWING)) == []
    assert names(find(queries(repository, database, person_id=2), SLOWING)) == [("CAFE1", "")]
    assert names(find(queries(repository, database, today=TODAY + timedelta(1)), SLOWING)) == [("CAFE1", "")]


def test_the_states_say_who_did_what(repository: Repository, database: Database) -> None:
    record(database, PITCHED, "CAFE2", "P1")
    with database.write() as at:
        alerts.assign(at, AlertKey(LOST, "HOTEL1", "P1"), to=4, by=1, now=NOW)
    asked = queries(repository, database)
    states = asked.states(find(asked, LOST).open)
    assert states.assigned[AlertKey(LOST, "HOTEL1", "P1")].assigned_to == 4
    assert list(states.pitched) == [("CAFE2", "P1")]
    assert asked.states(find(asked, LOST).open, 0).pitched == {}


def test_what_is_lost_by_the_teams_rule_is_not_due_as_well(tmp_path: Path, database: Database) -> None:
    publish_small(tmp_path / "artifacts", changed=alert_rows_changed(is_lost_too=True))
    both = Repository(Reader(tmp_path / "artifacts"))
    assert names(find(queries(both, database), DUE)) == []
    assert names(find(queries(both, database, rule=LostRule(worth=501)), DUE)) == [("CAFE1", "P2")]


def test_without_a_database_the_alerts_are_there(repository: Repository, tmp_path: Path) -> None:
    gone = open_database(Settings(state=tmp_path / "nowhere"))
    asked = queries(repository, gone)
    assert names(find(asked, LOST)) == [("CAFE2", "P1"), ("HOTEL1", "P1")]
    assert names(find(asked, MISSED)) == []
    assert asked.states(find(asked, LOST).open).visit is None
