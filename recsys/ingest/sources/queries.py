"""The rows of a query, written as Parquet block by block; the only module of this package that knows SQLAlchemy.

It runs in a process of its own (`databases.py`), because drivers cannot be interrupted while they wait for a server.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import URL, Connection, Engine, create_engine, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from recsys.errors import SourceError
from recsys.ingest.sources.headers import Rows, find_header

_ROWS_AT_ONCE = 20_000
_LARGEST = (1 << 63) - 1
_EXACT = 1 << 53  # whole numbers up to here are exact as floats
_NAMED = 20  # tables that a message names
_DIGITS = 38  # of a decimal that DuckDB reads
_PACKAGES = {"psycopg": '"psycopg[binary]"', "psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient"}
_SECRET = re.compile("pass|pwd|secret|token|odbc_connect", re.IGNORECASE)
_MICROSECONDS = pa.timestamp("us")
_INSTANTS = pa.timestamp("us", "UTC")


def query_as_parquet(database: str, query: str, target: Path, label: str) -> tuple[list[str], list[str]]:
    """Write the rows of a query into `target`/rows.parquet; return its columns, and those left out as bytes.

    database  a URL, or the URI of a SQLite file

    Raises SourceError, in whose message no password is.
    """
    url, engine = _engine(database, label)
    try:
        with _connected(engine, url, label) as connection:
            try:
                return _written(_reading(connection), query, target, label)
            except (SQLAlchemyError, sqlite3.Error, ValueError, ArithmeticError) as error:
                if type(getattr(error, "orig", error)) is sqlite3.DatabaseError:  # its heirs are of the query
                    raise SourceError(
                        f"{label}: the database is damaged ({said(error, url)}); export it again"
                    ) from None
                raise SourceError(
                    f"{label}: the database does not answer the query ({said(error, url)}); mend the query"
                    f"{_tables(connection)}; it is {' '.join(query.split())[:200]}"
                ) from None
    finally:
        engine.dispose()


def _connected(engine: Engine, url: URL | None, label: str) -> Connection:
    try:
        return engine.connect()
    except (SQLAlchemyError, sqlite3.Error, ValueError, OSError) as error:
        where = "the database" if url is None or url.host is None else f"the database at {url.host}"
        raise SourceError(
            f"{label}: {where} cannot be opened ({said(error, url)}); look whether host, port, name, user and "
            "password are right and the server is reached"
        ) from None


def _tables(connection: Connection) -> str:
    """Return what tables the database has, as a part of a sentence; empty if it does not say."""
    try:
        connection.rollback()
        known = inspect(connection)
        names = sorted([*known.get_table_names(), *known.get_view_names()])
    except (SQLAlchemyError, sqlite3.Error):
        return ""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"; the tables are {', '.join(names[:_NAMED])}{more}" if names else "; the database has no tables"


def _engine(database: str, label: str) -> tuple[URL | None, Engine]:
    """Return a database's URL, None for a SQLite file, and what connects to it."""
    if database.startswith("file:"):
        return None, create_engine("sqlite://", creator=lambda: sqlite3.connect(database, uri=True), poolclass=NullPool)
    try:
        url = make_url(database)
    except (ArgumentError, ValueError):
        raise SourceError(
            f"{label}: the database is no URL that can be read; it must be like "
            "postgresql+psycopg://user@host:5432/name, with %40 for an @ in the password"
        ) from None
    try:
        return url, create_engine(url, poolclass=NullPool)
    except NoSuchModuleError:
        raise SourceError(
            f"{label}: databases of the kind '{url.drivername}' are not known; write the URL as SQLAlchemy has it, "
            "such as postgresql+psycopg://user@host/name"
        ) from None
    except ModuleNotFoundError as error:
        name = (error.name or url.drivername).partition(".")[0]
        raise SourceError(
            f"{label}: {url.drivername} needs the package {name}, which is not installed; install it: "
            f"pip install {_PACKAGES.get(name, name.lower())}"
        ) from None


def _reading(connection: Connection) -> Connection:
    """Return the connection with what keeps it from writing; SQLite's files are opened so."""
    name = connection.dialect.name
    if name == "postgresql":
        return connection.execution_options(postgresql_readonly=True)
    if name in ("mysql", "mariadb"):
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
    return connection


def _written(connection: Connection, query: str, target: Path, label: str) -> tuple[list[str], list[str]]:
    # Signs such as % and : are the query's own, not places of parameters.
    asked = connection.execution_options(no_parameters=True, stream_results=True, max_row_buffer=_ROWS_AT_ONCE)
    with asked.exec_driver_sql(query) as result:
        given = [str(name) for name in result.keys()]  # noqa: SIM118 - a result is no dict
        names = find_header(label, [given], Rows(header_row=1)).names
        blocks = result.partitions(_ROWS_AT_ONCE)
        files = Blocks(target, names)
        for block in blocks:
            files.add(block)
    if not files.n_rows:
        raise SourceError(
            f"{label}: the query returns no row; change it, or remove the section if there is nothing to read"
        )
    binary = files.finish(target / "rows.parquet", label)
    return given, binary


