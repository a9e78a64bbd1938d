"""Each way in which a Parquet file can break its contract is named, with file, column and value."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.dataset import validation
from recsys.dataset.validation import check_columns, check_parquet, check_references, check_unique
from recsys.errors import TableError
from recsys.runtime.did_you_mean import nearest
from recsys.schema.clean import CUSTOMERS, ORDER_LINES, PRODUCTS
from recsys.schema.columns import Column, Table

LINE = {
    "order_id": ["1", "2"],
    "customer_id": ["c1", "c2"],
    "product_id": ["p1", "p2"],
    "ordered_on": [date(2025, 1, 1), date(2025, 1, 2)],
    "quantity": [1.0, 0.5],
    "revenue": [0.0, 9.5],
}


@pytest.fixture
def lines(tmp_path):
    """Write order_lines.parquet with some columns otherwise (None: left out) and return its path."""

    def write(**columns):
        path = tmp_path / "order_lines.parquet"
        pq.write_table(pa.table({name: v for name, v in (LINE | columns).items() if v is not None}), path)
        return path

    return write


def refusal(path, table=ORDER_LINES):
    with pytest.raises(TableError) as caught:
        check_parquet(path, table)
    return str(caught.value)


def test_valid_table_returns_its_number_of_rows(lines):
    assert check_parquet(lines(), ORDER_LINES) == 2


def test_value_that_is_no_number_counts_as_empty(lines):
    assert "column 'revenue' has an empty value, but it is required" in refusal(lines(revenue=[1.0, float("nan")]))


def test_table_is_checked_beyond_its_first_slice(lines, monkeypatch):
    monkeypatch.setattr(validation, "SLICE_ROWS", 1)
    assert refusal(lines(quantity=[1.0, 0.0])) == (
        "order_lines.parquet: column 'quantity' holds '0.0', which must be above 0; "
        "mend it in the source and import again"
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"quantity": [1.0, 0.0]}, "column 'quantity' holds '0.0', which must be above 0"),
        ({"quantity": [1.0, float("inf")]}, "column 'quantity' holds 'inf', which must be finite"),
        ({"revenue": [1.0, -0.01]}, "column 'revenue' holds '-0.01', which must be at least 0"),
        ({"revenue": [1.0, None]}, "column 'revenue' has an empty value, but it is required"),
        ({"order_id": ["1", None]}, "column 'order_id' has an empty value, but it is required"),
        ({"ordered_on": [date(2025, 1, 1), None]}, "column 'ordered_on' has an empty value, but it is required"),
        ({"order_id": [1, 2]}, "column 'order_id' is int64; it must be string"),
        ({"quantity": [1, 2]}, "column 'quantity' is int64; it must be double"),
        ({"revenue": None}, "has no column 'revenue'; it has order_id, customer_id, product_id, ordered_on, quantity"),
        (
            {"revenue": None, "revenu": [1.0, 2.0]},
            "has no column 'revenue' (did you mean 'revenu'?); it has order_id, customer_id, product_id, ordered_on, "
            "quantity, revenu",
        ),
        (
            {"revenues": [1.0, 2.0]},
            "has a column 'revenues' that order_lines does not know (did you mean 'revenue'?); rename or remove it",
        ),
    ],
)
def test_breach_names_file_column_value_and_remedy(lines, columns, message):
    assert message in refusal(lines(**columns))


def test_value_above_its_upper_bound_is_named(tmp_path):
    shares = Table("shares", "", ("share",), (Column("share", "number", "", at_least=0, at_most=1),), unique=False)
    path = tmp_path / "shares.parquet"
    pq.write_table(pa.table({"share": [0.0, 1.0, 1.5]}), path)
    assert "shares.parquet: column 'share' holds '1.5', which must be at most 1" in refusal(path, shares)


def test_value_that_is_no_choice_is_named(tmp_path):
    path = tmp_path / "customers.parquet"
    pq.write_table(pa.table({"customer_id": ["c1"], "name": ["Acme"], "status": ["asleep"]}), path)
    assert "column 'status' holds 'asleep', which must be one of active, blocked, closed" in refusal(path, CUSTOMERS)


def test_optional_columns_may_be_absent_or_empty_and_customers_keep_attributes(tmp_path):
    path = tmp_path / "customers.parquet"
    pq.write_table(
        pa.table(
            {"customer_id": ["c1"], "name": ["Acme"], "may_contact": pa.array([None], pa.bool_()), "tour": ["north"]}
        ),
        path,
    )
    assert check_parquet(path, CUSTOMERS) == 1


def test_large_text_reads_like_text(tmp_path):
    schema = pa.schema([("product_id", pa.large_string()), ("name", pa.string_view())])
    assert check_columns("products.parquet", schema, PRODUCTS) == ["product_id", "name"]


def test_duplicate_key_is_named_with_its_rows(tmp_path):
    path = tmp_path / "products.parquet"
    pq.write_table(pa.table({"product_id": ["p2", "p1", "p1", "p2", "p1"], "name": list("abcde")}), path)
    assert refusal(path, PRODUCTS) == ("products.parquet: product_id 'p1' is in 3 rows; it is the key, keep one row")


def test_key_of_two_columns_is_unique_as_a_whole(tmp_path):
    path = tmp_path / "pairs.parquet"
    pq.write_table(pa.table({"a": ["x", "x", "y"], "b": [1, 2, 1]}), path)
    check_unique(path, ("a", "b"))
    pq.write_table(pa.table({"a": ["x", "x"], "b": [1, 1]}), path)
    with pytest.raises(TableError, match="a, b 'x, 1' is in 2 rows"):
        check_unique(path, ("a", "b"))


def test_value_without_a_parent_is_named(tmp_path, lines):
    parent = tmp_path / "customers.parquet"
    pq.write_table(pa.table({"customer_id": ["c1", "c2", "c3"]}), parent)
    check_references(lines(), parent, "customer_id")
    pq.write_table(pa.table({"customer_id": ["c1"]}), parent)
    with pytest.raises(TableError) as caught:
        check_references(lines(), parent, "customer_id")
    assert str(caught.value) == (
        "order_lines.parquet names customer_id 'c2' in 1 rows, but customers.parquet does not have it; "
        "add it there or leave the rows out"
    )


def test_missing_file_names_how_to_make_it(tmp_path):
    assert refusal(tmp_path / "order_lines.parquet").endswith(
        "is missing; make the clean tables with `python -m recsys import` or `sample`"
    )


def test_cut_off_file_is_refused(tmp_path, lines):
    content = lines().read_bytes()
    (tmp_path / "order_lines.parquet").write_bytes(content[: len(content) // 2])
    assert "is no readable Parquet file" in refusal(tmp_path / "order_lines.parquet")


def test_nearest_name_disregards_case_and_is_silent_if_nothing_is_near():
    assert nearest("QUANTITTY", ["Quantity", "revenue"]) == " (did you mean 'Quantity'?)"
    assert nearest("xyz", ["quantity"]) == ""
