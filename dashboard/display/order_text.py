"""Lines of an order as people type, paste or scan them: `03013 12`, `12 x 03013`, `03013;12`, `Oat drink`.

one line          what was meant
03013             one of 03013
03013 12          twelve of 03013; a tab, `;` or `,` between the two is as good
12 x 03013        twelve of 03013; so is `03013 x 12`
Oat drink 3       three of what is called so
"""

import math
import re
from collections.abc import Callable
from typing import NamedTuple

MOST_LINES = 300
LONGEST_LINE = 200
MOST_QUANTITY = 1_000_000.0
_NUMBER = r"\d+(?:[.,]\d+)?"
_QUANTITY = re.compile(_NUMBER)
_BEFORE = re.compile(rf"({_NUMBER})\s*[x\N{{MULTIPLICATION SIGN}}*]\s*(\S.*)", re.IGNORECASE)
_AFTER = re.compile(rf"(\S.*?)\s*[x\N{{MULTIPLICATION SIGN}}*]\s*({_NUMBER})", re.IGNORECASE)
_COLUMNS = re.compile(r"\s*[;\t]\s*")
_COMMAS = re.compile(r"\s*,\s+|\s*,(?=\d+$)")  # where there is nothing else: between two digits it may be of a number
_WEIGHED = re.compile(r"([^;\t]*[^;\t\s])\s+(\d+,\d+)")  # its comma is no column's
_BLANK = re.compile(r"\s+")


class Typed(NamedTuple):
    """A line: a product's number or name as it was typed, and how many."""

    text: str
    quantity: float


def typed_lines(text: str, is_number: Callable[[str], bool], alone: float = 1.0) -> tuple[Typed, ...]:
    """Return the lines of a text, at most MOST_LINES; the heads of a file and blank lines are none.

    is_number  whether a text is a product's number: tells `12 03013` from `03013 12`, and keeps `7 x 9` whole
    alone      how many are meant by a text of one line that does not say
    """
    lines = [line.strip().strip('"')[:LONGEST_LINE] for line in text.replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line]
    one = alone if len(lines) == 1 else 1.0
    found = [_typed(line, is_number, one) for line in lines]
    if len(found) > 1 and _is_head(lines, found[0]):
        found = found[1:]
    return tuple(found[:MOST_LINES])


def _typed(line: str, is_number: Callable[[str], bool], one: float) -> Typed:
    """Return what a line means; `one` where it does not say how many."""
    if is_number(line):
        return Typed(line, one)
    times = [
        Typed(found[what].strip(), quantity)
        for pattern, what, how_many in ((_AFTER, 1, 2), (_BEFORE, 2, 1))
        if (found := pattern.fullmatch(line)) and (quantity := _quantity(found[how_many]))
    ]
    if times:  # `20481 x 4` can be read both ways: a number is known, or longer than a quantity
        return max(times, key=lambda one: (is_number(one.text), len(one.text)))
    weighed = _WEIGHED.fullmatch(line)
    if weighed and (quantity := _quantity(weighed[2])):
        return Typed(weighed[1], quantity)
    columns = _columns(line)
    if len(columns) < 2:
        columns = line.rsplit(maxsplit=1)
    return _of_columns(columns, line, is_number, one)


def _columns(line: str) -> list[str]:
    """Return the parts of a line between tabs and semicolons; of one without them those between commas."""
    between = _COLUMNS if _COLUMNS.search(line) else _COMMAS
    return [part.strip('" ') for part in between.split(line) if part.strip('" ')]


def _of_columns(columns: list[str], line: str, is_number: Callable[[str], bool], one: float) -> Typed:
    """Return a line of a number and a quantity in either order; further columns are names and prices."""
    numbers = sorted((at for at, part in enumerate(columns) if is_number(part)), key=lambda at: -len(columns[at]))
    at = numbers[0] if numbers else 0
    others = [part for place, part in enumerate(columns) if place != at]
    quantity = next((found for part in others if (found := _quantity(part))), None)
    if quantity is None:
        return Typed(columns[at] if numbers else _BLANK.sub(" ", line), one)
    return Typed(columns[at], quantity)


def _quantity(text: str) -> float | None:
    if not _QUANTITY.fullmatch(text):
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) and 0 < number <= MOST_QUANTITY else None


def _is_head(lines: list[str], first: Typed) -> bool:
    """Return whether the first line says what the others' columns are: it has several, and no digit in them."""
    line = lines[0]
    return len(_columns(line)) > 1 and not any(letter.isdigit() for letter in line) and first.quantity == 1
