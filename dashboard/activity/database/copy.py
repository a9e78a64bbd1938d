"""A copy of the SQLite file that is consistent while people write; PostgreSQL has its own command for that."""

import shlex
import sqlite3
from pathlib import Path

from dashboard.activity.database.target import BESIDE, FILE, LOCK, Target
from dashboard.activity.errors import ActivityUnavailable

# In the state folder, but in no backup as they are: a file that is written to is copied by `copy_file`.
LIVE_FILES = frozenset({FILE, LOCK, *(FILE + ending for ending in BESIDE)})


def copy_file(source: Path, copy: Path) -> None:
    """Write a new file with what was saved at one moment; nobody waits for it.

    Raises ActivityUnavailable for a file that cannot be read, is damaged, or a copy that cannot be written.
    """
    try:
        _copy(source, copy)
    except (sqlite3.Error, OSError) as error:
        raise ActivityUnavailable(
            f"{source} cannot be copied ({error}); look at the file and the free space of {copy.parent}"
        ) from error


def dump_command(target: Target) -> str:
    """Return the command that saves a PostgreSQL database; a password is left out."""
    url = target.url.set(drivername="postgresql").difference_update_query(["password"])
    shown = url.render_as_string(hide_password=True).replace(":***@", "@")
    return f"pg_dump --format=custom --file=repertoire.dump {shlex.quote(shown)}"


def _copy(source: Path, copy: Path) -> None:
    reading = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    writing = sqlite3.connect(copy)
    try:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        (found,) = writing.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
    finally:
        writing.close()
        reading.close()
