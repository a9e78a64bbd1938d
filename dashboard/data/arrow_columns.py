"""Columns of Arrow tables as NumPy arrays, from their buffers: Arrow's own way loads pandas."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def coded(texts: Any) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts of a column, and each row's place among them."""
    coded = pc.dictionary_encode(pc.cast(texts, pa.string())).unify_dictionaries()
    if not coded.num_chunks:
        return [], np.empty(0, dtype=np.int64)
    indices = [_values(chunk.indices, np.int32)[0] for chunk in coded.chunks]
    return coded.chunk(0).dictionary.to_pylist(), np.concatenate(indices).astype(np.int64)


def numbers(rows: pa.Table, name: str, without: float = 0.0) -> NDArray[np.float64]:
    """Return a column of numbers, `without` where there is none."""
    return _whole_column(pc.cast(rows[name], pa.float64()), np.float64, without)


def days(rows: pa.Table, name: str) -> NDArray[np.int32]:
    """Return a column of days as days since 1970; 1970 where there is none."""
    return _whole_column(pc.cast(rows[name], pa.date32()), np.int32, 0)


def flags(rows: pa.Table, name: str) -> NDArray[np.bool_]:
    """Return a column of flags, False where there is none."""
    return _whole_column(pc.cast(pc.cast(rows[name], pa.bool_()), pa.int8()), np.int8, 0).astype(bool)


def _whole_column(column: Any, kind: Any, without: float) -> NDArray[Any]:
    parts = [np.where(known, values, without) for values, known in (_values(one, kind) for one in column.chunks)]
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def _values(array: Any, kind: Any) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return an Arrow array's values and which of them are known, from its buffers: its own way loads pandas."""
    end = array.offset + len(array)
    valid, data = array.buffers()
    values = np.frombuffer(data, dtype=kind, count=end)[array.offset :]
    if valid is None:
        return values, np.ones(len(array), dtype=bool)
    bits = np.unpackbits(np.frombuffer(valid, dtype=np.uint8), bitorder="little")
    return values, bits[array.offset : end].astype(bool)


def is_in(keys: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which keys are among sorted ones."""
    if not len(among):
        return np.zeros(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    found: NDArray[np.bool_] = among[at] == keys
    return found
