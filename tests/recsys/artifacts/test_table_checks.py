from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.artifacts.table_checks import RowsCheck, conformed
from recsys.errors import ArtifactError
from recsys.schema.columns import Column, Table

SHELF = Table(
    "shelf",
    "made for these tests",
    ("shop", "rank"),
    (
        Column("shop", "text", "where", required=True),
        Column("rank", "whole", "1 is best", required=True),
        Column("day", "date", "when"),
        Column("price", "number", "how much", at_least=0, at_most=1_000),
        Column("units", "number", "how many", above=0),
        Column("kind", "text", "which", choices=("a", "b")),
        Column("open", "flag", "whether"),
        Column("parts", "texts", "of what"),
    ),
)
VISITS = Table("visits", "may repeat", ("shop", "day"), SHELF.columns[:1] + SHELF.columns[2:3], unique=False)
SINGLE = Table("single", "one key", ("shop",), SHELF.columns[:1])


def shelf(*rows: tuple[str, int], **columns: list[Any]) -> pa.Table:
    return conformed(pa.table({"shop": [row[0] for row in rows], "rank": [row[1] for row in rows], **columns}), SHELF)


def check_all(check: RowsCheck, pieces: list[pa.Table]) -> None:
    for piece in pieces:
        check(piece)


def one(**columns: pa.Array) -> pa.Table:
    return pa.table({"shop": ["A"], "rank": [1], **columns})


def test_columns_come_in_the_order_of_the_table_and_missing_ones_are_null() -> None:
    rows = conformed(pa.table({"price": [2.5], "rank": [1], "shop": ["A"]}), SHELF)
    assert rows.schema.equals(SHELF.arrow_schema())
    assert rows.to_pylist() == [
        {"shop": "A", "rank": 1, "day": None, "price": 2.5, "units": None, "kind": None, "open": None, "parts": None}
    ]


@pytest.mark.parametrize(
    ("column", "given_as", "comes_as"),
    [
        ("rank", pa.array([1], pa.int32()), 1),
        ("rank", pa.array([1.0]), 1),
        ("rank", pa.array([1], pa.uint64()), 1),
        ("shop", pa.array(["00123"], pa.large_string()), "00123"),
        ("shop", pa.array(["00123"], pa.string_view()), "00123"),
        ("shop", pa.array(["00123"]).dictionary_encode(), "00123"),
        ("price", pa.array([3]), 3.0),
        ("price", pa.array([0.5], pa.float32()), 0.5),
        ("price", pa.array([None], pa.null()), None),
        ("day", pa.array([datetime(2026, 11, 15)], pa.timestamp("us")), date(2026, 11, 15)),  # noqa: DTZ001 - as pandas gives days
        ("day", pa.array([None], pa.timestamp("ns")), None),
        ("day", pa.array([date(2026, 11, 15)], pa.date64()), date(2026, 11, 15)),
        ("open", pa.array([True]), True),
        ("parts", pa.array([["x"]], pa.large_list(pa.large_string())), ["x"]),
    ],
)
def test_type_is_cast_where_that_loses_nothing(column: str, given_as: pa.Array, comes_as: object) -> None:
    rows = one().set_column(0, "shop", pa.array(["A"])).to_pydict()
    table = pa.table({**{name: pa.array(values) for name, values in rows.items()}, column: given_as})
    assert conformed(table, SHELF)[column].to_pylist() == [comes_as]


@pytest.mark.parametrize(
    ("column", "given_as", "reason"),
    [
        ("shop", pa.array([123]), "column 'shop' is int64; it must be string"),
        ("rank", pa.array(["1"]), "column 'rank' is string; it must be int64"),
        ("rank", pa.array([1.5]), "column 'rank' is no int64"),
        ("rank", pa.array([2**63], pa.uint64()), "column 'rank' is no int64"),
        ("price", pa.array([2**53 + 1]), "column 'price' is no double"),
        ("day", pa.array(["2026-11-15"]), "column 'day' is string"),
        ("day", pa.array([datetime(2026, 11, 15, 8)], pa.timestamp("us")), "column 'day' has a time of day"),  # noqa: DTZ001 - as pandas gives it
        ("day", pa.array([0], pa.timestamp("us", "UTC")), "column 'day' is timestamp"),
        ("open", pa.array([1]), "column 'open' is int64"),
        ("parts", pa.array(["x"]), "column 'parts' is string"),
        ("parts", pa.array([[1]]), "column 'parts' is list<item: int64>"),
    ],
)
def test_type_that_would_lose_or_guess_is_refused(column: str, given_as: pa.Array, reason: str) -> None:
    table = pa.table({**{"shop": pa.array(["A"]), "rank": pa.array([1])}, column: given_as})
    with pytest.raises(ArtifactError, match=f"shelf: {reason}"):
        conformed(table, SHELF)


def test_unknown_column_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ArtifactError, match="shelf has no column 'prize'; it has shop, rank, day, price"):
        conformed(one(prize=pa.array([1.0])), SHELF)


