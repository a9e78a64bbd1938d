"""Alerts in words. Rows: tests/support/alerts.py; the data reach to 15 November, the clock says the 17th."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.activity.database import alerts, notes, outcomes
from dashboard.activity.database.connect import Database
from dashboard.activity.records import PITCHED, SNOOZED, AlertKey, NewOutcome, Visit
from dashboard.alerts.queries import AlertQueries
from dashboard.alerts.rules import DUE, LOST, MISSED, SEASON, SLOWING, STOCK, default_rule
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.display.alert_lines import AlertLine, alert_lines
from dashboard.display.page_context import PageContext
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule
from tests.support.alerts import alert_rows_changed
from tests.support.artifacts import AS_OF, publish_small
from tests.support.contexts import ANN, TODAY, context_of
from tests.support.figures import figures

NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder: Path = tmp_path_factory.mktemp("alerts")
    publish_small(folder, changed=alert_rows_changed(), evaluation=figures())
    return Repository(Reader(folder))


@pytest.fixture
def context(repository: Repository, database: Database) -> PageContext:
    return context_of(repository, ANN, desk=Desk(database, LostRule(), TODAY, 1))


def lines(context: PageContext, kind: str) -> tuple[AlertLine, ...]:
    queries = AlertQueries(context.snapshot, context.desk)
    found = queries.find(default_rule(kind, LostRule()))
    shown = found.open if len(found.open) else found.put_off
    return alert_lines(context, shown.alerts(), queries.states(shown), found.until)


def record(context: PageContext, kind: str, *, days_ago: int = 0, until: date | None = None) -> None:
    new = NewOutcome(f"{kind}{days_ago}", "CAFE2", "P1", kind, "lost", "v1", AS_OF, until=until)
    with context.desk.database.write() as at:
        outcomes.record(at, new, person_id=1, now=NOW - timedelta(days=days_ago))


def test_a_lost_product_says_its_rhythm_and_what_to_offer(context: PageContext) -> None:
    (line,) = lines(context, LOST)
    assert (line.title, line.number) == ("Espresso beans", "P1")
    assert line.about == "Bean <& Gone>. Every 10 days (9 times) until 1 Aug."
    assert (line.days, line.worth, line.state) == ("96 days", "€900", "Open, 85 days")
    assert line.offer is not None
    assert (line.offer.name, line.offer.note) == ("Oat drink", "8 similar customers buy it")


def test_what_is_due_says_the_usual_order(context: PageContext) -> None:
    (line,) = lines(context, DUE)
    assert line.about == "Café Müller. Every 14 days (5 times); 25 days since the last."
    assert (line.days, line.worth) == ("11 days", "€130")
    assert line.extra == "4\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}€65.00"
    assert line.dots is not None
    assert line.dots.start == AS_OF - timedelta(365)


def test_a_season_says_last_years_order(context: PageContext) -> None:
    (line,) = lines(context, SEASON)
    assert line.about == "Café Müller. Bought 2 times in these weeks of last year, last on 1 Dec 2025; not since."
    assert (line.days, line.worth) == ("", "€180")


def test_a_slowing_customer_says_how_often_they_come_now(context: PageContext) -> None:
    (line,) = lines(context, SLOWING)
    assert (line.title, line.number) == ("Café Müller", "CAFE1")
    assert line.about == "Cafe, North. Every 26 days lately, usual 14."
    assert (line.days, line.worth, line.extra) == ("13 days", "€152", "5 order days in 90 days, 6 in the 90 before")


def test_a_missed_step_says_whose_it_is(context: PageContext) -> None:
    with context.desk.database.write() as at:
        planned = {"key": "k1", "customer_id": "CAFE1", "text": "Ask for <the menu>"}
        notes.add_next_step(at, person_id=1, due_on=TODAY - timedelta(2), now=NOW, **planned)
    (line,) = lines(context, MISSED)
    assert (line.title, line.about) == ("Ask for <the menu>", "Café Müller. Was due on 15 Nov.")
    assert (line.days, line.state) == ("2 days", "Open, 1 day")


def test_stock_says_what_is_left_and_what_would_be_taken(context: PageContext) -> None:
    (line,) = lines(context, STOCK)
    assert (line.title, line.customer) == ("Oat drink", None)
    assert line.about == "On the open lists of 1 of your customers. All open lists would take 2 in 4 weeks."
    assert (line.days, line.extra) == ("1", "1, counted 14 Nov")


def test_the_state_is_what_was_done_since_it_opened(context: PageContext) -> None:
    record(context, PITCHED, days_ago=3)
    assert lines(context, LOST)[0].state == "Pitched 14 Nov"
    with context.desk.database.write() as at:
        alerts.assign(at, AlertKey(LOST, "CAFE2", "P1"), to=9, by=1, now=NOW)
    assert lines(context, LOST)[0].state == "Assigned"  # nobody has this number any more
    record(context, SNOOZED, until=TODAY + timedelta(14))
    assert lines(context, LOST)[0].state == "Snoozed until 1 Dec"


def test_an_older_pitch_was_for_something_else(context: PageContext) -> None:
    record(context, PITCHED, days_ago=58)  # before 22 August is none of the last 60 days
    with_pitch = AlertQueries(context.snapshot, context.desk)
    found = with_pitch.find(default_rule(DUE, LostRule()))
    states = with_pitch.states(found.open)
    assert states.pitched == {}


def test_what_began_since_the_visit_before_is_new(context: PageContext) -> None:
    assert [line.is_new for line in lines(context, SLOWING)] == [False]  # nobody was here yet: nothing is marked
    with context.desk.database.write() as at:
        alerts.record_visit(at, 1, as_of=date(2026, 11, 10), day=TODAY - timedelta(5), now=NOW - timedelta(5))
        assert alerts.record_visit(at, 1, as_of=AS_OF, day=TODAY, now=NOW) == Visit(
            NOW, AS_OF, TODAY, date(2026, 11, 10), TODAY - timedelta(5)
        )
    assert [line.is_new for line in lines(context, SLOWING)] == [True]
    assert [line.is_new for line in lines(context, LOST)] == [False]


def test_a_customer_who_is_not_the_viewers_is_left_out(context: PageContext) -> None:
    queries = AlertQueries(context.snapshot, context.desk)
    (alert,) = queries.find(default_rule(LOST, LostRule())).open.alerts()
    others = alert._replace(key=AlertKey(LOST, "HOTEL1", "P1"))
    assert alert_lines(context, [others], queries.states(queries.find(default_rule(LOST, LostRule())).open), {}) == ()
