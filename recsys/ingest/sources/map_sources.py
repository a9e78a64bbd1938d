"""The sources of a map file: several files and sheets as one relation, and the look-ups that are joined to it."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from recsys.errors import SourceError
from recsys.ingest.sources.column_map import expression
from recsys.ingest.sources.currencies import currency_columns
from recsys.ingest.sources.databases import open_query
from recsys.ingest.sources.headers import Rows
from recsys.ingest.sources.map_fields import condition
from recsys.ingest.sources.map_models import Join, MapFile, SourceKeys
from recsys.ingest.sources.raw_files import SPREADSHEETS, Format, RawFile, open_files, refuse_sheets
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.sql import column_list, identifier
from recsys.ingest.sources.staging import NOTHING, stage
from recsys.ingest.sources.value_parsing import Field, as_text
from recsys.runtime.did_you_mean import nearest

SUFFIXES = (".parquet", ".csv", ".txt", ".tsv", *SPREADSHEETS)
_GLOB = "*?["


@dataclass(frozen=True)
class Found:
    """A source that was read: a relation of all its rows, with `file`, `row`, `line` and `problem`.

    relation  name of the view
    types     column -> DuckDB's type
    form      how its values are written
    label     its name in messages
    """

    relation: str
    types: dict[str, str]
    form: Format
    label: str


@dataclass
class Sources:
    """The sources of a map in a folder; each is read once, with the columns that the tables name."""

    session: ImportSession
    folder: Path
    table_map: MapFile
    used: dict[str, set[str]]
    _found: dict[str, Found] = field(default_factory=dict)

    def named(self, name: str) -> Found:
        """Return a source by its name. Raises SourceError for a missing file or column."""
        if name not in self._found:
            keys = self.table_map.sources[name]
            paths = paths_of(self.folder, keys)
            raws = self.opened(f"[sources.{name}]", keys, paths, self.used[name])
            self._found[name] = self.read(f"source {name}", keys, raws, self.used[name])
        return self._found[name]

    def opened(
        self, place: str, keys: SourceKeys, paths: list[Path], columns: Iterable[str], *, is_certain: bool = True
    ) -> list[RawFile]:
        """Return the files and sheets, or the query, of a section of the map.

        place       the section, for messages
        is_certain  raise SourceError for a column that a file does not have
        """
        form = self.table_map.form(keys)
        if keys.database is None:
            return open_source(self.session, form, paths, keys, columns, is_certain=is_certain)
        raw = open_query(self.session, keys.database, keys.query or "", self.folder, place)
        raw = replace(raw, form=replace(form, is_cells=True))
        if is_certain:
            _refuse_columns(raw, columns)
        instants = [name for name, kind in raw.types.items() if kind.startswith("TIMESTAMP WITH")]
        if instants and not form.day_zone:
            self.session.notes.append(
                f"{place}: times with a zone ({', '.join(instants)}) are on the day that it was in UTC; for the day "
                'elsewhere declare day_zone = "Europe/Berlin"'
            )
        return [raw]

    def read(self, relation: str, keys: SourceKeys, raws: list[RawFile], columns: set[str]) -> Found:
        """Return the rows of some opened files as one relation.

        columns  the columns to read; none: all
        """
        where = None if keys.where is None else expression(relation, "where", keys.where)
        parts = []
        # A column of currencies that no table names may say that amounts are not all of one.
        units = set.intersection(*(set(currency_columns(raw.types)) for raw in raws))
        for number, raw in enumerate(raws):
            raw.refuse_missing(keys.fill_down)
            read = (
                sorted(columns | units | set(keys.fill_down), key=list(raw.types).index) if columns else list(raw.types)
            )
            fields = [Field(name, "text", name, is_raw=True) for name in read]
            part = f"{relation} {number}"
            stage(self.session, part, raw, fields, NOTHING if where is None else condition(where, raw))
            parts.append(part)
        types = self._united(relation, parts, keys.fill_down)
        return Found(relation, types, raws[0].form, ", ".join(dict.fromkeys(raw.label for raw in raws)))

    def _united(self, relation: str, parts: list[str], fill_down: tuple[str, ...]) -> dict[str, str]:
        """Create the view of all parts, and return its types; a column whose types differ is text."""
        described = [dict(row[:2] for row in self.session.rows(f"DESCRIBE {identifier(part)}")) for part in parts]
        names = [name for name in described[0] if name not in ("file", "row", "line", "problem")]
        texts = {name for name in names if len({types[name] for types in described}) > 1}
        selects = []
        for number, (part, types) in enumerate(zip(parts, described, strict=True)):
            values = [
                f"{as_text(identifier(name), types[name])} AS {identifier(name)}" if name in texts else identifier(name)
                for name in names
            ]
            rest = f"file, row, line, problem, {number} AS file_no"
            selects.append(f"SELECT {', '.join([*values, rest])} FROM {identifier(part)}")  # noqa: S608 - quoted
        united = " UNION ALL ".join(selects)
        if fill_down:
            filled = ", ".join(
                f"last_value({column} IGNORE NULLS) OVER (PARTITION BY file_no ORDER BY row) AS {column}"
                for column in map(identifier, fill_down)
            )
            united = f"SELECT * REPLACE ({filled}) FROM ({united})"  # noqa: S608 - quoted
        self.session.run(f"CREATE VIEW {identifier(relation)} AS {united}")
        return {name: "VARCHAR" if name in texts else described[0][name] for name in names}

    def joined(self, table: str, base: Found, joins: dict[str, Join]) -> tuple[RawFile, dict[str, Format]]:
        """Return the rows of a source with the columns of its look-ups, and how joined columns are written."""
        types = dict(base.types)
        forms: dict[str, Format] = {}
        selected = [f"base.{identifier(name)}" for name in types]
        tables = f"{identifier(base.relation)} AS base"
        for name, join in joins.items():
            other = self.named(join.source or name)
            lookup = self._lookup(table, name, join, other)
            alias = identifier(f"join {name}")
            pairs = " AND ".join(
                f"{self._key(base, types, ours, table, name)} = {alias}.{identifier(f'key {theirs}')}"
                for ours, theirs in join.on.items()
            )
            further = ", ".join(f"{alias}.{identifier(c)} AS {identifier(f'{name}.{c}')}" for c in other.types)
            tables = (
                f"(SELECT base.*, {further} FROM {tables} "  # noqa: S608 - quoted
                f"LEFT JOIN {identifier(lookup)} AS {alias} ON {pairs}) AS base"
            )
            types |= {f"{name}.{column}": kind for column, kind in other.types.items()}
            selected += [f"base.{identifier(f'{name}.{column}')}" for column in other.types]
            forms |= {f"{name}.{column}": other.form for column in other.types}
            self._note_unmatched(
                table, name, base, tables, next(iter(join.on)), f"{name}.{next(iter(join.on.values()))}"
            )
        columns = ", ".join([*selected, "file, row, problem, file_no"])
        relation = f"(SELECT {columns} FROM {tables})"  # noqa: S608 - quoted
        return RawFile(base.label, relation, types, 1, base.form, is_placed=True), forms

    def _key(self, base: Found, types: dict[str, str], column: str, table: str, join: str) -> str:
        if column not in types:
            raise SourceError(
                f"[{table}.join.{join}] on names '{column}', which {base.label} does not have"
                f"{nearest(column, list(types))}; it has {', '.join(types)}"
            )
        return as_text(f"base.{identifier(column)}", types[column])

    def _lookup(self, table: str, name: str, join: Join, other: Found) -> str:
        """Create the view of a look-up with one row a key. Raises SourceError for a key with several."""
        for theirs in join.on.values():
            if theirs not in other.types:
                raise SourceError(
                    f"[{table}.join.{name}] on names '{theirs}', which {other.label} does not have"
                    f"{nearest(theirs, list(other.types))}; it has {', '.join(other.types)}"
                )
        lookup = f"{table} join {name}"
        keys = [identifier(f"key {theirs}") for theirs in join.on.values()]
        named = ", ".join(
            f"{as_text(identifier(theirs), other.types[theirs])} AS {key}"
            for theirs, key in zip(join.on.values(), keys, strict=True)
        )
        columns = column_list(other.types)
        filled = " AND ".join(f"{identifier(theirs)} IS NOT NULL" for theirs in join.on.values())
        rows = f"FROM {identifier(other.relation)} WHERE problem IS NULL AND {filled}"
        if join.pick:
            order = "" if join.pick == "first" else "DESC"
            self.session.run(
                f"CREATE TABLE {identifier(lookup)} AS SELECT {columns}, {named} {rows} QUALIFY row_number() OVER "
                f"(PARTITION BY {', '.join(keys)} ORDER BY file_no {order}, row {order}) = 1"
            )
            return lookup
        self.session.run(f"CREATE TABLE {identifier(lookup)} AS SELECT DISTINCT {columns}, {named} {rows}")
        several = self.session.rows(
            f"SELECT {', '.join(keys)}, count(*) FROM {identifier(lookup)} GROUP BY ALL "  # noqa: S608 - quoted
            "HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
        )
        if several:
            *values, times = several[0]
            raise SourceError(
                f"{other.label} has {times} different rows of {', '.join(join.on.values())} "
                f"'{', '.join(map(str, values))}', so that a row would be there several times; keep one, or say which "
                f'counts: [{table}.join.{name}] pick = "first"'
            )
        return lookup

    def _note_unmatched(self, table: str, name: str, base: Found, tables: str, ours: str, theirs: str) -> None:
        unmatched, n = self.session.rows(
            f"SELECT count(*) FILTER ({identifier(theirs)} IS NULL AND {identifier(ours)} IS NOT NULL), count(*) "  # noqa: S608 - quoted
            f"FROM (SELECT base.* FROM {tables}) WHERE problem IS NULL"
        )[0]
        if unmatched:
            self.session.notes.append(
                f"{table}: {unmatched:,} of {n:,} rows of {base.label} find no row in {name} by {ours}"
            )


def open_source(
    session: ImportSession,
    form: Format,
    paths: list[Path],
    keys: SourceKeys,
    columns: Iterable[str],
    *,
    is_certain: bool = True,
) -> list[RawFile]:
    """Return the files and sheets of a source.

    columns     by which the header is found
    is_certain  raise SourceError for one that a file does not have
    """
    _warn_of_same_files(session, paths)
    wanted = frozenset(columns)
    rows = Rows(keys.header_row, keys.names, keys.turned, keys.sheet or (), wanted)
    raws: list[RawFile] = []
    for path in paths:
        opened = open_files(session.connection, path, form, session.scratch, rows, limits=session.limits)
        if not keys.sheet:
            refuse_sheets(path, opened)
        raws += opened
    for raw in raws:
        if is_certain:
            _refuse_columns(raw, wanted)
        if raw.first_row > 2 and keys.header_row is None:
            session.notes.append(f"{raw.label}: the header is row {raw.first_row - 1}; the rows above it are left out")
    return raws


def _refuse_columns(raw: RawFile, columns: Iterable[str]) -> None:
    """Raise SourceError for a column that a file does not have, or has several times."""
    wanted = frozenset(columns)
    raw.refuse_missing(sorted(wanted))
    raw.refuse_repeated(wanted)


def _warn_of_same_files(session: ImportSession, paths: list[Path]) -> None:
    """Warn of files with the same content."""
    seen: dict[tuple[int, str], Path] = {}
    sizes = Counter(path.stat().st_size for path in paths if path.is_file())
    for path in paths:
        if not path.is_file() or sizes[path.stat().st_size] == 1:
            continue
        with path.open("rb") as file:
            content = (path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
        if content in seen:
            session.warnings.append(
                f"{path.name} and {seen[content].name} have the same content, so that its rows count twice; remove one"
            )
        seen.setdefault(content, path)


def paths_of(folder: Path, keys: SourceKeys) -> list[Path]:
    """Return the files of a source, each once. Raises SourceError for a name or glob that fits none."""
    paths: list[Path] = []
    for name in keys.file or ():
        if not any(sign in name for sign in _GLOB) or (folder / name).is_file() or Path(name).is_absolute():
            paths.append(folder / name)
            continue
        found = sorted(path for path in folder.glob(name) if path.is_file())
        if not found:
            there = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
            raise SourceError(
                f"no file of {folder} fits '{name}'; it has {', '.join(there) or 'no files that can be read'}; "
                "change the name in the map file"
            )
        paths += found
    return list(dict.fromkeys(paths))