def test_required_column_that_is_missing_is_named() -> None:
    with pytest.raises(ArtifactError, match="shelf lacks its column 'rank'"):
        conformed(pa.table({"shop": ["A"]}), SHELF)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"price": [-0.01]}, "column 'price' holds '-0.01'; it must be at least 0"),
        ({"price": [1000.5]}, "column 'price' holds '1000.5'; it must be at most 1000"),
        ({"units": [0.0]}, "column 'units' holds '0.0'; it must be above 0"),
        ({"kind": ["c"]}, "column 'kind' holds 'c'; it must be one of a, b"),
        ({"price": pa.array([float("nan")])}, "column 'price' holds 'nan'; it must be a finite number"),
        ({"price": [float("inf")]}, "column 'price' holds 'inf'; it must be a finite number"),
    ],
)
def test_value_outside_its_bounds_is_refused(columns: dict[str, list[Any]], reason: str) -> None:
    with pytest.raises(ArtifactError, match=reason):
        RowsCheck(SHELF)(shelf(("A", 1), **columns))


def test_values_on_their_bounds_and_nulls_pass() -> None:
    columns = {"price": [0.0, None], "units": [0.01, None], "kind": ["b", None]}
    RowsCheck(SHELF)(shelf(("A", 1), ("A", 2), **columns))


def test_empty_value_of_a_required_column_is_refused() -> None:
    rows = pa.table(
        {
            name: pa.array([None], field.type)
            for name, field in zip(SHELF.column_names, SHELF.arrow_schema(), strict=True)
        }
    )
    with pytest.raises(ArtifactError, match="column 'shop' has 1 empty values, but it is required"):
        RowsCheck(SHELF)(rows)


def test_table_without_rows_passes() -> None:
    RowsCheck(SHELF)(SHELF.arrow_schema().empty_table())


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("B", 1), ("A", 1)], "shop 'A', rank '1' is out of order; sort by shop, rank"),
        ([("A", 1), ("A", 2), ("A", 1)], "shop 'A', rank '1' is out of order"),
        ([("A", 1), ("A", 1)], "two rows have the key shop 'A', rank '1'; keep one"),
        ([("A", 2)], "shop 'A', rank '2' has no better before it; ranks start with 1"),
        ([("A", 1), ("A", 3)], "shop 'A', rank '3' does not follow the rank before it"),
        ([("A", 1), ("B", 2)], "shop 'B', rank '2' does not follow the rank before it"),
    ],
)
@pytest.mark.parametrize("in_one_piece", [True, False])
def test_wrong_order_repeated_key_and_gap_are_refused(
    rows: list[tuple[str, int]], reason: str, in_one_piece: bool
) -> None:
    pieces = [rows] if in_one_piece else [[row] for row in rows]
    with pytest.raises(ArtifactError, match=f"shelf: .*{reason}"):
        check_all(RowsCheck(SHELF), [shelf(*piece) for piece in pieces])


def test_ids_are_in_the_order_of_their_characters_as_python_sorts_them() -> None:
    shops = sorted(["z", "Z", "ä", "10", "9", "", "\U0001f600", "\ufb01"])
    RowsCheck(SINGLE)(conformed(pa.table({"shop": shops}), SINGLE))


def test_key_may_repeat_where_the_table_says_so() -> None:
    rows = pa.table({"shop": ["A", "A"], "day": [date(2026, 11, 15)] * 2})
    RowsCheck(VISITS)(conformed(rows, VISITS))
    with pytest.raises(ArtifactError, match="is out of order"):
        RowsCheck(VISITS)(conformed(pa.table({"shop": ["B", "A"], "day": [date(2026, 11, 15)] * 2}), VISITS))


@pytest.mark.parametrize(("letter", "n", "passes"), [("a", 1000, True), ("a", 1001, False), ("ä", 501, False)])
def test_key_of_more_than_a_thousand_bytes_is_refused(letter: str, n: int, passes: bool) -> None:
    rows = conformed(pa.table({"shop": [letter * n]}), SINGLE)
    if passes:
        RowsCheck(SINGLE)(rows)
    else:
        with pytest.raises(ArtifactError, match="single has a 'shop' of more than 1000 bytes"):
            RowsCheck(SINGLE)(rows)


@settings(deadline=None)  # how fast is no claim of this test
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), max_size=8),
    st.lists(st.integers(0, 8), max_size=4),
)
def test_rows_pass_exactly_if_python_finds_them_sorted_without_repeats_in_any_slices(
    shops: list[str], cuts: list[int]
) -> None:
    table = conformed(pa.table({"shop": pa.array(shops, pa.string())}), SINGLE)
    edges = sorted({0, len(shops), *(cut for cut in cuts if cut < len(shops))})
    check, passed = RowsCheck(SINGLE), True
    try:
        check_all(check, [table.slice(start, end - start) for start, end in pairwise(edges)])
    except ArtifactError:
        passed = False
    assert passed == (shops == sorted(set(shops)))
