"""Order lines grouped into baskets, in DuckDB, for files larger than the memory. All later steps read the baskets.

A basket is everything that one customer ordered on one day. Customers and products are numbered in the order of
their ids, compared as text by code point, as in Python.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.dataset.clean_tables import CleanTables
from recsys.dataset.dates import months_before
from recsys.errors import TableError
from recsys.schema.clean import CLEAN_TABLES, ORDER_LINES

_SLICE_ROWS = 200_000
_SQL_TYPES = {"text": "VARCHAR", "date": "DATE", "number": "DOUBLE", "flag": "BOOLEAN"}


def exact_sum(column: str, where: str = "true") -> str:
    """Return SQL for a sum exact to a millionth, which, unlike a sum of floats, no order of the rows changes."""
    return f"CAST(sum(CAST({column} AS DECIMAL(38, 6))) FILTER ({where}) AS DOUBLE)"


@dataclass(frozen=True)
class Baskets:
    """An open DuckDB connection over the order lines up to and with `as_of`.

    customer_rows  c, customer_id: all customers, c from 0
    product_rows   p, product_id: all products, p from 0
    basket_lines   c, p, ordered_on, quantity, revenue: one row a product of a basket
    orders         c, order_id, ordered_on: one row an order and day
    """

    connection: duckdb.DuckDBPyConnection
    tables: CleanTables
    as_of: date
    first_order_on: date
    last_order_on: date

    @property
    def year_from(self) -> date:
        """The day before the 12 months that end with as_of."""
        return months_before(self.as_of, 12)

    def optional_columns(self, table: str) -> dict[str, str]:
        """Return SQL for each column of a clean table: its name, or a null of its type if the file lacks the column."""
        present = pq.read_schema(self.tables.path(table)).names
        return {
            column.name: f'"{column.name}"' if column.name in present else f"CAST(NULL AS {_SQL_TYPES[column.kind]})"
            for column in CLEAN_TABLES[table].columns
        }

    def slices(self, sql: str, values: dict[str, Any] | None = None) -> Iterator[pa.Table]:
        """Yield the rows of a query in slices. `values` are the query's parameters."""
        with self.connection.cursor() as cursor:
            for batch in cursor.sql(sql, params=values).to_arrow_reader(_SLICE_ROWS):
                yield pa.Table.from_batches([batch])


@contextmanager
def fold(tables: CleanTables, as_of: date | None = None) -> Iterator[Baskets]:
    """Group the order lines into baskets; if `as_of` is None, it is the day of the last order.

    Revenue and quantity are exact to a millionth in any order of the lines.
    Raises TableError if there is no order up to as_of.
    """
    lines = str(tables.path(ORDER_LINES.name))
    with (
        tempfile.TemporaryDirectory(prefix="repertoire-") as spill,
        duckdb.connect(config={"temp_directory": spill}) as connection,
    ):
        first, last = _span(connection, lines, as_of)
        _number(connection, tables)
        connection.execute(
            f"""
            CREATE TABLE basket_lines AS
            SELECT c, p, ordered_on,
                   {exact_sum("quantity")} AS quantity, {exact_sum("revenue")} AS revenue
            FROM read_parquet($lines) JOIN customer_rows USING (customer_id) JOIN product_rows USING (product_id)
            WHERE ordered_on <= $last GROUP BY ALL ORDER BY c, p, ordered_on
            """,  # noqa: S608 - no value of a user's in it
            {"lines": lines, "last": last},
        )
        connection.execute(
            """
            CREATE TABLE orders AS SELECT DISTINCT c, order_id, ordered_on
            FROM read_parquet($lines) JOIN customer_rows USING (customer_id) WHERE ordered_on <= $last
            """,
            {"lines": lines, "last": last},
        )
        yield Baskets(connection, tables, as_of or last, first, last)


def _span(connection: duckdb.DuckDBPyConnection, lines: str, as_of: date | None) -> tuple[date, date]:
    first, last, first_of_all = connection.execute(
        """
        SELECT min(ordered_on) FILTER (ordered_on <= $as_of), max(ordered_on) FILTER (ordered_on <= $as_of),
               min(ordered_on)
        FROM read_parquet($lines)
        """,
        {"lines": lines, "as_of": as_of or date.max},
    ).fetchall()[0]
    if last is None:
        raise TableError(f"{lines} has no order up to {as_of}; its first is of {first_of_all}, name a later day")
    return first, last


def _number(connection: duckdb.DuckDBPyConnection, tables: CleanTables) -> None:
    for table, key, row in (("customers", "customer_id", "c"), ("products", "product_id", "p")):
        connection.execute(
            f"CREATE TABLE {row_table(key)} AS "  # noqa: S608 - as above
            f"SELECT CAST(row_number() OVER (ORDER BY {key}) - 1 AS INTEGER) AS {row}, {key} FROM read_parquet(?)",
            [str(tables.path(table))],
        )


def row_table(key: str) -> str:
    """Return the name of the table that numbers the ids of a key column."""
    return key.removesuffix("_id") + "_rows"
