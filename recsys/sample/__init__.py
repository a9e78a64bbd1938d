"""A generated wholesaler to try the product with: clean tables, and the known patterns (truths) planted in them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from recsys.dataset.clean_tables import REPORT, CleanTables, open_tables
from recsys.errors import RecsysError
from recsys.runtime.atomic_files import replaced_folder
from recsys.runtime.progress import Progress
from recsys.sample.options import SampleOptions
from recsys.sample.row_counts import RowCounts
from recsys.sample.truths import Truths
from recsys.sample.wholesaler import Wholesaler, make_wholesaler
from recsys.schema.clean import EVENTS, ORDER_LINES, RETURNS

__all__ = ["TRUTHS", "SampleOptions", "Truths", "make_sample", "make_wholesaler", "planted_truths"]

TRUTHS = "truths.json"


def planted_truths(options: SampleOptions) -> Truths:
    """Return the truths that `make_sample` plants with the same options, without making any orders."""
    return make_wholesaler(options).truths


def make_sample(out: Path, options: SampleOptions, progress: Progress) -> CleanTables:
    """Write the clean tables, a report and `truths.json` to a folder; check and return the tables.

    The folder appears complete or is unchanged. Equal options make equal bytes.
    Raises RecsysError for a folder that has other files or cannot be written.
    """
    with _unwritable_as_error(out), replaced_folder(out, marker=REPORT) as folder:
        with progress.step("Making customers and products"):
            wholesaler = make_wholesaler(options)
            counts = RowCounts()
            for name, table in wholesaler.tables().items():
                pq.write_table(table, folder / f"{name}.parquet")
                counts.rows[name] = len(table)
        with progress.step("Making order lines", total=options.customers) as advance:
            for done in _write_blocks(folder, wholesaler, counts):
                advance(done)
        (folder / TRUTHS).write_text(wholesaler.truths.to_json(), encoding="utf-8")
        counts.report(options).save(folder)
        with progress.step("Checking the tables"):
            checked = open_tables(folder)
    return replace(checked, folder=out)


@contextmanager
def _unwritable_as_error(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RecsysError(
            f"{out} cannot be written ({error.strerror}); nothing was changed, make room there"
        ) from error


def _write_blocks(folder: Path, wholesaler: Wholesaler, counts: RowCounts) -> Iterator[int]:
    """Write order lines, returns and events in blocks of customers; yield the number of customers in each block."""
    with ExitStack() as stack:
        files = {
            table.name: stack.enter_context(pq.ParquetWriter(folder / f"{table.name}.parquet", table.arrow_schema()))
            for table in (ORDER_LINES, RETURNS, EVENTS)
        }
        for block in wholesaler.blocks():
            for name, rows in zip(files, (block.lines, block.returns, block.events), strict=True):
                files[name].write_table(rows)
                counts.rows[name] += len(rows)
            counts.add(block.lines)
            yield block.n_customers
