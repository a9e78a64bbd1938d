"""The schema, brought up to date when the app starts, and back by a command."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine, func, select, table, text

from dashboard.activity.database.target import LOCK, WRITES, Target
from dashboard.activity.errors import ActivityError, ActivityUnavailable
from dashboard.activity.records import Loss

FOLDER = Path(__file__).parent / "migrations"
BASE = "base"  # Alembic's word for no schema at all
ADVISORY_LOCK = 7_283_019_452  # any number, the same for all
LOOK_SECONDS = 0.05
# A transaction in SQLite that writes has its lock from the beginning; a standby of PostgreSQL refuses this.
CAN_WRITE = {"sqlite": text("SELECT 1"), "postgresql": text("SELECT txid_current()")}


def newest() -> str:
    """Return the revision that this code has."""
    return str(_scripts().get_current_head())


def current(engine: Engine) -> str:
    """Return the revision of the database, BASE for one without tables."""
    with engine.connect() as connection, connection.begin():
        return _revision(connection)


def upgrade(engine: Engine, target: Target, seconds: float) -> None:
    """Bring the schema to `newest`, whoever comes first; the others wait at most `seconds` and find it done.

    Raises ActivityError for a schema that this code does not know.
    """
    if _is_known(current(engine), target) and current(engine) == newest():
        return
    with _alone(engine, target, seconds) as connection:
        if _is_known(found := _revision(connection), target) and found != newest():
            command.upgrade(_config(connection), "head")


def losses(engine: Engine, target: Target, to: str) -> tuple[Loss, ...]:
    """Return the tables that going back to a revision removes, with their rows.

    Raises ActivityError for a revision that is not below the database's.
    """
    with engine.connect() as connection, connection.begin():
        return tuple(
            Loss(name, connection.execute(select(func.count()).select_from(table(name))).scalar_one())
            for script in _undone(_revision(connection), to, target)
            for name in script.module.TABLES
        )


def downgrade(engine: Engine, target: Target, to: str, seconds: float) -> None:
    """Bring the schema back to a revision; what newer tables held is gone."""
    with _alone(engine, target, seconds) as connection:
        _undone(_revision(connection), to, target)
        command.downgrade(_config(connection), to)


@contextmanager
def lock(target: Target, seconds: float) -> Iterator[None]:
    """Hold the lock file beside a SQLite file. Raises ActivityUnavailable if another holds it for `seconds`."""
    file = Path(str(target.file)).with_name(LOCK)
    end = time.monotonic() + seconds
    handle = _opened(file)
    try:
        while not _is_locked(handle):
            if time.monotonic() > end:
                raise ActivityUnavailable(f"another process changes the schema of {target.name}; nothing was saved")
            time.sleep(LOOK_SECONDS)
        yield
    finally:
        os.close(handle)


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise ActivityUnavailable(f"{file} cannot be made ({error.strerror}); nothing can be saved") from error


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _alone(engine: Engine, target: Target, seconds: float) -> Iterator[Connection]:
    """Yield a connection in a transaction that no other process migrates beside."""
    writer = engine.execution_options(**{WRITES: True})
    if target.file is not None:
        with lock(target, seconds), writer.begin() as connection:
            yield connection
        return
    with writer.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = {int(seconds * 1000)}"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        yield connection


def _is_known(revision: str, target: Target) -> bool:
    if revision == BASE or revision in {script.revision for script in _scripts().walk_revisions()}:
        return True
    raise ActivityError(
        f"{target.kind} {target.name} has the schema {revision!r}, which a newer Repertoire made; this one knows "
        f"those up to {newest()!r}: start the newer one again, or go back with it: "
        f"python -m dashboard database downgrade {newest()}"
    )


def _undone(found: str, to: str, target: Target) -> list[Script]:
    """Return the migrations to undo, newest first."""
    _is_known(found, target)
    below = [] if found == BASE else list(_scripts().iterate_revisions(found, BASE))
    names = [*(script.revision for script in below), BASE]
    if to not in names[1:]:
        raise ActivityError(
            f"{target.kind} {target.name} has the schema {found!r} and cannot go back to {to!r}; "
            f"it can to {' or '.join(names[1:]) or 'none'}"
        )
    return below[: names.index(to)]


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or BASE


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
