"""Columns in which each number with a mark has three digits behind it, so that 1.234 may be more than a thousand.

Nothing in such a column says which. A zero in front (0.250), four digits without a mark, or another number of digits
behind it (12.5) does; so do prices, which only the clean tables know (recsys/ingest/thousands.py).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from recsys.ingest.sources.raw_files import Format, RawFile, damage_as_source_error
from recsys.ingest.sources.session import DoubtfulColumn, ImportSession, forget_rejects
from recsys.ingest.sources.sql import identifier, literal
from recsys.ingest.sources.value_parsing import Field

_SAMPLE = 10_000  # rows in which a mark is looked for
_FEWEST = 5  # filled values; of fewer, nothing can be said


class _Counts(NamedTuple):
    """Values of a column: filled; with a mark and three digits behind it, all of them 0 or not; others with a mark."""

    filled: int
    marked: int
    marked_zero: int
    other: int


def note_doubtful(
    session: ImportSession, table: str, raw: RawFile, fields: Sequence[Field], settled: Sequence[str] = ()
) -> None:
    """Add the columns of a table's file to the session whose numbers can be read in two ways.

    settled  names of fields whose values are known to be of one kind
    """
    # A column that is computed with too is called after that: prices made of it agree with it anyway.
    numbers = list({field.column: field for field in fields if _is_open(field, raw)}.values())
    known = {field.column for field in fields if field.name in settled}
    if all(field.column in known for field in numbers):
        return
    with damage_as_source_error(raw):
        sampled = dict(zip(numbers, _counts(session, raw, numbers, f"LIMIT {_SAMPLE}"), strict=True))
        doubtful = [field for field in numbers if _is_doubtful(sampled[field]) and field.column not in known]
        counted = dict(zip(doubtful, _counts(session, raw, doubtful), strict=True)) if doubtful else {}
        for field, counts in counted.items():
            if _is_doubtful(counts) and counts.filled >= _FEWEST:
                has_decimals = any(sampled[other].other for other in numbers if _form(other, raw) == _form(field, raw))
                session.doubtful.append(
                    DoubtfulColumn(
                        table, field.name, str(field.column), raw.label, _example(session, raw, field),
                        _form(field, raw).decimal, counts.marked, counts.marked_zero, has_decimals,
                    )
                )  # fmt: skip
    forget_rejects(session)


def _is_open(field: Field, raw: RawFile) -> bool:
    """Return whether a field is a number in text, of whose marks the map says nothing."""
    if field.column is None or field.kind != "number" or field.is_raw or field.values:
        return False
    return raw.types[field.column] == "VARCHAR" and not _form(field, raw).says_thousands


def _form(field: Field, raw: RawFile) -> Format:
    return field.form or raw.form


def _is_doubtful(counts: _Counts) -> bool:
    return counts.marked > counts.marked_zero and not counts.other


def _digits(field: Field) -> str:
    return f"regexp_extract({identifier(str(field.column))}, '[0-9.,]+')"


def _three(field: Field, raw: RawFile) -> str:
    return literal(f"[1-9][0-9]{{0,2}}{re.escape(_form(field, raw).decimal)}[0-9]{{3}}")


def _counts(session: ImportSession, raw: RawFile, fields: list[Field], limit: str = "") -> list[_Counts]:
    counts = []
    for field in fields:
        digits, three = _digits(field), _three(field, raw)
        is_three, is_short = f"regexp_full_match({digits}, {three})", f"regexp_full_match({digits}, '[0-9]{{1,3}}')"
        counts += [
            f"count(*) FILTER ({digits} <> '')",
            f"count(*) FILTER ({is_three})",
            f"count(*) FILTER ({is_three} AND ends_with({digits}, '000'))",
            f"count(*) FILTER ({digits} <> '' AND NOT {is_three} AND NOT {is_short})",
        ]
    found = session.rows(f"SELECT {', '.join(counts)} FROM ({_rows(raw, fields)} {limit})")[0]  # noqa: S608 - quoted
    forget_rejects(session)
    return [_Counts(*found[at : at + 4]) for at in range(0, len(found), 4)]


def _example(session: ImportSession, raw: RawFile, field: Field) -> str:
    rows, digits = _rows(raw, [field]), _digits(field)
    is_odd = f"regexp_full_match({digits}, {_three(field, raw)}) AND NOT ends_with({digits}, '000')"
    return str(session.rows(f"SELECT {digits} FROM ({rows}) WHERE {is_odd} LIMIT 1")[0][0])  # noqa: S608 - quoted


def _rows(raw: RawFile, fields: list[Field]) -> str:
    columns = ", ".join(dict.fromkeys(identifier(str(field.column)) for field in fields))
    return f"SELECT {columns} FROM {raw.relation} {'WHERE problem IS NULL' if raw.is_placed else ''}"  # noqa: S608 - quoted
