"""The published facts, worked by hand. Day 0 is 1 January 2026."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.dataset.baskets import Baskets, fold
from recsys.dataset.clean_tables import open_tables
from recsys.dataset.purchases import count_purchases, read_goods, read_purchases
from recsys.dataset.services import mark_services
from recsys.errors import TableError
from recsys.outputs.entities import basket_line_slices, customer_facts, product_facts, purchase_slices
from recsys.schema.clean import STOCK

CleanFolder = Callable[..., Path]


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(number)


@contextmanager
def folded(folder: Path, as_of: date | None = None) -> Iterator[Baskets]:
    with fold(open_tables(folder), as_of) as baskets:
        count_purchases(baskets)
        mark_services(baskets)
        yield baskets


def customers_of(folder: Path, as_of: date | None = None) -> dict[str, dict[str, Any]]:
    with folded(folder, as_of) as baskets:
        return {row["customer_id"]: row for row in customer_facts(baskets).to_pylist()}


def products_of(folder: Path, as_of: date | None = None) -> dict[str, dict[str, Any]]:
    with folded(folder, as_of) as baskets:
        return {row["product_id"]: row for row in product_facts(baskets).to_pylist()}


def purchases_of(folder: Path, as_of: date | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    with folded(folder, as_of) as baskets:
        rows = [row for table in purchase_slices(baskets) for row in table.to_pylist()]
    return {(row["customer_id"], row["product_id"]): row for row in rows}


def test_lines_of_one_day_are_one_basket(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 3, "x", 2, 5), ("A", 3, "x", 4, 6), ("A", 3, "y"), ("B", 3, "x")])
    with folded(folder) as baskets:
        rows = [row for table in basket_line_slices(baskets) for row in table.to_pylist()]
    assert [(row["customer_id"], row["product_id"], row["quantity"], row["revenue"]) for row in rows] == [
        ("A", "x", 6, 34),
        ("A", "y", 1, 10),
        ("B", "x", 1, 10),
    ]


def test_a_purchase_holds_medians_and_the_last_price(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x", 2, 5), ("A", 4, "x", 4, 6), ("A", 14, "x", 12, 7)])
    row = purchases_of(folder)["A", "x"]
    assert (row["n_baskets"], row["first_on"], row["last_on"]) == (3, day(0), day(14))
    assert (row["usual_gap_days"], row["usual_quantity"]) == (7, 4)
    assert (row["last_price"], row["units"], row["revenue"]) == (7, 18, 10 + 24 + 84)


def test_the_last_price_is_that_of_a_unit_over_the_whole_day(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x", 1, 99), ("A", 4, "x", 1, 5), ("A", 4, "x", 3, 7)])
    assert purchases_of(folder)["A", "x"]["last_price"] == 6.5


def test_two_purchases_have_no_usual_gap(clean_folder: CleanFolder) -> None:
    assert purchases_of(clean_folder([("A", 0, "x"), ("A", 4, "x")]))["A", "x"]["usual_gap_days"] is None


def test_twelve_months_end_with_as_of_and_begin_after_the_same_day_of_the_year_before(
    clean_folder: CleanFolder,
) -> None:
    # as_of 1 Jan 2027 is day 365: day 0 is outside, day 1 inside
    folder = clean_folder([("A", 0, "x"), ("A", 1, "x", 2), ("A", 365, "y", 3)])
    assert purchases_of(folder)["A", "x"]["revenue_12m"] == 20
    customer = customers_of(folder)["A"]
    assert (customer["revenue_12m"], customer["revenue_12m_before"]) == (50, 10)
    assert (customer["orders_12m"], customer["orders_12m_before"]) == (2, 1)
    assert customer["active_products"] == 2
    product = products_of(folder)["x"]
    assert (product["units_12m"], product["revenue_12m"]) == (2, 20)


def test_orders_after_as_of_do_not_count(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x"), ("A", 9, "x"), ("B", 10, "y")])
    with folded(folder, day(9)) as baskets:
        assert (baskets.as_of, baskets.first_order_on, baskets.last_order_on) == (day(9), day(0), day(9))
    customers = customers_of(folder, day(9))
    assert customers["A"]["n_orders"] == 2
    assert customers["B"]["n_orders"] == 0
    assert products_of(folder, day(9))["y"]["n_customers"] == 0
    assert ("B", "y") not in purchases_of(folder, day(9))


def test_as_of_may_be_later_than_the_last_order(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x")])
    with folded(folder, day(500)) as baskets:
        assert (baskets.as_of, baskets.last_order_on) == (day(500), day(0))
    assert customers_of(folder, day(500))["A"]["revenue_12m"] == 0


def test_an_as_of_before_the_first_order_is_refused(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 5, "x")])
    with (
        pytest.raises(TableError, match=r"no order up to 2026-01-05; its first is of 2026-01-06, name a later day"),
        folded(folder, day(4)),
    ):
        pass


def test_a_customers_rhythm_counts_order_days(clean_folder: CleanFolder) -> None:
    row = customers_of(clean_folder([("A", 0, "xy"), ("A", 3, "x"), ("A", 13, "y")]))["A"]
    assert (row["n_order_days"], row["usual_gap_days"], row["longest_gap_days"]) == (3, 6.5, 10)
    assert (row["first_order_on"], row["last_order_on"]) == (day(0), day(13))


def test_a_customer_without_orders_has_zeros_and_nulls(clean_folder: CleanFolder) -> None:
    row = customers_of(clean_folder([("A", 0, "x")], customers={"Z": {}}))["Z"]
    assert (row["n_orders"], row["n_order_days"], row["active_products"], row["revenue_12m"]) == (0, 0, 0, 0)
    assert row["first_order_on"] is row["usual_gap_days"] is row["longest_gap_days"] is row["top_category"] is None


def test_two_orders_on_one_day_are_one_order_day(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x")])
    path = folder / "order_lines.parquet"
    line = pq.read_table(path)
    other = line.set_column(0, line.schema.field(0), [["second"]])
    pq.write_table(pa.concat_tables([line, other]), path)
    row = customers_of(folder)["A"]
    assert (row["n_orders"], row["n_order_days"]) == (2, 1)


def test_the_top_category_is_the_top_level_with_the_most_revenue_and_ties_go_by_name(clean_folder: CleanFolder) -> None:
    products = {
        "x": {"category": "Food > Oil"},
        "y": {"category": "Food > Salt"},
        "z": {"category": "Drinks"},
        "q": {},
    }
    folder = clean_folder([("A", 0, "xyz"), ("A", 0, "q", 1, 50), ("B", 0, "xz")], products=products)
    customers = customers_of(folder)
    assert (customers["A"]["top_category"], customers["A"]["top_category_share"]) == ("Food", 20 / 80)
    assert (customers["B"]["top_category"], customers["B"]["top_category_share"]) == ("Drinks", 0.5)


def test_further_columns_of_customers_are_kept_as_json(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x")], customers={"A": {'delivery "day"': "Mon"}, "B": {}})
    customers = customers_of(folder)
    assert json.loads(customers["A"]["attributes"]) == {'delivery "day"': "Mon"}
    assert json.loads(customers["B"]["attributes"]) == {'delivery "day"': None}


def test_customers_without_further_columns_have_no_attributes(clean_folder: CleanFolder) -> None:
    assert customers_of(clean_folder([("A", 0, "x")]))["A"]["attributes"] is None


def test_a_product_counts_customers_baskets_and_takes_the_median_price_of_its_last_day(
    clean_folder: CleanFolder,
) -> None:
    folder = clean_folder([("A", 0, "x", 1, 99), ("A", 5, "x", 1, 4), ("B", 5, "x", 9, 6), ("C", 5, "x", 1, 9)])
    row = products_of(folder)["x"]
    assert (row["n_customers"], row["n_baskets"], row["last_price"]) == (3, 4, 6)
    assert (row["first_sold_on"], row["last_sold_on"]) == (day(0), day(5))


def test_a_product_without_sales_has_zeros_and_nulls(clean_folder: CleanFolder) -> None:
    row = products_of(clean_folder([("A", 0, "x")], products={"w": {"unit_price": 3.5}}))["w"]
    assert (row["n_customers"], row["n_baskets"], row["units_12m"], row["revenue_12m"]) == (0, 0, 0, 0)
    assert row["last_price"] is row["last_sold_on"] is None
    assert row["unit_price"] == 3.5


def test_a_column_that_the_clean_table_lacks_is_null(clean_folder: CleanFolder) -> None:
    folder = clean_folder([("A", 0, "x")])
    for name, key in (("customers", "customer_id"), ("products", "product_id")):
        path = folder / f"{name}.parquet"
        pq.write_table(pq.read_table(path, columns=[key, "name"]), path)
    assert customers_of(folder)["A"]["segment"] is None
    assert products_of(folder)["x"]["available"] is None


def test_sums_do_not_depend_on_the_order_of_the_lines(clean_folder: CleanFolder) -> None:
    prices = [0.1, 0.2, 0.3, 1e9, 0.7]
    lines = [("A", 0, "x", 1, price) for price in prices]
    revenue = purchases_of(clean_folder(lines, name="given"))["A", "x"]["revenue"]
    assert purchases_of(clean_folder(lines[::-1], name="turned"))["A", "x"]["revenue"] == revenue == 1_000_000_001.3


def test_what_may_be_sold(clean_folder: CleanFolder) -> None:
    products = {
        "a": {"available": True},
        "b": {"available": False},
        "c": {"replaced_by": "a"},
        "d": {},
        "e": {"priority": "low"},
        "f": {"priority": "normal"},
    }
    with folded(clean_folder([("A", 0, "abcdef")], products=products)) as baskets:
        assert read_goods(baskets, product_facts(baskets)).sellable.tolist() == [True, False, False, True, False, True]


def test_quantities_of_a_product_are_whole_only_if_all_are(clean_folder: CleanFolder) -> None:
    lines = [("A", 0, "x", 2), ("A", 1, "x", 3), ("A", 0, "y", 2), ("B", 1, "y", 2.5)]
    with folded(clean_folder(lines, products={"z": {}})) as baskets:
        goods = read_goods(baskets, product_facts(baskets))
    assert goods.whole.tolist() == [True, False, False]
    assert goods.usual_quantity.tolist()[:2] == [2.5, 2.25]


def test_a_purchase_is_found_by_customer_and_product(clean_folder: CleanFolder) -> None:
    with folded(clean_folder([("A", 0, "x"), ("B", 0, "xy")])) as baskets:
        purchases = read_purchases(baskets)
    found = purchases.find(np.array([0, 0, 1, 1, -1]), np.array([0, 1, 0, 1, 1]))
    assert found.tolist() == [0, -1, 1, 2, -1]


def stocked(folder: Path, *counts: tuple[str, int, float]) -> Path:
    """Add counts of products: (product, day number, units)."""
    rows = [{"product_id": one, "on": day(number), "quantity": units} for one, number, units in sorted(counts)]
    pq.write_table(pa.Table.from_pylist(rows, schema=STOCK.arrow_schema()), folder / "stock.parquet")
    return folder


def test_the_stock_is_that_of_the_last_count_up_to_as_of(clean_folder: CleanFolder) -> None:
    folder = stocked(
        clean_folder([("A", 3, "xyz"), ("A", 9, "x")]), ("x", 1, 40), ("x", 8, 0), ("x", 10, 70), ("y", 11, 5)
    )
    rows = products_of(folder)
    assert (rows["x"]["stock"], rows["x"]["stock_on"]) == (0, day(8))
    assert (rows["y"]["stock"], rows["y"]["stock_on"]) == (None, None)  # counted after as_of alone
    assert (rows["z"]["stock"], rows["z"]["stock_on"]) == (None, None)
    assert products_of(folder, day(3))["x"]["stock"] == 40


def test_without_the_table_no_product_has_a_stock(clean_folder: CleanFolder) -> None:
    row = products_of(clean_folder([("A", 3, "x")]))["x"]
    assert (row["stock"], row["stock_on"]) == (None, None)
