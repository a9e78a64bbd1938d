"""Several alerts snoozed, dismissed or assigned at once, undone, and their rules. Rows: tests/support/alerts.py."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.activity.database import alerts, notes, outcomes, people
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.records import AlertKey, Person
from dashboard.alerts.queries import AlertQueries
from dashboard.alerts.rules import DUE, LOST, MISSED, SEASON, SLOWING, STOCK, default_rule
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.display.alert_changes import (
    MOST_AT_ONCE,
    assign_alerts,
    assignable,
    back_to_team,
    dismiss_alerts,
    save_rule,
    snooze_alerts,
    undo_alerts,
)
from dashboard.display.page_context import PageContext
from dashboard.settings import Settings
from recsys.artifacts.reader import Reader
from recsys.schema.reorder_rules import LostRule
from tests.support.alerts import alert_rows_changed
from tests.support.artifacts import publish_small
from tests.support.contexts import ANN, TODAY, context_of
from tests.support.figures import figures

KEY = "0123456789abcdef"
NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
SOON = (TODAY + timedelta(14)).isoformat()
LOST_ONE, DUE_ONE, SLOW_ONE, STOCK_ONE = ["CAFE2", "P1"], ["CAFE1", "P2"], ["CAFE1", ""], ["", "P2"]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder: Path = tmp_path_factory.mktemp("alerts")
    publish_small(folder, changed=alert_rows_changed(), evaluation=figures())
    return Repository(Reader(folder))


@pytest.fixture
def context(repository: Repository, database: Database) -> PageContext:
    return context_of(repository, ANN, desk=Desk(database, LostRule(), TODAY, 1))


def sent(kind: str, *pairs: list[str], **more: Any) -> dict[str, Any]:
    return {"key": KEY, "kind": kind, "alerts": list(pairs), "on": SOON, **more}


def n_open(context: PageContext, kind: str) -> int:
    return len(AlertQueries(context.snapshot, context.desk).find(default_rule(kind, LostRule())).open)


def add_person(database: Database, name: str, roles: list[str], reps: list[str], **more: Any) -> Person:
    with database.write() as at:
        return people.add(at, email=f"{name}@example.com", name=name, roles=roles, rep_names=reps, now=NOW, **more)


def step_of(database: Database, due_on: date = TODAY - timedelta(2)) -> int:
    with database.write() as at:
        planned = {"key": f"k{due_on}", "customer_id": "CAFE1", "text": "ask"}
        return notes.add_next_step(at, person_id=1, due_on=due_on, now=NOW, **planned)


@pytest.mark.parametrize(
    ("kind", "pair"),
    [(LOST, LOST_ONE), (DUE, DUE_ONE), (SEASON, ["CAFE1", "P4"]), (SLOWING, SLOW_ONE), (STOCK, STOCK_ONE)],
)
def test_what_is_snoozed_is_gone_and_undo_brings_it_back(context: PageContext, kind: str, pair: list[str]) -> None:
    assert n_open(context, kind) == 1
    answer = snooze_alerts(context, sent(kind, pair))
    assert (answer.is_done, answer.text) == (True, "Snoozed 1 alert until 1 Dec.")
    assert n_open(context, kind) == 0
    undone = undo_alerts(context, {"outcome": answer.undo})
    assert (undone.is_done, undone.text) == (True, "Undone: 1 alert open again.")
    assert n_open(context, kind) == 1
    assert not undo_alerts(context, {"outcome": answer.undo}).is_done


def test_a_click_that_is_sent_twice_is_recorded_once(context: PageContext) -> None:
    for _ in range(2):
        assert snooze_alerts(context, sent(LOST, LOST_ONE)).is_done
    with context.desk.database.read() as at:
        assert len(outcomes.of_customer(at, "CAFE2", limit=9)) == 1


def test_a_snoozed_step_is_moved_and_a_dropped_one_closed(context: PageContext) -> None:
    step_id = step_of(context.desk.database)
    answer = snooze_alerts(context, sent(MISSED, ["CAFE1", str(step_id)]))
    assert answer.is_done
    with context.desk.database.read() as at:
        moved = notes.step(at, step_id)
    assert moved is not None
    assert moved.due_on.isoformat() == SOON
    assert undo_alerts(context, {"outcome": answer.undo}).is_done
    assert n_open(context, MISSED) == 1
    assert dismiss_alerts(context, sent(MISSED, ["CAFE1", str(step_id)])).text == "Dropped 1 alert."
    assert n_open(context, MISSED) == 0
    refused = snooze_alerts(context, sent(MISSED, ["CAFE1", str(step_id)]))
    assert refused.text == "Not saved: somebody closed this next step already."


def test_what_is_not_relevant_is_off_the_lists_for_good(context: PageContext) -> None:
    answer = dismiss_alerts(context, sent(LOST, LOST_ONE))
    assert answer.text == "Not relevant: 1 alert. The products are off these customers' lists for good."
    customer = context.customers.get("CAFE2")
    assert customer is not None
    assert [line.product_id for line, _ in context.raised(customer).held_back] == ["P1"]
    refused = dismiss_alerts(context, sent(SLOWING, SLOW_ONE))
    assert refused.text == "Not saved: of these alerts nothing can be taken off the lists; snooze them."


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (sent(LOST, ["HOTEL1", "P1"]), "this customer is not yours, or there is none with this number."),
        (sent(LOST, LOST_ONE, ["HOTEL1", "P1"]), "this customer is not yours, or there is none with this number."),
        (sent(LOST, ["CAFE2", "P6"]), "the product is on none of this customer's lists any more."),
        (sent(STOCK, ["", "NOPE"]), "there is no product NOPE."),
        (sent(MISSED, ["CAFE1", "77"]), "somebody closed this next step already."),
        (sent(MISSED, ["CAFE1", "x"]), "somebody closed this next step already."),
        (sent("nonsense", LOST_ONE), "the page is too old; load it again."),
        (sent(LOST), f"between 1 and {MOST_AT_ONCE} alerts can be chosen, not 0."),
        (sent(LOST, *([LOST_ONE] * 301)), f"between 1 and {MOST_AT_ONCE} alerts can be chosen, not 301."),
        (sent(LOST, LOST_ONE, on=TODAY.isoformat()), "the day has to be after today, and within two years."),
        (sent(LOST, LOST_ONE, on="soon"), "the day is none; choose one."),
        (sent(LOST, LOST_ONE, key=""), "the page is too old; load it again."),
        (sent(LOST, LOST_ONE) | {"alerts": "all"}, f"between 1 and {MOST_AT_ONCE} alerts can be chosen, not 0."),
        ("nonsense", "the page is too old; load it again."),
    ],
)
def test_what_cannot_be_snoozed_is_refused_whole(context: PageContext, asked: Any, why: str) -> None:
    answer = snooze_alerts(context, asked)
    assert (answer.is_done, answer.text) == (False, f"Not saved: {why}")
    assert n_open(context, LOST) == 1


def test_an_alert_is_assigned_to_who_sees_the_customer(context: PageContext) -> None:
    database = context.desk.database
    tom = add_person(database, "Tom", ["rep"], ["Ann Example"])
    bob = add_person(database, "Bob", ["rep"], ["Bob Sample"])
    add_person(database, "Kim", ["support"], [])
    lead = add_person(database, "Lea", ["director"], [])
    gone = add_person(database, "Gus", ["rep"], ["Ann Example"])
    with database.write() as at:
        people.change(at, gone.id, is_disabled=True)
    assert [person.name for person in assignable(context)] == ["Lea", "Tom"]
    assert assign_alerts(context, sent(LOST, LOST_ONE, to=str(tom.id))).text == "Assigned 1 alert to Tom."
    with database.read() as at:
        assert alerts.assignments(at, LOST)[AlertKey(LOST, "CAFE2", "P1")].assigned_to == tom.id
    for to, why in (
        (str(bob.id), "Bean <& Gone> is not Bob's customer."),
        (str(gone.id), "there is no such person to assign to."),
        ("99", "there is no such person to assign to."),
        ("x", "there is no such person to assign to."),
    ):
        assert assign_alerts(context, sent(LOST, LOST_ONE, to=to)).text == f"Not saved: {why}"
    assert assign_alerts(context, sent(STOCK, STOCK_ONE, to=str(lead.id))).is_done
    assert assign_alerts(context, sent(LOST, LOST_ONE, to="0")).text == "1 alert assigned to nobody."
    with database.read() as at:
        assert alerts.assignments(at, LOST) == {}


def test_nobodys_undo_is_another_persons(context: PageContext, repository: Repository) -> None:
    answer = snooze_alerts(context, sent(LOST, LOST_ONE))
    other = context_of(repository, ANN, desk=Desk(context.desk.database, LostRule(), TODAY, 2))
    assert not undo_alerts(other, {"outcome": answer.undo}).is_done
    assert n_open(context, LOST) == 0


@pytest.mark.parametrize(
    "undo",
    [
        None,
        7,
        {},
        {"outcomes": "all"},
        {"outcomes": [True, "1"]},
        {"snoozes": [["a"]]},
        {"steps": [["x", "2026-01-01"]]},
    ],
)
def test_an_undo_of_anything_else_does_nothing(context: PageContext, undo: Any) -> None:
    assert not undo_alerts(context, {"outcome": undo}).is_done


def test_a_rule_is_ones_own_or_the_teams_who_sets_that_has_it_too(context: PageContext) -> None:
    before = default_rule(LOST, LostRule())
    mine = save_rule(context, {"bounds": {"days": "40"}}, before, person_id=1)
    assert mine.text == "Saved for your alerts."
    team = save_rule(context, {"bounds": {"days": "50", "gaps": "2,5"}}, before, person_id=alerts.TEAM)
    assert team.text == "Saved for the team. All pages go by it."
    with context.desk.database.read() as at:
        assert alerts.rules_of(at, 1) == {}
        assert alerts.rules_of(at, alerts.TEAM)[LOST].bounds == {"purchases": 6, "gaps": 2.5, "days": 50, "worth": 200}
    refused = save_rule(context, {"bounds": {"days": "soon"}}, before, person_id=1)
    assert refused.text == "Not saved: soon is no value from 1 to 3,650."
    assert back_to_team(context, LOST).text == "Not saved: you have the team's rule already."


def test_without_a_database_nothing_is_said_to_be_saved(repository: Repository, tmp_path: Path) -> None:
    gone = context_of(
        repository, ANN, desk=Desk(open_database(Settings(state=tmp_path / "nowhere")), LostRule(), TODAY, 1)
    )
    assert not snooze_alerts(gone, sent(LOST, LOST_ONE)).is_done
    assert assignable(gone) == ()
