"""Checks of staged rows: a row that breaks the schema's contract is rejected, with the reason and the value."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from recsys.ingest.order_lines import KnownIds, Lines, read_lines
from recsys.ingest.sources.session import ImportSession, arrow_errors_as_duckdb, forget_rejects
from recsys.ingest.sources.sql import column_list, flat_struct, identifier, literal
from recsys.ingest.sources.staging import ROW_COLUMNS, problem, refuse_duplicate_keys, refuse_without_rows, stage_rest
from recsys.ingest.sources.three_digits import note_doubtful
from recsys.ingest.sources.value_parsing import as_text
from recsys.ingest.thousands import settled
from recsys.schema.clean import ORDER_LINES
from recsys.schema.columns import Column, Table, bound_text

_PARENTS = {"customer_id": "customers", "product_id": "products"}
_LEFT_OUT = """
    CREATE TABLE left_out (
        "table" VARCHAR, outcome VARCHAR, reason VARCHAR, file VARCHAR, "row" BIGINT, "value" VARCHAR, line VARCHAR,
        worth DOUBLE)
"""


def make_left_out(session: ImportSession) -> None:
    """Create the empty table `left_out`, for all rows that are in no clean table, with the reason."""
    session.run(_LEFT_OUT)


def check_table(session: ImportSession, name: str, table: Table) -> int:
    """Create the view `checked NAME` of a staged table and put its rows with a problem into left_out.

    Returns the number of rows of the relation. Raises SourceError for a duplicate key. Call it for customers and
    products before the tables that refer to them.
    """
    columns = _own_columns(session, name)
    values = [_repaired(session, name, table, column) for column in columns]
    session.run(
        f'CREATE VIEW "checked {name}" AS SELECT {column_list(columns)}, file, "row", line, '  # noqa: S608 - quoted
        f"{_problem_sql(table, columns, session.today, _orphans(name, columns))} AS problem "
        f"FROM (SELECT {', '.join(values)}, file, row, line, problem FROM {name})"
    )
    _leave_out(session, name, f"checked {name}", columns)
    refuse_duplicate_keys(session, f"checked {name}", table.key)
    return session.number(f"SELECT count(*) FROM {name}")  # noqa: S608 - own name


def check_lines(session: ImportSession, name: str, table: Table) -> tuple[Lines, int]:
    """Return the valid rows of staged lines and the number of all rows; the others are put into left_out.

    Call check_table for customers and products first. The relation is read once. Raises SourceError like stage()
    for a file that was not read yet.
    """
    columns, unread = list(table.column_names), session.unread.get(name)
    row_columns = [] if unread else ["file", "row"]
    known = KnownIds(*(_known(session, parent, key) for key, parent in _PARENTS.items()))
    forget_rejects(session)
    query = (
        f"SELECT {column_list(columns)}, {_problem_sql(table, columns, session.today)} AS problem, "  # noqa: S608 - quoted
        f"{column_list(['line', *row_columns])} FROM {name}"
    )
    with arrow_errors_as_duckdb():
        lines, rest = read_lines(session.batches(query), known)
    session.keep(f"{name} rest", rest)
    if unread:
        stage_rest(session, name, f"{name} rest", lines.n)
        note_doubtful(session, name, unread.raw, unread.fields, settled(lines.keys))
        if table is ORDER_LINES and not lines.n:
            refuse_without_rows(session, name, unread.raw)
    relation = name if unread else f"{name} rest"
    unknown = " ".join(
        f"WHEN NOT {parent[:-1]}_known THEN {problem('rejected', f'{key} is not in {parent}', key)}"
        for key, parent in _PARENTS.items()
    )
    session.run(
        f'CREATE VIEW "checked {name}" AS SELECT * REPLACE '  # noqa: S608 - quoted
        f"(CASE WHEN problem IS NOT NULL THEN problem {unknown} END AS problem) FROM {identifier(relation)}"
    )
    return lines, lines.n + _leave_out(session, name, f"checked {name}", columns)


def _own_columns(session: ImportSession, name: str) -> list[str]:
    return [row[0] for row in session.rows(f"DESCRIBE {name}") if row[0] not in ROW_COLUMNS]


def _known(session: ImportSession, parent: str, key: str) -> "pa.Array[Any]":
    return session.column(f'SELECT {key} FROM "checked {parent}" WHERE problem IS NULL ORDER BY {key}')  # noqa: S608 - own names


def _orphans(name: str, columns: list[str]) -> Iterator[str]:
    """Yield a CASE branch for each reference of a row to a customer or product that is not in its clean table."""
    for key, parent in _PARENTS.items():
        if key in columns and name not in _PARENTS.values():
            known = f'SELECT {key} FROM "checked {parent}" WHERE problem IS NULL'  # noqa: S608 - own names
            yield f"WHEN {key} NOT IN ({known}) THEN {problem('rejected', f'{key} is not in {parent}', key)}"


def _problem_sql(table: Table, columns: list[str], today: date, more: Iterable[str] = ()) -> str:
    """Return SQL for a row's problem: the one found in staging, else the first breach of the contract.

    more  further CASE branches, for what comes after the contract
    """
    cases = " ".join([*_breaches(table, columns, today), *more]) or "WHEN false THEN NULL"
    return f"CASE WHEN problem IS NOT NULL THEN problem {cases} END"


def _leave_out(session: ImportSession, name: str, checked: str, columns: list[str]) -> int:
    """Put the rows with a problem into left_out and return their number."""
    line = f"to_json({flat_struct({column: identifier(column) for column in columns})})::VARCHAR"
    worth = "CASE WHEN isfinite(revenue) THEN abs(revenue) END" if "revenue" in columns else "NULL"
    return session.number(
        f"INSERT INTO left_out SELECT {literal(name)}, problem.outcome, problem.reason, "  # noqa: S608 - quoted
        f'file, "row", problem.value, coalesce(line, {line}), {worth} '
        f"FROM {identifier(checked)} WHERE problem IS NOT NULL"
    )


def _repaired(session: ImportSession, name: str, table: Table, column: str) -> str:
    """Return SQL for a column with the repairs that apply to every source, and note the repairs."""
    quoted = identifier(column)
    repaired = quoted
    if column == "name":
        repaired, reason = f"coalesce({quoted}, {table.key[0]})", "an empty name takes the id"
    elif column in table.column_names and table.column(column).choices:
        repaired, reason = f"lower({quoted})", f"{column} is written in lower case"
    if repaired != quoted:
        session.repair(
            name,
            reason,
            session.number(
                f"SELECT count(*) FROM {name} WHERE problem IS NULL AND {repaired} IS DISTINCT FROM {quoted}"  # noqa: S608 - quoted
            ),
        )
    return f"{repaired} AS {quoted}"


def _breaches(table: Table, columns: list[str], today: date) -> Iterator[str]:
    """Yield a CASE branch for each rule of the contract; the first broken rule is the row's problem."""
    for column in table.columns:
        if column.name in columns:
            for reason, condition in _column_breaches(column):
                yield f"WHEN {condition} THEN {problem('rejected', reason, _shown(column))}"
            if column.past:
                name = identifier(column.name)
                reason = f"{column.name} is after today, {today}"
                yield f"WHEN {name}::DATE > DATE '{today}' THEN {problem('rejected', reason, name)}"


def _shown(column: Column) -> str:
    """Return SQL of a value as a person writes it: -1, not -1.0."""
    name = identifier(column.name)
    return as_text(name, "DOUBLE") if column.kind == "number" else name


def _column_breaches(column: Column) -> Iterator[tuple[str, str]]:
    name = identifier(column.name)
    if column.required:
        yield f"{column.name} is empty", f"{name} IS NULL"
    if column.above is not None:
        yield f"{column.name} is not above {bound_text(column.above)}", f"{name} <= {column.above}"
    if column.at_least is not None:
        yield f"{column.name} is below {bound_text(column.at_least)}", f"{name} < {column.at_least}"
    if column.at_most is not None:
        yield f"{column.name} is above {bound_text(column.at_most)}", f"{name} > {column.at_most}"
    if column.not_before is not None:
        yield f"{column.name} is before {column.not_before}", f"{name} < {identifier(column.not_before)}"
    if column.choices:
        listed = ", ".join(literal(choice) for choice in column.choices)
        yield f"{column.name} is none of {', '.join(column.choices)}", f"{name} NOT IN ({listed})"
