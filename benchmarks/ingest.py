"""The import of CSV files to clean tables with a cleaning report, beside loads without checks or sorting."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.orders import Orders, Size, make_orders
from benchmarks.tasks import OURS, Answer, Benchmark, Outcome, Task
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables

_LINES = "order_lines.csv"
TODAY = date(2026, 1, 1)
_WARM_UP_ROWS = 100


def make(size: Size, folder: Path) -> None:
    """Write customers.csv, products.csv and order_lines.csv into `all`, and into `few` the same with 100 lines."""
    orders = make_orders(size)
    connection = duckdb.connect()
    connection.register("given", _line_columns(orders))
    for where, limit in ((folder / "all", size.n_lines), (folder / "few", _WARM_UP_ROWS)):
        where.mkdir()
        connection.execute(_customers_sql(size, where / "customers.csv"))
        connection.execute(_products_sql(size, where / "products.csv"))
        connection.execute(_lines_sql(where / _LINES, limit))


def _line_columns(orders: Orders) -> pa.Table:
    """Return the columns that ids, dates and amounts are made from; no two lines are equal."""
    lines = np.arange(orders.size.n_lines)
    fresh = np.ones(len(lines), dtype=bool)
    fresh[1:] = (np.diff(orders.customers) != 0) | (np.diff(orders.days) != 0)
    first = fresh.copy()
    first[1:] |= np.diff(orders.products) != 0
    columns = {
        "customer": orders.customers,
        "product": orders.products,
        "day": orders.days,
        "basket": np.cumsum(fresh),
        "again": lines - np.maximum.accumulate(np.where(first, lines, 0)),
    }
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def _customers_sql(size: Size, path: Path) -> str:
    columns = "printf('C%06d', i) AS customer_id, 'Customer ' || i AS name, 'Segment ' || i % 12 AS segment"
    return f"COPY (SELECT {columns} FROM range({size.n_customers}) t(i)) TO '{path}' (HEADER)"  # noqa: S608 - own names


def _products_sql(size: Size, path: Path) -> str:
    columns = "printf('P%06d', i) AS product_id, 'Product ' || i AS name, 'Category ' || i % 40 AS category"
    return f"COPY (SELECT {columns} FROM range({size.n_products}) t(i)) TO '{path}' (HEADER)"  # noqa: S608 - own names


def _lines_sql(path: Path, limit: int) -> str:
    return f"""
        COPY (
            SELECT printf('%d-%d', basket, again) AS order_id, printf('C%06d', customer) AS customer_id,
                   printf('P%06d', product) AS product_id, DATE '1970-01-01' + day AS ordered_on,
                   1 + hash(basket, product) % 12 AS quantity,
                   round((1 + hash(basket, product) % 12) * (1 + hash(product) % 5000 / 100), 2) AS revenue
            FROM given LIMIT {limit}
        ) TO '{path}' (HEADER)
        """  # noqa: S608 - own names


def same(ours: Answer, theirs: Answer) -> bool:
    """Return whether both kept the same number of lines, of units and of cents."""
    return np.array_equal(ours["lines"], theirs["lines"])


def _outcome(out: Path) -> Outcome:
    """Return the numbers of lines, units and cents that were written; not timed."""

    def answer() -> Answer:
        sql = "SELECT count(*), sum(quantity), sum(CAST(round(revenue * 100) AS BIGINT)) FROM read_parquet(?)"
        return {"lines": np.array(duckdb.execute(sql, [str(out)]).fetchall()[0], dtype=np.int64)}

    return Outcome(answer)


def _ours(folder: Path) -> Callable[[], Outcome]:
    clean(OwnTables(folder / "few"), folder / "clean few", today=TODAY)

    def run() -> Outcome:
        clean(OwnTables(folder / "all"), folder / "clean", today=TODAY)
        return _outcome(folder / "clean" / "order_lines.parquet")

    return run


def _duckdb(folder: Path) -> Callable[[], Outcome]:
    out = folder / "duckdb.parquet"

    def load(path: Path) -> None:
        with duckdb.connect(config={"temp_directory": str(folder / "spill")}) as connection:
            connection.execute(
                f"COPY (SELECT DISTINCT * FROM read_csv('{path}')) TO '{out}' (FORMAT parquet)"  # noqa: S608 - own names
            )

    load(folder / "few" / _LINES)

    def run() -> Outcome:
        load(folder / "all" / _LINES)
        return _outcome(out)

    return run


def _polars(folder: Path) -> Callable[[], Outcome]:
    import polars

    out = folder / "polars.parquet"

    def load(path: Path) -> None:
        polars.scan_csv(path, try_parse_dates=True).unique().sink_parquet(out)

    load(folder / "few" / _LINES)

    def run() -> Outcome:
        load(folder / "all" / _LINES)
        return _outcome(out)

    return run


def _pandas(folder: Path) -> Callable[[], Outcome]:
    import pandas as pd

    out = folder / "pandas.parquet"

    def load(path: Path) -> None:
        frame = pd.read_csv(path, engine="pyarrow", parse_dates=["ordered_on"])
        frame.drop_duplicates().to_parquet(out, index=False)

    load(folder / "few" / _LINES)

    def run() -> Outcome:
        load(folder / "all" / _LINES)
        return _outcome(out)

    return run


INGEST = Benchmark(
    "ingest", make, (Task("ingest", {OURS: _ours, "duckdb": _duckdb, "polars": _polars, "pandas": _pandas}, same),)
)
