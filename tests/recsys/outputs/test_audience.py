"""Who buys a product and who should, worked by hand. Day 0 is 1 January 2026."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.dataset.baskets import Baskets, fold
from recsys.dataset.clean_tables import open_tables
from recsys.dataset.purchases import count_purchases
from recsys.dataset.services import mark_services
from recsys.outputs.audience import buyer_slices, product_segment_slices, prospect_slices
from recsys.schema.published import RECOMMENDATIONS

CleanFolder = Callable[..., Path]


def rows_of(folder: Path, slices: Callable[[Baskets], Any]) -> list[tuple[Any, ...]]:
    with fold(open_tables(folder)) as baskets:
        count_purchases(baskets)
        mark_services(baskets)
        return [tuple(row.values()) for table in slices(baskets) for row in table.to_pylist()]


def test_a_products_buyers_are_counted_by_segment_and_over_all(clean_folder: CleanFolder) -> None:
    customers = {"A": {"segment": "cafe"}, "B": {"segment": "cafe"}, "C": {"segment": "hotel"}, "D": {}, "E": {}}
    lines = [("A", 0, "xy"), ("A", 5, "x"), ("B", 1, "y"), ("C", 2, "x"), ("D", 3, "x")]
    folder = clean_folder(lines, customers=customers | {"N": {"segment": "cafe"}})
    # N and E never ordered and count to no segment
    assert rows_of(folder, product_segment_slices) == [
        ("x", "", 3, 4, 4),
        ("x", "cafe", 1, 2, 2),
        ("x", "hotel", 1, 1, 1),
        ("y", "", 2, 4, 2),
        ("y", "cafe", 2, 2, 2),
    ]


def test_customers_without_any_segment_are_counted_over_all(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x"), ("B", 0, "x")], customers={"A": {"segment": ""}})
    assert rows_of(folder, product_segment_slices) == [("x", "", 2, 2, 2)]


def test_buyers_are_sorted_by_baskets_then_the_later_day_then_the_id(clean_folder: CleanFolder) -> None:
    lines = [("A", 0, "x"), ("B", 4, "x"), ("C", 0, "x", 6, 2), ("C", 1, "x", 2, 2), ("D", 4, "x"), ("A", 9, "y")]
    assert rows_of(clean_folder(lines), buyer_slices) == [
        ("x", 1, "C", 2, date(2026, 1, 2), 4, 16),
        ("x", 2, "B", 1, date(2026, 1, 5), 1, 10),
        ("x", 3, "D", 1, date(2026, 1, 5), 1, 10),
        ("x", 4, "A", 1, date(2026, 1, 1), 1, 10),
        ("y", 1, "A", 1, date(2026, 1, 10), 1, 10),
    ]


def test_prospects_are_the_new_lists_turned_round(clean_folder: CleanFolder, tmp_path: Path) -> None:
    listed = [
        ("A", "new", 1, "y", 0.5),
        ("A", "new", 2, "x", 0.4),
        ("A", "usual", 1, "z", 9.0),
        ("B", "new", 1, "x", 0.2),
        ("C", "new", 1, "x", 0.3),
        ("D", "new", 1, "x", 0.3),
    ]
    names = ("customer_id", "list", "rank", "product_id", "score")
    more = {"model": "popular", "reason_kind": "popular", "reason_n": 1}
    rows = [{**dict(zip(names, line, strict=True)), **more} for line in listed]
    path = tmp_path / "recommendations.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=RECOMMENDATIONS.arrow_schema()), path)
    folder = clean_folder([(customer, 0, "z") for customer in "ABD"], customers={"C": {}})
    assert rows_of(folder, lambda baskets: prospect_slices(baskets, path)) == [
        ("x", 1, "D", "new", 1, None, None),
        ("x", 2, "B", "new", 1, None, None),
        ("x", 3, "A", "new", 2, None, None),
        ("x", 4, "C", "new", 1, None, None),  # has no orders
        ("y", 1, "A", "new", 1, None, None),
    ]


def test_prospects_of_whom_most_is_expected_come_first(clean_folder: CleanFolder, tmp_path: Path) -> None:
    known = {"list": "new", "rank": 1, "product_id": "x", "model": "ranker", "reason_kind": "popular", "reason_n": 1}
    expected = {"A": (0.5, 1.0), "B": (0.1, 9.0), "C": (0.9, None)}
    rows = [
        {**known, "customer_id": customer, "score": chance, "chance": chance, "expected": worth}
        for customer, (chance, worth) in expected.items()
    ]
    path = tmp_path / "recommendations.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=RECOMMENDATIONS.arrow_schema()), path)
    folder = clean_folder([("A", 0, "z")])
    assert rows_of(folder, lambda baskets: prospect_slices(baskets, path)) == [
        ("x", 1, "B", "new", 1, 0.1, 9.0),
        ("x", 2, "A", "new", 1, 0.5, 1.0),
        ("x", 3, "C", "new", 1, 0.9, None),
    ]
