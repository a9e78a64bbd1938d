"""SQL that parses raw values; an unreadable value becomes NULL, never another value."""

from dataclasses import dataclass

from babel.numbers import list_currencies

from recsys.ingest.sources.month_names import month_names
from recsys.ingest.sources.raw_files import APOSTROPHES, BLANKS, DATE_NUMBERS, Format
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
# Signs of currencies, their codes, and the short names that firms write instead.
CURRENCY = (
    r"(?:[A-Z]{0,3}\p{Sc})|" + "|".join(sorted(list_currencies())) + r"|Fr\.|SFr\.?|Rs\.?|kr\.?|Kč|zł|лв|Ft|lei|TL"
)
_TIMES = ("", " %H:%M:%S", " %H:%M")  # may follow a declared date_format that has no hours
# No orders are older, and a two-digit year read as four digits would be in the first century.
EARLIEST, LATEST = "1900-01-01", "9999-12-31"


@dataclass(frozen=True)
class Field:
    """One typed column and its source: a column of the file, or a constant text for all rows.

    is_whole_id   remove the `.0` of ids that a spreadsheet turned into numbers: `17850.0` is `17850`
    form          how the column is written, if not like the rest of its file
    values        value in the file, in small letters -> what it means, as text; `*` is every other value
    label         what messages call it, if it is no column of the table
    is_raw        keep the value as it is, but for blanks around a text
    """

    name: str
    kind: Kind
    column: str | None = None
    constant: str | None = None
    is_whole_id: bool = False
    form: Format | None = None
    values: tuple[tuple[str, str], ...] = ()
    label: str = ""
    is_raw: bool = False

    @property
    def raw(self) -> str:
        """Quoted name of the column that holds the raw value."""
        return identifier(f"raw {self.name}")

    @property
    def reason(self) -> str:
        """The reason why a row with an unreadable value is rejected."""
        return f"{self.label or self.name} {UNREADABLE[self.kind]}"

    @property
    def meant(self) -> str:
        """SQL for the text to read: the raw value, or what the map says that it means."""
        if not self.values:
            return self.raw
        meanings = dict(self.values)
        otherwise = literal(meanings.pop("*")) if "*" in meanings else self.raw
        key = f"lower(trim(coalesce({self.raw}::VARCHAR, '')))"
        cases = " ".join(f"WHEN {literal(value)} THEN {literal(meaning)}" for value, meaning in meanings.items())
        # An empty value is no other value.
        empty = "" if "" in meanings else f"WHEN '' THEN {self.raw} "
        return f"(CASE {key} {empty}{cases} ELSE {otherwise} END)"


def raw_value(field: Field, types: dict[str, str]) -> str:
    """Return SQL for the raw value, as text unless its type fits the field already."""
    if field.column is None:
        return f"{literal(field.constant)}::VARCHAR"
    name, kind = identifier(field.column), types[field.column]
    if kind == "VARCHAR" or field.is_raw or kind.startswith(_READ_AS_IS.get(field.kind, ())):
        return name
    return as_text(name, kind)


def as_text(name: str, kind: str) -> str:
    """Return SQL for a column of any type as text; a whole number has no `.0`."""
    if kind.startswith(_FRACTIONS):
        is_integer = f"abs({name}) < 1e15 AND {name} = trunc({name})"
        return f"CASE WHEN {is_integer} THEN {name}::BIGINT::VARCHAR ELSE {name}::VARCHAR END"
    return f"{name}::VARCHAR"


def typed(field: Field, types: dict[str, str], form: Format) -> str:
    """Return SQL for the typed value of a field, from its raw column; NULL if it is blank or cannot be read."""
    if field.column is None:
        form = Format()  # a constant comes from the map file, not from the data
    form = field.form or form
    raw = field.meant
    if field.is_raw and field.column is not None and types[field.column] != "VARCHAR":
        return raw
    is_text = (
        field.column is None
        or bool(field.values)
        or not types[field.column].startswith(_READ_AS_IS.get(field.kind, ("VARCHAR",)))
    )
    if field.kind == "number":
        return _finite(number(raw, form) if is_text else f"{raw}::DOUBLE")
    if field.kind == "whole":
        return _whole(number(raw, form)) if is_text else f"try_cast({raw} AS BIGINT)"
    if field.kind in ("date", "moment"):
        read = (
            _moment(raw, field.kind, form) if is_text else _cast_moment(raw, types[str(field.column)], field.kind, form)
        )
        return _within_calendar(read)
    if field.kind == "flag":
        return f"try_cast({raw} AS BOOLEAN)"
    if field.is_whole_id:
        return rf"nullif(regexp_replace(trim({raw}), '^(\d+)\.0$', '\1'), '')"
    return _trimmed(raw)


def _trimmed(raw: str) -> str:
    """Return SQL for a text without surrounding blanks, NULL if nothing is left.

    Trims only texts that may have blanks: most have none, and the test is much cheaper.
    """
    may_have = f"contains({raw}, ' ') OR strlen({raw}) <> length({raw})"  # non-ASCII text may have other blanks
    return f"CASE WHEN strlen({raw}) = 0 OR {may_have} THEN nullif(trim({raw}), '') ELSE {raw} END"


