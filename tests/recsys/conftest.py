"""Clean tables made of a few visible rows."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.dataset.clean_tables import REPORT
from recsys.schema.clean import CUSTOMERS, ORDER_LINES, PRODUCTS, RETURNS
from recsys.schema.columns import Table

START = date(2026, 1, 1)
CleanFolder = Callable[..., Path]


def day(number: int) -> date:
    """Day 0 is 1 January 2026."""
    return START + timedelta(number)


@pytest.fixture
def clean_folder(tmp_path: Path) -> CleanFolder:
    """Return a function that writes clean tables.

    lines      (customer, day number, products) or (customer, day number, products, quantity, price)
    customers, products  rows with more than an id, by id; the ids of the lines are there anyway
    """

    def written(
        lines: Iterable[tuple[Any, ...]],
        customers: Mapping[str, Mapping[str, Any]] | None = None,
        products: Mapping[str, Mapping[str, Any]] | None = None,
        name: str = "clean",
    ) -> Path:
        rows = [_line(product, *line) for line in lines for product in line[2]]
        return write_clean(tmp_path / name, rows, customers or {}, products or {})

    return written


def write_clean(
    folder: Path,
    lines: list[dict[str, Any]],
    customers: Mapping[str, Mapping[str, Any]],
    products: Mapping[str, Mapping[str, Any]],
) -> Path:
    """Write clean tables of rows, sorted as the contract says; further columns of customers are kept."""
    folder.mkdir(parents=True)
    for table, key, more in ((CUSTOMERS, "customer_id", customers), (PRODUCTS, "product_id", products)):
        ids = sorted({line[key] for line in lines} | set(more))
        rows = [{key: each, "name": f"{key[0].upper()} {each}", **more.get(each, {})} for each in ids]
        _write(folder, table, rows)
    ordered = sorted(
        lines, key=lambda line: (line["customer_id"], line["ordered_on"], line["order_id"], line["product_id"])
    )
    _write(folder, ORDER_LINES, ordered)
    _write(folder, RETURNS, [])
    (folder / REPORT).write_text("{}")
    return folder


def _line(
    product: str, customer: str, number: int, _: Iterable[str], quantity: float = 1, price: float = 10
) -> dict[str, Any]:
    return {
        "order_id": f"{customer}-{number}",
        "customer_id": customer,
        "product_id": product,
        "ordered_on": day(number),
        "quantity": float(quantity),
        "revenue": float(quantity * price),
    }


def _write(folder: Path, table: Table, rows: list[dict[str, Any]]) -> None:
    further = sorted({name for row in rows for name in row} - set(table.column_names))
    schema = table.arrow_schema()
    for name in further:
        schema = schema.append(pa.field(name, pa.string()))
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{table.name}.parquet")
