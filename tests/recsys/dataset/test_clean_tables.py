"""A folder of clean tables: checked when opened, and with a fingerprint of its data."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.dataset.clean_tables import fingerprint, open_tables
from recsys.errors import TableError
from recsys.schema.clean import ORDER_LINES

LINE = ["9", "c1", "p1", date(2025, 1, 31), 2.0, 5.5]


@pytest.fixture
def folder(tmp_path):
    """Write the four tables with these lines and returns, and return the folder."""

    def write(lines=(LINE,), returns=()):
        pq.write_table(pa.table({"customer_id": ["c1"], "name": ["Acme"]}), tmp_path / "customers.parquet")
        pq.write_table(pa.table({"product_id": ["p1"], "name": ["Rope"]}), tmp_path / "products.parquet")
        schema = ORDER_LINES.arrow_schema()
        for name, rows in (("order_lines", lines), ("returns", returns)):
            rows = [dict(zip(schema.names, row, strict=True)) for row in rows]
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), tmp_path / f"{name}.parquet")
        return tmp_path

    return write


def test_valid_folder_is_opened_with_its_rows(folder):
    tables = open_tables(folder())
    assert tables.rows == {"customers": 1, "products": 1, "order_lines": 1, "returns": 0}
    assert tables.path("returns") == tables.folder / "returns.parquet"


def test_missing_folder_names_how_to_make_it(tmp_path):
    with pytest.raises(TableError, match="there is no folder .*none; make it with `python -m recsys import` or `samp"):
        open_tables(tmp_path / "none")


@pytest.mark.parametrize("ask", [open_tables, fingerprint])
@pytest.mark.parametrize("table", ["customers", "products", "order_lines", "returns"])
def test_missing_table_is_named(folder, table, ask):
    made = folder()
    (made / f"{table}.parquet").unlink()
    with pytest.raises(TableError, match=f"{table}.parquet is missing"):
        ask(made)


def test_folder_without_an_order_line_is_refused(folder):
    with pytest.raises(TableError, match="order_lines.parquet has no rows; there is nothing to learn from"):
        open_tables(folder(lines=()))


@pytest.mark.parametrize(("place", "value"), [(1, "c2"), (2, "p2")])
@pytest.mark.parametrize("table", ["lines", "returns"])
def test_line_or_return_of_an_unknown_customer_or_product_is_refused(folder, table, place, value):
    line = [*LINE]
    line[place] = value
    with pytest.raises(TableError, match=f"'{value}' in 1 rows, but .* does not have it"):
        open_tables(folder(**{table: (LINE, line)}))


def test_equal_data_has_an_equal_fingerprint_and_other_data_another(folder):
    before = fingerprint(folder())
    assert fingerprint(folder()) == before
    assert fingerprint(folder(returns=(LINE,))) != before
    assert fingerprint(folder(lines=(LINE, LINE))) != before


def test_an_optional_table_is_checked_where_it_is(folder):
    made = folder()
    stock = {"product_id": ["p1", "p1"], "on": [date(2025, 2, 1), date(2025, 2, 8)], "quantity": [3.0, 0.0]}
    pq.write_table(pa.table(stock), made / "stock.parquet")
    assert open_tables(made).rows == {"customers": 1, "products": 1, "order_lines": 1, "returns": 0, "stock": 2}
    pq.write_table(pa.table({**stock, "quantity": [3.0, -1.0]}), made / "stock.parquet")
    with pytest.raises(TableError, match="stock.parquet: column 'quantity' holds '-1.0', which must be at least 0"):
        open_tables(made)


def test_an_optional_table_changes_the_fingerprint(folder):
    made = folder()
    without = fingerprint(made)
    pq.write_table(
        pa.table({"product_id": ["p1"], "on": [date(2025, 2, 1)], "quantity": [3.0]}), made / "stock.parquet"
    )
    assert fingerprint(made) != without


def test_a_promotion_that_ends_before_it_begins_is_refused(folder):
    made = folder()
    days = {"from": [date(2025, 2, 1)], "to": [date(2025, 1, 31)]}
    pq.write_table(pa.table({"product_id": ["p1"], **days, "discount": [0.1]}), made / "promotions.parquet")
    with pytest.raises(TableError, match="column 'to' holds '2025-01-31', which is before from, '2025-02-01'; mend"):
        open_tables(made)


@pytest.mark.parametrize(("column", "value"), [("customer_id", "c2"), ("product_id", "p2")])
def test_an_event_of_an_unknown_customer_or_product_is_refused_and_one_of_nobody_is_not(folder, column, value):
    made = folder()
    at = pa.array(["2025-02-01 09:00", "2025-02-01 10:00"]).cast(pa.timestamp("us"))
    event = {"event_id": ["e1", "e2"], "kind": ["view", "view"], "at": at}
    for values in ({}, {column: pa.array([None, None], pa.string())}):
        pq.write_table(pa.table({**event, **values}), made / "events.parquet")
        assert open_tables(made).rows["events"] == 2
    pq.write_table(pa.table({**event, column: [None, value]}), made / "events.parquet")
    with pytest.raises(TableError, match=f"events.parquet names {column} '{value}' in 1 rows"):
        open_tables(made)