def number(raw: str, form: Format) -> str:
    """Return SQL for a number written in a format; a sign of a currency and a minus behind it are read as well."""
    plain = _plain_number(raw, form)
    # A CASE computes its ELSE for the rows that need it; DuckDB's coalesce computes all of its arguments for all rows.
    return f"CASE WHEN {plain} IS NOT NULL THEN {plain} ELSE {_plain_number(_undressed(raw), form)} END"


def _plain_number(raw: str, form: Format) -> str:
    if form.decimal == "." and not form.thousands:
        # DuckDB reads 1_000 as a thousand; no export means that.
        return f"CASE WHEN NOT contains({raw}, '_') THEN try_cast({raw} AS DOUBLE) END"
    shape = number_shape(form.decimal, form.thousands)
    bare = f"regexp_replace({raw}, {literal(_marks(form.thousands))}, '', 'g')" if form.thousands else raw
    plain = f"replace({bare}, {literal(form.decimal)}, '.')"
    return f"CASE WHEN regexp_full_match({raw}, {literal(shape)}) THEN try_cast({plain} AS DOUBLE) END"


def number_shape(decimal: str, thousands: str) -> str:
    """Return the pattern of a number with these marks, in groups of three digits or as in India."""
    digits = r"\d+"
    if thousands:
        mark = _marks(thousands)
        # The groups have one kind of mark: 1 234'567 is no number.
        digits += rf"|\d{{1,3}}({mark}\d{{3}})+|\d{{1,2}}({mark}\d{{2}})+{mark}\d{{3}}"
    return rf"\s*[+-]?({digits})([{decimal}]\d*)?\s*"


def _marks(thousands: str) -> str:
    """Return the pattern of a thousands mark: blanks of all widths and both apostrophes are one mark each."""
    group = next((group for group in (BLANKS, APOSTROPHES) if thousands and thousands in group), thousands)
    return f"[{group}]"


def _undressed(raw: str) -> str:
    """Return SQL for a number without a currency before or behind it, and with the minus of `2-` or `(2)` in front."""
    trimmed = f"trim({raw}, {literal(BLANKS)})"
    opened = f"regexp_replace({trimmed}, '^([(+-]?)[{BLANKS}]*(?:{CURRENCY})[{BLANKS}]*', '\\1')"
    bare = f"regexp_replace({opened}, '[{BLANKS}]*(?:{CURRENCY})([)-]?)$', '\\1')"
    return rf"regexp_replace({bare}, '^(?:\(([^-+()]+)\)|([^-+()]+)[{BLANKS}]*-)$', '-\1\2')"


def _finite(value: str) -> str:
    return f"CASE WHEN isfinite({value}) THEN {value} END"


def _whole(value: str) -> str:
    return f"CASE WHEN {value} = trunc({value}) THEN try_cast({value} AS BIGINT) END"


def _cast_moment(raw: str, own: str, kind: Kind, form: Format) -> str:
    """Return SQL for a column that has dates or times already; without a declared zone an instant's day is UTC's.

    own  DuckDB's type of the column
    """
    if not (form.day_zone or form.time_zone):
        return f"{raw}::{_SQL_TYPES[kind]}"
    instant = raw if own.startswith("TIMESTAMP WITH") else "NULL::TIMESTAMPTZ"
    return f"({_in_zone(f'{raw}::TIMESTAMP', instant, kind, form)})::{_SQL_TYPES[kind]}"


def _moment(raw: str, kind: Kind, form: Format) -> str:
    wanted = _SQL_TYPES[kind]
    is_local = not (form.day_zone or form.time_zone)
    if not form.date_format and is_local:
        # A time may have an offset, which DuckDB's TIMESTAMP leaves out; the session's time zone is UTC.
        read = f"{_stamp(raw) if kind == 'moment' else f'try_cast({raw} AS {wanted})'}::{wanted}"
        return f"CASE WHEN {_has_digit(raw)} THEN {read} END"
    if kind == "date" and is_local and not any("%z" in form for form in form.date_format):
        return f"({_local(raw, form, kind)})::DATE"
    return f"({_in_zone(_local(raw, form, kind), _instant(raw, form), kind, form)})::{wanted}"


def _stamp(raw: str) -> str:
    """Return SQL for an ISO time with its offset, which may stand apart: `2025-03-31 16:05:00 +0200`."""
    joined = rf"regexp_replace({raw}, '\s+([+-]\d\d)', '\1')"
    return f"coalesce(try_cast({raw} AS TIMESTAMPTZ), try_cast({joined} AS TIMESTAMPTZ))"


def _has_digit(raw: str) -> str:
    # The first character must be a digit, since DuckDB reads the words epoch and infinity as dates.
    return f"(({raw} >= '0' AND {raw} < ':') OR ascii(ltrim({raw})) BETWEEN 48 AND 57)"


