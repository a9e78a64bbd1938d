"""Which database the settings name, and how an engine for it is made."""

import os
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from dashboard.activity.database.bounded import BoundedConnection
from dashboard.activity.errors import ActivityError, ActivityUnavailable
from dashboard.settings import SQLITE, Settings

FILE = "activity.sqlite"  # in the state folder
LOCK = "activity.lock"
LOG_ENDING = "-wal"
BESIDE = (LOG_ENDING, "-shm", "-journal")  # what SQLite keeps beside its file
RETRY_SECONDS = 0.002  # between two tries to be the one who writes
WRITES = "repertoire_writes"  # the execution option that makes a transaction one that may write

FileId = tuple[int, int]  # device and inode


@dataclass(frozen=True)
class Target:
    """A database: a SQLite file, or PostgreSQL at a URL."""

    file: Path | None
    url: URL = field(repr=False)  # its own repr shows parameters, and one of these may be a password

    @property
    def kind(self) -> str:
        """Return the name of the database system."""
        return "PostgreSQL" if self.file is None else "SQLite"

    @property
    def name(self) -> str:
        """Return what messages call it: the file, or the URL without password and parameters."""
        if self.file is not None:
            return str(self.file)
        bare = self.url.set(drivername="postgresql", query={})
        return bare.render_as_string(hide_password=True)


def target(settings: Settings) -> Target:
    """Return the database that REPERTOIRE_DATABASE names. Raises ActivityError for a URL that is none."""
    if settings.database == SQLITE:
        file = settings.state / FILE
        return Target(file, URL.create("sqlite", database=str(file)))
    try:
        return Target(None, make_url(settings.database).set(drivername="postgresql+psycopg"))
    except (ArgumentError, ValueError) as error:
        raise ActivityError(
            "REPERTOIRE_DATABASE is no URL that can be read; it must be like postgresql://user@host:5432/name, "
            "with signs such as @ and / in a password quoted (%40, %2F)"
        ) from error


def make_engine(target: Target, *, wait_seconds: float, pool_size: int) -> Engine:
    """Return an engine that connects when it is first used, and waits nowhere longer than `wait_seconds`.

    Its transactions read; with the execution option WRITES they write.
    """
    file = target.file
    pooled: dict[str, Any] = {
        "poolclass": QueuePool,
        "pool_size": pool_size,
        "max_overflow": pool_size,
        "pool_timeout": wait_seconds,
    }
    if file is None:
        return _postgresql_engine(target.url, wait_seconds, pooled)
    engine = create_engine("sqlite+pysqlite://", creator=lambda: _open_file(file, wait_seconds), **pooled)
    event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, wait_seconds))
    return engine


def make_file(file: Path) -> None:
    """Make an empty database file for its owner alone, where there is none. Raises ActivityUnavailable."""
    if file.exists():
        return
    try:
        for ending in BESIDE:  # of a file that was removed: SQLite would play its log into the new one
            file.with_name(file.name + ending).unlink(missing_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ActivityUnavailable(f"{file} cannot be made ({error.strerror}); nothing can be saved") from error


def file_id(file: Path) -> FileId | None:
    """Return what a file is known by whatever its name; None for one that is not there or cannot be looked at."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _open_file(file: Path, wait_seconds: float) -> sqlite3.Connection:
    # mode=rw: a file that is gone is an error, not a new and empty database.
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode=rw",
        uri=True,
        timeout=wait_seconds,
        isolation_level=None,  # the transactions are begun by _begin_sqlite
        check_same_thread=False,  # the pool lends a connection to one thread at a time
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a commit survives a loss of power
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _begin_sqlite(connection: Connection, wait_seconds: float) -> None:
    """Begin a transaction that reads or one that writes.

    One that reads first and writes then fails at once when another has written meanwhile, in spite of the timeout.
    Therefore the first cannot write, and the second has the lock from its beginning.
    """
    if not connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql("PRAGMA query_only = OFF")
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        if not _begin_write(connection.connection.driver_connection, wait_seconds):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises as a statement does, or has luck at last
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(wait_seconds * 1000)}")


def _begin_write(connection: Any, wait_seconds: float) -> bool:
    """Begin a transaction that writes as soon as no other does; return False when the time is up.

    SQLite itself looks ever more seldom while it waits, in the end ten times a second, so that of many writers one
    may have no luck for seconds.
    """
    end = time.monotonic() + wait_seconds
    while time.monotonic() < end:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                return False
            time.sleep(RETRY_SECONDS)
        else:
            return True
    return False


def _postgresql_engine(url: URL, wait_seconds: float, pooled: dict[str, Any]) -> Engine:
    milliseconds = int(wait_seconds * 1000)
    bounds = {
        "connect_timeout": max(2, int(wait_seconds)),  # libpq takes no less
        "tcp_user_timeout": milliseconds,
        "application_name": "repertoire",
    }
    options = f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}"
    given = " ".join(str(part) for part in (url.query.get("options"), options) if part)
    engine = create_engine(
        url.difference_update_query(["options"]),
        connect_args={**bounds, "options": given},
        pool_pre_ping=True,  # after a restart of the server the first request finds a new connection
        **pooled,
    )

    @event.listens_for(engine, "do_connect")
    def _connect(_: object, __: object, positional: list[str], named: dict[str, object]) -> BoundedConnection:
        return BoundedConnection.within(wait_seconds, *positional, **named)

    return engine
