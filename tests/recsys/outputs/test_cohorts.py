"""Cohorts of first orders, worked by hand. Day 0 is 1 January 2026."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recsys.dataset.baskets import fold
from recsys.dataset.clean_tables import open_tables
from recsys.outputs.cohorts import cohort_rows, first_known_quarter
from recsys.schema.build_report import CohortReport
from tests.support.segments import recomputed_cohorts

CleanFolder = Callable[..., Path]
Q1, Q2, Q3 = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)

# A orders from the first day of the data on; B and C since April, D since July. Day 90 is 1 April, day 181 1 July.
LINES = [
    ("A", 0, "x"), ("A", 100, "x"),
    ("B", 90, "x", 2, 5), ("B", 91, "x", 1, 5), ("B", 181, "x", 1, 30),
    ("C", 120, "xy", 1, 4),
    ("D", 200, "x", 1, 9),
]  # fmt: skip


def cohorts_of(folder: Path, as_of: date | None = None) -> tuple[list[dict[str, Any]], CohortReport]:
    with fold(open_tables(folder), as_of) as baskets:
        table, report = cohort_rows(baskets)
        return table.to_pylist(), report


def test_a_cohort_has_a_row_for_each_quarter_since_its_first_order(clean_folder: CleanFolder) -> None:
    rows, _ = cohorts_of(clean_folder(LINES))
    shown = [(row["cohort"], row["quarter"], row["n_customers"], row["n_active"], row["revenue"]) for row in rows]
    assert shown == [
        ("2026-Q2", Q2, 2, 2, 15 + 8),
        ("2026-Q2", Q3, 2, 1, 30),
        ("2026-Q3", Q3, 1, 1, 9),
    ]
    assert [row["first_quarter"] for row in rows] == [Q2, Q2, Q3]


def test_customers_whose_first_order_may_lie_before_the_data_are_left_out_and_counted(
    clean_folder: CleanFolder,
) -> None:
    _, report = cohorts_of(clean_folder(LINES))
    assert report == CohortReport(
        from_quarter=Q2, n_customers=3, revenue=15 + 30 + 8 + 9, n_left_out=1, revenue_left_out=20
    )


def test_a_quarter_in_which_nobody_of_a_cohort_ordered_has_a_row(clean_folder: CleanFolder) -> None:
    rows, _ = cohorts_of(clean_folder([("A", 0, "x"), ("B", 95, "x"), ("A", 300, "x")]))
    assert [(row["quarter"], row["n_active"], row["revenue"]) for row in rows] == [
        (Q2, 1, 10), (Q3, 0, 0), (date(2026, 10, 1), 0, 0),
    ]  # fmt: skip


def test_orders_after_as_of_are_not_counted(clean_folder: CleanFolder) -> None:
    rows, report = cohorts_of(clean_folder(LINES), as_of=date(2026, 4, 1))
    assert [(row["cohort"], row["n_customers"], row["revenue"]) for row in rows] == [("2026-Q2", 1, 10)]
    assert (report.n_customers, report.n_left_out) == (1, 1)


def test_orders_of_one_quarter_have_no_cohort(clean_folder: CleanFolder) -> None:
    rows, report = cohorts_of(clean_folder([("A", 0, "x"), ("B", 60, "x")]))
    assert (rows, report.from_quarter, report.n_customers, report.n_left_out) == ([], None, 0, 2)


@pytest.mark.parametrize(
    ("first", "quarter"),
    [
        (date(2026, 1, 1), Q2),
        (date(2026, 1, 11), Q2),  # 80 days before it
        (date(2026, 1, 12), Q3),
        (date(2025, 10, 13), Q1),
        (date(2025, 12, 1), Q2),
    ],
)
def test_the_first_quarter_begins_most_of_a_quarter_after_the_first_order(first: date, quarter: date) -> None:
    assert first_known_quarter(first) == quarter


def test_cohorts_are_those_that_pandas_finds(clean_folder: CleanFolder) -> None:
    lines = [(who, (place * 37 + number * 61) % 700, "x", 1, place + 1.5) for place, who in enumerate("ABCDEFGHIJ")
             for number in range(6)]  # fmt: skip
    folder = clean_folder([("old", 0, "x"), *lines])
    rows, report = cohorts_of(folder)
    clean = pd.read_parquet(folder / "order_lines.parquet")
    assert report.from_quarter is not None
    wanted = recomputed_cohorts(clean, clean["ordered_on"].max(), report.from_quarter)
    found = {(row["cohort"], row["quarter"]): (row["n_active"], row["revenue"]) for row in rows if row["n_active"]}
    assert found == {
        (f"{cohort.year}-Q{cohort.quarter}", quarter.start_time.date()): (each.n, pytest.approx(each.revenue))
        for (cohort, quarter), each in zip(wanted.index, wanted.itertuples(), strict=True)
    }
    assert report.revenue + report.revenue_left_out == pytest.approx(clean["revenue"].sum())
