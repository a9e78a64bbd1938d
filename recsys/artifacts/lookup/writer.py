"""Writing a table's file of blocks from its Parquet file, some row groups at a time."""

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recsys.artifacts.lookup.block_file import COUNT
from recsys.artifacts.lookup.decode import BETWEEN
from recsys.artifacts.lookup.encode import ColumnBytes, column_bytes
from recsys.schema.columns import Table

GROUPS = 32  # row groups that share a layout: 64,000 rows
PAGE_KEYS = 128  # a look-up reads the directory of so many


def write_blocks(parquet: Path, table: Table, target: Path) -> dict[str, Any]:
    """Write the file and return its entry: `bytes` and `index` (place, length, CRC-32).

    Raises NotForBlocks for a table with a text that cannot be in a block, OSError and pa.ArrowException.
    """
    index: dict[str, Any] = {name: [] for name in ("columns", "firsts", "places", "lengths", "sums", "layouts")}
    with target.open("xb") as out:
        for rows in _whole_keys(parquet, table.key[0]):
            _write_rows(rows.combine_chunks(), table, out, index)
        at, told = out.tell(), json.dumps(index, separators=(",", ":")).encode()
        out.write(told)
    return {"bytes": at + len(told), "index": (at, len(told), zlib.crc32(told))}


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


def _write_rows(rows: pa.Table, table: Table, out: IO[bytes], index: dict[str, Any]) -> None:
    key = table.key[0]
    columns = [column_bytes(rows[column.name].combine_chunks(), column, key) for column in table.columns]
    specs = [column.spec for column in columns]
    if specs not in index["columns"]:
        index["columns"].append(specs)
    firsts = np.append(_first_rows(rows[key]), rows.num_rows)
    keys = [str(one) for one in rows[key].take(pa.array(firsts[:-1])).to_pylist()]
    for at in range(0, len(keys), PAGE_KEYS):
        bounds = firsts[at : at + PAGE_KEYS + 1]
        index["layouts"].append(index["columns"].index(specs))
        _write_page(keys[at : at + PAGE_KEYS], bounds, columns, out, index)


def _write_page(
    keys: list[str], bounds: NDArray[np.int64], columns: list[ColumnBytes], out: IO[bytes], index: dict[str, Any]
) -> None:
    blocks = _blocks(bounds, columns)
    ends = np.cumsum([len(block) for block in blocks]).tolist()
    table = struct.pack(f"={3 * len(keys)}I", *ends, *np.diff(bounds).tolist(), *map(zlib.crc32, blocks))
    directory = COUNT.pack(len(keys)) + table + BETWEEN.join(keys).encode()
    index["firsts"].append(keys[0])
    index["places"].append(out.tell())
    index["lengths"].append(len(directory))
    index["sums"].append(zlib.crc32(directory))
    out.writelines((directory, *blocks))


def _blocks(bounds: NDArray[np.int64], columns: list[ColumnBytes]) -> list[bytes]:
    """Return each key's block: its part of the numbers, then of the texts without the byte after the last one."""
    stored = sorted((one for one in columns if one.places is not None), key=lambda one: "code" not in one.spec)
    cut = [(one.data, one.places[bounds].tolist()) for one in stored if one.places is not None]
    less = 1 if stored and "code" not in stored[-1].spec else 0
    blocks = [b"".join([data[places[at] : places[at + 1]] for data, places in cut]) for at in range(len(bounds) - 1)]
    return [block[: len(block) - less] for block in blocks]
