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


def every_bundle(folder: Path, options: BuildOptions = SMALL) -> dict[str, dict[str, Any]]:
    build(folder, folder.parent / "artifacts", options, Silent())
    rows = Reader(folder.parent / "artifacts").current().table("bundles").to_pylist()
    return {row["bundle_key"]: row for row in rows}


def bundles_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the bundles but those of named RFM segments, which a few customers are divided into at random."""
    return {key: row for key, row in every_bundle(folder).items() if row["group"] != "rfm"}


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


def test_who_lacks_two_of_three_is_counted_and_who_has_none_is_not(clean_folder: CleanFolder) -> None:
    lines = [("A", 0, "xyz"), ("A", 5, "xyz"), ("B", 1, "xy"), ("C", 2, "x"), ("D", 3, "z")]
    rows = bundles_of(clean_folder(lines)).values()
    reach = {tuple(row["products"]): (row["n_have_all"], row["n_miss_one"], row["n_miss_two"]) for row in rows}
    assert reach["x", "y", "z"] == (1, 1, 2)
    assert reach["x", "y"] == (2, 1, 0)


def test_a_named_rfm_segments_bundle_counts_its_own_customers(clean_folder: CleanFolder) -> None:
    rows = [row for key, row in every_bundle(clean_folder(LINES)).items() if key.startswith("rfm:")]
    assert rows
    assert all(row["bundle_key"] == f"rfm:{row['segment']}/{row['bundle_id']}" for row in rows)
    assert all(row["n_have_all"] + row["n_miss_one"] <= 3 for row in rows)


def test_the_named_rfm_segments_are_those_that_are_published(clean_folder: CleanFolder) -> None:
    folder = clean_folder(LINES)
    every_bundle(folder)
    version = Reader(folder.parent / "artifacts").current()
    days: dict[str, int] = {}
    for row in version.table("customers").to_pylist():
        if row["rfm_segment"]:
            days[f"rfm:{row['rfm_segment']}"] = days.get(f"rfm:{row['rfm_segment']}", 0) + row["n_order_days"]
    counted = version.manifest.facts.evaluation["group_baskets"]
    assert {key: n for key, n in counted.items() if key.startswith("rfm:")} == days


def test_regions_are_mined_apart_under_keys_of_their_own(clean_folder: CleanFolder) -> None:
    customers = {each: {"region": "North", "segment": "North"} for each in "ABCD"}
    rows = bundles_of(clean_folder(LINES, customers=customers))
    assert set(rows) == {"/1", "North/1", "region:North/1"}
    assert [rows[key]["group"] for key in ("/1", "North/1", "region:North/1")] == ["all", "segment", "region"]


def test_the_first_is_what_is_most_typical(clean_folder: CleanFolder) -> None:
    # w and x: always together, and nobody lacks one; y and z: three customers lack one
    lines = [*(("A", day, "wx") for day in range(4)), *(("B", day, "yz") for day in range(4)), *LONELY]
    rows = bundles_of(clean_folder(lines))
    assert rows["/1"]["products"] == ["y", "z"]
    assert rows["/1"]["typical"] == rows["/1"]["lift_low"] * 3
    assert rows["/2"]["typical"] == 0


LONELY = [("C", 0, "y"), ("D", 0, "y"), ("E", 0, "z")]


def test_the_cost_is_that_of_one_of_each_and_unknown_if_one_is(clean_folder: CleanFolder) -> None:
    known = {"x": {"cost": 3.0}, "y": {"cost": 4.5}}
    assert bundles_of(clean_folder(LINES, products=known))["/1"]["cost"] == 7.5


def test_an_unknown_cost_is_no_cost(clean_folder: CleanFolder) -> None:
    assert bundles_of(clean_folder(LINES, products={"x": {"cost": 3.0}}))["/1"]["cost"] is None


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
    reach = customers_reached(sets, bought)
    missing = [[len(set(one) - held) for held in buyers if set(one) & held] for one in sets]
    for lacks, counted in enumerate((reach.have_all, reach.miss_one, reach.miss_two)):
        assert counted.tolist() == [row.count(lacks) for row in missing]
