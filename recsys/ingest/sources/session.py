"""The session of one import: DuckDB connection, scratch folder, today's date, and the repairs made so far."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Protocol

import duckdb
import pyarrow as pa

from recsys.ingest.limits import Limits
from recsys.ingest.sources.raw_files import USUAL_LIMITS, RawFile
from recsys.ingest.sources.sql import identifier, literal
from recsys.ingest.sources.value_parsing import Field
from recsys.runtime.progress import Progress

_SLICE_ROWS = 500_000
# 20 million lines and their arrays then fit into 3 GB; DuckDB spills what does not fit into the scratch folder.
MEMORY = "1500MB"
# With DuckDB's default of a megabyte the reading threads wait for the consumer, and reading takes three times as long.
_BUFFER = "200MB"
_INTERRUPT_SECONDS = 0.1
_KINDS: dict[str, type[duckdb.Error]] = {
    "IO Error": duckdb.IOException,
    "Out of Memory Error": duckdb.OutOfMemoryException,
}


@dataclass(frozen=True)
class Repair:
    """A rule that repaired values, and in how many rows of a clean table."""

    table: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Unread:
    """A file of lines that is not staged: its rows are checked in the one pass that reads them."""

    raw: RawFile
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class DoubtfulColumn:
    """A column of numbers in which the decimal mark may be one of thousands.

    table, name   the clean table and its column, or a name of their own for what is only computed with
    column        the file's column
    example       one of its numbers
    n, n_zero     numbers with a mark, and those of them with 000 behind it
    has_decimals  other columns of the file have a decimal mark
    """

    table: str
    name: str
    column: str
    label: str
    example: str
    decimal: str
    n: int
    n_zero: int
    has_decimals: bool


@dataclass
class ImportSession:
    """What a source needs to stage its files; `repairs`, `notes` and `warnings` go into the report.

    limits  what reading one file may take
    written  how a map's expression writes a clean table's column, by (table, column), where the file calls it otherwise
    doubtful  columns whose numbers can be read in two ways
    unread  files that were not read yet, by the name of the relation that reads them
    """

    connection: duckdb.DuckDBPyConnection
    scratch: Path
    today: date
    progress: Progress
    limits: Limits = Limits()
    repairs: list[Repair] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    written: dict[tuple[str, str], str] = field(default_factory=dict)
    doubtful: list[DoubtfulColumn] = field(default_factory=list)
    unread: dict[str, Unread] = field(default_factory=dict)

    def run(self, statement: str) -> None:
        """Execute a statement that returns no rows."""
        self._execute(statement)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Execute a statement and return its rows."""
        return self._execute(statement).fetchall()

    def _execute(self, statement: str) -> duckdb.DuckDBPyConnection:
        """Execute a statement in a thread, as DuckDB itself may not react to Ctrl-C until a long query has ended."""
        with ThreadPoolExecutor(max_workers=1) as thread:
            running = thread.submit(self.connection.execute, statement)
            try:
                return running.result()
            except KeyboardInterrupt:
                while not running.done():  # a statement that has not started yet ignores the first interruption
                    self.connection.interrupt()
                    wait((running,), _INTERRUPT_SECONDS)
                raise

    def batches(self, query: str) -> pa.RecordBatchReader:
        """Return the rows of a query in slices, in their order, while the query runs."""
        batches: pa.RecordBatchReader = self.connection.sql(query).to_arrow_reader(_SLICE_ROWS)
        return batches

    def column(self, query: str) -> "pa.Array[Any]":
        """Return the values of a query with one column."""
        values: pa.Array[Any] = self.connection.sql(query).to_arrow_table().column(0).combine_chunks()
        return values

    def keep(self, name: str, rows: pa.Table) -> None:
        """Create a table of the rows."""
        self.connection.register("given rows", rows)
        self.run(f'CREATE TABLE {identifier(name)} AS SELECT * FROM "given rows"')  # noqa: S608 - quoted
        self.connection.unregister("given rows")

    def number(self, statement: str) -> int:
        """Execute a statement and return its one whole number, 0 for NULL."""
        return int(self.rows(statement)[0][0] or 0)

    def has(self, name: str) -> bool:
        """Return whether a source has staged a relation of this name."""
        return bool(self.number(f"SELECT count(*) FROM duckdb_views() WHERE view_name = {literal(name)}"))  # noqa: S608 - quoted

    def repair(self, table: str, reason: str, rows: int) -> None:
        """Note a repair, unless it changed no row."""
        if rows:
            self.repairs.append(Repair(table, reason, rows))


def forget_rejects(session: ImportSession) -> None:
    """Drop DuckDB's tables of the rows that it could not split; each read would add them again."""
    session.run("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")


@contextmanager
def arrow_errors_as_duckdb() -> Iterator[None]:
    """Turn Arrow's errors while batches are read into the errors that DuckDB raises for a statement."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        kind = next((kind for start, kind in _KINDS.items() if str(error).startswith(start)), duckdb.Error)
        raise kind(str(error)) from error


class Source(Protocol):
    """A format of raw data: a frozen dataclass of its files and options."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def stage(self, session: ImportSession) -> None:
        """Create the relations customers, products, order_lines and returns, and those of optional tables it has.

        Each has the typed columns of its clean table, and `file`, `row`, `line` (the raw row as JSON, where `problem`
        is set) and `problem` (see staging.py). Raises SourceError for an error that makes the whole import wrong.
        """
        ...


@contextmanager
def import_session(
    scratch: Path, today: date, progress: Progress, limits: Limits = USUAL_LIMITS
) -> Iterator[ImportSession]:
    """Yield a session with its database in the folder `scratch`, so that it may be larger than the memory."""
    with duckdb.connect(str(scratch / "staged.duckdb")) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = ?", [str(scratch / "spill")])
        connection.execute(f"SET streaming_buffer_size = '{_BUFFER}'")
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'UTC'")
        yield ImportSession(connection, scratch, today, progress, limits)
