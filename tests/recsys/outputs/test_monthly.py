"""What is published by month, and what came back. Day 0 is 1 January 2026."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.dataset.baskets import fold
from recsys.dataset.clean_tables import open_tables
from recsys.outputs.monthly import customer_month_slices, product_month_slices, returned_slices
from recsys.schema.clean import RETURNS

CleanFolder = Callable[..., Path]


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(number)


def rows_of(folder: Path, slices: Callable[..., Any], as_of: date | None = None) -> list[tuple[Any, ...]]:
    with fold(open_tables(folder), as_of) as baskets:
        return [tuple(row.values()) for table in slices(baskets) for row in table.to_pylist()]


def with_returns(folder: Path, *lines: tuple[str, str, int]) -> Path:
    """Write returns of one unit at 4 each: customer, product, day."""
    rows = [
        {
            "order_id": f"R{number}",
            "customer_id": customer,
            "product_id": product,
            "ordered_on": day(number),
            "quantity": 1.0,
            "revenue": 4.0,
        }
        for customer, product, number in lines
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=RETURNS.arrow_schema()), folder / "returns.parquet")
    return folder


def test_a_customers_month_holds_its_revenue_and_orders(clean_folder: CleanFolder) -> None:
    # 1, 11 and 31 January, 1 February; two products on the 11th are one order
    folder = clean_folder([("A", 0, "x", 2, 5), ("A", 10, "xy"), ("A", 30, "x"), ("A", 31, "x"), ("B", 3, "y")])
    assert rows_of(folder, customer_month_slices) == [
        ("A", date(2026, 1, 1), 40, 3),
        ("A", date(2026, 2, 1), 10, 1),
        ("B", date(2026, 1, 1), 10, 1),
    ]


def test_a_products_month_holds_units_revenue_and_customers(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x", 2, 5), ("A", 10, "x", 3, 4), ("B", 30, "x"), ("B", 31, "y")])
    assert rows_of(folder, product_month_slices) == [
        ("x", date(2026, 1, 1), 6, 32, 2),
        ("y", date(2026, 2, 1), 1, 10, 1),
    ]


def test_months_end_with_as_of(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x"), ("A", 10, "x"), ("A", 11, "x")])
    assert rows_of(folder, customer_month_slices, day(10)) == [("A", date(2026, 1, 1), 20, 2)]
    assert rows_of(folder, product_month_slices, day(10)) == [("x", date(2026, 1, 1), 2, 20, 1)]


def test_returns_are_sorted_by_customer_and_day_up_to_as_of(clean_folder: CleanFolder) -> None:
    folder = with_returns(
        clean_folder([("A", 0, "x"), ("B", 9, "y")]), ("B", "y", 4), ("A", "x", 9), ("A", "y", 2), ("A", "x", 10)
    )
    assert rows_of(folder, returned_slices) == [
        ("A", day(2), "R2", "y", 1, 4),
        ("A", day(9), "R9", "x", 1, 4),
        ("B", day(4), "R4", "y", 1, 4),
    ]


def test_no_returns_are_an_empty_table(clean_folder: CleanFolder) -> None:
    assert rows_of(clean_folder([("A", 0, "x")]), returned_slices) == []
