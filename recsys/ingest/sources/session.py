"""Where one import works: the DuckDB connection, a scratch folder, today's date, and what was mended on the way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Protocol

import duckdb
import pyarrow as pa

from recsys.ingest.sources.raw_files import RawFile
from recsys.ingest.sources.sql import identifier
from recsys.ingest.sources.value_parsing import Field
from recsys.runtime.progress import Progress

_SLICE_ROWS = 500_000
# Fits 20 million lines into 3 GB with the arrays of the lines beside it; what does not fit goes to the scratch folder.
MEMORY = "1500MB"
# With DuckDB's own megabyte the threads that read wait for the one that takes: a third of the time with this.
_BUFFER = "200MB"
_INTERRUPT_SECONDS = 0.1
_KINDS: dict[str, type[duckdb.Error]] = {
    "IO Error": duckdb.IOException,
    "Out of Memory Error": duckdb.OutOfMemoryException,
}


@dataclass(frozen=True)
class Repair:
    """A value that was mended by a stated rule, and in how many rows of a clean table."""

    table: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Unread:
    """A file of lines whose relation reads it anew each time: its rows are judged in the one pass that reads them."""

    raw: RawFile
    fields: tuple[Field, ...]


@dataclass
class Workbench:
    """What a source works with. `repairs` and `notes` are filled on the way and end in the report.

    unread  files that are not read yet, by the relation that reads them
    """

    connection: duckdb.DuckDBPyConnection
    scratch: Path
    today: date
    progress: Progress
    repairs: list[Repair] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unread: dict[str, Unread] = field(default_factory=dict)

    def run(self, statement: str) -> None:
        """Execute a statement whose result nobody needs."""
        self._execute(statement)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Execute a statement and return its rows."""
        return self._execute(statement).fetchall()

    def _execute(self, statement: str) -> duckdb.DuckDBPyConnection:
        """Execute a statement in a thread: DuckDB itself may not look at Ctrl-C until a long query has ended."""
        with ThreadPoolExecutor(max_workers=1) as thread:
            running = thread.submit(self.connection.execute, statement)
            try:
                return running.result()
            except KeyboardInterrupt:
                while not running.done():  # a statement that has not quite begun does not see the first one
                    self.connection.interrupt()
                    wait((running,), _INTERRUPT_SECONDS)
                raise

    def batches(self, query: str) -> pa.RecordBatchReader:
        """Return the rows of a query slice by slice, in their order, as they are found."""
        batches: pa.RecordBatchReader = self.connection.sql(query).to_arrow_reader(_SLICE_ROWS)
        return batches

    def column(self, query: str) -> "pa.Array[Any]":
        """Return the one column of a query."""
        values: pa.Array[Any] = self.connection.sql(query).to_arrow_table().column(0).combine_chunks()
        return values

    def keep(self, name: str, rows: pa.Table) -> None:
        """Make a table of rows."""
        self.connection.register("given rows", rows)
        self.run(f'CREATE TABLE {identifier(name)} AS SELECT * FROM "given rows"')  # noqa: S608 - quoted
        self.connection.unregister("given rows")

    def number(self, statement: str) -> int:
        """Execute a statement that gives one whole number."""
        return int(self.rows(statement)[0][0] or 0)

    def repair(self, table: str, reason: str, rows: int) -> None:
        """Note what was mended, if it was."""
        if rows:
            self.repairs.append(Repair(table, reason, rows))


def forget_rejects(bench: Workbench) -> None:
    """Drop what DuckDB noted about rows that it could not split; each read notes it again."""
    bench.run("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")


@contextmanager
def told_by_duckdb() -> Iterator[None]:
    """Turn errors that come while batches are read, which Arrow tells, into those that a statement raises."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        kind = next((kind for start, kind in _KINDS.items() if str(error).startswith(start)), duckdb.Error)
        raise kind(str(error)) from error


class Source(Protocol):
    """A format of raw data: a frozen dataclass of the files and the options."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def stage(self, bench: Workbench) -> None:
        """Make the relations customers, products, order_lines and returns.

        Each has columns of its clean table, typed, and `file`, `row`, `line` (the raw row as JSON, where `problem`
        is set) and `problem` (see staging.py). Raises SourceError for what makes the whole import wrong.
        """
        ...


@contextmanager
def workbench(scratch: Path, today: date, progress: Progress) -> Iterator[Workbench]:
    """Yield a workbench whose database lies in the folder `scratch`, so that it may outgrow the memory."""
    with duckdb.connect(str(scratch / "staged.duckdb")) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = ?", [str(scratch / "spill")])
        connection.execute(f"SET streaming_buffer_size = '{_BUFFER}'")
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'UTC'")
        yield Workbench(connection, scratch, today, progress)
