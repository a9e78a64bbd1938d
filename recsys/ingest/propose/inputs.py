"""What was named to propose a map from: files, folders, an archive, SQLite files, a database with queries."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recsys.errors import SourceError
from recsys.ingest.propose.given import Query, files_of
from recsys.ingest.sources.archives import unpacked
from recsys.ingest.sources.databases import tables_of
from recsys.ingest.sources.session import ImportSession

_SQLITE = (".sqlite", ".sqlite3", ".db")


@dataclass(frozen=True)
class Inputs:
    """What to read.

    folder   which the map's file names are relative to
    shown    the folder or archive as a command names it
    paths    files
    queries  of databases
    """

    folder: Path
    shown: str
    paths: tuple[Path, ...]
    queries: tuple[Query, ...] = ()


def inputs_of(session: ImportSession, named: Sequence[str], queries: Sequence[str]) -> Inputs:
    """Return what the arguments of a command mean.

    named    files, folders, one archive, or the URL of a database
    queries  NAME=SELECT, one a table of that database

    Raises SourceError for a name that does not exist, an archive beside other files and a URL without a query.
    """
    urls = [name for name in named if _is_database(name)]
    paths = [Path(name) for name in named if not _is_database(name)]
    asked = _queries(urls, queries)
    archives = [path for path in paths if path.suffix.lower() == ".zip"]
    if archives and len(named) > 1:
        raise SourceError(
            f"{archives[0]} is an archive, which is read alone; unpack it, and name the folder with the others"
        )
    if archives:
        folder = unpacked(archives[0], session.scratch, session.limits)
        return Inputs(folder, str(archives[0]), tuple(files_of(folder)))
    files = [file for path in paths for file in files_of(path)]
    folder = _folder(paths, files)
    queries_of_files = [query for file in files if file.suffix.lower() in _SQLITE for query in _tables(folder, file)]
    plain = tuple(dict.fromkeys(file for file in files if file.suffix.lower() not in _SQLITE))
    return Inputs(folder, str(folder), plain, (*asked, *queries_of_files))


def _is_database(name: str) -> bool:
    return "://" in name or name.startswith("env:")


def _queries(urls: list[str], queries: Sequence[str]) -> list[Query]:
    if len(urls) > 1:
        raise SourceError(f"{len(urls)} databases are named; name one, and export the tables of the others as CSV")
    if urls and not queries:
        raise SourceError(
            "a database needs one query a table: --query 'orders=SELECT * FROM orders' --query 'customers=SELECT ...'"
        )
    if queries and not urls:
        raise SourceError(
            "--query needs a database beside the files: its URL, or env:NAME of the variable that holds it"
        )
    found = []
    for text in queries:
        name, mark, query = text.partition("=")
        if not mark or not name.strip() or not query.strip():
            raise SourceError(f"--query is '{text}'; it must be NAME=SELECT ..., such as 'orders=SELECT * FROM orders'")
        found.append(Query(name.strip(), urls[0], query.strip()))
    return found


def _folder(paths: list[Path], files: list[Path]) -> Path:
    """Return the folder of all files, as short as it was named."""
    if not files:
        return Path()
    if len(paths) == 1 and paths[0].is_dir():
        return paths[0]
    parents = [os.path.abspath(file.parent) for file in files]
    common = Path(os.path.commonpath(parents))
    return Path(os.path.relpath(common)) if common.is_relative_to(Path.cwd()) else common


def _tables(folder: Path, file: Path) -> list[Query]:
    """Return a query for each table of a SQLite file."""
    database = os.path.relpath(file, folder)
    return [Query(name, database, f'SELECT * FROM "{name.replace(chr(34), chr(34) * 2)}"') for name in tables_of(file)]
