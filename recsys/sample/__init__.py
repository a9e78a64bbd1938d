"""The generated wholesaler that a fresh machine starts with: clean tables, and the truths that are planted in them."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from recsys.files import replaced_folder
from recsys.progress import Progress
from recsys.sample.options import Options
from recsys.sample.truths import Truths
from recsys.sample.wholesaler import Wholesaler, make_wholesaler
from recsys.schema import ORDER_LINES, RETURNS
from recsys.tables import REPORT, CleanTables, open_tables

__all__ = ["TRUTHS", "Options", "Truths", "make_sample", "make_wholesaler", "planted_truths"]

TRUTHS = "truths.json"


def planted_truths(options: Options) -> Truths:
    """Return what `make_sample` plants with the same options, without making any orders."""
    return make_wholesaler(options).truths


def make_sample(out: Path, options: Options, progress: Progress) -> CleanTables:
    """Write the four clean tables, a report and `truths.json` to a folder, which appears whole; check the tables.

    Equal options give equal bytes. Raises RecsysError for a folder that holds something else or cannot be written.
    """
    with replaced_folder(out, marker=REPORT) as folder:
        with progress.step("Making customers and products"):
            wholesaler = make_wholesaler(options)
            rows = _write_who_and_what(folder, wholesaler)
        with progress.step("Making order lines", total=options.customers) as advance:
            for done, n_lines, n_returns in _write_lines(folder, wholesaler):
                rows["order_lines"] += n_lines
                rows["returns"] += n_returns
                advance(done)
        (folder / TRUTHS).write_text(wholesaler.truths.to_json(), encoding="utf-8")
        (folder / REPORT).write_text(_report(options, rows), encoding="utf-8")
        with progress.step("Checking the tables"):
            checked = open_tables(folder)
    return replace(checked, folder=out)


def _write_who_and_what(folder: Path, wholesaler: Wholesaler) -> dict[str, int]:
    """Return how many rows each table has so far."""
    customers, products = wholesaler.customers(), wholesaler.products()
    pq.write_table(customers, folder / "customers.parquet")
    pq.write_table(products, folder / "products.parquet")
    return {"customers": len(customers), "products": len(products), "order_lines": 0, "returns": 0}


def _write_lines(folder: Path, wholesaler: Wholesaler) -> Iterator[tuple[int, int, int]]:
    """Yield (customers, order lines, returns) of each block when it is written."""
    with (
        pq.ParquetWriter(folder / "order_lines.parquet", ORDER_LINES.arrow_schema()) as lines_file,
        pq.ParquetWriter(folder / "returns.parquet", RETURNS.arrow_schema()) as returns_file,
    ):
        for customers, lines, returns in wholesaler.order_lines():
            lines_file.write_table(lines)
            returns_file.write_table(returns)
            yield customers, len(lines), len(returns)


def _report(options: Options, rows: dict[str, int]) -> str:
    report: dict[str, Any] = {
        "source": "sample",
        "generated": True,
        "note": "invented by `python -m recsys sample`: no firm, person or order in it is real",
        "options": asdict(options),
        "rows": rows,
    }
    return json.dumps(report, ensure_ascii=False, indent=1, default=date.isoformat) + "\n"
