"""The tables that were given: files, sheets and queries, as text in DuckDB; those with the same columns are one."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from recsys.errors import SourceError
from recsys.ingest.propose.layouts import Layout, header_of, text_layout
from recsys.ingest.propose.vocabulary import vocabulary
from recsys.ingest.sources.databases import open_query
from recsys.ingest.sources.headers import Rows
from recsys.ingest.sources.map_sources import SUFFIXES
from recsys.ingest.sources.raw_files import SPREADSHEETS, Format, RawFile, damage_as_source_error, open_files
from recsys.ingest.sources.session import ImportSession, forget_rejects
from recsys.ingest.sources.sql import identifier
from recsys.ingest.sources.value_parsing import as_text

SAMPLE_ROWS = 1_000_000  # of each file; what is said of a column is said of these
FILE_NO = "file no"
_BLANKS = ("", "null", "nan", "n/a", "#n/a", "none", "\\n", "(null)", "<null>")  # in small letters
_HEADER_ROWS = 60
_PARQUET = (".parquet", ".pq")


@dataclass(frozen=True)
class Query:
    """One query of a database; `database` is a URL, a SQLite file's name or `env:NAME`."""

    name: str
    database: str
    query: str


@dataclass(frozen=True)
class Given:
    """A table that was given.

    name      of the source in the map
    keys      the source's keys in the map: file, sheet, names, turned, database, query
    form      how its text is written, as far as the layout says it
    relation  DuckDB table with all columns as text, NULL where they are blank, and `file no`
    columns   their names in the file, in its order
    n_rows    number of rows that were read
    is_whole  whether these are all
    about     what its name says that it is about
    unnamed   the file has no row that names its columns
    blanks    column -> words in it that stand for nothing, such as NULL; they are NULL in the relation
    """

    name: str
    label: str
    keys: dict[str, object]
    form: Format
    relation: str
    columns: tuple[str, ...]
    n_rows: int
    is_whole: bool = True
    about: frozenset[str] = frozenset()
    unnamed: bool = False
    blanks: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Part:
    """One file, sheet or query before those with the same columns are put together."""

    stem: str
    file: str
    keys: dict[str, object]
    raw: RawFile
    layout: Layout | None = None


def given_tables(session: ImportSession, folder: Path, paths: Sequence[Path], queries: Sequence[Query]) -> list[Given]:
    """Return the tables of files, which are named in the map as they are in `folder`, and of queries.

    Raises SourceError for a file that cannot be read or has no rows.
    """
    parts = [part for path in paths for part in _parts(session, folder, path)]
    parts += [_query(session, folder, query) for query in queries]
    groups: dict[tuple[object, ...], list[_Part]] = {}
    for part in parts:
        groups.setdefault(_kind(part), []).append(part)
    names: set[str] = set()
    all_files = [part.file for part in parts]
    found = []
    for number, group in enumerate(groups.values()):
        name = _source_name(group, names)
        names.add(name)
        found.append(_loaded(session, f"given {number}", name, group, all_files))
    return [table for table in found if table.n_rows]


