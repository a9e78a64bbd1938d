"""The schema's verdict on staged rows: what breaks a table's contract is rejected, with the reason and the value."""

from collections.abc import Iterator
from datetime import date

from recsys.schema import Column, Table
from recsys.sources.sql import column_list, flat_struct, identifier, literal
from recsys.sources.staging import ABOUT_A_ROW, problem, refuse_twice
from recsys.sources.workbench import Workbench

_PARENTS = {"customer_id": "customers", "product_id": "products"}
_LEFT_OUT = """
    CREATE TABLE left_out (
        "table" VARCHAR, outcome VARCHAR, reason VARCHAR, file VARCHAR, "row" BIGINT, "value" VARCHAR, line VARCHAR)
"""


def make_left_out(bench: Workbench) -> None:
    """Make the empty table `left_out`, which holds every row that no clean table has, with the reason."""
    bench.run(_LEFT_OUT)


def judge(bench: Workbench, name: str, table: Table) -> None:
    """Make the view `judged NAME` of a staged relation and put its rows with a problem into left_out.

    Customers and products come before the lines that name them. Raises SourceError for a key that stands twice.
    """
    columns = [row[0] for row in bench.rows(f"DESCRIBE {name}") if row[0] not in ABOUT_A_ROW]
    parents = {key: parent for key, parent in _PARENTS.items() if key in columns and not table.unique}
    values = [_repaired(bench, name, table, column) for column in columns]
    joins = "".join(f' LEFT JOIN "known {parent}" ON {parent}_key = {key}' for key, parent in parents.items())
    cases = " ".join(_breaches(table, columns, parents, bench.today)) or "WHEN false THEN NULL"
    bench.run(
        f'CREATE VIEW "judged {name}" AS SELECT {column_list(columns)}, file, "row", line, '  # noqa: S608 - quoted
        f"CASE WHEN problem IS NOT NULL THEN problem {cases} END AS problem "
        f"FROM (SELECT {', '.join(values)}, file, row, line, problem FROM {name}){joins}"
    )
    line = f"to_json({flat_struct({column: identifier(column) for column in columns})})::VARCHAR"
    bench.run(
        f"INSERT INTO left_out SELECT {literal(name)}, problem.outcome, problem.reason, "  # noqa: S608 - quoted
        f'file, "row", problem.value, coalesce(line, {line}) '
        f'FROM "judged {name}" WHERE problem IS NOT NULL'
    )
    if table.unique:
        refuse_twice(bench, f"judged {name}", table.key[0])
        bench.run(
            f'CREATE TABLE "known {name}" AS SELECT {table.key[0]} AS {name}_key FROM "judged {name}" '  # noqa: S608 - quoted
            "WHERE problem IS NULL"
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


def _breaches(table: Table, columns: list[str], parents: dict[str, str], today: date) -> Iterator[str]:
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
    for key, parent in parents.items():
        yield f"WHEN {parent}_key IS NULL THEN {problem('rejected', f'{key} is not in {parent}', key)}"


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