def _in_zone(local: str, instant: str, kind: Kind, form: Format) -> str:
    """Return SQL for a time in the zone that is wanted: of a day the declared one or none, of a moment UTC.

    local    SQL of the time as it is written
    instant  SQL of the time with its offset, NULL without one
    """
    zone = form.day_zone if kind == "date" else "UTC"
    if not zone:
        return local
    without = f"timezone({literal(zone)}, timezone({literal(form.time_zone)}, {local}))" if form.time_zone else local
    return f"coalesce(timezone({literal(zone)}, {instant}), {without})"


def _local(raw: str, form: Format, kind: Kind) -> str:
    """Return SQL for a date or time as it is written, whatever its offset."""
    if not form.date_format:
        return f"CASE WHEN {_has_digit(raw)} THEN try_cast({raw} AS TIMESTAMP) END"
    tried = [] if any(text.startswith("%Y-%d") for text in form.date_format) or not form.is_cells else [_cell(raw)]
    for date_format in form.date_format:
        tried += [_read_local(raw, variant, form) for variant in _variants(date_format, kind, form)]
    return f"coalesce({', '.join(tried)})"


def _variants(date_format: str, kind: Kind, form: Format) -> list[str]:
    """Return a declared format with what may differ: a time behind it, short or long names of months."""
    if date_format in DATE_NUMBERS:
        return [date_format]
    has_time = any(sign in date_format for sign in ("%H", "%I", "%X", "%c", "%T"))
    variants = [date_format + time for time in (_TIMES if kind == "moment" and not has_time else ("",))]
    if form.locale:
        variants += [text.replace("%B", "%b") for text in variants if "%B" in text]
        variants += [text.replace("%b", "%B") for text in variants if "%b" in text and "%B" not in text]
    return list(dict.fromkeys(variants))


def _cell(raw: str) -> str:
    """Return SQL for a spreadsheet's own date, which arrives as an ISO text."""
    return rf"CASE WHEN regexp_matches({raw}, '^\d{{4}}-\d\d-\d\d( |$)') THEN try_cast({raw} AS TIMESTAMP) END"


def _read_local(raw: str, date_format: str, form: Format) -> str:
    if date_format == "excel":
        days = f"try_cast(replace({raw}, ',', '.') AS DOUBLE)"
        moment = f"TIMESTAMP '1899-12-30' + to_microseconds(({days} * 86400000000)::BIGINT)"
        return f"CASE WHEN {days} BETWEEN 61 AND 2958465 THEN {moment} END"  # Excel's day 60 never was
    if date_format in DATE_NUMBERS:
        unit = 1_000_000 if date_format == "unix" else 1_000
        moment = f"make_timestamp((try_cast({raw} AS DOUBLE) * {unit})::BIGINT)"
        return f"CASE WHEN abs(try_cast({raw} AS DOUBLE)) < {250_000_000_000_000_000 // unit} THEN {moment} END"
    if date_format.endswith("%z"):
        raw = rf"regexp_replace({raw}, '\s*([+-]\d\d:?(\d\d)?|Z|UTC|GMT)\s*$', '')"
        date_format = date_format.removesuffix("%z").rstrip()
    return parsed(_english(raw, form) if form.locale else raw, date_format)


def _instant(raw: str, form: Format) -> str:
    """Return SQL for a time with an offset as TIMESTAMPTZ, NULL for one without."""
    if not form.date_format:
        has_offset = rf"regexp_matches({raw}, ':\d\d.*([+-]\d\d(:?\d\d)?|Z|UTC)\s*$')"
        return f"CASE WHEN {_has_digit(raw)} AND {has_offset} THEN {_stamp(raw)} END"
    zoned = [text for text in form.date_format if "%z" in text]
    epochs = [text for text in form.date_format if text in ("unix", "unix_ms")]
    read = [f"({parsed(_english(raw, form) if form.locale else raw, text)})::TIMESTAMPTZ" for text in zoned]
    read += [f"timezone('UTC', {_read_local(raw, text, form)})" for text in epochs]
    return f"coalesce({', '.join([*read, 'NULL::TIMESTAMPTZ'])})"


def _english(raw: str, form: Format) -> str:
    """Return SQL for a text with the names of months in English."""
    names = month_names(form.locale)
    listed = ", ".join(f"{literal(name)}: {literal(english)}" for name, english in names.items())
    parts = rf"regexp_extract_all({raw}, '\p{{L}}+|[^\p{{L}}]+')"
    return f"array_to_string(list_transform({parts}, lambda part: coalesce(MAP {{{listed}}}[lower(part)], part)), '')"


def parsed(raw: str, date_format: str) -> str:
    """Return SQL for a text parsed with a strptime format; NULL if it does not match or has no digit (`infinity`)."""
    return f"CASE WHEN regexp_matches({raw}, '[0-9]') THEN try_strptime(trim({raw}), {literal(date_format)}) END"


def _within_calendar(value: str) -> str:
    return f"CASE WHEN {value}::DATE BETWEEN DATE '{EARLIEST}' AND DATE '{LATEST}' THEN {value} END"
