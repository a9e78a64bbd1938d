"""Queries of databases as raw files: where the database is, what may be asked, and whether it can be read.

A URL may hold a password, so none is ever part of a message, and a map file may not hold one at all.
"""

import os
import re
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from recsys.errors import SourceError
from recsys.ingest.sources.headers import Rows, find_header
from recsys.ingest.sources.raw_files import Format, RawFile, open_files
from recsys.ingest.sources.session import ImportSession
from recsys.runtime.did_you_mean import nearest
from recsys.runtime.limited_process import CrashError, OutOfMemoryError, OutOfTimeError, run_limited

_MEMORY_MB = 900  # Arrow, a driver, and the two blocks of rows that are there at a time
_FROM_ENVIRONMENT = "env:"
_SQLITE_HEAD = b"SQLite format 3\0"
_URL_PASSWORD = re.compile(
    r"^[\w+]+://[^:/]*:[^@]*@|[?&][^=&]*(?:pass|pwd|secret|token|odbc_connect)[^=&]*=", re.IGNORECASE
)
# What is no code: texts, quoted names, comments; `$$text$$` is PostgreSQL's.
_NO_CODE = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|(\$\w*\$).*?\1""", re.DOTALL
)
_READS = re.compile(r"[\s(]*(select|with|values)\b", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|truncate|into|replace\s+into|grant|revoke)\b", re.IGNORECASE
)


def refuse_password(place: str, database: str) -> None:
    """Raise SourceError for a database of a map file whose URL holds a password."""
    if _URL_PASSWORD.search(database):
        raise SourceError(
            f"{place} database is a URL with a password, and a map file is read by others; put the URL into an "
            f'environment variable, such as ERP_URL, and name that: database = "env:ERP_URL"'
        )


def refuse_query(place: str, query: str) -> None:
    """Raise SourceError for anything but one statement that reads."""
    code = _NO_CODE.sub(" ", query)
    statements = [part for part in code.split(";") if part.strip()]
    if len(statements) > 1:
        raise SourceError(
            f"{place} query has {len(statements)} statements; write one SELECT, another source for each other"
        )
    if not statements:
        raise SourceError(f'{place} query is blank; write what to read: query = "SELECT ..."')
    first = re.match(r"[\s(]*(\S{,20})", statements[0])
    if not _READS.match(statements[0]):
        begins = first.group(1) if first else ""
        raise SourceError(f"{place} query begins with '{begins}'; only reading is done, begin with SELECT or WITH")
    writes = _WRITES.search(code)
    if writes:
        raise SourceError(
            f"{place} query has '{writes.group()}', which writes; only reading is done, remove it "
            "(a column of that name is put into quotation marks)"
        )


def refuse_unreadable(path: Path) -> None:
    """Raise SourceError for a file that is missing, empty or none of SQLite's; it is not opened."""
    if not path.is_file():
        there = sorted(found.name for found in path.parent.glob("*") if found.is_file())
        raise SourceError(
            f"there is no database {path}{nearest(path.name, there)}; check the name, or write the URL of a server, "
            "such as postgresql+psycopg://user@host/name"
        )
    if not path.stat().st_size:
        raise SourceError(f"{path} is empty; export it again")
    with path.open("rb") as file:
        start = file.read(len(_SQLITE_HEAD))
    if start != _SQLITE_HEAD:
        raise SourceError(f"{path} is no SQLite database, it begins with {start[:8]!r}; export its tables as CSV")


def read_only_uri(path: Path) -> str:
    """Return the URI with which SQLite reads a file and creates none beside it."""
    with path.open("rb") as file:
        head = file.read(20)
    # A file in WAL mode that nobody has open: SQLite would create -wal and -shm beside it, even to read.
    is_unused = head[18:19] == b"\x02" and not path.with_name(f"{path.name}-wal").exists()
    return f"file:{quote(str(path.resolve()))}?mode=ro{'&immutable=1' if is_unused else ''}"


def tables_of(path: Path) -> list[str]:
    """Return the names of a SQLite file's tables and views. Raises SourceError for a file that is none of SQLite's."""
    refuse_unreadable(path)
    found = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    try:
        with closing(sqlite3.connect(read_only_uri(path), uri=True)) as connection:
            return [name for (name,) in connection.execute(f"{found} ORDER BY name")]
    except sqlite3.Error as error:
        raise SourceError(f"{path} cannot be read ({error}); export it again") from error


def open_query(session: ImportSession, database: str, query: str, folder: Path, label: str) -> RawFile:
    """Return the rows of a query as a raw file with typed values, which need no format; the first is row 1.

    database  URL of SQLAlchemy, name of a SQLite file in the folder, or `env:NAME` of a variable that holds one
    label     its name in messages

    Columns of bytes are left out, which the session's notes tell. Raises SourceError for a database that is not there
    or not reached, a query that is refused or not understood, one that takes too long, and a result without rows.
    """
    refuse_query(label, query)
    found = _place(label, database)
    path = _sqlite_path(label, found, folder)
    if path is not None:
        refuse_unreadable(path)
        found = read_only_uri(path)
    target = Path(tempfile.mkdtemp(dir=session.scratch))
    with session.progress.step(f"Reading {label}"):
        names, binary = _read(session, found, query, target, label, path)
    if binary:
        session.notes.append(f"{label}: {', '.join(binary)} left out, the values are bytes")
    header = find_header(label, [names], Rows(header_row=1))
    [raw] = open_files(session.connection, target / "rows.parquet", Format(is_cells=True), session.scratch)
    return replace(raw, label=label, repeated=header.repeated, unnamed=header.unnamed)


def _place(label: str, database: str) -> str:
    if not database.startswith(_FROM_ENVIRONMENT):
        return database
    name = database.removeprefix(_FROM_ENVIRONMENT).strip()
    found = os.environ.get(name, "").strip()
    if not found:
        raise SourceError(
            f"{label}: the environment variable '{name}', which holds the database, is not set; set it: "
            f"export {name or 'ERP_URL'}=postgresql+psycopg://user:password@host/name"
        )
    return found


def _sqlite_path(label: str, database: str, folder: Path) -> Path | None:
    """Return the path of a SQLite file, None for a server."""
    if "://" not in database:
        return folder / database
    kind, _, rest = database.partition("://")
    if kind.lower() not in ("sqlite", "sqlite+pysqlite"):
        return None
    name = rest.partition("?")[0].removeprefix("/")
    if not name or name == ":memory:":
        raise SourceError(f"{label}: {database} names no file; write it behind three slashes: sqlite:///shop.db")
    return folder / name


def _read(
    session: ImportSession, database: str, query: str, target: Path, label: str, path: Path | None
) -> tuple[list[str], list[str]]:
    """Write the rows of a query into a folder; return the names of the columns and of those that are left out."""
    from recsys.ingest.sources.queries import query_as_parquet  # noqa: PLC0415 - loads SQLAlchemy, which few need

    seconds = session.limits.seconds
    where = f"the database {path.name}" if path else "the database"
    try:
        return run_limited(query_as_parquet, seconds, _MEMORY_MB, database, query, target, label)
    except OutOfTimeError as error:
        raise SourceError(
            f"{label}: {where} has not answered in full after {seconds} seconds; ask for less, look whether the "
            "server is reached, or allow more with --max-seconds"
        ) from error
    except OutOfMemoryError as error:
        raise SourceError(
            f"{label}: the rows need more than {_MEMORY_MB} MB of memory at a time; name the columns that are needed "
            "instead of *"
        ) from error
    except CrashError as error:
        raise SourceError(f"{label}: {where} cannot be read ({error}); export its tables as CSV") from None
