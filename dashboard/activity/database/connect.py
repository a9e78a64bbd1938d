"""The database as its users hold it: transactions that read or write, and one error for whatever makes it fail."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dashboard.activity.database import migrate
from dashboard.activity.database.pause import Pause
from dashboard.activity.database.target import (
    LOG_ENDING,
    WRITES,
    FileId,
    Target,
    file_id,
    make_engine,
    make_file,
    target,
)
from dashboard.activity.errors import ActivityError, ActivityUnavailable
from dashboard.activity.records import Health, Loss
from dashboard.settings import Settings

Way = Literal["read", "write"]
WAYS: tuple[Way, ...] = ("read", "write")
LOG = logging.getLogger(__name__)
LOG.addHandler(logging.NullHandler())  # a command says it itself; in the app the log has its handler
WAIT_SECONDS = 5.0  # for a lock, a connection, an answer
PAUSE_SECONDS = 1.0
START_SECONDS = 600.0  # for another process that migrates
# SQLSTATEs of what no program can mend, though it comes as an error of the program: no such table, no right to it.
_GONE = frozenset({"42P01", "42501", "3F000", "25006"})


@dataclass(frozen=True)
class Reading:
    """A transaction that reads: everything in it is as of one moment in SQLite, of each statement in PostgreSQL."""

    _connection: Connection

    def execute(self, statement: Executable, rows: Any = None) -> CursorResult[Any]:
        """Run a statement of a repository."""
        return self._connection.execute(statement, rows)

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return self._connection.dialect.name


@dataclass(frozen=True)
class Writing(Reading):
    """A transaction that writes. It is saved when its block ends without an error, all of it or nothing."""


class Database:
    """One database, shared by the threads of a process. Make it after a fork.

    Raises ActivityUnavailable from every transaction that fails because of the database and not because of what was
    asked, after `wait_seconds` at most where a lock or an answer is waited for.
    """

    def __init__(
        self,
        target: Target,
        *,
        wait_seconds: float = WAIT_SECONDS,
        pause_seconds: float = PAUSE_SECONDS,
        pool_size: int = 8,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.target = target
        self._wait_seconds = wait_seconds
        self._engine = make_engine(target, wait_seconds=wait_seconds, pool_size=pool_size)
        self._reader = self._engine.execution_options(postgresql_readonly=True)
        self._writer = self._engine.execution_options(**{WRITES: True})
        # A file that is locked for writing can be read: each has its own.
        self._pauses = {way: Pause(pause_seconds, 2 * wait_seconds, clock) for way in WAYS}
        self._lock = RLock()
        self._file_id: FileId | None = None
        self._log_id: FileId | None = None
        self._is_prepared = False

    def prepare(self) -> None:
        """Bring the schema up to date, once however many processes do this at once; make a SQLite file.

        Raises ActivityError for a schema that is newer than this code, ActivityUnavailable without a database.
        """
        with self._failing("write"), self._lock:
            if self.target.file is not None:
                with migrate.lock(self.target, START_SECONDS):
                    make_file(self.target.file)
                self._notice_file(self.target.file)
            migrate.upgrade(self._engine, self.target, START_SECONDS)
            self._is_prepared = True
        for pause in self._pauses.values():  # what failed for want of a table does not any more
            pause.worked()

    def prepare_if_available(self) -> str:
        """Do as `prepare`, but return why it could not be done, empty if it was, instead of ActivityUnavailable.

        What is left undone is done by the first transaction that finds the database.
        """
        try:
            self.prepare()
        except ActivityUnavailable as error:
            return str(error)
        return ""

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """Yield a transaction that cannot write."""
        with self._transaction("read", self._reader) as connection:
            yield Reading(connection)

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """Yield a transaction that is saved at the end of the block; an error in it undoes all."""
        with self._transaction("write", self._writer) as connection:
            yield Writing(connection)

    def health(self) -> Health:
        """Return whether something can be saved now; it saves nothing."""
        try:
            with self.write() as transaction:
                transaction.execute(migrate.CAN_WRITE[transaction.dialect])
        except ActivityError as error:
            return Health(False, self.target.kind, str(error))
        return Health(True, self.target.kind, "")

    def schema(self) -> tuple[str, str]:
        """Return the revision of the database, "base" for none, and the newest that this code has."""
        with self._failing("read"):
            return migrate.current(self._engine), migrate.newest()

    def losses(self, to: str) -> tuple[Loss, ...]:
        """Return what `downgrade` would remove. Raises ActivityError for a revision that it cannot go back to."""
        with self._failing("read"):
            return migrate.losses(self._engine, self.target, to)

    def downgrade(self, to: str) -> None:
        """Go back to an older revision; what only newer tables hold is gone. The app must not run meanwhile."""
        with self._failing("write"):
            migrate.downgrade(self._engine, self.target, to, START_SECONDS)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, way: Way, engine: Engine) -> Iterator[Connection]:
        refusal = self._pauses[way].refusal()
        if refusal is not None:
            raise ActivityUnavailable(refusal)
        with self._failing(way):
            self._prepare_anew()
            with engine.connect() as connection, connection.begin():
                self._pauses[way].worked()
                if self.target.file is not None:
                    self._log_id = file_id(_log(self.target.file))
                yield connection

    @contextmanager
    def _failing(self, way: Way) -> Iterator[None]:
        """Turn what the database raises into ActivityUnavailable, and begin a pause."""
        try:
            yield
        except SQLAlchemyError as error:
            if not _is_the_database(error):
                raise
            raise self._unavailable(way, error) from error
        except ActivityUnavailable as error:
            self._pauses[way].failed(str(error))
            raise

    def _unavailable(self, way: Way, error: SQLAlchemyError) -> ActivityUnavailable:
        message = f"{self.target.kind} {self.target.name} does not answer ({_cause(error)}); nothing was saved"
        self._pauses[way].failed(message)
        LOG.warning("database unavailable", extra={"reason": message})
        if not isinstance(error, PoolTimeout):  # that says nothing of the connections, which all are used
            with self._lock:  # who comes next connects and looks at the schema anew
                self._is_prepared = False
                self._engine.dispose()
        return ActivityUnavailable(message)

    def _prepare_anew(self) -> None:
        """Look at the schema, where it was not since the start, or the file is another one since."""
        if self.target.file is not None:
            self._notice_file(self.target.file)
        if self._is_prepared:
            return
        with self._lock:
            if not self._is_prepared:
                migrate.upgrade(self._engine, self.target, self._wait_seconds)
                self._is_prepared = True

    def _notice_file(self, file: Path) -> None:
        """Leave a file that was replaced: SQLite would go on in the old one, which nobody finds any more.

        Raises ActivityUnavailable where there is none, and for a new one beside the log of the old one, which
        SQLite would play into it.
        """
        found = file_id(file)
        if found is None:
            raise ActivityUnavailable(f"there is no file {file} that can be read; nothing was saved")
        with self._lock:
            if self._file_id not in (None, found):
                if self._log_id is not None and self._log_id == file_id(_log(file)):
                    raise ActivityUnavailable(
                        f"{file} was replaced, and the log of the old one is still beside it; nothing was saved: "
                        f"stop the app, and put a backup in place with: python -m dashboard restore"
                    )
                self._engine.dispose()
                self._is_prepared = False
            self._file_id = found


def open_database(settings: Settings) -> Database:
    """Return the database that the settings name, without asking it anything yet."""
    return Database(target(settings), pool_size=settings.threads)


def _log(file: Path) -> Path:
    return file.with_name(file.name + LOG_ENDING)


def _is_the_database(error: BaseException) -> bool:
    """Return whether the database is at fault, and not the statement or its values."""
    if isinstance(error, ProgrammingError):
        state = getattr(error.orig, "sqlstate", "")  # psycopg's is None where it did not come to ask the server
        return state is None or state in _GONE
    if isinstance(error, IntegrityError | DataError):
        return False
    return isinstance(error, DBAPIError | PoolTimeout)


def _cause(error: SQLAlchemyError) -> str:
    """Return the driver's reason in one line, without what PostgreSQL adds about the statement."""
    cause = getattr(error, "orig", None) or error
    primary = getattr(getattr(cause, "diag", None), "message_primary", None)
    return " ".join(str(primary or cause).split()) or "no reason was given"
