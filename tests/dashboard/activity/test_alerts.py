"""Alerts in the database: rules of the team and of people, snoozes, assignments, visits."""

from datetime import UTC, date, datetime, timedelta

from dashboard.activity.database import alerts, outcomes
from dashboard.activity.database.connect import Database
from dashboard.activity.records import ORDERED, PITCHED, AlertKey, Assignment, NewOutcome, SavedRule, Visit

NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 17)
KEY = AlertKey("lost", "C1", "P1")
SLOW = AlertKey("slowing", "C1")


def test_a_rule_is_saved_in_the_place_of_the_one_before(database: Database) -> None:
    for days in (20, 30):
        with database.write() as at:
            saved = {"kind": "lost", "bounds": {"days": days}, "set_by": 3}
            alerts.save_rule(at, **saved, person_id=alerts.TEAM, now=NOW + timedelta(days=days))
    with database.write() as at:
        assert alerts.rules_of(at, alerts.TEAM) == {
            "lost": SavedRule("lost", {"days": 30}, 3, NOW + timedelta(days=30))
        }
        assert alerts.rules_of(at, 3) == {}
        assert alerts.remove_rule(at, kind="lost", person_id=alerts.TEAM)
        assert not alerts.remove_rule(at, kind="lost", person_id=alerts.TEAM)


def test_a_snooze_is_ones_own_and_ends_on_its_day(database: Database) -> None:
    with database.write() as at:
        alerts.snooze(at, 1, SLOW, TODAY + timedelta(1))
        alerts.snooze(at, 1, SLOW, TODAY + timedelta(3))
        assert alerts.snoozed(at, 1, TODAY) == {SLOW: TODAY + timedelta(3)}
        assert alerts.snoozed(at, 1, TODAY + timedelta(3)) == {}
        assert alerts.snoozed(at, 2, TODAY) == {}
        assert not alerts.wake(at, 2, SLOW)
        assert alerts.wake(at, 1, SLOW)
        assert alerts.snoozed(at, 1, TODAY) == {}


def test_an_alert_is_assigned_to_one_person_or_to_nobody(database: Database) -> None:
    with database.write() as at:
        alerts.assign(at, KEY, to=4, by=1, now=NOW)
        alerts.assign(at, KEY, to=5, by=2, now=NOW)
        assert alerts.assignments(at, "lost") == {KEY: Assignment(5, 2, NOW)}
        assert alerts.assignments(at, "due") == {}
        alerts.assign(at, KEY, to=None, by=2, now=NOW)
        assert alerts.assignments(at, "lost") == {}


def test_the_last_pitch_counts_unless_it_was_taken_back(database: Database) -> None:
    with database.write() as at:
        for key, kind, product, days in (("a", PITCHED, "P1", 5), ("b", PITCHED, "P1", 2), ("c", ORDERED, "P2", 1)):
            new = NewOutcome(key, "C1", product, kind, "lost", "v1", TODAY)
            last, _ = outcomes.record(at, new, person_id=1, now=NOW - timedelta(days=days))
        assert alerts.pitched_since(at, NOW - timedelta(days=9), ["C1", "C2"]) == {
            ("C1", "P1"): NOW - timedelta(days=2)
        }
        assert alerts.pitched_since(at, NOW - timedelta(days=1), ["C1"]) == {}
        assert alerts.pitched_since(at, NOW - timedelta(days=9), ["C2"]) == {}
        newest = outcomes.last_of(at, 1, since=NOW - timedelta(days=3))
        assert newest is not None
        outcomes.undo(at, last, person_id=1, now=NOW)
        outcomes.undo(at, newest.id - 1, person_id=1, now=NOW)
        assert alerts.pitched_since(at, NOW - timedelta(days=9), ["C1"]) == {("C1", "P1"): NOW - timedelta(days=5)}


def test_who_comes_back_within_half_an_hour_is_at_the_same_visit(database: Database) -> None:
    monday, tuesday = date(2026, 11, 15), date(2026, 11, 16)
    with database.write() as at:
        assert alerts.visit_of(at, 1) is None
        first = alerts.record_visit(at, 1, as_of=monday, day=TODAY, now=NOW)
        assert first == Visit(NOW, monday, TODAY, None, None)
        again = alerts.record_visit(at, 1, as_of=tuesday, day=TODAY, now=NOW + timedelta(minutes=29))
        assert (again.as_of, again.before_as_of) == (tuesday, None)
        later = NOW + timedelta(minutes=59)
        other = alerts.record_visit(at, 1, as_of=tuesday, day=TODAY, now=later)
        assert other == Visit(later, tuesday, TODAY, tuesday, TODAY)
        assert alerts.visit_of(at, 1) == other
        assert alerts.visit_of(at, 2) is None


def test_older_data_are_no_step_back(database: Database) -> None:
    with database.write() as at:
        alerts.record_visit(at, 1, as_of=TODAY, day=TODAY, now=NOW)
        older = alerts.record_visit(at, 1, as_of=TODAY - timedelta(1), day=TODAY, now=NOW + timedelta(minutes=5))
    assert older.as_of == TODAY
