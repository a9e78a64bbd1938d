"""The lines of a file of events, one after the other: CSV or JSON lines, in whatever form a mailing tool exports them.

Nothing is kept of a file but the line at hand: one of 200 MB takes no more memory than one of 2. A line that cannot be
read is refused with its number, and the next one is read.
"""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

LONGEST_LINE = 65_536  # letters
MOST_JOINED = 20  # lines of a record whose text has line breaks within quotation marks
LONGEST_VALUE = 120  # letters of what a refusal repeats
DELIMITERS = ",;\t|"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

Value = Any  # of JSON; of CSV a text
HasColumns = Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class Line:
    """A record with its first line's number, from 1; names of columns are in small letters, without blanks around."""

    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Refused:
    """Why a line is refused: what of it, its value, and what to do. Line 0 is the file as a whole."""

    line: int
    thing: str
    value: str
    remedy: str


def lines_of(file: BinaryIO, why_not: HasColumns) -> Iterator[Line | Refused]:
    """Yield the records of a file, and what is refused of it, in the order of the file.

    why_not     returns what is missing of the names of columns, empty if nothing is: without them a CSV is refused as
                a whole
    UTF-8 and UTF-16 are read, with and without their marks, and any end of line. What is no letter in UTF-8 becomes
    the replacement character.
    """
    text = _text(file)
    physical = _physical(text)
    first = next((line for line in physical if line[1].strip()), None)
    if first is None:
        yield Refused(0, "file", "", "It is empty; export the events again.")
    elif first[1].lstrip().startswith(("{", "[")):
        yield from _json_lines(_with(first, physical))
    else:
        yield from _csv_lines(first, physical, why_not)


def shortened(value: object) -> str:
    """Return a value so that it can be repeated: in one line, and not longer than LONGEST_VALUE."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}\N{HORIZONTAL ELLIPSIS}"


# ---- inner ----

Physical = tuple[int, str]


def _text(file: BinaryIO) -> io.TextIOWrapper:
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file))
    begin = buffered.peek(64)[:64]
    encoding = next((encoding for mark, encoding in _MARKS if begin.startswith(mark)), None)
    if encoding is None and len(begin) > 1 and 0 in begin[:2]:
        encoding = "utf-16-le" if begin[1] == 0 else "utf-16-be"
    return io.TextIOWrapper(buffered, encoding or "utf-8", errors="replace", newline="")


def _physical(text: io.TextIOWrapper) -> Iterator[Physical]:
    """Yield the lines with their numbers; of one that is too long the begin, which is refused by its length."""
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        yield number, line
        while len(line) > LONGEST_LINE and not line.endswith(("\n", "\r")):
            line = text.readline(LONGEST_LINE + 1)


def _with(first: Physical, rest: Iterator[Physical]) -> Iterator[Physical]:
    yield first
    yield from rest


def _json_lines(physical: Iterator[Physical]) -> Iterator[Line | Refused]:
    for number, text in physical:
        if not text.strip():
            continue
        if len(text) > LONGEST_LINE:
            yield _too_long(number)
            continue
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            yield Line(number, {str(name).strip().lower(): value for name, value in found.items()})
        else:
            yield Refused(number, "line", shortened(text), "It is no JSON object; each line must be one: {...}.")


def _csv_lines(first: Physical, physical: Iterator[Physical], why_not: HasColumns) -> Iterator[Line | Refused]:
    head = first[1].rstrip("\r\n")
    delimiter = max(DELIMITERS, key=head.count)
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=delimiter, skipinitialspace=True), [])]
    missing = why_not(names)
    if missing:
        yield Refused(first[0], "columns", shortened(", ".join(names)), missing)
        return
    for number, fields in _records(physical, delimiter):
        if isinstance(fields, Refused):
            yield fields
        elif len(fields) > len(names):
            what = f"{len(fields)} of {len(names)}"
            yield Refused(number, "fields", what, "There are more than columns; quote texts that have the separator.")
        elif any(fields):
            yield Line(number, dict(zip(names, fields, strict=False)))


def _records(physical: Iterator[Physical], delimiter: str) -> Iterator[tuple[int, list[str] | Refused]]:
    """Yield records with the number of their first line; an open quotation mark refuses its line alone."""
    waiting: list[Physical] = []
    while True:
        line = waiting.pop(0) if waiting else next(physical, None)
        if line is None:
            return
        number, text = line
        if len(text) > LONGEST_LINE:
            yield number, _too_long(number)
            continue
        fields = _fields(text, delimiter)
        joined: list[Physical] = []
        while fields is None and len(joined) < MOST_JOINED:
            more = waiting.pop(0) if waiting else next(physical, None)
            if more is None:
                break
            joined.append(more)
            text += more[1]
            fields = _fields(text, delimiter) if len(text) <= LONGEST_LINE else None
        if fields is None:
            waiting = joined + waiting
            yield number, Refused(number, "line", shortened(line[1]), "A quotation mark is not closed; close it.")
        else:
            yield number, fields


def _fields(text: str, delimiter: str) -> list[str] | None:
    """Return the fields of a record; None where a quotation mark is open at its end."""
    if '"' not in text:
        return [field.strip() for field in text.rstrip("\r\n").split(delimiter)]
    try:
        return [
            field.strip()
            for field in next(
                csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True, strict=True), []
            )
        ]
    except csv.Error as error:
        if "unexpected end" in str(error):
            return None
    return [
        field.strip()
        for field in next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, skipinitialspace=True), [])
    ]


def _too_long(number: int) -> Refused:
    return Refused(number, "line", f"over {LONGEST_LINE:,} letters", "It is too long for an event; look at the export.")
