"""A company's own files, by the schema's names or by a map file; CSV, Parquet, spreadsheets or databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from recsys.errors import SourceError
from recsys.ingest.sources.archives import folder_of
from recsys.ingest.sources.column_map import read_map
from recsys.ingest.sources.currencies import refuse_currencies
from recsys.ingest.sources.databases import tables_of
from recsys.ingest.sources.expressions import column_text
from recsys.ingest.sources.map_fields import (
    derived_of,
    fields_of,
    mapped,
    named_columns,
    own_names,
    refuse_own_name,
)
from recsys.ingest.sources.map_lines import CURRENCY, IS_RETURN, RATE, make_lines
from recsys.ingest.sources.map_models import LineKeys, MapFile, TableKeys
from recsys.ingest.sources.map_sources import SUFFIXES, Sources, paths_of
from recsys.ingest.sources.picks import BY, pick_rows
from recsys.ingest.sources.raw_files import DATABASES, Format, RawFile, damage_as_source_error
from recsys.ingest.sources.session import ImportSession, forget_rejects
from recsys.ingest.sources.sql import identifier
from recsys.ingest.sources.staging import refuse_without_rows, stage, stage_unread
from recsys.ingest.sources.three_digits import note_doubtful
from recsys.ingest.sources.value_parsing import Field
from recsys.runtime.did_you_mean import nearest
from recsys.schema.clean import CLEAN_TABLES, RETURNS
from recsys.schema.columns import Table


@dataclass(frozen=True)
class OwnTables:
    """A folder of files and, if their names or formats differ from the schema, a map file (data/README.md).

    folder  a folder, a zip archive or a SQLite file
    """

    folder: Path
    map: Path | None = None

    def stage(self, session: ImportSession) -> None:
        """Create a relation of each table, and an empty one of returns where there is none.

        Raises SourceError for a missing file that is not optional, and for a missing or unknown column.
        """
        found = read_map(self.map)
        folder = folder_of(self.folder, session.scratch, session.limits, session.notes.append)
        with _named_as_given(folder, self.folder):
            _stage(session, folder, found)


def _stage(session: ImportSession, folder: Path, found: MapFile) -> None:
    paths = {name: [] if name in found.without else _find(folder, name, getattr(found, name)) for name in CLEAN_TABLES}
    _refuse_two_kinds_of_returns(found, paths)
    sources = Sources(session, folder, found, _used(found))
    for name, table in CLEAN_TABLES.items():
        keys: TableKeys = getattr(found, name)
        if paths[name] or keys.from_ is not None or keys.database is not None:
            _Tables(session, sources, table, keys).make(paths[name])
        elif name == RETURNS.name and not found.order_lines.returns_when:
            session.run(f"CREATE TABLE {name} AS SELECT * FROM order_lines WHERE false")  # noqa: S608 - own name


@contextmanager
def _named_as_given(folder: Path, given: Path) -> Iterator[None]:
    """Let messages name the archive that was given, and not the folder that it was unpacked into."""
    try:
        yield
    except SourceError as error:
        if str(folder) not in str(error):
            raise
        raise SourceError(str(error).replace(str(folder), str(given))) from error


def _refuse_two_kinds_of_returns(found: MapFile, paths: dict[str, list[Path]]) -> None:
    returns = found.returns
    if found.order_lines.returns_when and (paths[RETURNS.name] or returns.from_ or returns.database):
        raise SourceError(
            "the map file says which order lines are returns, and there is a file of returns too; "
            "remove returns_when, or the file"
        )


def _used(found: MapFile) -> dict[str, set[str]]:
    """Return the columns that the tables name of each source; none for a source that is read whole."""
    used: dict[str, set[str]] = {name: set() for name in found.sources}
    whole: set[str] = set()
    for name, table in CLEAN_TABLES.items():
        keys: TableKeys = getattr(found, name)
        joins = {join: keys.join[join].source or join for join in keys.join}
        for join, source in joins.items():
            used[source] |= set(keys.join[join].on.values())
        for column in named_columns(table, keys):
            join, _, below = column.partition(".")
            if below and join in joins:
                used[joins[join]].add(below)
            elif keys.from_ is not None:
                used[keys.from_].add(column)
        if keys.from_ is not None and own_names(table, keys):
            whole.add(keys.from_)
    return {name: set() if name in whole else columns for name, columns in used.items()}


def _find(folder: Path, name: str, keys: TableKeys) -> list[Path]:
    """Return a table's files; none for a source, a query, returns and optional tables. Raises SourceError."""
    if keys.from_ is not None or keys.database is not None:
        return []
    if keys.file is not None:
        return paths_of(folder, keys)
    found = sorted(path for path in folder.iterdir() if path.stem == name and path.suffix.lower() in SUFFIXES)
    if len(found) > 1:
        raise SourceError(
            f"{folder} has {' and '.join(path.name for path in found)}; "
            f'keep one, or name it in the map file: [{name}] file = "{found[0].name}"'
        )
    if found or name == RETURNS.name or CLEAN_TABLES[name].optional:
        return found
    databases = sorted(path for path in folder.iterdir() if path.suffix.lower() in DATABASES)
    if databases:
        tables = tables_of(databases[0])
        raise SourceError(
            f"{folder} has no {name}.csv, but the database {databases[0].name} with the tables {', '.join(tables)}; "
            f'say in a map file what to read of it: [{name}] database = "{databases[0].name}", query = "SELECT ..."'
        )
    names = [path.stem for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES]
    raise SourceError(
        f"{folder} has no {name}.csv, {name}.parquet or {name}.xlsx{nearest(name, names)}; "
        f"add it, or name your file in a map file: [{name}] file = ... (data/README.md)"
    )


