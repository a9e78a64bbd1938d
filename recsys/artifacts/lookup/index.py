"""The look-up form of a version: one SQLite file with the rows of each key, made after the version was published.

    <root>/.lookup/<version>/form.sqlite    where the folder of artifacts may not be written, a folder of the one who
                                            reads takes the place of it

Its one table holds entries in the order of their keys: the facts of the version that it was made from, then of each
published table and leading key the rows. An entry names its key and the next one and has a checksum, so that a byte
that was changed is noticed before it is shown, and a key that is not there is known not to be there.

It is no part of the version: nothing is lost with it. It counts only while it fits the version, byte for byte the same
manifest, and Parquet files of the same sizes and times as when it was made, which was after their sums were compared;
and only for the release that made it, by the columns of its schema.
"""

import hashlib
import json
import sqlite3
import sys
import weakref
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from recsys.artifacts.layout import MANIFEST
from recsys.artifacts.lookup.decode import Damaged, Row, rows_of, unseal
from recsys.runtime.memory import available_memory
from recsys.schema.published import ARTIFACT_TABLES

FORMS = ".lookup"
FORM = "form.sqlite"
FORM_FORMAT = 2
FACTS = b""  # the key of the first entry

_READ_AHEAD = 1 << 22  # bytes at once
_FIND = "SELECT entry FROM entries WHERE key <= ? ORDER BY key DESC LIMIT 1"
_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"


class LookupForm:
    """One version's look-up form, open for reading by any number of threads; it stays readable when it is removed."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if there is no such file, Damaged if it is not what was written."""
        status = path.stat()
        self.mark = (status.st_ino, status.st_mtime_ns)
        self._path = path
        self._lock = Lock()
        try:
            self._file = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            weakref.finalize(self, self._file.close).atexit = False
            if self._file.execute(_SIZE).fetchone()[0] != status.st_size:
                raise Damaged(f"{path} is shorter or longer than it was written")
        except sqlite3.Error as error:
            raise Damaged(f"{path} cannot be read ({error})") from error
        self.facts = self._content(FACTS)

    def rows(self, table: str, key: str) -> list[Row]:
        """Return the rows of a published table whose leading key is `key`, in their order. Raises Damaged."""
        content = self._content(entry_key(table, key))
        return [] if content is None else rows_of(content, key, ARTIFACT_TABLES[table])

    def read_ahead(self) -> None:
        """Read the file once, so that the operating system has it in memory; nothing where it would not fit twice.

        Each look-up of a cold file waits for a disk, up to some hundredths of a second.
        """
        with suppress(OSError):
            if 2 * self._path.stat().st_size < available_memory():
                with self._path.open("rb", buffering=0) as file:
                    while file.read(_READ_AHEAD):
                        pass

    def discard(self) -> None:
        """See that nobody opens it again, if its folder may be written."""
        try:
            self._path.unlink()
        except OSError:
            return

    def _content(self, key: bytes) -> Any:
        """Return the content of a key's entry, None if there is none. Raises Damaged."""
        try:
            with self._lock:
                (entry,) = self._file.execute(_FIND, (key,)).fetchone()
            found, after, content = unseal(entry)
        except (sqlite3.Error, TypeError, ValueError, EOFError, Damaged) as error:
            raise Damaged(f"{self._path} cannot be read ({error})") from error
        if found == key:
            return content
        if found < key and (after is None or key < after):
            return None
        raise Damaged(f"{self._path} returns another entry than the one asked for")


def entry_key(table: str, key: str) -> bytes:
    """Return the key of the entry with a table's rows of a leading key; sorted as the table's keys are."""
    return f"{table}\0{key}".encode("utf-8", "surrogatepass")


def open_form(folders: Sequence[Path], version: Path, *, but: object = None) -> LookupForm | None:
    """Open the form of a version in the first of some folders that has one that fits; None if there is none.

    but     the `mark` of a form that was found damaged
    """
    for folder in folders:
        try:
            form = LookupForm(folder / version.name / FORM)
            if form.mark != but and form.facts == facts(version):
                return form
        except (OSError, Damaged):
            continue  # whatever it is, it is no form: it will be made again
    return None


def facts(version: Path) -> dict[str, Any]:
    """Return what a form keeps of the version and of the release that it is made from. Raises OSError."""
    parquet = {path.name: path.stat() for path in version.glob("*.parquet")}
    return {
        "format": FORM_FORMAT,
        "python": sys.version_info[:2],  # marshal's bytes are those of one version of Python
        "schema": _columns_hash(),
        "manifest": hashlib.sha256((version / MANIFEST).read_bytes()).hexdigest(),
        "parquet": {name: (status.st_size, status.st_mtime_ns) for name, status in sorted(parquet.items())},
    }


def _columns_hash() -> str:
    """Return what changes with any table's key, columns or their kinds, and with nothing else."""
    tables = {
        table.name: [table.key, [(column.name, column.kind) for column in table.columns]]
        for table in ARTIFACT_TABLES.values()
    }
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()
