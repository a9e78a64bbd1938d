"""Checks of a clean table against its contract in schema.py, by DuckDB: small in memory whatever the table's size."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.errors import TableError
from recsys.schema import ARROW_TYPES, Column, Table


def check_parquet(path: Path, table: Table) -> int:
    """Check one Parquet file against its contract and return how many rows it has.

    Raises TableError that names the file, the column, the value and what to do.
    """
    file = _open(path)
    names = check_columns(path.name, file.schema_arrow, table)
    _check_values(path, [column for column in table.columns if column.name in names])
    if table.unique:
        check_unique(path, table.key)
    return int(file.metadata.num_rows)


def check_columns(file_name: str, schema: pa.Schema, table: Table) -> list[str]:
    """Return the table's columns that are there; raises TableError for a missing, foreign or mistyped one."""
    for name in table.required:
        if name not in schema.names:
            near = nearest(name, schema.names)
            raise TableError(
                f"{file_name} has no column '{name}'{near}; it has {', '.join(schema.names) or 'no columns'}"
            )
    known = [name for name in schema.names if name in table.column_names]
    if not table.attributes and len(known) < len(schema.names):
        extra = next(name for name in schema.names if name not in table.column_names)
        raise TableError(
            f"{file_name} has a column '{extra}' that {table.name} does not know{nearest(extra, table.column_names)}; "
            f"rename or remove it"
        )
    for name in known:
        wanted = ARROW_TYPES[table.column(name).kind]
        if schema.field(name).type not in (wanted, *_READ_ALIKE.get(wanted, ())):
            raise TableError(f"{file_name}: column '{name}' is {schema.field(name).type}; it must be {wanted}")
    return known


_READ_ALIKE: dict[pa.DataType, tuple[pa.DataType, ...]] = {pa.string(): (pa.large_string(), pa.string_view())}


def nearest(name: str, names: list[str] | tuple[str, ...]) -> str:
    """Return ` (did you mean 'x'?)` for the nearest of some names, or nothing."""
    found = difflib.get_close_matches(name.lower(), [other.lower() for other in names], n=1, cutoff=0.6)
    if not found:
        return ""
    return f" (did you mean '{next(other for other in names if other.lower() == found[0])}'?)"


def check_unique(path: Path, key: tuple[str, ...]) -> None:
    """Raises TableError for the first key, in order, that stands twice in a Parquet file."""
    columns = ", ".join(f'"{name}"' for name in key)
    with duckdb.connect() as connection:
        twice = connection.execute(
            f"SELECT {columns}, count(*) FROM read_parquet(?) GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1",  # noqa: S608 - column names come from schema.py
            [str(path)],
        ).fetchone()
    if twice:
        raise TableError(
            f"{path.name}: {', '.join(key)} '{', '.join(map(str, twice[:-1]))}' stands in {twice[-1]} rows; "
            f"it is the key, keep one row"
        )


def check_references(child: Path, parent: Path, column: str) -> None:
    """Raises TableError for the first value of a column that the parent table does not have."""
    with duckdb.connect() as connection:
        orphan = connection.execute(
            f'SELECT "{column}", count(*) FROM read_parquet(?) WHERE "{column}" NOT IN '  # noqa: S608 - as above
            f'(SELECT "{column}" FROM read_parquet(?)) GROUP BY ALL ORDER BY ALL LIMIT 1',
            [str(child), str(parent)],
        ).fetchone()
    if orphan:
        raise TableError(
            f"{child.name} names {column} '{orphan[0]}' in {orphan[1]} rows, but {parent.name} does not have it; "
            f"add it there or leave the rows out"
        )


def _open(path: Path) -> pq.ParquetFile:
    if not path.exists():
        raise TableError(f"{path} is missing; make the clean tables with `python -m recsys import` or `sample`")
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path} is no readable Parquet file ({error}); import the data again") from error


def _check_values(path: Path, columns: list[Column]) -> None:
    """Raises TableError for the first column, in order, with values that break it, naming the lowest of them."""
    rules = [(column, *rule) for column in columns for rule in _rules(column)]
    if not rules:
        return
    counts = ", ".join(f"count(*) FILTER ({broken})" for _, broken, _ in rules)
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {counts} FROM read_parquet(?)", [str(path)]).fetchall()[0]  # noqa: S608 - from schema.py
        for (column, broken, must), times in zip(rules, found, strict=True):
            if times:
                # No WHERE: a Parquet file's bounds, by which it would skip rows, know nothing of NaN.
                sql = f'SELECT min("{column.name}") FILTER ({broken}) FROM read_parquet(?)'  # noqa: S608 - as above
                value = connection.execute(sql, [str(path)]).fetchall()[0][0]
                raise TableError(
                    f"{path.name}: column '{column.name}' {must.format(value)}; mend it in the source and import again"
                )


def _rules(column: Column) -> Iterator[tuple[str, str]]:
    """Yield SQL that is true of a value that breaks a rule of its column, and what to say of it."""
    name = f'"{column.name}"'
    if column.required:
        empty = f"({name} IS NULL OR isnan({name}))" if column.kind == "number" else f"{name} IS NULL"
        yield empty, "has an empty value, but it is required"
    if column.above is not None:
        yield f"{name} <= {column.above}", f"holds '{{}}', which must be above {column.above:g}"
    if column.at_least is not None:
        yield f"{name} < {column.at_least}", f"holds '{{}}', which must be at least {column.at_least:g}"
    if column.at_most is not None:
        more = f"{name} > {column.at_most} AND NOT isnan({name})"  # DuckDB has NaN above everything
        yield more, f"holds '{{}}', which must be at most {column.at_most:g}"
    if column.choices:
        listed = ", ".join(f"'{choice}'" for choice in column.choices)
        yield f"{name} NOT IN ({listed})", f"holds '{{}}', which must be one of {', '.join(column.choices)}"
    if column.kind == "number":
        yield f"isinf({name})", "holds '{}', which must be finite"
