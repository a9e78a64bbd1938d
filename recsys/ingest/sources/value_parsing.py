"""SQL that parses raw values; an unreadable value becomes NULL, never another value."""

from dataclasses import dataclass

from recsys.ingest.sources.raw_files import Format
from recsys.ingest.sources.sql import identifier, literal
from recsys.schema.columns import Kind

UNREADABLE: dict[Kind, str] = {
    "number": "is no number",
    "whole": "is no whole number",
    "date": "is no date",
    "moment": "is no date",
    "flag": "is neither true nor false",
}
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_FRACTIONS = ("FLOAT", "DOUBLE", "DECIMAL")
_READ_AS_IS: dict[Kind, tuple[str, ...]] = {
    "number": _NUMBERS + _FRACTIONS,
    "whole": _NUMBERS,
    "date": ("DATE", "TIMESTAMP"),
    "moment": ("DATE", "TIMESTAMP"),
    "flag": ("BOOLEAN",),
}
_SQL_TYPES: dict[Kind, str] = {
    "number": "DOUBLE",
    "whole": "BIGINT",
    "date": "DATE",
    "moment": "TIMESTAMP",
    "flag": "BOOLEAN",
}
_TIMES = ("", " %H:%M:%S", " %H:%M")  # may follow a declared date_format that has no hours
# No orders are older, and a two-digit year read as four digits would be in the first century.
EARLIEST, LATEST = "1900-01-01", "9999-12-31"


@dataclass(frozen=True)
class Field:
    """One typed column and its source: a column of the file, or a constant text for all rows.

    is_whole_id   remove the `.0` of ids that a spreadsheet turned into numbers: `17850.0` is `17850`
    """

    name: str
    kind: Kind
    column: str | None = None
    constant: str | None = None
    is_whole_id: bool = False

    @property
    def raw(self) -> str:
        """Quoted name of the column that holds the raw value."""
        return identifier(f"raw {self.name}")

    @property
    def reason(self) -> str:
        """The reason why a row with an unreadable value is rejected."""
        return f"{self.name} {UNREADABLE[self.kind]}"


def raw_value(field: Field, types: dict[str, str]) -> str:
    """Return SQL for the raw value, as text unless its type fits the field already."""
    if field.column is None:
        return f"{literal(field.constant)}::VARCHAR"
    name, kind = identifier(field.column), types[field.column]
    if kind == "VARCHAR" or kind.startswith(_READ_AS_IS.get(field.kind, ())):
        return name
    if kind.startswith(_FRACTIONS):
        is_integer = f"abs({name}) < 1e15 AND {name} = trunc({name})"
        return f"CASE WHEN {is_integer} THEN {name}::BIGINT::VARCHAR ELSE {name}::VARCHAR END"
    return f"{name}::VARCHAR"


def typed(field: Field, types: dict[str, str], form: Format) -> str:
    """Return SQL for the typed value of a field, from its raw column; NULL if it is blank or cannot be read."""
    if field.column is None:
        form = Format()  # a constant comes from the map file, not from the data
    is_text = field.column is None or not types[field.column].startswith(_READ_AS_IS.get(field.kind, ("VARCHAR",)))
    if field.kind == "number":
        return _finite(_number(field.raw, form) if is_text else f"{field.raw}::DOUBLE")
    if field.kind == "whole":
        return _whole(_number(field.raw, form)) if is_text else f"try_cast({field.raw} AS BIGINT)"
    if field.kind in ("date", "moment"):
        return _within_calendar(_moment(field, form) if is_text else f"{field.raw}::{_SQL_TYPES[field.kind]}")
    if field.kind == "flag":
        return f"try_cast({field.raw} AS BOOLEAN)"
    if field.is_whole_id:
        return rf"nullif(regexp_replace(trim({field.raw}), '^(\d+)\.0$', '\1'), '')"
    return _trimmed(field.raw)


def _trimmed(raw: str) -> str:
    """Return SQL for a text without surrounding blanks, NULL if nothing is left.

    Trims only texts that may have blanks: most have none, and the test is much cheaper.
    """
    may_have = f"contains({raw}, ' ') OR strlen({raw}) <> length({raw})"  # non-ASCII text may have other blanks
    return f"CASE WHEN strlen({raw}) = 0 OR {may_have} THEN nullif(trim({raw}), '') ELSE {raw} END"


def _number(raw: str, form: Format) -> str:
    if form.decimal == "." and not form.thousands:
        # DuckDB reads 1_000 as a thousand; no export means that.
        return f"CASE WHEN NOT contains({raw}, '_') THEN try_cast({raw} AS DOUBLE) END"
    mark = f"[{form.thousands}]" if form.thousands else ""
    shape = rf"\s*[+-]?(\d+|\d{{1,3}}({mark}\d{{3}})+)([{form.decimal}]\d+)?\s*"
    plain = f"replace(replace({raw}, {literal(form.thousands)}, ''), {literal(form.decimal)}, '.')"
    return f"CASE WHEN regexp_full_match({raw}, {literal(shape)}) THEN try_cast({plain} AS DOUBLE) END"


def _finite(value: str) -> str:
    return f"CASE WHEN isfinite({value}) THEN {value} END"


def _whole(value: str) -> str:
    return f"CASE WHEN {value} = trunc({value}) THEN try_cast({value} AS BIGINT) END"


def _moment(field: Field, form: Format) -> str:
    wanted = _SQL_TYPES[field.kind]
    if not form.date_format:
        # The first character must be a digit, since DuckDB reads the words epoch and infinity as dates.
        has_digit = f"({field.raw} >= '0' AND {field.raw} < ':') OR ascii(ltrim({field.raw})) BETWEEN 48 AND 57"
        # A time may have an offset, which DuckDB's TIMESTAMP leaves out; the session's time zone is UTC.
        read = f"try_cast({field.raw} AS {'TIMESTAMPTZ' if field.kind == 'moment' else wanted})::{wanted}"
        return f"CASE WHEN {has_digit} THEN {read} END"
    times = _TIMES if field.kind == "moment" and "%H" not in form.date_format else ("",)
    return f"coalesce({', '.join(parsed(field.raw, form.date_format + time) for time in times)})::{wanted}"


def parsed(raw: str, date_format: str) -> str:
    """Return SQL for a text parsed with a strptime format; NULL if it does not match or has no digit (`infinity`)."""
    return f"CASE WHEN regexp_matches({raw}, '[0-9]') THEN try_strptime(trim({raw}), {literal(date_format)}) END"


def _within_calendar(value: str) -> str:
    return f"CASE WHEN {value}::DATE BETWEEN DATE '{EARLIEST}' AND DATE '{LATEST}' THEN {value} END"
