"""Segments of a viewer's customers: sums that add up, who is chosen, who moved, cohorts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.permissions import FIELDS
from dashboard.access.roles import SUPPORT
from dashboard.access.viewer import EVERYONE, Grant, Viewer
from dashboard.data.repository import Repository
from dashboard.data.segment_queries import SegmentQueries
from dashboard.records.segments import Move
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, BOB

THEN = datetime(2026, 10, 16, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("artifacts")
    publish_small(folder)
    return Repository(Reader(folder))


def queries(repository: Repository, viewer: Viewer = EVERYONE) -> SegmentQueries:
    return SegmentQueries(repository.snapshot(viewer))


@pytest.mark.parametrize("scheme", ["rfm", "cluster"])
def test_figures_of_each_segment_are_those_that_the_build_published(repository: Repository, scheme: Any) -> None:
    published = {row["segment"]: row for row in small_rows()["segments"] if row["scheme"] == scheme}
    found = queries(repository).summary(scheme).segments
    assert len(found) == len(published)
    for one in found:
        row = published[one.name]
        assert (one.n, one.revenue, one.revenue_before, one.orders, one.recency) == (
            row["n_customers"], row["revenue_12m"], row["revenue_12m_before"], row["orders_12m"],
            row["median_recency_days"],
        )  # fmt: skip


def test_moves_of_each_segment_are_those_that_the_build_published(repository: Repository) -> None:
    published = {row["segment"]: row for row in small_rows()["segments"] if row["scheme"] == "rfm"}
    for one in queries(repository).summary("rfm").segments:
        assert (one.moved_in, one.moved_out) == (published[one.name]["moved_in"], published[one.name]["moved_out"])


@pytest.mark.parametrize("scheme", ["rfm", "cluster"])
def test_segments_add_up_to_all_with_orders(repository: Repository, scheme: Any) -> None:
    found = queries(repository).summary(scheme)
    assert (found.whole.n, found.n_without) == (4, 1)
    assert sum(one.n for one in found.segments) == found.whole.n == sum(found.cells)
    assert sum(one.revenue or 0 for one in found.segments) == found.whole.revenue == 332
    assert sum(one.orders for one in found.segments) == found.whole.orders


def test_a_rep_sees_sums_of_own_customers_alone(repository: Repository) -> None:
    assert [queries(repository, viewer).summary("rfm").whole.n for viewer in (ANN, BOB)] == [2, 2]
    assert [one.customer_id for one in queries(repository, ANN).customers("rfm")] == ["CAFE1", "CAFE2"]


def test_who_may_not_see_revenue_gets_no_sums_and_no_groups_made_of_it(repository: Repository) -> None:
    support = Viewer(None, "all", (Grant(None, FIELDS[SUPPORT]),))
    found = queries(repository, support)
    assert {one.revenue for one in found.summary("rfm").segments if one.n} == {None}
    assert found.summary("cluster").segments == ()
    assert {move.change for move in found.moves("rfm").moves} == {None}


def test_customers_of_a_segment_of_cells_or_all_with_orders_come_by_revenue_of_the_year_before(
    repository: Repository,
) -> None:
    found = queries(repository)
    assert [one.customer_id for one in found.customers("rfm")] == ["CAFE1", "CAFE2", "HOTEL1", "SCHOOL1"]
    assert [one.customer_id for one in found.customers("rfm", "At risk")] == ["CAFE2"]
    assert [one.customer_id for one in found.customers("rfm", cells=[(5, 2), (1, 1)])] == ["HOTEL1", "SCHOOL1"]
    assert [one.customer_id for one in found.customers("cluster", "1")] == ["CAFE1", "CAFE2"]
    assert found.customers("cluster", "9") == ()
    assert [one.customer_id for one in found.customers("rfm", most=2)] == ["CAFE1", "CAFE2"]
    assert [found.count("rfm"), found.count("rfm", "At risk"), found.count("rfm", cells=[(5, 2)])] == [4, 1, 1]


def test_customers_who_moved_are_those_in_or_out_of_a_segment_since_the_version_before(repository: Repository) -> None:
    found = queries(repository)
    assert [one.customer_id for one in found.customers("rfm", "At risk", moved="in")] == ["CAFE2"]
    assert [one.customer_id for one in found.customers("rfm", "Loyal", moved="out")] == ["CAFE2"]
    assert found.customers("rfm", "Loyal", moved="in") == ()


def test_moves_are_pairs_of_segments_and_no_order_is_one(repository: Repository) -> None:
    moves = queries(repository).moves("rfm")
    assert {(one.came_from, one.went_to, one.n) for one in moves.moves} == {
        ("Champions", "Needs attention", 1),
        ("Loyal", "At risk", 1),
        ("New", "Potential loyalist", 1),
        ("", "Lost", 1),
    }
    assert (moves.n_moved, moves.n_stayed) == (4, 0)


def test_moves_between_two_kept_versions_have_the_change_of_revenue(tmp_path: Path) -> None:
    rows = small_rows()["customers"]
    then = [dict(row) for row in rows]
    then[1] |= {"rfm_segment": "Loyal", "revenue_12m": 200.0}  # CAFE2
    then[4] |= {"rfm_segment": None, "revenue_12m": 0.0, "cluster": None}  # SCHOOL1
    old = publish_small(tmp_path, changed={"customers": then}, built_at=THEN)
    publish_small(tmp_path)
    repository = Repository(Reader(tmp_path))
    found = SegmentQueries(repository.snapshot(EVERYONE), repository.snapshot(EVERYONE, old)).moves("rfm")
    assert found.moves == (Move("Loyal", "At risk", 1, -84.0), Move("", "Lost", 1, 20.0))
    assert (found.n_stayed, sum(found.then), sum(found.now)) == (2, 3, 4)


def test_of_the_version_compared_with_a_viewer_gets_what_they_see_now(tmp_path: Path) -> None:
    old = publish_small(tmp_path, built_at=THEN)
    rows = [dict(row) for row in small_rows()["customers"]]
    rows[2] |= {"rep": "Ann Example", "rfm_segment": "Lost"}  # HOTEL1 was Bob's, and is Ann's now
    publish_small(tmp_path, changed={"customers": rows})
    repository = Repository(Reader(tmp_path))
    support = Viewer(None, "all", (Grant(None, FIELDS[SUPPORT]),))

    def moves(viewer: Viewer, scheme: Any = "rfm") -> list[tuple[str, str, int, float | None]]:
        found = SegmentQueries(repository.snapshot(viewer), repository.snapshot(viewer, old)).moves(scheme)
        return [(one.came_from, one.went_to, one.n, one.change) for one in found.moves]

    assert moves(ANN) == [("Potential loyalist", "Lost", 1, 0.0)]
    assert moves(BOB) == []
    assert moves(support) == [("Potential loyalist", "Lost", 1, None)]
    assert moves(support, "cluster") == []
    assert moves(ANN) == moves(EVERYONE)


def test_each_version_that_is_compared_with_has_its_own_moves(tmp_path: Path) -> None:
    versions = []
    for day, segment in ((14, "Loyal"), (15, "Champions")):
        rows = [dict(row) for row in small_rows()["customers"]]
        rows[1] |= {"rfm_segment": segment}  # CAFE2
        versions.append(publish_small(tmp_path, changed={"customers": rows}, built_at=THEN.replace(day=day)))
    publish_small(tmp_path)
    repository = Repository(Reader(tmp_path))
    own = repository.snapshot(EVERYONE)
    found = [SegmentQueries(own, repository.snapshot(EVERYONE, one)).moves("rfm").moves for one in versions]
    assert [[move.came_from for move in one] for one in found] == [["Loyal"], ["Champions"]]


def test_a_cluster_of_then_is_the_one_of_today_that_most_of_its_customers_are_in(tmp_path: Path) -> None:
    rows = [dict(row) for row in small_rows()["customers"]]
    for row in rows:
        if row.get("cluster"):
            row["cluster_before"] = 3 - row["cluster"]  # the same groups, numbered the other way
    publish_small(tmp_path, changed={"customers": rows})
    found = queries(Repository(Reader(tmp_path)))
    assert found.moves("cluster").moves == ()
    assert [(one.moved_in, one.moved_out) for one in found.summary("cluster").segments] == [(0, 0), (0, 0)]


def test_without_a_version_before_nobody_moved_and_nothing_is_said_of_it(tmp_path: Path) -> None:
    rows = [row | {"rfm_segment_before": None, "cluster_before": None} for row in small_rows()["customers"]]
    publish_small(tmp_path, changed={"customers": rows})
    found = queries(Repository(Reader(tmp_path)))
    summary = found.summary("rfm")
    assert {one.moved_in for one in summary.segments} == {None}
    assert (summary.n_same, summary.n_compared) == (0, 0)
    assert found.moves("rfm").moves == ()


def test_cohorts_are_the_quarters_of_first_orders_with_those_since(repository: Repository) -> None:
    third, fourth = queries(repository).cohorts()
    assert (third.n, [(one.n_active, one.revenue) for one in third.quarters]) == (1, [(1, 62.0), (1, 54.0)])
    assert (fourth.n, [one.n_active for one in fourth.quarters]) == (2, [2])
