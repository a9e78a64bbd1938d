"""Checks of a clean table against its contract in recsys/schema: pandera for values, DuckDB for keys and references.

A table is read in slices, so that checking 20 million lines needs little memory.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.errors import TableError
from recsys.runtime.did_you_mean import nearest
from recsys.schema.columns import Column, Table, arrow_type

SLICE_ROWS = 500_000


def check_parquet(path: Path, table: Table) -> int:
    """Check one Parquet file against its contract and return how many rows it has.

    Raises TableError that names the file, the column, the value and what to do.
    """
    file = _open(path)
    names = check_columns(path.name, file.schema_arrow, table)
    columns = [column for column in table.columns if column.name in names]
    schema = _value_schema(columns)
    for frame in _slices(path, file.metadata, columns):
        _check_values(path.name, schema, frame)
    for column in columns:
        if column.not_before is not None:
            check_not_before(path, column.name, column.not_before)
    if table.unique:
        check_unique(path, table.key)
    return int(file.metadata.num_rows)


def check_columns(file_name: str, schema: pa.Schema, table: Table) -> list[str]:
    """Return the columns of the table that the file has.

    Raises TableError for a missing or unknown column and for one of a wrong type.
    """
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
        wanted = arrow_type(table.column(name).kind)
        if schema.field(name).type not in (wanted, *_EQUIVALENT_TYPES.get(wanted, ())):
            raise TableError(f"{file_name}: column '{name}' is {schema.field(name).type}; it must be {wanted}")
    return known


_EQUIVALENT_TYPES: dict[pa.DataType, tuple[pa.DataType, ...]] = {pa.string(): (pa.large_string(), pa.string_view())}


def check_unique(path: Path, key: tuple[str, ...]) -> None:
    """Raise TableError for the first key, in sort order, that is in more than one row of a Parquet file."""
    columns = ", ".join(f'"{name}"' for name in key)
    with duckdb.connect() as connection:
        duplicate = connection.execute(
            f"SELECT {columns}, count(*) FROM read_parquet(?) GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1",  # noqa: S608 - column names come from recsys/schema
            [str(path)],
        ).fetchone()
    if duplicate:
        raise TableError(
            f"{path.name}: {', '.join(key)} '{', '.join(map(str, duplicate[:-1]))}' is in {duplicate[-1]} rows; "
            f"it is the key, keep one row"
        )


def check_not_before(path: Path, name: str, other: str) -> None:
    """Raise TableError for the first row, in sort order, in which a day is before the other column's."""
    with duckdb.connect() as connection:
        wrong = connection.execute(
            f'SELECT "{name}", "{other}" FROM read_parquet(?) WHERE "{name}" < "{other}" ORDER BY ALL LIMIT 1',  # noqa: S608 - as above
            [str(path)],
        ).fetchone()
    if wrong:
        raise TableError(
            f"{path.name}: column '{name}' holds '{wrong[0]}', which is before {other}, '{wrong[1]}'; "
            f"mend it in the source and import again"
        )


def check_references(child: Path, parent: Path, column: str) -> None:
    """Raise TableError for the first value, in sort order, that the column of the parent table does not have.

    A null refers to nothing; neither does a table without the column.
    """
    if column not in pq.read_schema(child).names:
        return
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


def _slices(path: Path, metadata: pq.FileMetaData, columns: list[Column]) -> Iterator[pd.DataFrame]:
    # Dictionary encoding, as most text columns are stored.
    texts = [column.name for column in columns if column.kind == "text" and not column.choices]
    file = pq.ParquetFile(path, metadata=metadata, read_dictionary=texts)
    for batch in file.iter_batches(batch_size=SLICE_ROWS, columns=[column.name for column in columns]):
        yield batch.to_pandas(types_mapper=_pandas_type, split_blocks=True)


def _pandas_type(kind: pa.DataType) -> Any:
    """Return the pandas type of a column; None, which is pandas' default, for floats. Integers and flags are nullable.

    Texts and days stay Arrow arrays: converting them would take longer than all checks.
    """
    if pa.types.is_floating(kind):
        return None
    return {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get(kind, pd.ArrowDtype(kind))


def _value_schema(columns: list[Column]) -> pandera.DataFrameSchema:
    return pandera.DataFrameSchema(
        {column.name: pandera.Column(checks=_checks(column), nullable=not column.required) for column in columns}
    )


def _checks(column: Column) -> list[pandera.Check]:
    checks = []
    if column.kind == "number":
        checks.append(pandera.Check(lambda values: values.abs() != float("inf"), error="must be finite"))
    if column.above is not None:
        checks.append(pandera.Check.gt(column.above, error=f"must be above {column.above:g}"))
    if column.at_least is not None:
        checks.append(pandera.Check.ge(column.at_least, error=f"must be at least {column.at_least:g}"))
    if column.at_most is not None:
        checks.append(pandera.Check.le(column.at_most, error=f"must be at most {column.at_most:g}"))
    if column.choices:
        checks.append(pandera.Check.isin(column.choices, error=f"must be one of {', '.join(column.choices)}"))
    return checks


def _check_values(file_name: str, schema: pandera.DataFrameSchema, frame: pd.DataFrame) -> None:
    try:
        schema.validate(frame, inplace=True)  # no copy, nothing is changed
    except pandera.errors.SchemaError as error:
        raise TableError(f"{file_name}: {_describe(error)}; mend it in the source and import again") from error


def _describe(error: pandera.errors.SchemaError) -> str:
    column = error.schema.name
    if error.reason_code is pandera.errors.SchemaErrorReason.SERIES_CONTAINS_NULLS:
        return f"column '{column}' has an empty value, but it is required"
    value = error.failure_cases["failure_case"].iloc[0]
    return f"column '{column}' holds '{value}', which {error.check.error}"
