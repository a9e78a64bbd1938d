"""Staging: a raw file becomes one typed table, in one pass, and each row has its problem, if there is one.

`problem` is NULL for a valid row, else {outcome, reason, value}: outcome `rejected` (it cannot be read, or breaks the
schema) or `dropped` (left out by a stated rule). No row is lost: one that cannot be split into columns is a row of
NULLs with its problem.
"""

from dataclasses import dataclass

from recsys.errors import SourceError
from recsys.ingest.sources.format_detection import refuse_other_formats
from recsys.ingest.sources.raw_files import RawFile, damage_as_source_error
from recsys.ingest.sources.session import ImportSession, Unread, forget_rejects
from recsys.ingest.sources.sql import column_list, flat_struct, identifier, literal
from recsys.ingest.sources.value_parsing import UNREADABLE, Field, raw_value, typed

EMPTY_ROW = "the row is empty"
RAGGED = {
    "MISSING COLUMNS": "the row has fewer columns than the header",
    "TOO MANY COLUMNS": "the row has more columns than the header",
    "LINE SIZE OVER MAXIMUM": "the row is too long",
}

ROW_COLUMNS = ("file", "row", "line", "problem")
# The same columns for a table whose rows are aggregated from several rows.
NO_ROW_COLUMNS = (
    "NULL::VARCHAR AS file, NULL::BIGINT AS row, NULL::VARCHAR AS line, "
    "NULL::STRUCT(outcome VARCHAR, reason VARCHAR, value VARCHAR) AS problem"
)


def problem(outcome: str, reason: str, value: str = "NULL") -> str:
    """Return SQL for a problem; `value` is the SQL expression of the offending value."""
    return f"{{'outcome': {literal(outcome)}, 'reason': {literal(reason)}, 'value': {value}::VARCHAR}}"


@dataclass(frozen=True)
class Derived:
    """What is made of a file's fields.

    hidden    fields that are only computed with
    columns   further column -> SQL of fields
    replaced  column -> SQL that takes its place
    kept      SQL of fields: the rows to keep; the others are dropped with the reason `unkept`
    """

    hidden: tuple[Field, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    kept: str = ""
    unkept: str = ""


NOTHING = Derived()


def stage(session: ImportSession, name: str, raw: RawFile, fields: list[Field], derived: Derived = NOTHING) -> None:
    """Create the view `name` of a file's rows: the fields, `file`, `row`, `line` and `problem`.

    Raises SourceError for a damaged file, a wrong encoding, and values in another format than declared.
    """
    table = identifier(f"{name} staged")
    with session.progress.step(f"Reading {raw.label}"), damage_as_source_error(raw):
        session.run(f"CREATE TABLE {table} AS {_select(raw, fields, derived)}")
    if raw.is_placed:
        session.run(f"CREATE VIEW {identifier(name)} AS SELECT * FROM {table}")  # noqa: S608 - quoted
    else:
        placed = f"(SELECT *, rowid AS place FROM {table})"  # noqa: S608 - quoted
        _make_view(session, name, raw, placed, _stage_ragged(session, name, raw))
    refuse_other_formats(session, name, raw, [*fields, *derived.hidden])


def stage_unread(
    session: ImportSession, name: str, raw: RawFile, fields: list[Field], derived: Derived = NOTHING
) -> None:
    """Create the view `name` like stage(), but without reading the file: `row` is NULL, ragged rows are missing.

    The caller reads the view once and passes the rows with a problem to `stage_rest`, which may refuse the file.
    """
    session.run(
        f"CREATE VIEW {identifier(name)} AS SELECT *, NULL::BIGINT AS row, {literal(raw.label)} AS file "  # noqa: S608 - quoted
        f"FROM ({_select(raw, fields, derived)})"
    )
    session.unread[name] = Unread(raw, (*fields, *derived.hidden))


def stage_rest(session: ImportSession, name: str, rest: str, n_valid: int) -> None:
    """Create the view `name`, like stage(), of the invalid rows only, after an unread file was read.

    rest     name of a table of these rows; `place` is the row's number from 0 in the order of the file
    n_valid  number of the file's valid rows

    Raises SourceError like stage().
    """
    unread = session.unread.pop(name)
    _make_view(session, name, unread.raw, identifier(rest), _stage_ragged(session, name, unread.raw))
    refuse_other_formats(session, name, unread.raw, unread.fields)


def refuse_without_rows(session: ImportSession, name: str, raw: RawFile) -> None:
    """Raise SourceError for a staged file that has nothing below its header."""
    if not session.number(f"SELECT count(*) FROM {identifier(name)}"):  # noqa: S608 - quoted
        raise SourceError(f"{raw.label} has no rows below its header; export it again")


def refuse_duplicate_keys(session: ImportSession, name: str, key: tuple[str, ...]) -> None:
    """Raise SourceError for the first key, by row, that is in more than one valid row of a relation."""
    columns = column_list(key)
    duplicate = session.rows(
        f"SELECT min(row), max(row), count(*), first(file), {columns} FROM {identifier(name)} "  # noqa: S608 - quoted
        f"WHERE problem IS NULL GROUP BY {columns} HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
    )
    if duplicate:
        first, last, times, file, *values = duplicate[0]
        raise SourceError(
            f"{file}: {', '.join(key)} '{', '.join(map(str, values))}' is in {times} rows, the first is row {first}, "
            f"the last row {last}; it is the key, keep one row"
        )


def _select(raw: RawFile, fields: list[Field], derived: Derived) -> str:
    everything = [*fields, *derived.hidden]
    read = [field for field in everything if field.column is not None]
    placed = ["file", "row", "problem"] if raw.is_placed else []
    found = ", ".join(
        [f"{raw_value(field, raw.types)} AS {field.raw}" for field in everything]
        + [f"{name} AS {identifier(f'given {name}')}" for name in placed]
    )
    values = ", ".join(
        [f"{typed(field, raw.types, raw.form)} AS {identifier(field.name)}" for field in everything]
        + [f"{sql} AS {identifier(name)}" for name, sql in derived.columns]
        + [f"{identifier(f'given {name}')} AS {name}" for name in placed[:2]]
    )
    line = flat_struct({str(field.column): field.raw for field in read})
    query = (
        f"SELECT {values}, CASE {_problems(read, derived, is_placed=raw.is_placed)} END AS problem, "  # noqa: S608 - names are quoted
        f"CASE WHEN problem IS NOT NULL THEN to_json({line})::VARCHAR END AS line "
        f"FROM (SELECT {found} FROM {raw.relation})"
    )
    hidden = column_list(field.name for field in derived.hidden)
    replaced = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in derived.replaced)
    if not hidden and not replaced:
        return query
    excluded = f"EXCLUDE ({hidden})" if hidden else ""
    return f"SELECT * {excluded} {f'REPLACE ({replaced})' if replaced else ''} FROM ({query})"  # noqa: S608 - quoted


