"""Detection of date and number formats that differ from the declared ones: then readable rows may be misread too.

`03/04/2024` is a date in two formats and `1.234` a number in two; one `25/04/2024` or `1.234,50` shows that the file
uses the other format. Then the import is refused, instead of rejecting single rows.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from recsys.errors import SourceError
from recsys.ingest.sources.raw_files import APOSTROPHES, BLANKS, Format, RawFile, damage_as_source_error
from recsys.ingest.sources.session import ImportSession, forget_rejects
from recsys.ingest.sources.sql import identifier, literal
from recsys.ingest.sources.value_parsing import EARLIEST, Field, number, parsed

_DAYS = (
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d", "%d-%b-%Y",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y",
)  # fmt: skip
DATE_FORMATS = tuple(day + time for day in _DAYS for time in ("", " %H:%M", " %H:%M:%S"))
_MARKS = ("", ".", ",", " ", "'")
_MARK_NAMES = {" ": "a blank (any width)", "'": "an apostrophe"}


def find_date_format(session: ImportSession, raw: RawFile, column: str, remedy: str) -> str:
    """Return the date format that can read most values of a text column, empty if none can read any.

    remedy  the option that declares the format, for the message

    Raises SourceError if two formats can read equally many: then day and month cannot be distinguished.
    """
    name = identifier(column)
    counts = ", ".join(f"count({_as_day(name, form)})" for form in DATE_FORMATS)
    values = f"(SELECT DISTINCT {name} FROM {raw.relation})"  # noqa: S608 - quoted
    counted = dict(zip(DATE_FORMATS, session.rows(f"SELECT {counts} FROM {values}")[0], strict=True))  # noqa: S608 - quoted
    forget_rejects(session)
    best = [form for form, times in counted.items() if times == max(counted.values())]
    if not counted[best[0]]:
        return ""
    if len(best) > 1:
        raise SourceError(
            f"{raw.label}: the dates of column '{column}' can be read as {' or as '.join(best)}; "
            f"say which with {remedy}"
        )
    return best[0]


def refuse_other_formats(session: ImportSession, name: str, raw: RawFile, fields: Sequence[Field]) -> None:
    """Raise SourceError if unreadable values of a staged file can be read in another format than declared."""
    with damage_as_source_error(raw):
        for field in fields:
            if field.column is None or field.is_raw:
                continue
            if field.kind in ("date", "moment"):
                _refuse_other_dates(session, name, raw, field)
            if field.kind in ("number", "whole"):
                _refuse_other_numbers(session, name, raw, field)


def _unread(name: str, field: Field) -> str:
    return f"FROM {identifier(name)} WHERE problem.reason = {literal(field.reason)}"


def _refuse_other_dates(session: ImportSession, name: str, raw: RawFile, field: Field) -> None:
    unread, form = _unread(name, field), field.form or raw.form
    if not session.number(f"SELECT count(*) {unread}"):
        return
    counts = ", ".join(f"count({_as_day('problem.value', candidate)})" for candidate in DATE_FORMATS)
    found = zip(DATE_FORMATS, session.rows(f"SELECT {counts} {unread}")[0], strict=True)
    readable = {candidate: times for candidate, times in found if times}
    if not readable:
        return
    likely = [candidate for candidate, times in readable.items() if times == max(readable.values())]
    value, row = session.rows(
        f"SELECT problem.value, row {unread} AND {_as_day('problem.value', likely[0])} IS NOT NULL ORDER BY row LIMIT 1"
    )[0]
    formats = " or ".join(f'"{candidate}"' for candidate in likely)
    declared = " or ".join(f'"{text}"' for text in form.date_format) or "YYYY-MM-DD"
    raise SourceError(
        f"{raw.label}, row {row}: column '{field.column}' holds '{value}', a date in the format {formats}, "
        f"but {declared} is expected; {_date_remedy(session, raw, field, form, likely)}"
    )


def _date_remedy(session: ImportSession, raw: RawFile, field: Field, form: Format, likely: list[str]) -> str:
    """Return what to declare: a format that reads the whole column, else a list, if no value fits two of them."""
    declared = list(form.date_format) or ["%Y-%m-%d"]
    column = identifier(str(field.column))
    values = f"(SELECT {column}::VARCHAR AS v FROM {raw.relation} WHERE trim({column}::VARCHAR) <> '')"  # noqa: S608 - quoted
    own = "coalesce(" + ", ".join(_as_day("v", text) if "%" in text else "NULL" for text in declared) + ", NULL)"
    tried = ", ".join(
        f"count({_as_day('v', candidate)}), count(coalesce({own}, {_as_day('v', candidate)})), "
        f"count({own} + {_as_day('v', candidate)})"
        for candidate in likely
    )
    n, *counted = session.rows(f"SELECT count(*), {tried} FROM {values}")[0]  # noqa: S608 - quoted
    forget_rejects(session)
    reads = {candidate: counted[3 * at : 3 * at + 3] for at, candidate in enumerate(likely)}
    alone = [candidate for candidate in likely if reads[candidate][0] == n]
    if alone:
        return (
            f"declare date_format = {' or '.join(f'{chr(34)}{one}{chr(34)}' for one in alone)}, which reads all {n:,}"
        )
    # 03/04/2025 is a day in two formats that differ only in order, whether or not there is one in this file.
    together = [
        candidate
        for candidate in likely
        if reads[candidate][1] == n and not reads[candidate][2] and _signs(candidate) not in map(_signs, declared)
    ]
    if len(together) == 1:
        listed = ", ".join(f'"{text}"' for text in [*declared, together[0]])
        return f"declare date_format = [{listed}], which reads all {n:,}"
    return "no format reads the whole column without doubt, so bring it into one format"


def _signs(form: str) -> str:
    """Return what stands between the parts of a date format."""
    return re.sub("%.", "", form)


def _as_day(value: str, form: str) -> str:
    read = parsed(value, form)
    return f"CASE WHEN {read} BETWEEN DATE '{EARLIEST}' AND DATE '2999-12-31' THEN 1 END"


def _refuse_other_numbers(session: ImportSession, name: str, raw: RawFile, field: Field) -> None:
    unread, form = _unread(name, field), field.form or raw.form
    if not session.number(f"SELECT count(*) {unread}"):
        return
    others = [
        replace(form, decimal=decimal, thousands=mark)
        for decimal in (form.decimal, "," if form.decimal == "." else ".")
        for mark in _MARKS
        if mark != decimal and (decimal, mark) != (form.decimal, form.thousands)
    ]
    unread += f" AND {number('problem.value', form)} IS NULL"  # 1.5 is a number, though no whole one
    counts = ", ".join(f"count({number('problem.value', other)})" for other in others)
    counted = session.rows(f"SELECT {counts} {unread}")[0]
    best = max(counted)
    if not best:
        return
    other = others[counted.index(best)]
    value, row = session.rows(
        f"SELECT problem.value, row {unread} AND {number('problem.value', other)} IS NOT NULL ORDER BY row LIMIT 1"
    )[0]
    raise SourceError(
        f"{raw.label}, row {row}: column '{field.column}' holds '{value}', {_numbers_remedy(form, other, value)}"
    )


def _numbers_remedy(form: Format, other: Format, value: str) -> str:
    """Return what the number is written with, and what to declare."""
    if other.decimal != form.decimal:
        called = "comma" if other.decimal == "," else "point"
        mark = f' and thousands = "{other.thousands}"' if other.thousands else " (and thousands, if there is a mark)"
        return (
            f'a number with a decimal {called}, but decimal = "{form.decimal}" is expected, so that others may be '
            f'misread; declare decimal = "{other.decimal}"{mark} or bring the column into one format'
        )
    if not other.thousands:
        return f'a number without the mark of thousands "{form.thousands}" in its place; remove thousands'
    codes = ", ".join(f"U+{ord(sign):04X}" for sign in dict.fromkeys(value) if sign in BLANKS + APOSTROPHES)
    mark = f"{_MARK_NAMES.get(other.thousands, repr(other.thousands))}{f' ({codes})' if codes else ''}"
    declared = f'thousands = "{form.thousands}"' if form.thousands else "none"
    return (
        f"a number whose thousands are marked by {mark}, but {declared} is expected, so that the largest numbers would "
        f'be lost; declare thousands = "{other.thousands}"'
    )
