"""The entries of a look-up form from a version's Parquet files; `decode` reads them."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recsys.artifacts.integrity import with_columns
from recsys.artifacts.lookup.decode import Content, Stored
from recsys.artifacts.lookup.index import entry_key
from recsys.schema.columns import Table

Column: TypeAlias = list[Any] | NDArray[Any] | None

GROUPS = 32  # row groups that are read at once: 64,000 rows


def contents(parquet: Path, table: Table) -> Iterator[tuple[bytes, Content]]:
    """Yield the entry's key and content of each leading key, in their order. Raises OSError and pa.ArrowException."""
    key = table.key[0]
    for found in _whole_keys(parquet, key):
        rows = with_columns(found, table.arrow_schema())
        columns = [_column(rows[column.name].combine_chunks()) for column in table.columns if column.name != key]
        for first, end in pairwise([*_first_rows(rows[key]).tolist(), rows.num_rows]):
            yield (
                entry_key(table.name, str(rows[key][first])),
                (end - first, [_stored(column, first, end) for column in columns]),
            )


def _whole_keys(parquet: Path, key: str) -> Iterator[pa.Table]:
    """Yield the rows of some row groups; a key's rows stay together."""
    with pq.ParquetFile(parquet) as file:
        rest = file.schema_arrow.empty_table()
        for first in range(0, file.num_row_groups, GROUPS):
            groups = list(range(first, min(first + GROUPS, file.num_row_groups)))
            rows = pa.concat_tables([rest, file.read_row_groups(groups, use_threads=False)])
            last = int(_first_rows(rows[key])[-1])
            if last:
                yield rows.slice(0, last)
            rest = rows.slice(last)
        if rest.num_rows:
            yield rest


def _first_rows(keys: "pa.ChunkedArray[Any]") -> NDArray[np.int64]:
    """Return where each key's rows begin."""
    changed = pc.not_equal(keys.slice(1), keys.slice(0, len(keys) - 1)).to_numpy()
    return np.append(0, np.flatnonzero(changed) + 1)


def _column(values: "pa.Array[Any]") -> Column:
    """Return a column's values as Python objects or, where there is no null, as numbers; None if all are null."""
    if values.null_count == len(values):
        return None
    if pa.types.is_string(values.type):
        return _texts(values)
    if pa.types.is_date(values.type):
        values = pc.cast(values, pa.int32())
    if values.null_count or not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        return values.to_pylist()
    return _narrowed(values.to_numpy())


def _texts(values: "pa.Array[Any]") -> list[str | None]:
    """Return texts, equal ones as one object: marshal writes it once an entry."""
    encoded = values.dictionary_encode("encode")
    texts = encoded.dictionary.to_pylist()
    return [texts[place] for place in encoded.indices.to_numpy().tolist()]


def _narrowed(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return the same numbers in the fewest bytes a number."""
    for code in "bhi" if numbers.dtype.kind == "i" else "f":
        with np.errstate(over="ignore"):
            narrow = numbers.astype(code)
        if np.array_equal(narrow, numbers):
            return narrow
    return numbers


def _stored(column: Column, first: int, end: int) -> Stored:
    if column is None:
        return None
    values = column[first:end]
    return values if isinstance(values, list) else (values.dtype.char, values.tobytes())
