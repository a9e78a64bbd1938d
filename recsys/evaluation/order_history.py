"""Orders to evaluate on, from any clean tables: who, what and when is enough."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from recsys.dataset.baskets import exact_sum
from recsys.dataset.dates import EPOCH
from recsys.dataset.interactions import Interactions, interactions
from recsys.dataset.product_terms import TEXT_COLUMNS, word_matrix
from recsys.errors import TableError
from recsys.schema.clean import CUSTOMERS, ORDER_LINES, PRODUCTS

_READ = ("customer_id", "product_id", "ordered_on")


def read_orders(data: Path, products: str | None = None) -> Interactions:
    """Return the baskets of a folder of clean tables, with revenue and products' texts where they are there.

    products  regular expression that is searched for in each product's id; None: all products

    Only order_lines.parquet has to be there, with who, what and when; revenue is looked at if it is a column.
    customers.parquet tells segments, products.parquet names, categories and suppliers, if they have any.
    Raises TableError for a missing or unreadable file, a missing column, an empty value, or no line that is left;
    ValueError for a pattern that is none.
    """
    path = data / f"{ORDER_LINES.name}.parquet"
    lines = _lines(path)
    product_ids, columns = np.unique(lines["product_id"].astype(str), return_inverse=True)
    if products is not None:
        held = _holding(product_ids, products)
        lines = {name: values[held[columns]] for name, values in lines.items()}
        if not len(lines["product_id"]):
            raise TableError(f"no product id in {path} holds '{products}'; the first is '{product_ids[0]}'")
        product_ids, columns = np.unique(lines["product_id"].astype(str), return_inverse=True)
    customer_ids, rows = np.unique(lines["customer_id"].astype(str), return_inverse=True)
    days = lines["day"].astype(np.int32)
    segments = _told(data / f"{CUSTOMERS.name}.parquet", "customer_id", ("segment",))
    written = _told(data / f"{PRODUCTS.name}.parquet", "product_id", TEXT_COLUMNS)
    nothing = (None,) * len(TEXT_COLUMNS)
    return interactions(
        (rows.astype(np.int32), columns.astype(np.int32), days),
        customer_ids.tolist(),
        product_ids.tolist(),
        [segments.get(customer_id, nothing)[0] for customer_id in customer_ids.tolist()],
        date.fromordinal(EPOCH + int(days.max())),
        revenue=lines.get("revenue"),
        words=word_matrix([written.get(product_id, nothing) for product_id in product_ids.tolist()]),
    )


def _lines(path: Path) -> dict[str, NDArray[Any]]:
    if not path.exists():
        raise TableError(f"{path} is missing; make the clean tables with `python -m recsys import` or `sample`")
    with duckdb.connect() as connection:
        try:
            there = _columns(connection, path)
            revenue = f", {exact_sum('revenue')} AS revenue" if "revenue" in there else ""
            found = connection.execute(
                "SELECT CAST(customer_id AS VARCHAR) AS customer_id, CAST(product_id AS VARCHAR) AS product_id, "  # noqa: S608 - no value of a user's in it
                f"CAST(ordered_on AS DATE) - DATE '1970-01-01' AS day{revenue} FROM read_parquet(?) GROUP BY ALL",
                [str(path)],
            ).fetchnumpy()
        except duckdb.Error as error:
            raise TableError(
                f"{path} cannot be read as order lines with {', '.join(_READ)} ({str(error).splitlines()[0]}); "
                f"import the data again"
            ) from error
    if "revenue" in found:
        found["revenue"] = np.maximum(np.ma.filled(found["revenue"], 0.0), 0.0)
    for name, values in found.items():
        if np.ma.is_masked(values):
            raise TableError(f"{path} has a line without {name}; mend it in the source and import again")
    if not len(found["day"]):
        raise TableError(f"{path} has no rows; there is nothing to evaluate on")
    return {name: np.ma.getdata(values) for name, values in found.items()}


def _holding(product_ids: NDArray[np.str_], pattern: str) -> NDArray[np.bool_]:
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"products is '{pattern}', which is no regular expression: {error}") from error
    return np.array([wanted.search(product_id) is not None for product_id in product_ids.tolist()], dtype=bool)


def _told(path: Path, key: str, columns: tuple[str, ...]) -> dict[str, tuple[str | None, ...]]:
    """Return a table's texts by its key, None for a column that it does not have; nothing without the file."""
    if not path.exists():
        return {}
    with duckdb.connect() as connection:
        there = _columns(connection, path)
        if not there.intersection(columns):
            return {}
        asked = (f"CAST({column} AS VARCHAR)" if column in there else "NULL" for column in columns)
        rows = connection.execute(
            f"SELECT CAST({key} AS VARCHAR), {', '.join(asked)} FROM read_parquet(?)",  # noqa: S608 - as above
            [str(path)],
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    return {row[0] for row in connection.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()}