def files_of(path: Path) -> list[Path]:
    """Return the files of a folder that the import can read, or those one folder deeper; a file is itself."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise SourceError(f"there is no file or folder {path}; check the name")
    found = sorted(file for file in path.iterdir() if file.is_file() and file.suffix.lower() in _READABLE)
    found = found or sorted(file for file in path.glob("*/*") if file.is_file() and file.suffix.lower() in _READABLE)
    if not found:
        raise SourceError(f"{path} has no file that can be read; put CSV, Parquet or xlsx files there")
    return found


_READABLE = (*SUFFIXES, ".pq", ".sqlite", ".sqlite3", ".db")


def _kind(part: _Part) -> tuple[object, ...]:
    """Return what the parts of a table have in common: columns, how they are written, whether they are of returns."""
    about = vocabulary().about(part.stem)
    columns = tuple(name.lower() for name in part.raw.types)
    if len(columns) < 2 or "database" in part.keys:
        return (part.stem, part.file, str(part.keys))
    layout = part.layout or Layout()
    is_text = part.layout is not None
    return (columns, is_text, layout.delimiter, layout.is_turned, "return" in about, Path(part.file).suffix.lower())


def _parts(session: ImportSession, folder: Path, path: Path) -> Iterator[_Part]:
    file = os.path.relpath(path, folder)
    if path.suffix.lower() in SPREADSHEETS:
        yield from _sheets(session, path, file)
    elif path.suffix.lower() in _PARQUET:
        [raw] = _opened(session, path, Format())
        yield _Part(path.stem, file, {}, raw)
    else:
        if not path.stat().st_size:
            raise SourceError(f"{path} is empty; export it again, or leave it out")
        layout = text_layout(path)
        form = Format(delimiter=layout.delimiter, encoding=layout.encoding)
        names = () if layout.header_row else tuple(f"column {n}" for n in range(1, layout.width + 1))
        [raw] = _opened(session, path, form, Rows(layout.header_row or None, names, layout.is_turned))
        keys: dict[str, object] = {"names": list(names)} if names else {}
        yield _Part(path.stem, file, keys | ({"turned": True} if layout.is_turned else {}), raw, layout)


def _opened(session: ImportSession, path: Path, form: Format, rows: Rows | None = None) -> list[RawFile]:
    return open_files(session.connection, path, form, session.scratch, rows or Rows(), limits=session.limits)


def _sheets(session: ImportSession, path: Path, file: str) -> Iterator[_Part]:
    raws = _opened(session, path, Format())
    for raw in raws:
        sheet = raw.label.rpartition(", sheet ")[2]
        shown = session.rows(f"SELECT * FROM {raw.relation} LIMIT {_HEADER_ROWS}")
        first = ["" if name in raw.unnamed else name for name in raw.types]
        rows = [first, *([cell or "" for cell in row] for row in shown)]
        header, is_turned = header_of(rows)
        if header > 1 or is_turned:
            row = raw.first_row - 1 + header - 1
            [raw] = _opened(
                session, path, Format(), Rows(None if is_turned else row, turned=is_turned, sheets=(sheet,))
            )
        keys: dict[str, object] = {"sheet": sheet} if len(raws) > 1 else {}
        stem = sheet if len(raws) > 1 else path.stem
        yield _Part(stem, file, keys | ({"turned": True} if is_turned else {}), raw)


def _query(session: ImportSession, folder: Path, query: Query) -> _Part:
    raw = open_query(session, query.database, query.query, folder, query.name)
    return _Part(query.name, query.name, {"database": query.database, "query": query.query}, raw)


def _loaded(session: ImportSession, relation: str, name: str, group: list[_Part], all_files: list[str]) -> Given:
    """Create the table of a group's rows and return it."""
    first = group[0]
    columns = tuple(first.raw.types)
    selects = []
    for number, part in enumerate(group):
        texts = [
            f"trim({as_text(identifier(theirs), part.raw.types[theirs])}) AS {identifier(ours)}"
            for ours, theirs in zip(columns, part.raw.types, strict=True)
        ]
        selects.append(
            f"(SELECT {', '.join(texts)}, {number} AS {identifier(FILE_NO)} "
            f"FROM {part.raw.relation} LIMIT {SAMPLE_ROWS})"
        )
    blank = ", ".join(f"'{word}'" for word in _BLANKS)
    values = [
        f"CASE WHEN lower({name}) NOT IN ({blank}) THEN {name} END AS {name}" for name in map(identifier, columns)
    ]
    words = [
        f"list_sort(list(DISTINCT {name}) FILTER (lower({name}) IN ({blank}) AND {name} <> ''))"
        for name in map(identifier, columns)
    ]
    filled = " OR ".join(f"{identifier(column)} IS NOT NULL" for column in columns)
    with damage_as_source_error(first.raw):
        session.run(f'CREATE OR REPLACE TEMP TABLE "given raw" AS {" UNION ALL ".join(selects)}')
    forget_rejects(session)
    [found] = session.rows(f'SELECT {", ".join(words)} FROM "given raw"')
    session.run(
        f"CREATE TABLE {identifier(relation)} AS SELECT * FROM "
        f'(SELECT {", ".join(values)}, {identifier(FILE_NO)} FROM "given raw") WHERE {filled}'
    )
    blanks = {column: tuple(listed) for column, listed in zip(columns, found, strict=True) if listed}
    n_rows = session.number(f"SELECT count(*) FROM {identifier(relation)}")
    most = session.rows(
        f"SELECT max(n) FROM (SELECT count(*) n FROM {identifier(relation)} GROUP BY {identifier(FILE_NO)})"
    )[0][0]
    about = (
        vocabulary().about(first.stem) if len(group) == 1 else vocabulary().about(_common(part.stem for part in group))
    )
    return Given(
        name,
        label=", ".join(dict.fromkeys(part.raw.label for part in group)),
        keys=_keys(group, all_files),
        form=_form(group),
        relation=relation,
        columns=columns,
        n_rows=n_rows,
        is_whole=(most or 0) < SAMPLE_ROWS,
        about=about or vocabulary().about(first.stem),
        unnamed="names" in first.keys,
        blanks=blanks,
    )


def _form(group: list[_Part]) -> Format:
    """Return the format of a group's files; a file of plain letters is in every encoding."""
    encodings = [part.raw.form.encoding for part in group if part.layout is not None and not part.layout.is_ascii]
    if len(set(encodings)) > 1:
        files = ", ".join(part.file for part in group)
        raise SourceError(
            f"{files} have the same columns but the encodings {', '.join(sorted(set(encodings)))}; save them alike"
        )
    return replace(group[0].raw.form, encoding=encodings[0] if encodings else "utf-8")


def _keys(group: list[_Part], all_files: list[str]) -> dict[str, object]:
    first = group[0]
    keys = {key: value for key, value in first.keys.items() if key != "sheet"}
    if "database" in keys:
        return keys
    files = list(dict.fromkeys(part.file for part in group))
    sheets = list(dict.fromkeys(str(part.keys["sheet"]) for part in group if "sheet" in part.keys))
    pattern = _glob(files, all_files)
    found: dict[str, object] = {"file": files[0] if len(files) == 1 else pattern or files}
    if sheets:
        found["sheet"] = sheets[0] if len(sheets) == 1 else sheets
    return found | keys


def _glob(files: list[str], all_files: list[str]) -> str:
    """Return a glob that fits these files and no other one, empty if there is none."""
    start, end = os.path.commonprefix(files), os.path.commonprefix([file[::-1] for file in files])[::-1]
    start = re.sub(r"\d+$", "", start)
    pattern = start + "*" + re.sub(r"^\d+", "", end)
    fits = {file for file in all_files if fnmatchcase(file, pattern)}
    return pattern if len(start) > 1 and fits == set(files) and not re.search(r"[\[?]", pattern) else ""


def _common(stems: Iterator[str]) -> str:
    return os.path.commonprefix(list(stems))


def _source_name(group: list[_Part], taken: set[str]) -> str:
    """Return a name for a source that TOML takes without quotation marks: small letters, digits, - and _."""
    stem = group[0].stem if len(group) == 1 else _common(part.stem for part in group) or group[0].stem
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "table"
    name = re.sub(r"_?\d+$", "", name) or name if len(group) > 1 else name
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique
