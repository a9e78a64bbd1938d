"""Detection of date and number formats that differ from the declared ones: then readable rows may be misread too.

`03/04/2024` is a date in two formats and `1.234` a number in two; one `25/04/2024` or `1.234,50` shows that the file
uses the other format. Then the import is refused, instead of rejecting single rows.
"""

from collections.abc import Sequence

from recsys.errors import SourceError
from recsys.ingest.sources.raw_files import RawFile
from recsys.ingest.sources.session import ImportSession, forget_rejects
from recsys.ingest.sources.sql import identifier, literal
from recsys.ingest.sources.value_parsing import EARLIEST, Field, parsed

_DAYS = (
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d", "%d-%b-%Y",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y",
)  # fmt: skip
DATE_FORMATS = tuple(day + time for day in _DAYS for time in ("", " %H:%M", " %H:%M:%S"))
_DECIMAL_COMMA = r"[^\d]*\d{1,3}([. ]?\d{3})*,\d{1,2}[^\d]*"
_DECIMAL_POINT = r"[^\d]*\d{1,3}([, ]?\d{3})*\.\d{1,2}[^\d]*"


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


def refuse_other_formats(
    session: ImportSession, name: str, raw: RawFile, fields: Sequence[Field], n_valid: int = 0
) -> None:
    """Raise SourceError if unreadable values of a staged file can be read in another format than declared.

    n_valid  valid rows of the file that are not in the relation
    """
    for field in fields:
        if field.kind in ("date", "moment"):
            _refuse_other_dates(session, name, raw, field, n_valid)
        if field.kind == "number":
            _refuse_other_numbers(session, name, raw, field)


def _refuse_other_dates(session: ImportSession, name: str, raw: RawFile, field: Field, n_valid: int) -> None:
    unread = f"FROM {identifier(name)} WHERE problem.reason = {literal(field.reason)}"
    if not session.number(f"SELECT count(*) {unread}"):
        return
    counts = ", ".join(f"count({_as_day('problem.value', form)})" for form in DATE_FORMATS)
    found = zip(DATE_FORMATS, session.rows(f"SELECT {counts} {unread}")[0], strict=True)
    readable = {form: times for form, times in found if times}
    if not readable:
        return
    likely = [form for form, times in readable.items() if times == max(readable.values())]
    value, row = session.rows(
        f"SELECT problem.value, row {unread} AND {_as_day('problem.value', likely[0])} IS NOT NULL ORDER BY row LIMIT 1"
    )[0]
    formats = " or ".join(f'"{form}"' for form in likely)
    declared = f'"{raw.form.date_format}"' if raw.form.date_format else "YYYY-MM-DD"
    column = f"{raw.label}, row {row}: column '{field.column}' holds '{value}', a date in the format {formats}"
    if n_valid + session.number(f"SELECT count({identifier(field.name)}) FROM {identifier(name)}"):  # noqa: S608 - quoted
        raise SourceError(f"{column}, and others in {declared}; bring the column into one format")
    raise SourceError(f"{column}, but {declared} is expected; declare date_format = {formats}")


def _as_day(value: str, form: str) -> str:
    read = parsed(value, form)
    return f"CASE WHEN {read} BETWEEN DATE '{EARLIEST}' AND DATE '2999-12-31' THEN 1 END"


def _refuse_other_numbers(session: ImportSession, name: str, raw: RawFile, field: Field) -> None:
    is_point = raw.form.decimal == "."
    shape = _DECIMAL_COMMA if is_point else _DECIMAL_POINT
    other, called = (",", "comma") if is_point else (".", "point")
    found = session.rows(
        f"SELECT problem.value, row FROM {identifier(name)} WHERE problem.reason = {literal(field.reason)} "  # noqa: S608 - quoted
        f"AND regexp_full_match(problem.value, {literal(shape)}) ORDER BY row LIMIT 1"
    )
    if found:
        value, row = found[0]
        raise SourceError(
            f"{raw.label}, row {row}: column '{field.column}' holds '{value}', a number with a decimal {called}, "
            f'but decimal = "{raw.form.decimal}" is expected, so that others may be misread; '
            f'declare decimal = "{other}" (and thousands, if there is a mark) or bring the column into one format'
        )
