"""Which rule holds for whom."""

from datetime import UTC, datetime
from pathlib import Path

from dashboard.activity.database import alerts
from dashboard.activity.database.connect import Database, open_database
from dashboard.alerts.rule_book import KEPT_SECONDS, RuleBook
from dashboard.alerts.rules import LOST, SLOWING
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule

NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
INSTALLED = LostRule(days=30)


def save(database: Database, person_id: int, **bounds: float) -> None:
    with database.write() as at:
        alerts.save_rule(at, kind=LOST, person_id=person_id, bounds=bounds, set_by=3, now=NOW)


def test_the_installations_rule_holds_until_somebody_sets_one(database: Database) -> None:
    book = RuleBook(database, INSTALLED)
    assert book.team_lost_rule() == INSTALLED
    found = book.of_person(1)[LOST]
    assert (found.rule, found.is_own, found.team_set) == (found.team, False, None)


def test_the_teams_rule_is_everybodys_and_ones_own_is_before_it(database: Database) -> None:
    save(database, alerts.TEAM, days=40)
    save(database, 1, days=9, worth=500)
    book = RuleBook(database, INSTALLED)
    assert book.team_lost_rule() == LostRule(days=40)
    mine, others = book.of_person(1), book.of_person(2)
    assert (mine[LOST].rule["days"], mine[LOST].is_own, mine[LOST].team["days"]) == (9, True, 40)
    assert (others[LOST].rule["days"], others[LOST].is_own) == (40, False)
    assert others[LOST].team_set is not None
    assert (others[LOST].team_set.set_by, others[LOST].team_set.set_at) == (3, NOW)
    assert not mine[SLOWING].is_own


def test_what_another_process_saves_is_read_in_seconds_and_ones_own_at_once(database: Database) -> None:
    now = [100.0]
    book = RuleBook(database, INSTALLED, lambda: now[0])
    assert book.team_lost_rule() == INSTALLED
    save(database, alerts.TEAM, days=40)
    assert book.team_lost_rule() == INSTALLED
    now[0] += KEPT_SECONDS
    assert book.team_lost_rule() == LostRule(days=40)
    save(database, alerts.TEAM, days=41)
    book.forget()
    assert book.team_lost_rule() == LostRule(days=41)


def test_without_a_database_the_last_known_rule_holds(database: Database, tmp_path: Path) -> None:
    assert RuleBook(open_database(Settings(state=tmp_path / "nowhere")), INSTALLED).team_lost_rule() == INSTALLED
    save(database, alerts.TEAM, days=40)
    now = [100.0]
    book = RuleBook(database, INSTALLED, lambda: now[0])
    assert book.team_lost_rule().days == 40
    assert database.target.file is not None
    database.target.file.rename(tmp_path / "away")
    now[0] += KEPT_SECONDS
    assert book.team_lost_rule().days == 40
    assert book.of_person(1)[LOST].rule["days"] == 40
