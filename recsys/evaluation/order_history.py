"""Reads the orders to evaluate on, customer, product and day of each line are enough; and the catalogue."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.dataset.baskets import exact_sum
from recsys.dataset.dates import EPOCH
from recsys.dataset.interactions import Interactions, interactions, with_events
from recsys.dataset.product_terms import TEXT_COLUMNS, word_matrix
from recsys.errors import TableError
from recsys.evaluation.catalogue import Catalogue, catalogue
from recsys.schema.clean import CUSTOMERS, EVENTS, ORDER_LINES, PRODUCTS

ProductTexts: TypeAlias = Mapping[str, tuple[str | None, str | None]]  # name and category by product id

_REQUIRED = ("customer_id", "product_id", "ordered_on")


def read_orders(data: Path, products: str | None = None) -> Interactions:
    """Return the baskets of a folder of clean tables, with revenue, segments and the products' texts where known.

    products  regular expression; only products whose id it matches somewhere are kept. None: all products

    Only order_lines.parquet is required, with customer_id, product_id and ordered_on; its column revenue is optional.
    Segments come from customers.parquet; names, categories and suppliers from products.parquet; what customers did in
    the shop and with mails from events.parquet.
    Raises TableError for a missing or unreadable file, a missing column, an empty value or no line left;
    ValueError for an invalid regular expression.
    """
    path = data / f"{ORDER_LINES.name}.parquet"
    lines = _lines(path)
    product_ids, columns = np.unique(lines["product_id"].astype(str), return_inverse=True)
    if products is not None:
        matching = _matching(product_ids, products)
        lines = {name: values[matching[columns]] for name, values in lines.items()}
        if not len(lines["product_id"]):
            raise TableError(f"no product id in {path} holds '{products}'; the first is '{product_ids[0]}'")
        product_ids, columns = np.unique(lines["product_id"].astype(str), return_inverse=True)
    customer_ids, rows = np.unique(lines["customer_id"].astype(str), return_inverse=True)
    days = lines["day"].astype(np.int32)
    segments = _texts_by_key(data / f"{CUSTOMERS.name}.parquet", "customer_id", ("segment",))
    texts = _texts_by_key(data / f"{PRODUCTS.name}.parquet", "product_id", TEXT_COLUMNS)
    unknown = (None,) * len(TEXT_COLUMNS)
    made = interactions(
        (rows.astype(np.int32), columns.astype(np.int32), days),
        customer_ids.tolist(),
        product_ids.tolist(),
        [segments.get(customer_id, unknown)[0] for customer_id in customer_ids.tolist()],
        date.fromordinal(EPOCH + int(days.max())),
        revenue=lines.get("revenue"),
        words=word_matrix([texts.get(product_id, unknown) for product_id in product_ids.tolist()]),
    )
    return with_events(made, data / f"{EVENTS.name}.parquet")


def read_product_texts(data: Path) -> ProductTexts:
    """Return name and category of each product of a folder of clean tables by id; empty without the table."""
    return {
        product_id: (name, category)
        for product_id, (name, category) in _texts_by_key(
            data / f"{PRODUCTS.name}.parquet", "product_id", ("name", "category")
        ).items()
    }


def read_catalogue(data: Path, products: str | None = None) -> Catalogue | None:
    """Return the catalogue of a folder of clean tables; None without the table of products.

    products  regular expression that the ids must match somewhere; None: all products

    Raises TableError for a table that cannot be read.
    """
    path = data / f"{PRODUCTS.name}.parquet"
    if not path.exists():
        return None
    wanted = {"category": "VARCHAR", "supplier": "VARCHAR", "introduced_on": "DATE"}
    with duckdb.connect() as connection:
        try:
            existing = _columns(connection, path)
            selected = (
                f"CAST({name if name in existing else 'NULL'} AS {of}) AS {name}" for name, of in wanted.items()
            )
            rows = connection.execute(
                f"SELECT CAST(product_id AS VARCHAR) AS product_id, {', '.join(selected)} "  # noqa: S608 - holds no text from a user
                "FROM read_parquet(?) ORDER BY product_id",
                [str(path)],
            ).fetchall()
        except duckdb.Error as error:
            raise _unreadable(path, "product_id", error) from error
    types = (pa.string(), pa.string(), pa.string(), pa.date32())
    columns = [pa.array([row[at] for row in rows], of) for at, of in enumerate(types)]
    table = pa.table(columns, names=["product_id", *wanted])
    if products is not None:
        table = table.filter(pa.array(_matching(np.array([row[0] for row in rows], dtype=str), products)))
    return catalogue(table)


def _lines(path: Path) -> dict[str, NDArray[Any]]:
    if not path.exists():
        raise TableError(f"{path} is missing; make the clean tables with `python -m recsys import` or `sample`")
    with duckdb.connect() as connection:
        try:
            columns = _columns(connection, path)
            revenue = f", {exact_sum('revenue')} AS revenue" if "revenue" in columns else ""
            lines = connection.execute(
                "SELECT CAST(customer_id AS VARCHAR) AS customer_id, CAST(product_id AS VARCHAR) AS product_id, "  # noqa: S608 - holds no text from a user
                f"CAST(ordered_on AS DATE) - DATE '1970-01-01' AS day{revenue} FROM read_parquet(?) GROUP BY ALL",
                [str(path)],
            ).fetchnumpy()
        except duckdb.Error as error:
            raise TableError(
                f"{path} cannot be read as order lines with {', '.join(_REQUIRED)} ({str(error).splitlines()[0]}); "
                f"import the data again"
            ) from error
    if "revenue" in lines:
        lines["revenue"] = np.maximum(np.ma.filled(lines["revenue"], 0.0), 0.0)
    for name, values in lines.items():
        if np.ma.is_masked(values):
            raise TableError(f"{path} has a line without {name}; mend it in the source and import again")
    if not len(lines["day"]):
        raise TableError(f"{path} has no rows; there is nothing to evaluate on")
    return {name: np.ma.getdata(values) for name, values in lines.items()}


def _matching(product_ids: NDArray[np.str_], pattern: str) -> NDArray[np.bool_]:
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"products is '{pattern}', which is no regular expression: {error}") from error
    return np.array([wanted.search(product_id) is not None for product_id in product_ids.tolist()], dtype=bool)


def _texts_by_key(path: Path, key: str, columns: tuple[str, ...]) -> dict[str, tuple[str | None, ...]]:
    """Return by key a table's texts in `columns`, None for a missing column; empty without the file or all of them."""
    if not path.exists():
        return {}
    with duckdb.connect() as connection:
        try:
            existing = _columns(connection, path)
            if not existing.intersection(columns):
                return {}
            selected = (f"CAST({column} AS VARCHAR)" if column in existing else "NULL" for column in columns)
            rows = connection.execute(
                f"SELECT CAST({key} AS VARCHAR), {', '.join(selected)} FROM read_parquet(?)",  # noqa: S608 - as above
                [str(path)],
            ).fetchall()
        except duckdb.Error as error:
            raise _unreadable(path, key, error) from error
    return {row[0]: row[1:] for row in rows}


def _unreadable(path: Path, key: str, error: duckdb.Error) -> TableError:
    why = str(error).splitlines()[0]
    return TableError(f"{path} cannot be read as a table with {key} ({why}); import the data again")


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    return {row[0] for row in connection.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()}
