"""What came of one person's pitches, by hand-made outcomes and orders."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashboard.activity.database import notes, outcomes
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.records import NOT_RELEVANT, ORDERED, PITCHED, NewOutcome, Pitched
from dashboard.data.desk import Desk
from dashboard.data.found_orders import ordered_after
from dashboard.data.result_queries import ResultQueries, pitches_of
from dashboard.settings import Settings
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small
from tests.support.contexts import BOB, TODAY, context_of

ZONE = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
DAY, AS_OF = date(2026, 10, 1), date(2026, 11, 15)
SAID = Pitched(id=1, customer_id="C", product_id="P1", kind=PITCHED, at=AT, list="new", value=40.0)


def of(*found: Pitched, lines: tuple[tuple[str, date, float], ...] = (), as_of: date = AS_OF) -> list[object]:
    rows = [dict(zip(("product_id", "ordered_on", "revenue"), line, strict=True)) for line in lines]
    pitches = pitches_of(found, lambda _, on, products: ordered_after(rows, on, products), ZONE, as_of)
    return [(one.state, one.recorded, one.found_on, one.value, one.is_open) for one in pitches]


def test_a_day_with_a_customer_is_one_pitch_under_the_product_raised_first() -> None:
    later = SAID._replace(id=2, product_id="P2", list="usual", at=AT + timedelta(hours=1))
    assert of(SAID, later) == [("new", False, None, 0.0, False)]
    assert len(of(SAID, SAID._replace(id=2, at=AT + timedelta(days=1)))) == 2


@pytest.mark.parametrize(("after", "found"), [(-1, False), (0, True), (30, True), (31, False)])
def test_an_order_is_found_up_to_30_days_after_the_pitch(after: int, found: bool) -> None:
    on = DAY + timedelta(after)
    expected = ("new", False, on, 55.0, False) if found else ("new", False, None, 0.0, False)
    assert of(SAID, lines=(("P1", on, 55.0), ("P9", DAY, 99.0))) == [expected]


def test_what_was_recorded_counts_until_the_orders_show_it() -> None:
    ordered = SAID._replace(id=2, kind=ORDERED)
    assert of(SAID, ordered) == [("new", True, None, 40.0, False)]
    assert of(SAID, ordered, lines=(("P1", DAY, 55.0),)) == [("new", True, DAY, 55.0, False)]


def test_a_pitch_is_open_while_its_30_days_are_not_over() -> None:
    assert of(SAID, as_of=DAY + timedelta(29)) == [("new", False, None, 0.0, True)]
    assert of(SAID, as_of=DAY + timedelta(30)) == [("new", False, None, 0.0, False)]


def test_late_in_the_evening_is_the_day_of_the_company_not_of_utc() -> None:
    (pitch,) = pitches_of([SAID._replace(at=datetime(2026, 10, 1, 22, 30, tzinfo=UTC))], lambda *_: (), ZONE, AS_OF)
    assert pitch.on == date(2026, 10, 2)


def test_results_are_of_the_span_the_person_and_the_viewers_customers(tmp_path: Path, database: Database) -> None:
    publish_small(tmp_path / "artifacts")
    august = AT - timedelta(60)
    told = ((1, "P1", AT, PITCHED), (1, "P3", AT, NOT_RELEVANT), (2, "P1", AT, PITCHED), (1, "P2", august, PITCHED))
    for person, product, at, kind in told:
        key = f"{person}{product}{kind}"
        new = NewOutcome(key, "CAFE1", product, kind, "usual", "v", AS_OF, why="Too expensive")
        step = {"key": key, "customer_id": "CAFE1", "text": "x"}
        with database.write() as writing:
            outcomes.record(writing, new, person_id=person, now=at)
            notes.add_next_step(writing, person_id=person, due_on=DAY, now=at, **step)
    context = context_of(tmp_path / "artifacts")
    queries = ResultQueries(context.snapshot, Desk(database, LostRule(), TODAY, 1), ZONE)
    found = queries.results(DAY, DAY + timedelta(6))
    # CAFE1 bought P1 on 5 October, within 30 days of the pitch.
    assert [(one.customer_id, one.state, one.recorded, one.found_on is not None) for one in found.pitches] == [
        ("CAFE1", "due", False, True)
    ]
    assert (len(found.outcomes), len(found.steps), dict(found.why_not)) == (2, 3, {"Too expensive": 1})
    assert (found.long_run.n, found.long_run.of) == (1, 2)  # with the pitch of August, which nobody took
    others = context_of(tmp_path / "artifacts", BOB)
    assert ResultQueries(others.snapshot, queries.desk, ZONE).results(DAY, DAY).outcomes == ()


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    context = context_of(tmp_path / "artifacts")
    gone = Desk(open_database(Settings(state=tmp_path / "nowhere")), LostRule(), TODAY, 1)
    assert ResultQueries(context.snapshot, gone, ZONE).results(DAY, DAY).unread
