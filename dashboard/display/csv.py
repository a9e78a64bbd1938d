"""Rows as CSV text that a spreadsheet opens without harm: UTF-8 with its mark, and no cell that runs as a formula."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

Cell = str | int | float | Decimal | date | bool | None

BYTE_ORDER_MARK = "\ufeff"
LONGEST_NAME = 120  # letters; file systems allow 255 bytes
MEDIA_TYPE = "text/csv;charset=utf-8"
# What a spreadsheet may take for the start of a formula, also in the full width that Asian keyboards write, and behind
# what cannot be seen.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_UNSEEN = r"\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
_FORMULA_START = re.compile(rf"[\t\r\n]|[{_UNSEEN}]*[{_SIGNS}]")
# Where semicolons or tabs alone divide, only the first column's quotation marks are seen: within another column's text
# a cell may begin behind each of these.
_FORMULA_WITHIN = re.compile(rf'(?<=[;\t\r\n])(["{_UNSEEN}]*)(?=[{_SIGNS}])')


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the head and the rows as one text, lines ending in CR LF.

    Values stay raw: numbers with a point and without separators, dates as 2026-11-20, None as nothing. Every text is
    quoted, so that a spreadsheet that divides at semicolons too leaves `x;=1+1` whole.
    A text that a spreadsheet would take for a formula gets an apostrophe before it, and so does what would be one
    where it divides at semicolons or tabs alone (`x;'=1+1`); a number never does, also one that came as text (`-12.5`).
    Raises ValueError for a row that has not as many cells as there are columns.
    """
    lines = [csv_line(columns)]
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row has {len(row)} cells, there are {len(columns)} columns: {row!r}")
        lines.append(csv_line(row))
    return BYTE_ORDER_MARK + "".join(lines)


def csv_line(cells: Iterable[Cell]) -> str:
    """Return one row of such a text, with the end of its line."""
    return f"{','.join(map(_written, cells))}\r\n"


def rounded(value: Cell, decimals: int | None) -> Cell:
    """Return a float with at most so many decimals, rounded half up, a whole one as an int; anything else unchanged."""
    if decimals is None or not isinstance(value, float):
        return value
    shorter = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return int(shorter) if shorter == shorter.to_integral_value() else float(shorter)


def file_name(*parts: str) -> str:
    """Return `usual-products-for-K-1-Café-Müller.csv` of parts that may hold anything.

    Letters, digits and `_` stay, all else between them is one hyphen; empty parts are left out, a long name is cut.
    """
    name = re.sub(r"[^\w]+", "-", "-".join(part for part in parts if part)).strip("-")
    return f"{name[:LONGEST_NAME].rstrip('-')}.csv"


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return repr(cell)
    if not isinstance(cell, str):
        return str(cell)
    doubled = _safe(cell).replace('"', '""')
    return f'"{doubled}"'


def _safe(text: str) -> str:
    """Return a text so that no spreadsheet takes it or a part of it for a formula."""
    if _is_number(text):
        return text
    within = _FORMULA_WITHIN.sub(r"\1'", text)
    return f"'{within}" if _FORMULA_START.match(text) else within


def _is_number(text: str) -> bool:
    """Return whether a text is digits with at most one sign and one point: nothing that a spreadsheet computes."""
    body = text[1:] if text[:1] in ("+", "-") else text
    return body.replace(".", "", 1).isdecimal() and body.isascii()
