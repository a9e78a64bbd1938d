"""One key's rows as one block of bytes, and how they become rows again: the unit that a look-up reads.

A block holds the numbers column after column, then all texts column after column, with a byte between two of them
that stands in no text. What each column is, and how wide, is told by the layout, which many blocks share. Imports
only the standard library: decoding 12,000 values takes half a millisecond, importing pyarrow a hundred.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
Values: TypeAlias = Sequence[Any]
Specs: TypeAlias = Sequence[Mapping[str, Any]]

BETWEEN, NO_TEXT, AFTER_PART = "\x1f", "\x1e", "\x1d"  # between two texts; a null; after each text of a list
KEY, SAME = "key", "same"  # kinds of columns that need no bytes: the block's key, and one value in all rows
# The value of each width that stands for a null among whole numbers and days.
NO_NUMBER = {code: -(2 ** (8 * struct.calcsize(code) - 1)) for code in "bhiq"}
NO_FLAG = 2
_EPOCH = date(1970, 1, 1).toordinal()


class Layout:
    """How the blocks of some keys are laid out.

    columns     for each column its name and kind: a kind of schema.Column, or KEY, or SAME with its `value`;
                with numbers their `code` of `struct`; `nulls`, whether there may be any
    """

    def __init__(self, columns: Specs) -> None:
        self._n_columns = len(columns)
        self._keys = [place for place, one in enumerate(columns) if one["kind"] == KEY]
        self._same = [(place, one["value"]) for place, one in enumerate(columns) if one["kind"] == SAME]
        self._numbers = [(place, _numbers_turned(one)) for place, one in enumerate(columns) if "code" in one]
        self._codes = [one["code"] for one in columns if "code" in one]
        self._texts = [(place, _texts_turned(one)) for place, one in enumerate(columns) if one["kind"] in _TEXTS]
        self._width = struct.calcsize("=" + "".join(self._codes))
        self._as_rows = _row_maker(tuple(one["name"] for one in columns))

    def rows(self, key: str, n: int, block: bytes) -> list[Row]:
        """Return the n rows of a block."""
        columns: list[Values] = [()] * self._n_columns
        for place in self._keys:
            columns[place] = [key] * n
        for place, value in self._same:
            columns[place] = [value] * n
        numbers = struct.unpack_from("=" + "".join([f"{n}{code}" for code in self._codes]), block)
        for at, (place, turned) in enumerate(self._numbers):
            columns[place] = turned(numbers[at * n : at * n + n])
        if self._texts:
            texts = block[n * self._width :].decode().split(BETWEEN)
            for at, (place, turned) in enumerate(self._texts):
                columns[place] = turned(texts[at * n : at * n + n])
        return self._as_rows(columns)


@lru_cache(maxsize=64)
def _row_maker(names: tuple[str, ...]) -> Callable[[Sequence[Values]], list[Row]]:
    """Return what makes rows of columns.

    An expression that spells the names out makes a row in less than half the time of dict(zip(names, row)), which
    would be most of a look-up's; collections.namedtuple does the same.
    """
    values = [f"value{place}" for place in range(len(names))]
    row = ", ".join(f"{name!r}: {value}" for name, value in zip(names, values, strict=True))
    made: Callable[[Sequence[Values]], list[Row]] = eval(  # noqa: S307 - names are quoted
        f"lambda columns: [{{{row}}} for {', '.join(values)}, in zip(*columns)]"
    )
    return made


class _Days(dict[int, date]):
    """The days of numbers, in days since 1970-01-01: there are few, and they are asked for over and over."""

    def __missing__(self, number: int) -> date:
        self[number] = date.fromordinal(_EPOCH + number)
        return self[number]


_day = _Days().__getitem__


def _numbers_turned(column: Mapping[str, Any]) -> Callable[[Values], Values]:
    nulls, none = column["nulls"], NO_NUMBER.get(column["code"])
    match column["kind"]:
        case "flag":
            return lambda values: [(False, True, None)[value] for value in values]
        case "number" if nulls:
            return lambda values: [None if value != value else value for value in values]  # NaN
        case "whole" if nulls:
            return lambda values: [None if value == none else value for value in values]
        case "date" if nulls:
            return lambda values: [None if value == none else _day(value) for value in values]
        case "date":
            return lambda values: list(map(_day, values))
    return lambda values: values


def _texts_turned(column: Mapping[str, Any]) -> Callable[[Values], Values]:
    if column["kind"] == "texts":
        return lambda values: [None if value == NO_TEXT else value.split(AFTER_PART)[:-1] for value in values]
    if column["nulls"]:
        return lambda values: [None if value == NO_TEXT else value for value in values]
    return lambda values: values


_TEXTS = ("text", "texts")