def _problems(read: list[Field], derived: Derived, *, is_placed: bool) -> str:
    cases = ['WHEN "given problem" IS NOT NULL THEN "given problem"'] if is_placed else []
    all_blank = " AND ".join(f"{field.raw} IS NULL" for field in read)
    cases.append(f"WHEN {all_blank or 'false'} THEN {problem('dropped', EMPTY_ROW)}")
    if derived.kept:
        cases.append(f"WHEN NOT coalesce({derived.kept}, false) THEN {problem('dropped', derived.unkept)}")
    for field in read:
        if field.kind in UNREADABLE and not field.is_raw:
            is_unreadable = f"{identifier(field.name)} IS NULL AND trim({field.raw}::VARCHAR) <> ''"
            cases.append(f"WHEN {is_unreadable} THEN {problem('rejected', field.reason, field.raw)}")
    return " ".join(cases)


def _stage_ragged(session: ImportSession, name: str, raw: RawFile) -> bool:
    """Create the table `NAME ragged` of rows that DuckDB could not split into columns; return whether there are any."""
    if not session.number("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'"):
        return False
    _refuse_unreadable(session, raw)
    reasons = " ".join(f"WHEN {literal(kind)} THEN {literal(reason)}" for kind, reason in RAGGED.items())
    session.run(
        f"CREATE TABLE {identifier(f'{name} ragged')} AS "  # noqa: S608 - quoted
        f"SELECT line AS row, first(CASE error_type::VARCHAR {reasons} ELSE error_message END) AS reason, "
        "first(trim(csv_line, chr(10) || chr(13))) AS line FROM reject_errors GROUP BY ALL ORDER BY row"
    )
    forget_rejects(session)
    return bool(session.number(f"SELECT count(*) FROM {identifier(f'{name} ragged')}"))  # noqa: S608 - quoted


def _refuse_unreadable(session: ImportSession, raw: RawFile) -> None:
    """Raise SourceError for a wrong encoding, and for an unclosed quotation mark that swallows the rows after it."""
    wrong = session.rows("SELECT line FROM reject_errors WHERE error_type = 'INVALID ENCODING' ORDER BY line LIMIT 1")
    if wrong:
        raise SourceError(
            f"{raw.label}, row {wrong[0][0]}: this is not {raw.form.encoding}; declare the file's encoding, "
            'for files saved on Windows mostly encoding = "cp1252"'
        )
    swallowed = session.rows(
        "SELECT line, csv_line FROM reject_errors WHERE error_type = 'UNQUOTED VALUE' "
        "OR contains(trim(csv_line, chr(10) || chr(13)), chr(10)) ORDER BY line LIMIT 1"
    )
    if swallowed:
        row, text = swallowed[0]
        raise SourceError(
            f"{raw.label}, row {row}: the quotation mark {raw.form.quote} is not closed or is within a value, in "
            f"'{text[:60].splitlines()[0]}', so that the rows after it cannot be separated; double it or remove it"
        )


def _make_view(session: ImportSession, name: str, raw: RawFile, placed: str, has_ragged: bool) -> None:
    """Create the view `name` of the placed rows and the ragged rows, with `row` and `file`.

    placed  SQL of a relation with `place`, the row's number from 0 without the ragged rows
    """
    ragged = identifier(f"{name} ragged")
    file = f"{literal(raw.label)} AS file"
    view = f"CREATE OR REPLACE VIEW {identifier(name)} AS "
    if not has_ragged:
        session.run(f"{view} SELECT * EXCLUDE (place), place + {raw.first_row} AS row, {file} FROM {placed}")  # noqa: S608 - quoted
        return
    # The n-th ragged row, in row r, has r - first_row - n + 1 placed rows above it; rows below it move n rows down.
    session.run(
        f"{view} WITH gaps AS (SELECT row - {raw.first_row} - n + 1 AS above, max(n) AS n FROM "  # noqa: S608 - quoted
        f"(SELECT row, row_number() OVER (ORDER BY row) AS n FROM {ragged}) GROUP BY ALL), "
        f"placed AS (SELECT * FROM {placed}) "
        f"SELECT placed.* EXCLUDE (place), place + {raw.first_row} + coalesce(gaps.n, 0) AS row, {file} "
        "FROM placed ASOF LEFT JOIN gaps ON placed.place >= gaps.above "
        f"UNION ALL BY NAME SELECT row, line, {file}, "
        f"{{'outcome': 'rejected', 'reason': reason, 'value': NULL::VARCHAR}} AS problem FROM {ragged}"
    )
