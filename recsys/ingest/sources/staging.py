"""A raw file into one typed table, each row with what is wrong with it, if anything is: one pass over the file.

`problem` is NULL for a sound row, else {outcome, reason, value}: outcome `rejected` (it cannot be read, or breaks the
schema) or `dropped` (left out by a stated rule). No row is lost: one whose columns cannot even be told apart stays as
a row of NULLs with its problem.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from recsys.errors import SourceError
from recsys.ingest.sources.format_detection import refuse_other_formats
from recsys.ingest.sources.raw_files import RawFile, first_line
from recsys.ingest.sources.session import Unread, Workbench, forget_rejects
from recsys.ingest.sources.sql import flat_struct, identifier, literal
from recsys.ingest.sources.value_parsing import UNREADABLE, Field, as_found, typed

EMPTY_ROW = "the row is empty"
RAGGED = {
    "MISSING COLUMNS": "the row has fewer columns than the header",
    "TOO MANY COLUMNS": "the row has more columns than the header",
    "LINE SIZE OVER MAXIMUM": "the row is too long",
}

ABOUT_A_ROW = ("file", "row", "line", "problem")
# The same columns for a table that is made from several rows.
NOT_FROM_A_ROW = (
    "NULL::VARCHAR AS file, NULL::BIGINT AS row, NULL::VARCHAR AS line, "
    "NULL::STRUCT(outcome VARCHAR, reason VARCHAR, value VARCHAR) AS problem"
)


def problem(outcome: str, reason: str, value: str = "NULL") -> str:
    """Return a problem as SQL; `value` is an expression that gives the offending value."""
    return f"{{'outcome': {literal(outcome)}, 'reason': {literal(reason)}, 'value': {value}::VARCHAR}}"


def stage(bench: Workbench, name: str, raw: RawFile, fields: list[Field]) -> None:
    """Make the view `name` of a file's rows: the fields, `file`, `row`, `line` and `problem`.

    Raises SourceError for a wrong encoding, for values in another format than declared, and for no row at all.
    """
    table = identifier(f"{name} staged")
    with bench.progress.step(f"Reading {raw.label}"), told_if_damaged(raw):
        bench.run(f"CREATE TABLE {table} AS {_select(raw, fields)}")
    _make_view(bench, name, raw, f"(SELECT *, rowid AS place FROM {table})", _stage_ragged(bench, name, raw))  # noqa: S608 - quoted
    refuse_other_formats(bench, name, raw, fields)


def stage_unread(bench: Workbench, name: str, raw: RawFile, fields: list[Field]) -> None:
    """Make the view `name` like stage(), but without reading the file: `row` is not known, ragged rows are not there.

    Whoever reads it reads it once, hands the rows with a problem to `stage_rest` and may refuse the file then.
    """
    bench.run(
        f"CREATE VIEW {identifier(name)} AS SELECT *, NULL::BIGINT AS row, {literal(raw.label)} AS file "  # noqa: S608 - quoted
        f"FROM ({_select(raw, fields)})"
    )
    bench.unread[name] = Unread(raw, tuple(fields))


def stage_rest(bench: Workbench, name: str, rest: str, n_sound: int) -> None:
    """Make the view `name` of what was not sound in a file that is read now, like stage() makes it of all rows.

    rest     a table of the rows with `place`, their number from 0 in the order of the file
    Raises SourceError like stage().
    """
    unread = bench.unread.pop(name)
    _make_view(bench, name, unread.raw, identifier(rest), _stage_ragged(bench, name, unread.raw))
    refuse_other_formats(bench, name, unread.raw, unread.fields, n_sound)


@contextmanager
def told_if_damaged(raw: RawFile) -> Iterator[None]:
    """Turn what DuckDB says of a damaged file into a SourceError."""
    try:
        yield
    except duckdb.Error as error:
        # A damaged Parquet page is an error of no special kind; a full disk or a wrong statement is one.
        if type(error) is not duckdb.Error and not isinstance(error, duckdb.InvalidInputException):
            raise
        raise SourceError(f"{raw.label} cannot be read ({first_line(error)}); export it again") from error


def refuse_without_rows(bench: Workbench, name: str, raw: RawFile) -> None:
    """Raises SourceError for a staged file that has nothing below its header."""
    if not bench.number(f"SELECT count(*) FROM {identifier(name)}"):  # noqa: S608 - quoted
        raise SourceError(f"{raw.label} has no rows below its header; export it again")


def refuse_twice(bench: Workbench, name: str, key: str) -> None:
    """Raises SourceError for the first key that stands in two sound rows of a relation."""
    twice = bench.rows(
        f"SELECT {key}, min(row), max(row), count(*), first(file) FROM {identifier(name)} "  # noqa: S608 - quoted
        "WHERE problem IS NULL GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 LIMIT 1"
    )
    if twice:
        value, first, last, times, file = twice[0]
        raise SourceError(
            f"{file}: {key} '{value}' stands in {times} rows, the first is row {first}, the last row {last}; "
            "it is the key, keep one row"
        )


def _select(raw: RawFile, fields: list[Field]) -> str:
    read = [field for field in fields if field.column is not None]
    found = ", ".join(f"{as_found(field, raw.types)} AS {field.raw}" for field in fields)
    values = ", ".join(f"{typed(field, raw.types, raw.form)} AS {identifier(field.name)}" for field in fields)
    line = flat_struct({str(field.column): field.raw for field in read})
    return (
        f"SELECT {values}, CASE {_problems(read)} END AS problem, "  # noqa: S608 - names are quoted
        f"CASE WHEN problem IS NOT NULL THEN to_json({line})::VARCHAR END AS line "
        f"FROM (SELECT {found} FROM {raw.relation})"
    )


def _problems(read: list[Field]) -> str:
    all_blank = " AND ".join(f"{field.raw} IS NULL" for field in read)
    cases = [f"WHEN {all_blank} THEN {problem('dropped', EMPTY_ROW)}"]
    for field in read:
        if field.kind in UNREADABLE:
            is_unreadable = f"{identifier(field.name)} IS NULL AND trim({field.raw}::VARCHAR) <> ''"
            cases.append(f"WHEN {is_unreadable} THEN {problem('rejected', field.reason, field.raw)}")
    return " ".join(cases)


def _stage_ragged(bench: Workbench, name: str, raw: RawFile) -> bool:
    """Move the rows that DuckDB could not split into columns to a table; return whether there are any."""
    if not bench.number("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'"):
        return False
    _refuse_unsplittable(bench, raw)
    reasons = " ".join(f"WHEN {literal(kind)} THEN {literal(reason)}" for kind, reason in RAGGED.items())
    bench.run(
        f"CREATE TABLE {identifier(f'{name} ragged')} AS "  # noqa: S608 - quoted
        f"SELECT line AS row, first(CASE error_type::VARCHAR {reasons} ELSE error_message END) AS reason, "
        "first(trim(csv_line, chr(10) || chr(13))) AS line FROM reject_errors GROUP BY ALL ORDER BY row"
    )
    forget_rejects(bench)
    return bool(bench.number(f"SELECT count(*) FROM {identifier(f'{name} ragged')}"))  # noqa: S608 - quoted


def _refuse_unsplittable(bench: Workbench, raw: RawFile) -> None:
    """Raises SourceError for a wrong encoding, and for a quotation mark that swallows the rows behind it."""
    wrong = bench.rows("SELECT line FROM reject_errors WHERE error_type = 'INVALID ENCODING' ORDER BY line LIMIT 1")
    if wrong:
        raise SourceError(
            f"{raw.label}, row {wrong[0][0]}: this is not {raw.form.encoding}; declare the file's encoding, "
            'for files saved on Windows mostly encoding = "cp1252"'
        )
    swallowed = bench.rows(
        "SELECT line, csv_line FROM reject_errors WHERE error_type = 'UNQUOTED VALUE' "
        "OR contains(trim(csv_line, chr(10) || chr(13)), chr(10)) ORDER BY line LIMIT 1"
    )
    if swallowed:
        row, text = swallowed[0]
        raise SourceError(
            f"{raw.label}, row {row}: the quotation mark {raw.form.quote} is not closed or stands within a value, in "
            f"'{text[:60].splitlines()[0]}', so that the rows behind it cannot be told apart; double it or remove it"
        )


def _make_view(bench: Workbench, name: str, raw: RawFile, placed: str, has_ragged: bool) -> None:
    """Make a relation of rows that know their `place`, and of the ragged ones, with `row` and `file`."""
    ragged = identifier(f"{name} ragged")
    file = f"{literal(raw.label)} AS file"
    view = f"CREATE OR REPLACE VIEW {identifier(name)} AS "
    if not has_ragged:
        bench.run(f"{view} SELECT * EXCLUDE (place), place + {raw.first_row} AS row, {file} FROM {placed}")  # noqa: S608 - quoted
        return
    # The n-th ragged row, in row r, has r - first_row - n sound ones above it: those below it stand n further down.
    bench.run(
        f"{view} WITH gaps AS (SELECT row - {raw.first_row} - n + 1 AS above, max(n) AS n FROM "  # noqa: S608 - quoted
        f"(SELECT row, row_number() OVER (ORDER BY row) AS n FROM {ragged}) GROUP BY ALL), "
        f"placed AS (SELECT * FROM {placed}) "
        f"SELECT placed.* EXCLUDE (place), place + {raw.first_row} + coalesce(gaps.n, 0) AS row, {file} "
        "FROM placed ASOF LEFT JOIN gaps ON placed.place >= gaps.above "
        f"UNION ALL BY NAME SELECT row, line, {file}, "
        f"{{'outcome': 'rejected', 'reason': reason, 'value': NULL::VARCHAR}} AS problem FROM {ragged}"
    )
