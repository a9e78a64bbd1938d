"""Segments of customers in the published tables, recomputed by pandas from the order lines. Day 0 is 1 January 2026."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from recsys.dataset.baskets import fold
from recsys.dataset.clean_tables import open_tables
from recsys.dataset.purchases import count_purchases
from recsys.outputs.entities import customer_facts
from recsys.outputs.segments import Learning, Segmented, SegmentsBefore, segment_customers
from recsys.schema.build_report import VersionBefore
from recsys.schema.published import PUBLISHED_CUSTOMERS, SEGMENTS
from recsys.schema.segments import RFM_NAMES
from tests.support.segments import recomputed_segments

CleanFolder = Callable[..., Path]
AS_OF = date(2026, 12, 31)
LEARNING = Learning(AS_OF, bounds_days=1, seed=1)


def orders(n_customers: int, seed: int = 1) -> list[tuple[Any, ...]]:
    """Return orders of customers who order from once to 60 times in two years, and of one who stopped long ago."""
    rng = random.Random(seed)  # noqa: S311 - made-up orders
    lines: list[tuple[Any, ...]] = [("gone", -700, "x", 1, 50), ("late", 364, "x")]
    for place in range(n_customers):
        days = sorted({rng.randrange(-360, 365) for _ in range(rng.choice((1, 2, 3, 8, 25, 60)))})
        lines += [(f"c{place:03d}", number, "x", rng.randrange(1, 9), rng.choice((1.5, 9.99, 80))) for number in days]
    return lines


def facts_of(folder: Path, as_of: date = AS_OF) -> pa.Table:
    with fold(open_tables(folder), as_of) as baskets:
        count_purchases(baskets)
        return customer_facts(baskets)


@pytest.fixture
def folder(clean_folder: CleanFolder) -> Path:
    return clean_folder(orders(120), customers={"never": {}})


@pytest.fixture
def found(folder: Path) -> Segmented:
    return segment_customers(facts_of(folder), None, LEARNING)


def before_of(found: Segmented, as_of: date) -> SegmentsBefore:
    ids, named, clusters = (found.customers[name].to_pylist() for name in ("customer_id", "rfm_segment", "cluster"))
    return SegmentsBefore("2026-11-30-010203", as_of, dict(zip(ids, named)), dict(zip(ids, clusters)), found.report)  # noqa: B905


def test_figures_scores_and_segments_are_those_that_pandas_finds(folder: Path, found: Segmented) -> None:
    wanted = recomputed_segments(pd.read_parquet(folder / "order_lines.parquet"), AS_OF)
    rows = found.customers.to_pandas().set_index("customer_id")
    rows = rows[rows["rfm_segment"].notna()]
    assert list(rows.index) == list(wanted.index)
    assert rows["rfm_segment"].tolist() == wanted["segment"].tolist()
    for ours, theirs in (
        ("recency_days", "recency"), ("order_days_12m", "order_days"), ("revenue_12m", "revenue"),
        ("rfm_recency", "r"), ("rfm_frequency", "f"), ("rfm_monetary", "m"),
    ):  # fmt: skip
        assert rows[ours].tolist() == pytest.approx(wanted[theirs].tolist())


def test_each_schemes_counts_and_sums_add_up_to_those_of_the_order_lines(folder: Path, found: Segmented) -> None:
    wanted = recomputed_segments(pd.read_parquet(folder / "order_lines.parquet"), AS_OF)
    sums = found.segments.to_pandas().groupby("scheme")[["n_customers", "revenue_12m", "orders_12m"]].sum()
    for scheme in ("rfm", "cluster"):
        assert sums.loc[scheme].tolist() == pytest.approx(
            [len(wanted), wanted["revenue"].sum(), wanted["orders"].sum()]
        )
    report = found.report
    assert (report.n_customers, report.orders_12m) == (len(wanted), wanted["orders"].sum())
    assert report.revenue_12m == pytest.approx(wanted["revenue"].sum())
    assert report.n_customers + report.n_without == found.customers.num_rows


def test_the_revenue_of_the_year_before_adds_up_with_that_of_customers_without_orders(found: Segmented) -> None:
    named = found.segments.to_pandas().query("scheme == 'rfm'")
    all_of_it = sum(found.customers["revenue_12m_before"].to_pylist())
    assert named["revenue_12m_before"].sum() == pytest.approx(found.report.revenue_12m_before)
    assert found.report.revenue_12m_before + found.report.revenue_12m_before_without == pytest.approx(all_of_it)


def test_the_table_has_all_eleven_names_and_every_cluster(found: Segmented) -> None:
    rows = found.segments.to_pylist()
    assert {row["segment"] for row in rows if row["scheme"] == "rfm"} == set(RFM_NAMES)
    k = found.report.clusters.k
    assert k is not None
    assert [row["segment"] for row in rows if row["scheme"] == "cluster"] == [str(n + 1) for n in range(k)]
    assert [(row["scheme"], row["segment"]) for row in rows] == sorted((r["scheme"], r["segment"]) for r in rows)


def test_cluster_one_has_the_most_revenue_a_customer(found: Segmented) -> None:
    clusters = found.segments.to_pandas().query("scheme == 'cluster'")
    each = (clusters["revenue_12m"] / clusters["n_customers"]).tolist()
    assert each == sorted(each, reverse=True)


def test_the_report_counts_the_customers_of_each_cluster_and_describes_them_as_the_table_does(found: Segmented) -> None:
    rows = [row for row in found.segments.to_pylist() if row["scheme"] == "cluster"]
    centres = found.report.clusters.centres
    assert [(one.n_customers, one.words) for one in centres] == [
        (row["n_customers"], row["description"]) for row in rows
    ]


def test_a_customer_without_an_order_in_the_12_months_has_no_segment(found: Segmented) -> None:
    rows = {row["customer_id"]: row for row in found.customers.to_pylist()}
    columns = ("rfm_recency", "rfm_frequency", "rfm_monetary", "rfm_segment", "cluster")
    for who in ("gone", "never"):
        assert [rows[who][name] for name in columns] == [None] * 5
    assert (rows["gone"]["recency_days"], rows["gone"]["order_days_12m"]) == (364 + 700, 0)
    assert (rows["never"]["recency_days"], rows["never"]["order_days_12m"]) == (None, 0)


def test_the_day_a_year_before_as_of_does_not_count(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", -1, "x"), ("B", 0, "x"), ("C", 364, "x")])
    rows = segment_customers(facts_of(folder), None, LEARNING).customers.to_pylist()
    assert [(row["order_days_12m"], row["rfm_segment"] is None) for row in rows] == [(0, True), (1, False), (1, False)]


def test_a_customer_who_ordered_on_as_of_has_a_recency_of_no_days(found: Segmented) -> None:
    rows = {row["customer_id"]: row for row in found.customers.to_pylist()}
    assert rows["late"]["recency_days"] == 0


def test_columns_are_those_of_the_published_tables(found: Segmented) -> None:
    assert set(found.customers.column_names) <= set(PUBLISHED_CUSTOMERS.column_names)
    assert tuple(found.segments.column_names) == SEGMENTS.column_names


def test_the_same_customers_and_seed_give_the_same_tables_and_report(folder: Path, found: Segmented) -> None:
    again = segment_customers(facts_of(folder), None, LEARNING)
    assert again.customers.equals(found.customers)
    assert again.segments.equals(found.segments)
    assert again.report == found.report


def test_without_any_order_in_the_12_months_all_segments_are_empty(clean_folder: CleanFolder) -> None:
    found = segment_customers(facts_of(clean_folder([("A", -700, "x")])), None, LEARNING)
    assert found.customers["rfm_segment"].to_pylist() == [None]
    assert {row["n_customers"] for row in found.segments.to_pylist()} == {0}
    assert (found.report.n_customers, found.report.n_without, found.report.bounds.recency) == (0, 1, None)
    assert found.report.clusters.why_not.startswith("clusters need 50 customers")


def test_one_customer_has_a_segment_and_no_cluster(clean_folder: CleanFolder) -> None:
    found = segment_customers(facts_of(clean_folder([("A", 360, "x")])), None, LEARNING)
    assert found.customers["rfm_segment"].to_pylist() == ["New"]
    assert found.customers["cluster"].to_pylist() == [None]


def test_without_a_version_before_nobody_has_moved(found: Segmented) -> None:
    assert set(found.customers["rfm_segment_before"].to_pylist()) == {None}
    assert found.report.before is None
    assert {row["moved_in"] for row in found.segments.to_pylist()} == {None}


def test_a_customer_has_the_segment_of_the_version_before(folder: Path) -> None:
    day = AS_OF - timedelta(31)
    before = before_of(segment_customers(facts_of(folder, day), None, replace(LEARNING, as_of=day)), day)
    found = segment_customers(facts_of(folder), before, LEARNING)
    for column, then in (("rfm_segment_before", before.named), ("cluster_before", before.clusters)):
        both = zip(found.customers["customer_id"].to_pylist(), found.customers[column].to_pylist(), strict=True)
        assert {who: one for who, one in both if one is not None} == {who: one for who, one in then.items() if one}
    assert found.report.before == VersionBefore(version=before.version, as_of=day)


def test_moves_and_the_share_that_stayed_are_counted(folder: Path) -> None:
    day = AS_OF - timedelta(31)
    before = before_of(segment_customers(facts_of(folder, day), None, replace(LEARNING, as_of=day)), day)
    found = segment_customers(facts_of(folder), before, LEARNING)
    rows = found.customers.select(["rfm_segment", "rfm_segment_before"]).to_pandas()
    both = rows.dropna()
    stayed = both["rfm_segment"] == both["rfm_segment_before"]
    assert 0.3 < stayed.mean() < 1
    assert (found.report.n_compared, found.report.same_share) == (len(both), round(stayed.mean(), 4))
    for row in found.segments.to_pylist():
        if row["scheme"] == "rfm":
            now, then = (rows[name] == row["segment"] for name in ("rfm_segment", "rfm_segment_before"))
            assert (row["n_before"], row["moved_in"], row["moved_out"]) == (
                then.sum(),
                (now & ~then).sum(),
                (then & ~now).sum(),
            )
            assert row["n_before"] + row["moved_in"] - row["moved_out"] == row["n_customers"]


def test_a_customer_whom_the_version_before_does_not_know_had_no_segment(found: Segmented, folder: Path) -> None:
    before = before_of(found, AS_OF - timedelta(1))
    known = replace(before, named={"late": "New"}, clusters={})
    rows = segment_customers(facts_of(folder), known, LEARNING).customers.to_pylist()
    assert {row["customer_id"]: row["rfm_segment_before"] for row in rows if row["rfm_segment_before"]} == {
        "late": "New"
    }


@pytest.mark.parametrize(("bounds_days", "stands"), [(1, False), (31, False), (32, True)])
def test_bounds_and_centres_stand_for_as_many_days_as_asked(folder: Path, bounds_days: int, stands: bool) -> None:
    day = AS_OF - timedelta(31)
    before = before_of(segment_customers(facts_of(folder, day), None, replace(LEARNING, as_of=day)), day)
    found = segment_customers(facts_of(folder), before, replace(LEARNING, bounds_days=bounds_days))
    assert found.report.bounds_on == (day if stands else AS_OF)
    assert (found.report.bounds == before.report.bounds) is stands
    places = [[one.place for one in each.clusters.centres] for each in (found.report, before.report)]
    assert (places[0] == places[1]) is stands


def test_bounds_that_stand_score_todays_customers(folder: Path, found: Segmented) -> None:
    before = before_of(found, AS_OF - timedelta(1))
    later = AS_OF + timedelta(20)  # nobody ordered since: all have been silent for 20 days longer
    moved = segment_customers(facts_of(folder, later), before, replace(LEARNING, as_of=later, bounds_days=60))
    scores = [each.customers["rfm_recency"].to_pylist() for each in (found, moved)]
    both = [(then, now) for then, now in zip(*scores, strict=True) if then and now]
    assert all(now <= then for then, now in both)
    assert any(now < then for then, now in both)


def test_points_of_the_picture_are_customers_with_their_cluster(found: Segmented) -> None:
    clusters = found.report.clusters
    assert clusters.axes == ("recency_days", "revenue_12m")
    rows = found.customers.select([*clusters.axes, "cluster"]).to_pylist()
    known = {(row["recency_days"], round(row["revenue_12m"], 2), row["cluster"]) for row in rows}
    assert len(clusters.points) == found.report.n_customers <= 500
    assert set(clusters.points) <= known
