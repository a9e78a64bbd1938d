"""Rows as CSV text that a spreadsheet opens without harm: UTF-8 with its mark, and no cell that runs as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

Cell = str | int | float | Decimal | date | bool | None

BYTE_ORDER_MARK = "\ufeff"
LONGEST_NAME = 120  # letters; file systems allow 255 bytes
MEDIA_TYPE = "text/csv;charset=utf-8"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the head and the rows as one text, lines ending in CR LF.

    Values stay raw: numbers with a point and without separators, dates as 2026-11-20, None as nothing.
    A text that a spreadsheet would take for a formula gets an apostrophe before it; a number never does, also one
    that came as text (`-12.5`).
    Raises ValueError for a row that has not as many cells as there are columns.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(column) for column in columns])
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row has {len(row)} cells, there are {len(columns)} columns: {row!r}")
        # The writer itself makes a float's shortest text, a date's ISO form, and nothing of None.
        writer.writerow([_safe(cell) if isinstance(cell, str) else cell for cell in row])
    return BYTE_ORDER_MARK + out.getvalue()


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


def _safe(text: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    """Return whether a text is digits with at most one sign and one point: nothing that a spreadsheet computes."""
    body = text[1:] if text[:1] in ("+", "-") else text
    return body.replace(".", "", 1).isdecimal() and body.isascii()