@dataclass(frozen=True)
class _Tables:
    """Makes the relation of one clean table."""

    session: ImportSession
    sources: Sources
    table: Table
    keys: TableKeys

    def make(self, paths: list[Path]) -> None:
        if self._is_one_file(paths):
            raw = self._open(paths)
            if len(raw) == 1:
                self._make_of_file(raw[0])
                return
        self._make_of_rows(paths)

    def _is_one_file(self, paths: list[Path]) -> bool:
        """Return whether the rows of one file become the rows of the table, so that nothing is to be put together."""
        keys = self.keys
        lines = isinstance(keys, LineKeys) and (keys.returns_when is not None or keys.currency is not None)
        is_one = len(paths) == 1 or keys.database is not None
        return is_one and not (keys.join or keys.pick or lines)

    def _open(self, paths: list[Path]) -> list[RawFile]:
        place = f"[{self.table.name}]"
        if own_names(self.table, self.keys):
            given = (*self.keys.constants, *self.keys.computed, "name")
            required = [name for name in self.table.required if name not in given]
            return self.sources.opened(place, self.keys, paths, required, is_certain=False)
        named = named_columns(self.table, self.keys)
        return self.sources.opened(place, self.keys, paths, named, is_certain=False)

    def _make_of_file(self, raw: RawFile) -> None:
        fields = self._fields(raw, {})
        derived = derived_of(self.table, raw, self.keys, lambda _: None, {})
        self._refuse_currencies(raw, [*fields, *derived.hidden])
        if not self.table.unique:
            stage_unread(self.session, self.table.name, raw, fields, derived)  # lines are too many to stage
            return
        stage(self.session, self.table.name, raw, fields, derived)
        note_doubtful(self.session, self.table.name, raw, [*fields, *derived.hidden])
        if not self.table.optional:
            refuse_without_rows(self.session, self.table.name, raw)

    def _make_of_rows(self, paths: list[Path]) -> None:
        name = self.table.name
        if self.keys.from_ is not None:
            base = self.sources.named(self.keys.from_)
        else:
            joins = set(self.keys.join)
            named = {column for column in named_columns(self.table, self.keys) if column.partition(".")[0] not in joins}
            keys = self.keys.model_copy(update={"where": None})  # it is the table's: it may name joined columns
            columns = set() if own_names(self.table, self.keys) else named
            raws = self.sources.opened(f"[{name}]", keys, paths, columns)
            base = self.sources.read(f"file {name}", keys, raws, columns)
        raw, forms = self.sources.joined(name, base, self.keys.join)
        fields = [*self._fields(raw, forms), Field("file_no", "whole", "file_no")]
        raw = _with_file_number(raw)
        derived = derived_of(self.table, raw, self.keys, forms.get, self._further())
        self._refuse_currencies(raw, [*fields, *derived.hidden])
        staged = f"{name} all"
        stage(self.session, staged, raw, fields, derived)
        note_doubtful(self.session, name, raw, [*fields, *derived.hidden])
        self._finish(staged, raw)

    def _further(self) -> dict[str, str]:
        """Return the columns that are needed to finish, each with the key of its expression."""
        further = {BY: "pick_by"} if self.keys.pick_by is not None else {}
        if isinstance(self.keys, LineKeys):
            further |= {IS_RETURN: "returns_when"} if self.keys.returns_when is not None else {}
            if self.keys.currency is not None:
                further |= {CURRENCY: "currency.column"}
                further |= {RATE: "currency.rate"} if self.keys.currency.rate is not None else {}
        return further

    def _finish(self, staged: str, raw: RawFile) -> None:
        name = self.table.name
        if isinstance(self.keys, LineKeys):
            make_lines(self.session, name, staged, self.keys)
        elif self.keys.pick is not None:
            pick_rows(self.session, self.table, staged, self.keys)
        else:
            self.session.run(
                f"CREATE VIEW {name} AS SELECT * EXCLUDE (file_no) FROM {identifier(staged)}"  # noqa: S608 - quoted
            )
        if not self.table.optional and self.table is not RETURNS:
            refuse_without_rows(self.session, staged, raw)

    def _fields(self, raw: RawFile, forms: dict[str, Format]) -> list[Field]:
        keys, table = self.keys, self.table
        is_own = own_names(table, keys)
        columns = self._schema_names(raw) if is_own else mapped(raw, keys)
        given = (*keys.constants, *keys.computed)
        columns = {ours: theirs for ours, theirs in columns.items() if ours not in given}
        self.session.written |= {(table.name, ours): column_text(theirs) for ours, theirs in columns.items()}
        self.session.written |= {(table.name, ours): f"({text})" for ours, text in keys.computed.items()}
        for name in table.required:
            # A name falls back to the id, so it may be missing.
            if name not in columns and name not in keys.constants and name not in keys.computed and name != "name":
                raise _missing(raw, name, is_mapped=not is_own, table=table)
        return fields_of(table, columns, keys, forms.get)

    def _refuse_currencies(self, raw: RawFile, fields: list[Field]) -> None:
        if isinstance(self.keys, LineKeys) and self.keys.currency is None:
            with damage_as_source_error(raw):
                refuse_currencies(self.session, self.table.name, raw, fields, list(self.keys.join))

    def _schema_names(self, raw: RawFile) -> dict[str, str]:
        """Return the file's columns by their names in the schema; only customers may have others.

        A column without name and values is none. Raises SourceError for an unknown column: it may be a misspelled one.
        """
        table = self.table
        names = [name for name in raw.types if not (name in raw.unnamed and _is_blank(self.session, raw, name))]
        if self.keys.computed or self.keys.join:
            names = [name for name in names if name in table.column_names]  # the others are there to compute with
        raw.refuse_repeated(names)
        for theirs in names:
            if theirs in table.column_names:
                continue
            near = nearest(theirs, table.column_names)
            other_case = [ours for ours in table.column_names if ours == theirs.lower()]
            if other_case or not table.attributes:
                known = ", ".join(table.column_names)
                raise SourceError(
                    f"{raw.label} has a column '{theirs}' that {table.name} does not know{near}; it knows {known}; "
                    "rename or remove it, or name the columns to read in a map file (data/README.md)"
                )
            refuse_own_name(raw, theirs)
        return {name: name for name in names}


def _with_file_number(raw: RawFile) -> RawFile:
    return replace(raw, types={**raw.types, "file_no": "INTEGER"})


def _is_blank(session: ImportSession, raw: RawFile, name: str) -> bool:
    with damage_as_source_error(raw):
        filled = session.rows(f"SELECT 1 FROM {raw.relation} WHERE trim({identifier(name)}) <> '' LIMIT 1")  # noqa: S608 - quoted
    forget_rejects(session)
    return not filled


def _missing(raw: RawFile, name: str, *, is_mapped: bool, table: Table) -> SourceError:
    found = list(raw.types)
    remedy = (
        f"name its column in the map file, [{table.name}.columns]"
        if is_mapped
        else "rename the column, or name yours in a map file (data/README.md)"
    )
    return SourceError(
        f"{raw.label} has no column '{name}'{nearest(name, found)}; it has {', '.join(found)}; "
        f"{remedy}{raw.other_delimiter}"
    )
