"""Which alerts are new to a person, and how many the bell says."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.activity.database import alerts, notes
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.records import Visit
from dashboard.alerts.bell import new_alerts
from dashboard.alerts.newness import n_new, seen_until
from dashboard.alerts.queries import AlertQueries
from dashboard.alerts.rule_book import RuleBook
from dashboard.alerts.rules import LOST, MISSED
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import AS_OF
from tests.support.contexts import ANN, TODAY

NOW = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
VISIT = Visit(NOW, date(2026, 11, 14), date(2026, 11, 16), date(2026, 11, 2), date(2026, 11, 3))


@pytest.mark.parametrize(
    ("kind", "visit", "before", "expected"),
    [
        (LOST, VISIT, False, date(2026, 11, 14)),
        (LOST, VISIT, True, date(2026, 11, 2)),
        (MISSED, VISIT, False, date(2026, 11, 16)),
        (MISSED, VISIT, True, date(2026, 11, 3)),
        (LOST, None, False, AS_OF - timedelta(7)),
        (MISSED, None, False, TODAY - timedelta(7)),
        (LOST, Visit(NOW, AS_OF, TODAY, None, None), True, AS_OF - timedelta(7)),
    ],
)
def test_what_was_seen_is_counted_by_the_data_and_of_steps_by_the_clock(
    kind: str, visit: Visit | None, before: bool, expected: date
) -> None:
    assert seen_until(kind, visit, AS_OF, TODAY, before=before) == expected


def bell(repository: Repository, database: Database) -> int:
    queries = AlertQueries(repository.snapshot(ANN), Desk(database, LostRule(), TODAY, 1))
    return new_alerts(queries, RuleBook(database, LostRule()).of_person(1))


def test_the_bell_counts_what_began_since_the_last_visit(repository: Repository, database: Database) -> None:
    # Of Ann's customers: slowing since the 11th and short of stock since the 14th; the rest began before the 8th.
    assert bell(repository, database) == 2
    with database.write() as at:
        alerts.record_visit(at, 1, as_of=date(2026, 11, 11), day=date(2026, 11, 16), now=NOW)
    assert bell(repository, database) == 1
    with database.write() as at:
        planned = {"key": "k1", "customer_id": "CAFE1", "text": "ask"}
        notes.add_next_step(at, person_id=1, due_on=TODAY - timedelta(1), now=NOW, **planned)
    assert bell(repository, database) == 2
    with database.write() as at:
        alerts.record_visit(at, 1, as_of=AS_OF, day=TODAY, now=NOW)
    assert bell(repository, database) == 0


def test_without_a_database_the_bell_is_silent(repository: Repository, tmp_path: Path) -> None:
    assert bell(repository, open_database(Settings(state=tmp_path / "nowhere"))) == 0


def test_nothing_found_is_nothing_new() -> None:
    assert n_new({}, None, AS_OF, TODAY, before=False) == 0
