"""Order lines and returns, checked, sorted and written: read once, one slice at a time.

Ids are replaced by their positions in the sorted known ids, which also finds unknown ids, and lines are sorted by
these numbers: with 20 million lines this is much faster than SQL.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recsys.ingest.line_checks import OrderNumbers, Repeated, count_order_numbers, count_repeated
from recsys.ingest.line_sort import LineKeys, line_order, text_starts
from recsys.runtime.parallel import parallel_map
from recsys.schema.clean import ORDER_LINES

_SCHEMA = pa.schema([field.with_nullable(True) for field in ORDER_LINES.arrow_schema()])
_EPOCH = date(1970, 1, 1)
_THREADS = 2  # more would hold more slices at a time
_GROUP_ROWS = 250_000  # rows of a row group; so many are sorted and written at a time

Values: TypeAlias = Any  # an Arrow array; pyarrow's functions do not have precise types


class KnownIds(NamedTuple):
    """The ids that lines may name, each sorted as text."""

    customers: Values
    products: Values


class _Slice(NamedTuple):
    """A slice of lines.

    columns  of the valid rows: customers, products, days, quantities, revenues, lengths and bytes of the order ids
    rest     the other rows
    """

    columns: tuple[NDArray[Any], ...]
    rest: pa.Table


@dataclass(frozen=True)
class Lines:
    """The valid lines of a table, in the order of the file.

    keys  the sort keys and values; customers and products are positions in `known`
    """

    known: KnownIds
    keys: LineKeys

    @property
    def n(self) -> int:
        return len(self.keys.customers)

    @property
    def revenue(self) -> float:
        return float(self.keys.revenues.sum())

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day. Raises ValueError if there are no lines."""
        days = self.keys.days
        return _EPOCH + timedelta(int(days.min())), _EPOCH + timedelta(int(days.max()))

    def order_id(self, line: int) -> str:
        """Return the order id of a line."""
        start, end = self.keys.order_starts[line : line + 2]
        return self.keys.order_bytes[start:end].tobytes().decode("utf-8", "replace")

    def order_ids(self, at: NDArray[np.int64]) -> Values:
        """Return the order ids of some lines as an Arrow array."""
        texts: Values = [None, pa.py_buffer(self.keys.order_starts.data), pa.py_buffer(self.keys.order_bytes.data)]
        ids: Values = pa.Array.from_buffers(pa.large_string(), self.n, texts)
        return ids.take(pa.array(at)).cast(pa.string())

    def slices(self, order: NDArray[np.int64]) -> Iterator[pa.Table]:
        """Yield the lines in the given order, one row group at a time."""
        keys = self.keys
        for start in range(0, self.n, _GROUP_ROWS):
            at = order[start : start + _GROUP_ROWS]
            columns: dict[str, Values] = {
                "order_id": self.order_ids(at),
                "customer_id": self.known.customers.take(pa.array(keys.customers[at])),
                "product_id": self.known.products.take(pa.array(keys.products[at])),
                "ordered_on": pa.array(keys.days[at]).cast(pa.date32()),
                "quantity": pa.array(keys.quantities[at]),
                "revenue": pa.array(keys.revenues[at]),
            }
            yield pa.table(columns, schema=_SCHEMA)


def read_lines(batches: pa.RecordBatchReader, known: KnownIds) -> tuple[Lines, pa.Table]:
    """Return the valid lines, and the other rows as a table.

    batches  the six columns of a line and `problem`, null where none is known yet; further columns are kept for the
             other rows

    The other rows get the columns `place`, the row's number from 0, customer_known and product_known (bool).
    """
    empty = pa.RecordBatch.from_pylist([], schema=batches.schema)
    numbered = _numbered(chain([empty], batches))
    # Each slice is looked up while the next one is read.
    checked = parallel_map(
        lambda numbered_batch: _checked_slice(*numbered_batch, known), numbered, threads=_THREADS, max_pending=_THREADS
    )
    parts = list(checked)
    rest = pa.concat_tables(part.rest for part in parts)
    by_column = [list(column) for column in zip(*(part.columns for part in parts), strict=True)]
    del parts
    joined = list(parallel_map(_joined, by_column, threads=_THREADS))
    customers, products, days, quantities, revenues, lengths, order_bytes = joined
    order_starts = text_starts(lengths)
    return Lines(known, LineKeys(customers, days, order_starts, order_bytes, products, quantities, revenues)), rest


def _joined(slices: list[NDArray[Any]]) -> NDArray[Any]:
    """Return a column's slices as one array; frees the slices, to not hold all columns twice."""
    column = np.concatenate(slices)
    slices.clear()
    return column


class Written(NamedTuple):
    """What was found while lines were written: their order ids, and lines that are there before already."""

    numbers: OrderNumbers
    repeated: Repeated


def write_lines(lines: Lines, path: Path) -> Written:
    """Write the lines sorted and return what is odd about them. Raises OSError if the disk cannot be written."""
    order = line_order(lines.keys, len(lines.known.customers))
    with ThreadPoolExecutor(1) as thread:
        numbers = thread.submit(count_order_numbers, lines.keys, order)
        repeated = thread.submit(count_repeated, lines.keys, order)
        _write(lines.slices(order), path)
        return Written(OrderNumbers(*numbers.result()), Repeated(*repeated.result()))


def _write(slices: Iterator[pa.Table], path: Path) -> None:
    sink = pa.OSFile(str(path), "wb")
    writer = pq.ParquetWriter(sink, _SCHEMA)
    try:
        for rows in _prefetched(slices):
            writer.write_table(rows, row_group_size=_GROUP_ROWS)
        writer.close()
        sink.close()
    finally:
        writer.is_open = False  # else the garbage collector would finish an incomplete file, which may fail
        with suppress(OSError):
            sink.close()


def _prefetched(slices: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield each slice while the next one is computed."""
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(next, slices, None)
        while (rows := following.result()) is not None:
            following = thread.submit(next, slices, None)
            yield rows


def _numbered(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    place = 0
    for batch in batches:
        yield place, batch
        place += batch.num_rows


def _checked_slice(place: int, batch: pa.RecordBatch, known: KnownIds) -> _Slice:
    customers: Values = pc.index_in(batch["customer_id"], value_set=known.customers)
    products: Values = pc.index_in(batch["product_id"], value_set=known.products)
    valid = pc.and_(pc.and_(customers.is_valid(), products.is_valid()), pc.is_null(batch["problem"]))
    invalid: Values = pc.indices_nonzero(pc.invert(valid))
    rest = (
        pa.Table.from_batches([batch])
        .take(invalid)
        .append_column("place", pc.add(invalid.cast(pa.int64()), pa.scalar(place)))
        .append_column("customer_known", customers.is_valid().take(invalid))
        .append_column("product_known", products.is_valid().take(invalid))
    )
    columns: list[Values] = [customers, products, batch["ordered_on"].cast(pa.int32())]
    columns += [batch["quantity"], batch["revenue"], batch["order_id"]]
    if rest.num_rows:
        columns = [column.filter(valid) for column in columns]
    # Copies, because a view would keep the whole slice in memory.
    return _Slice((*(np.array(column) for column in columns[:-1]), *_texts(columns[-1])), rest)


def _texts(ids: Values) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return the length of each text in bytes, and the bytes of all texts."""
    if not len(ids):
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    _, starts, content = ids.buffers()
    bounds = np.frombuffer(starts, dtype=np.int32)[ids.offset : ids.offset + len(ids) + 1]
    return np.diff(bounds), np.frombuffer(content, dtype=np.uint8)[bounds[0] : bounds[-1]].copy()
