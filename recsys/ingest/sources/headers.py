"""Where the header of a file is: rows above it are skipped, and a file may be turned or have no header at all."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recsys.errors import SourceError

_LOOKED_AT = 50  # rows in which a header is looked for


@dataclass(frozen=True)
class Rows:
    """Which rows of a file are meant.

    header_row  the row that names the columns, from 1; None: it is found
    names       the names of the columns of a file without a header
    turned      the file has a row for each column
    sheets      names or globs of the sheets to read; none: all filled ones
    wanted      columns that the header has, to find it
    """

    header_row: int | None = None
    names: tuple[str, ...] = ()
    turned: bool = False
    sheets: tuple[str, ...] = ()
    wanted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Header:
    """The header of a file.

    names     of the columns, each once
    row       its number from 1, 0 where the file has none
    repeated  names that several columns have, in small letters
    unnamed   the names given to columns that have none
    """

    names: list[str]
    row: int
    repeated: frozenset[str] = frozenset()
    unnamed: frozenset[str] = frozenset()


def find_header(label: str, rows: Iterable[Sequence[str]], wanted: Rows) -> Header:
    """Return the header among the first rows of a file; reads no further than needed.

    Without a declared row it is the first one that has all wanted columns, else the first that is not blank. Raises
    SourceError for a file without one.
    """
    if wanted.names:
        return _named(list(wanted.names), 0)
    first: Header | None = None
    for number, cells in enumerate(_first(rows, wanted.header_row or _LOOKED_AT), start=1):
        names = [cell.strip() for cell in cells]
        if wanted.header_row is not None and number < wanted.header_row:
            continue
        if wanted.header_row is not None or (any(names) and wanted.wanted <= set(names)):
            if any(names):
                return _named(names, number)
            raise SourceError(f"{label}: row {number}, which header_row names, is blank; name the row with the columns")
        if first is None and any(names):
            first = _named(names, number)
    if first is None:
        raise SourceError(f"{label} has no header; its first line must name the columns")
    return first


def _first(rows: Iterable[Sequence[str]], most: int) -> Iterator[Sequence[str]]:
    """Yield the first rows; ends where one cannot be read, except for the very first."""
    source = iter(rows)
    for number in range(most):
        try:
            cells = next(source, None)
        except (csv.Error, UnicodeDecodeError):
            if not number:
                raise
            return
        if cells is None:
            return
        yield cells


def _named(names: list[str], row: int) -> Header:
    """Return a header whose names differ: an empty one is `column 3`, a repeated one `note (2)`."""
    filled = [name or f"column {number}" for number, name in enumerate(names, start=1)]
    unnamed = frozenset(given for name, given in zip(names, filled, strict=True) if not name)
    times = Counter(name.lower() for name in filled)
    taken: set[str] = set()
    unique = []
    for name in filled:
        number, given = 1, name
        while given.lower() in taken:
            number += 1
            given = f"{name} ({number})"
        taken.add(given.lower())
        unique.append(given)
    return Header(unique, row, frozenset(name for name in times if times[name] > 1), unnamed)


def turned(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return rows as columns; a missing cell is empty."""
    read = list(rows)
    width = max((len(row) for row in read), default=0)
    return [[row[column] if column < len(row) else "" for row in read] for column in range(width)]


def separator_line(path: Path) -> str:
    """Return the mark of a line `sep=;`, which Excel writes above a header; empty if the file has none."""
    with path.open("rb") as file:
        line = file.readline(64).removeprefix(b"\xef\xbb\xbf").strip().strip(b'"')
    is_separator = line[:4].lower() == b"sep=" and len(line) in (5, 6)
    return {"\\t": "\t"}.get(line[4:].decode("latin-1"), line[4:5].decode("latin-1")) if is_separator else ""