class Blocks:
    """Blocks of rows in one Parquet file for each run of blocks that have the same types."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._folder = folder
        self._names = names
        self._writer: pq.ParquetWriter | None = None
        self._schemas: list[pa.Schema] = []
        self.n_rows = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        arrays = [_array(values) for values in zip(*rows, strict=True)]
        schema = pa.schema([(name, array.type) for name, array in zip(self._names, arrays, strict=True)])
        if not self._schemas or schema != self._schemas[-1]:
            self._close()
            self._writer = pq.ParquetWriter(self._part(len(self._schemas)), schema)
            self._schemas.append(schema)
        assert self._writer is not None  # noqa: S101 - opened above
        self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
        self.n_rows += len(rows)

    def finish(self, target: Path, label: str) -> list[str]:
        """Write all blocks into one file with the types that hold for all; return the columns left out as bytes."""
        self._close()
        kinds = {name: _common([schema.field(name).type for schema in self._schemas]) for name in self._names}
        kinds = {name: pa.string() if pa.types.is_null(kind) else kind for name, kind in kinds.items()}
        binary = [name for name, kind in kinds.items() if pa.types.is_binary(kind)]
        kept = [name for name in self._names if name not in binary]
        if not kept:
            raise SourceError(f"{label}: all columns that the query returns are bytes; name others in it")
        schema = pa.schema([(name, kinds[name]) for name in kept])
        with pq.ParquetWriter(target, schema) as writer:
            for number in range(len(self._schemas)):
                with pq.ParquetFile(self._part(number)) as file:
                    for batch in file.iter_batches(_ROWS_AT_ONCE, columns=kept):
                        columns = [_as(batch.column(name), kinds[name]) for name in kept]
                        writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
                self._part(number).unlink()
        return binary

    def _part(self, number: int) -> Path:
        return self._folder / f"part-{number}.parquet"

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _array(values: Sequence[Any]) -> Any:
    """Return values as an Arrow array: numbers, flags, days, times and texts keep their kind, others become texts."""
    kind = _common([_kind(one, values) for one in {type(value) for value in values}])
    if pa.types.is_string(kind):
        return pa.array([None if value is None else _text(value) for value in values], kind)
    if pa.types.is_binary(kind) or pa.types.is_null(kind):
        return pa.nulls(len(values), kind)
    if pa.types.is_floating(kind):
        return pa.array([None if value is None else float(value) for value in values], kind)
    if kind == _INSTANTS:
        values = [value and value.astimezone(UTC) for value in values]  # Arrow would leave the offset out
    return pa.array(values, kind)


def _kind(one: type, values: Iterable[Any]) -> pa.DataType:
    """Return the Arrow type of a column's values of a Python type."""
    if one is type(None):
        return pa.null()
    if issubclass(one, bool):
        return pa.bool_()
    own: list[Any] = [value for value in values if type(value) is one]
    if issubclass(one, int):
        return pa.int64() if max(map(abs, own)) <= _LARGEST else _decimal([Decimal(value) for value in own])
    if issubclass(one, Decimal):
        return _decimal(own)
    if issubclass(one, datetime):
        zoned = {value.tzinfo is not None for value in own}
        return pa.string() if len(zoned) > 1 else (_INSTANTS if zoned == {True} else _MICROSECONDS)
    for python, arrow in ((float, pa.float64()), (date, pa.date32()), (bytes | bytearray | memoryview, pa.binary())):
        if issubclass(one, python):
            return arrow
    return pa.string()


def _decimal(values: Iterable[Decimal]) -> pa.DataType:
    """Return the type of decimals with as many places as the longest has; floats if they have too many digits."""
    places = 0
    digits = 0
    for value in values:
        if not value.is_finite():
            return pa.float64()
        _, own, exponent = value.as_tuple()
        places = max(places, -int(exponent))
        digits = max(digits, len(own) + int(exponent))
    return pa.decimal128(_DIGITS, places) if digits + places <= _DIGITS else pa.float64()


def _common(kinds: Iterable[pa.DataType]) -> pa.DataType:
    """Return the type that values of several types have; texts if nothing else fits, bytes if some are bytes."""
    found = [kind for kind in dict.fromkeys(kinds) if not pa.types.is_null(kind)]
    if any(map(pa.types.is_binary, found)):
        return pa.binary()
    if len(found) < 2:
        return found[0] if found else pa.null()
    numbers = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    if not all(any(is_one(kind) for is_one in numbers) for kind in found):
        return pa.string()
    if any(map(pa.types.is_floating, found)):
        return pa.float64()
    places = max(kind.scale for kind in found if pa.types.is_decimal(kind))
    return pa.decimal128(_DIGITS, places)


def _as(column: Any, kind: pa.DataType) -> Any:
    if column.type == kind:
        return column
    if pa.types.is_string(kind):
        return pa.array([None if value is None else _text(value) for value in column.to_pylist()], kind)
    return column.cast(kind, safe=False)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def said(error: Exception, url: URL | None) -> str:
    """Return the first line of what a driver says, without what is secret in the URL."""
    words = str(error.orig if isinstance(error, DBAPIError) and error.orig is not None else error)
    line = next((line.strip() for line in words.splitlines() if line.strip()), type(error).__name__)
    for secret in _secrets(url):
        line = line.replace(secret, "***")
    return line[:300]


def _secrets(url: URL | None) -> Iterator[str]:
    if url is None:
        return
    if url.password:
        yield str(url.password)
    for name, value in url.query.items():
        if _SECRET.search(name):
            yield from (value,) if isinstance(value, str) else value
