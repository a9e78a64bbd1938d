"""Columns of a published table as the bytes that blocks are cut from; `blocks` reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recsys.artifacts.lookup.decode import AFTER_PART, BETWEEN, KEY, NO_FLAG, NO_NUMBER, NO_TEXT, SAME
from recsys.schema.columns import Column, Kind

_TAKEN = f"[{AFTER_PART}{NO_TEXT}{BETWEEN}]"


class NotForBlocks(ValueError):
    """A text that holds a byte which separates texts: the table is looked up in its Parquet file."""


@dataclass(frozen=True)
class ColumnBytes:
    """A column of some rows.

    spec        what `blocks.Layout` is told of it
    data        the values of all rows, one after the other; none for a column that needs no bytes
    places      (n_rows + 1,) where each row's value begins and the last one ends
    """

    spec: dict[str, Any]
    data: memoryview = memoryview(b"")
    places: NDArray[np.int64] | None = None


def column_bytes(values: "pa.Array[Any]", column: Column, key: str) -> ColumnBytes:
    """Return a column's bytes. Raises NotForBlocks for a text that cannot be in a block."""
    if column.name == key:
        _check_texts(values)
        return ColumnBytes({"name": column.name, "kind": KEY})
    if values.null_count == len(values):
        return ColumnBytes({"name": column.name, "kind": SAME, "value": None})
    return _OF_KIND[column.kind](values, column)


def _number(values: Any, column: Column) -> ColumnBytes:
    numbers = pc.fill_null(values, np.nan).to_numpy(zero_copy_only=False)
    with np.errstate(over="ignore"):
        short = numbers.astype(np.float32)
    exact = np.array_equal(short.astype(np.float64), numbers, equal_nan=True)
    return _numbers(values, column, short if exact else numbers, "f" if exact else "d")


def _whole(values: Any, column: Column) -> ColumnBytes:
    numbers = pc.cast(values, pa.int32()) if column.kind == "date" else values
    low, high = pc.min(numbers).as_py(), pc.max(numbers).as_py()
    code = next((code for code, none in NO_NUMBER.items() if none < low and high < -none), None)
    if code is None:
        raise NotForBlocks(f"{column.name} has {low}, which stands for a null")
    filled = pc.fill_null(pc.cast(numbers, pa.int64()), NO_NUMBER[code]).to_numpy(zero_copy_only=False)
    return _numbers(values, column, filled.astype(code), code)


def _flag(values: Any, column: Column) -> ColumnBytes:
    numbers = pc.fill_null(pc.cast(values, pa.int8()), NO_FLAG).to_numpy(zero_copy_only=False)
    return _numbers(values, column, numbers, "b")


def _numbers(values: Any, column: Column, numbers: NDArray[Any], code: str) -> ColumnBytes:
    spec = {"name": column.name, "kind": column.kind, "code": code, "nulls": values.null_count > 0}
    places = np.arange(len(numbers) + 1, dtype=np.int64) * numbers.itemsize
    return ColumnBytes(spec, memoryview(numbers.tobytes()), places)


def _text(values: Any, column: Column) -> ColumnBytes:
    _check_texts(values)
    if len(pc.unique(values)) == 1:
        return ColumnBytes({"name": column.name, "kind": SAME, "value": values[0].as_py()})
    return _texts(pc.fill_null(values, NO_TEXT), column, nulls=values.null_count > 0)


def _text_lists(values: Any, column: Column) -> ColumnBytes:
    texts = pc.list_flatten(values)
    _check_texts(texts)
    if texts.null_count:
        raise NotForBlocks(f"{column.name} has an empty value in a list")
    joined = [NO_TEXT if one is None else "".join(f"{text}{AFTER_PART}" for text in one) for one in values.to_pylist()]
    return _texts(pa.array(joined, pa.string()), column, nulls=values.null_count > 0)


def _texts(values: Any, column: Column, *, nulls: bool) -> ColumnBytes:
    ended = pc.binary_join_element_wise(values, "", BETWEEN)
    _, ends, data = ended.buffers()
    places = np.frombuffer(ends, np.int32, len(values) + 1, ended.offset * 4).astype(np.int64)
    return ColumnBytes({"name": column.name, "kind": column.kind, "nulls": nulls}, memoryview(data), places)


def _check_texts(values: Any) -> None:
    row = pc.index(pc.match_substring_regex(values, _TAKEN), pa.scalar(True)).as_py()
    if row >= 0:
        raise NotForBlocks(f"a text holds a separating byte: {values[row].as_py()!r}")


_OF_KIND: dict[Kind, Callable[[Any, Column], ColumnBytes]] = {
    "text": _text,
    "date": _whole,
    "whole": _whole,
    "number": _number,
    "flag": _flag,
    "texts": _text_lists,
}
