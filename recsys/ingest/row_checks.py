"""The schema's verdict on staged rows: what breaks a table's contract is rejected, with the reason and the value."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from recsys.ingest.order_lines import Known, Lines, read_lines
from recsys.ingest.sources.session import Workbench, forget_rejects, told_by_duckdb
from recsys.ingest.sources.sql import column_list, flat_struct, identifier, literal
from recsys.ingest.sources.staging import ABOUT_A_ROW, problem, refuse_twice, refuse_without_rows, stage_rest
from recsys.schema.clean import ORDER_LINES
from recsys.schema.columns import Column, Table

_PARENTS = {"customer_id": "customers", "product_id": "products"}
_LEFT_OUT = """
    CREATE TABLE left_out (
        "table" VARCHAR, outcome VARCHAR, reason VARCHAR, file VARCHAR, "row" BIGINT, "value" VARCHAR, line VARCHAR)
"""


def make_left_out(bench: Workbench) -> None:
    """Make the empty table `left_out`, which holds every row that no clean table has, with the reason."""
    bench.run(_LEFT_OUT)


def judge(bench: Workbench, name: str, table: Table) -> int:
    """Make the view `judged NAME` of staged customers or products, put its rows with a problem into left_out.

    Returns how many rows the relation has. Raises SourceError for a key that stands twice.
    """
    columns = _own_columns(bench, name)
    values = [_repaired(bench, name, table, column) for column in columns]
    bench.run(
        f'CREATE VIEW "judged {name}" AS SELECT {column_list(columns)}, file, "row", line, '  # noqa: S608 - quoted
        f"{_verdict(table, columns, bench.today)} AS problem "
        f"FROM (SELECT {', '.join(values)}, file, row, line, problem FROM {name})"
    )
    _leave_out(bench, name, f"judged {name}", columns)
    refuse_twice(bench, f"judged {name}", table.key[0])
    return bench.number(f"SELECT count(*) FROM {name}")  # noqa: S608 - own name


def judge_lines(bench: Workbench, name: str, table: Table) -> tuple[Lines, int]:
    """Return the sound rows of staged lines and how many rows there are; the others go to left_out.

    Customers and products are judged before. The relation is read once. Raises SourceError like stage() for a file
    that was not read yet.
    """
    columns, unread = list(table.column_names), bench.unread.get(name)
    about = [] if unread else ["file", "row"]
    known = Known(*(_known(bench, parent, key) for key, parent in _PARENTS.items()))
    forget_rejects(bench)
    query = (
        f"SELECT {column_list(columns)}, {_verdict(table, columns, bench.today)} AS problem, "  # noqa: S608 - quoted
        f"{column_list(['line', *about])} FROM {name}"
    )
    with told_by_duckdb():
        lines, rest = read_lines(bench.batches(query), known)
    bench.keep(f"{name} rest", rest)
    if unread:
        stage_rest(bench, name, f"{name} rest", lines.n)
        if table is ORDER_LINES and not lines.n:
            refuse_without_rows(bench, name, unread.raw)
    relation = name if unread else f"{name} rest"
    unknown = " ".join(
        f"WHEN NOT {parent[:-1]}_known THEN {problem('rejected', f'{key} is not in {parent}', key)}"
        for key, parent in _PARENTS.items()
    )
    bench.run(
        f'CREATE VIEW "judged {name}" AS SELECT * REPLACE '  # noqa: S608 - quoted
        f"(CASE WHEN problem IS NOT NULL THEN problem {unknown} END AS problem) FROM {identifier(relation)}"
    )
    return lines, lines.n + _leave_out(bench, name, f"judged {name}", columns)


def _own_columns(bench: Workbench, name: str) -> list[str]:
    return [row[0] for row in bench.rows(f"DESCRIBE {name}") if row[0] not in ABOUT_A_ROW]


def _known(bench: Workbench, parent: str, key: str) -> "pa.Array[Any]":
    return bench.column(f'SELECT {key} FROM "judged {parent}" WHERE problem IS NULL ORDER BY {key}')  # noqa: S608 - own names


def _verdict(table: Table, columns: list[str], today: date) -> str:
    """Return the SQL of a row's problem: what it was staged with, else the first breach of the contract."""
    cases = " ".join(_breaches(table, columns, today)) or "WHEN false THEN NULL"
    return f"CASE WHEN problem IS NOT NULL THEN problem {cases} END"


def _leave_out(bench: Workbench, name: str, judged: str, columns: list[str]) -> int:
    """Put the rows with a problem into left_out and return how many they are."""
    line = f"to_json({flat_struct({column: identifier(column) for column in columns})})::VARCHAR"
    return bench.number(
        f"INSERT INTO left_out SELECT {literal(name)}, problem.outcome, problem.reason, "  # noqa: S608 - quoted
        f'file, "row", problem.value, coalesce(line, {line}) '
        f"FROM {identifier(judged)} WHERE problem IS NOT NULL"
    )


def _repaired(bench: Workbench, name: str, table: Table, column: str) -> str:
    """Return the SQL of a column's value with the few repairs that hold for every source, and note them."""
    quoted = identifier(column)
    mended = quoted
    if column == "name":
        mended, reason = f"coalesce({quoted}, {table.key[0]})", "an empty name takes the id"
    elif column in table.column_names and table.column(column).choices:
        mended, reason = f"lower({quoted})", f"{column} is written in lower case"
    if mended != quoted:
        bench.repair(
            name,
            reason,
            bench.number(
                f"SELECT count(*) FROM {name} WHERE problem IS NULL AND {mended} IS DISTINCT FROM {quoted}"  # noqa: S608 - quoted
            ),
        )
    return f"{mended} AS {quoted}"


def _breaches(table: Table, columns: list[str], today: date) -> Iterator[str]:
    """Yield a CASE branch for each way in which a row can break the contract, the first that holds counts."""
    for column in table.columns:
        if column.name in columns:
            for reason, condition in _column_breaches(column):
                yield f"WHEN {condition} THEN {problem('rejected', reason, identifier(column.name))}"
    if "ordered_on" in columns:
        yield (
            f"WHEN ordered_on > DATE '{today}' "
            f"THEN {problem('rejected', f'ordered_on is after today, {today}', 'ordered_on')}"
        )


def _column_breaches(column: Column) -> Iterator[tuple[str, str]]:
    name = identifier(column.name)
    if column.required:
        yield f"{column.name} is empty", f"{name} IS NULL"
    if column.above is not None:
        yield f"{column.name} is not above {column.above:g}", f"{name} <= {column.above}"
    if column.at_least is not None:
        yield f"{column.name} is below {column.at_least:g}", f"{name} < {column.at_least}"
    if column.choices:
        listed = ", ".join(literal(choice) for choice in column.choices)
        yield f"{column.name} is none of {', '.join(column.choices)}", f"{name} NOT IN ({listed})"
