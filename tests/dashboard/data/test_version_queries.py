"""What a version says of itself: its days, its reps, its report; the same to every viewer."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard.access.viewer import EVERYONE
from dashboard.data.repository import Repository
from dashboard.data.version_queries import VersionQueries
from recsys.artifacts.reader import Reader
from tests.support.artifacts import AS_OF, FACTS, publish_small, small_rows
from tests.support.contexts import ANN, context_of
from tests.support.figures import figures

FIRST, SECOND = datetime(2026, 11, 15, 3, tzinfo=UTC), datetime(2026, 11, 16, 3, tzinfo=UTC)


def test_a_version_has_its_id_the_days_of_its_orders_and_when_it_was_built(tmp_path: Path) -> None:
    published = publish_small(tmp_path, built_at=FIRST)
    version = context_of(tmp_path).version
    assert (version.id, version.as_of, version.first_order_on) == (published, AS_OF, date(2025, 1, 10))
    assert version.built_at == FIRST


@pytest.mark.parametrize(
    ("first", "as_of", "has"),
    [
        (date(2024, 11, 15), AS_OF, True),
        (date(2024, 11, 29), AS_OF, True),
        (date(2024, 11, 30), AS_OF, False),
        (date(2026, 3, 14), date(2028, 2, 29), True),
        (date(2026, 3, 15), date(2028, 2, 29), False),
    ],
)
def test_there_is_a_year_before_if_the_data_begin_within_two_weeks_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: date, as_of: date, has: bool
) -> None:
    monkeypatch.setattr("tests.support.artifacts.FACTS", replace(FACTS, first_order_on=first, as_of=as_of))
    publish_small(tmp_path)
    assert context_of(tmp_path).version.has_year_before() is has


def test_reps_come_by_name_with_the_number_of_their_customers(repository: Repository) -> None:
    reps = VersionQueries(repository.snapshot(EVERYONE)).reps()
    assert [(rep.name, rep.n_customers) for rep in reps] == [("Ann Example", 3), ("Bob Sample", 2)]


def test_reps_are_the_same_to_a_rep_who_sees_own_customers_alone(repository: Repository) -> None:
    assert context_of(repository, ANN).version.reps() == context_of(repository).version.reps()


def test_data_without_reps_have_none(tmp_path: Path) -> None:
    publish_small(tmp_path, changed={"customers": [row | {"rep": None} for row in small_rows()["customers"]]})
    assert context_of(tmp_path).version.reps() == ()


def test_a_version_has_its_report_and_that_of_the_one_before_it(tmp_path: Path) -> None:
    first = publish_small(tmp_path, built_at=FIRST, evaluation=figures(0.03))
    second = publish_small(tmp_path, built_at=SECOND, evaluation=figures(0.05))
    repository = Repository(Reader(tmp_path))
    newest, oldest = (context_of(repository, version=version).version for version in (second, first))
    before = newest.report_before()
    assert before is not None
    assert (newest.report().version, before.version) == (second, first)
    assert oldest.report_before() is None
