"""What a bundle costs and whom it reaches, worked by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from recsys.artifacts.reader import Reader
from recsys.build.pipeline import build
from recsys.options import BuildOptions
from recsys.outputs.bundles import customers_reached
from recsys.runtime.progress import Silent

CleanFolder = Callable[..., Path]
SMALL = BuildOptions(min_baskets=2, min_support=0.01, min_segment_baskets=1, min_segment_customers=1, pair_baskets=1)
LINES = [("A", 0, "xy"), ("A", 5, "xy"), ("B", 1, "xy"), ("C", 2, "x"), ("D", 3, "y"), ("E", 4, "z")]


def bundles_of(folder: Path, options: BuildOptions = SMALL) -> dict[str, dict[str, Any]]:
    build(folder, folder.parent / "artifacts", options, Silent())
    rows = Reader(folder.parent / "artifacts").current().table("bundles").to_pylist()
    return {row["bundle_key"]: row for row in rows}


def test_a_bundle_counts_who_has_all_and_who_misses_exactly_one(clean_folder: CleanFolder) -> None:
    [row] = bundles_of(clean_folder(LINES)).values()
    assert row["products"] == ["x", "y"]
    assert (row["n_have_all"], row["n_miss_one"]) == (2, 2)


def test_customers_who_are_not_pitched_to_are_not_counted(clean_folder: CleanFolder) -> None:
    customers = {"A": {"status": "blocked"}, "C": {"status": "closed"}}
    row = bundles_of(clean_folder(LINES, customers=customers))["/1"]
    assert (row["n_have_all"], row["n_miss_one"]) == (1, 1)


def test_a_segments_bundle_counts_its_own_customers(clean_folder: CleanFolder) -> None:
    customers = {each: {"segment": "bar/pub"} for each in "ABC"} | {each: {"segment": "cafe"} for each in "DE"}
    rows = bundles_of(clean_folder(LINES, customers=customers))
    assert set(rows) == {"/1", "bar/pub/1"}
    assert (rows["/1"]["n_have_all"], rows["/1"]["n_miss_one"]) == (2, 2)
    assert (rows["bar/pub/1"]["n_have_all"], rows["bar/pub/1"]["n_miss_one"]) == (2, 1)


def test_the_price_is_the_sum_of_list_prices_else_last_prices(clean_folder: CleanFolder) -> None:
    assert bundles_of(clean_folder(LINES, products={"x": {"unit_price": 7.5}}))["/1"]["price"] == 17.5


def test_no_bundle_is_an_empty_table(clean_folder: CleanFolder) -> None:
    assert bundles_of(clean_folder([("A", 0, "x"), ("B", 0, "y")])) == {}


sets_and_buyers = st.tuples(
    st.lists(st.sets(st.integers(0, 5), min_size=2, max_size=4).map(lambda one: tuple(sorted(one))), max_size=6),
    st.lists(st.sets(st.integers(0, 5)), min_size=1, max_size=8),
)


@given(sets_and_buyers)
def test_reach_is_what_counting_one_by_one_gives(drawn: tuple[list[tuple[int, ...]], list[set[int]]]) -> None:
    sets, buyers = drawn
    bought = csr_matrix(np.array([[float(product in held) for product in range(6)] for held in buyers]))
    have_all, miss_one = customers_reached(sets, bought)
    missing = [[len(set(one) - held) for held in buyers] for one in sets]
    assert have_all.tolist() == [row.count(0) for row in missing]
    assert miss_one.tolist() == [row.count(1) for row in missing]
