"""The bytes of one entry of a look-up form, and how they become rows again.

    entry    the CRC-32 of what follows, then marshal of (key, next key, content)
    content  the number of rows, then of each column without the table's leading key one of
             None (null in all rows), a list of values, or (code, bytes) as `array.array` takes them

Dates are days since 1970-01-01. Imports only the standard library: importing pyarrow takes 100 ms. marshal reads a
value ten times as fast as JSON; it checks nothing, which is why the CRC-32 is compared before.
"""

import marshal
import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import repeat
from typing import Any, TypeAlias

from recsys.schema.columns import Table

Row: TypeAlias = dict[str, Any]
Stored: TypeAlias = list[Any] | tuple[str, bytes] | None
Content: TypeAlias = tuple[int, list[Stored]]

_MARSHAL = 4  # from 3 on, a text that occurs several times is written once
_CRC = 4  # bytes
_EPOCH = date(1970, 1, 1).toordinal()


class Damaged(Exception):
    """A look-up form that is not what was written."""


def seal(key: bytes, after: bytes | None, content: Any) -> bytes:
    """Return an entry. `after` is the key of the next entry, None for the last one."""
    body = marshal.dumps((key, after, content), _MARSHAL)
    return zlib.crc32(body).to_bytes(_CRC, "big") + body


def unseal(entry: bytes) -> tuple[bytes, bytes | None, Any]:
    """Return (key, next key, content) of an entry. Raises Damaged."""
    body = memoryview(entry)[_CRC:]
    if zlib.crc32(body) != int.from_bytes(entry[:_CRC], "big"):
        raise Damaged("an entry was changed")
    key, after, content = marshal.loads(body)  # noqa: S302 - the bytes are those that `seal` returned
    return key, after, content


def rows_of(content: Content, key: str, table: Table) -> list[Row]:
    """Return the rows of a table's leading key."""
    n, stored = content
    rest = iter(stored)
    columns: list[Iterable[Any]] = []
    for column in table.columns:
        values = repeat(key, n) if column.name == table.key[0] else _values(next(rest), n)
        columns.append(map(_DAYS.__getitem__, values) if column.kind == "date" else values)
    return _row_maker(table.column_names)(columns)


def _values(stored: Stored, n: int) -> Iterable[Any]:
    if stored is None:
        return repeat(None, n)
    return stored if isinstance(stored, list) else array(*stored)


class _Days(dict[int | None, date | None]):
    """The dates of days since 1970-01-01: there are few, and they are asked for over and over."""

    def __missing__(self, day: int) -> date:
        self[day] = found = date.fromordinal(_EPOCH + day)
        return found


_DAYS = _Days({None: None})


@lru_cache(maxsize=64)
def _row_maker(names: tuple[str, ...]) -> Callable[[Sequence[Iterable[Any]]], list[Row]]:
    """Return a function from columns to rows.

    An expression that spells the names out makes a row in half the time of dict(zip(names, row)), which would be most
    of a look-up's; collections.namedtuple does the same.
    """
    values = [f"value{place}" for place in range(len(names))]
    row = ", ".join(f"{name!r}: {value}" for name, value in zip(names, values, strict=True))
    made: Callable[[Sequence[Iterable[Any]]], list[Row]] = eval(  # noqa: S307 - names are quoted
        f"lambda columns: [{{{row}}} for {', '.join(values)}, in zip(*columns)]"
    )
    return made
