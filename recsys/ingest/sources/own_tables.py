"""A company's own files: customers, products, order_lines and optional tables; CSV, Parquet or xlsx."""

from dataclasses import dataclass
from pathlib import Path

from recsys.errors import SourceError
from recsys.ingest.sources.column_map import TableMap, read_map
from recsys.ingest.sources.raw_files import SPREADSHEETS, RawFile, open_file
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.staging import ROW_COLUMNS, refuse_without_rows, stage, stage_unread
from recsys.ingest.sources.value_parsing import Field
from recsys.runtime.did_you_mean import nearest
from recsys.schema.clean import CLEAN_TABLES, RETURNS
from recsys.schema.columns import Kind, Table

_SUFFIXES = (".parquet", ".csv", ".txt", ".tsv", *SPREADSHEETS)


@dataclass(frozen=True)
class OwnTables:
    """A folder of files and, if their names or formats differ from the schema, a map file (data/README.md)."""

    folder: Path
    map: Path | None = None

    def stage(self, session: ImportSession) -> None:
        """Create a relation of each file, and an empty one of returns where there is none.

        Raises SourceError for a missing file that is not optional, and for a missing or unknown column.
        """
        maps = read_map(self.map)
        if not self.folder.is_dir():
            raise SourceError(f"there is no folder {self.folder}; name the one with your files")
        paths = {name: _find(self.folder, name, maps[name]) for name in CLEAN_TABLES}
        for name, table in CLEAN_TABLES.items():
            path = paths[name]
            if path is None and name == RETURNS.name:
                session.run(f"CREATE TABLE {name} AS SELECT * FROM order_lines WHERE false")  # noqa: S608 - own name
            elif path is not None:
                _stage_table(session, table, path, maps[name])


def _find(folder: Path, name: str, table_map: TableMap) -> Path | None:
    """Return a table's file; None for returns and optional tables without one. Raises SourceError for another."""
    if table_map.file is not None:
        return folder / table_map.file
    found = sorted(path for path in folder.iterdir() if path.stem == name and path.suffix.lower() in _SUFFIXES)
    if len(found) > 1:
        raise SourceError(
            f"{folder} has {' and '.join(path.name for path in found)}; "
            f'keep one, or name it in the map file: [{name}] file = "{found[0].name}"'
        )
    if found:
        return found[0]
    if name == RETURNS.name or CLEAN_TABLES[name].optional:
        return None
    names = [path.stem for path in sorted(folder.iterdir()) if path.suffix.lower() in _SUFFIXES]
    raise SourceError(
        f"{folder} has no {name}.csv, {name}.parquet or {name}.xlsx{nearest(name, names)}; "
        f"add it, or name your file in a map file: [{name}] file = ... (data/README.md)"
    )


def _stage_table(session: ImportSession, table: Table, path: Path, table_map: TableMap) -> None:
    raw = open_file(session.connection, path, table_map.form, session.scratch, limits=session.limits)
    fields = _fields(table, raw, table_map)
    if not table.unique:
        stage_unread(session, table.name, raw, fields)  # order lines and returns are too many to stage
        return
    stage(session, table.name, raw, fields)
    if not table.optional:
        refuse_without_rows(session, table.name, raw)


def _fields(table: Table, raw: RawFile, table_map: TableMap) -> list[Field]:
    columns = _schema_names(table, raw) if table_map.columns is None else _mapped(raw, table_map)
    columns = {ours: theirs for ours, theirs in columns.items() if ours not in table_map.constants}
    for name in table.required:
        # A name falls back to the id, so it may be missing.
        if name not in columns and name not in table_map.constants and name != "name":
            raise _missing(raw, name, is_mapped=table_map.columns is not None, table=table)
    fields = [Field(ours, _kind(table, ours), theirs) for ours, theirs in columns.items()]
    fields += [Field(ours, _kind(table, ours), constant=value) for ours, value in table_map.constants.items()]
    if "name" in table.column_names and "name" not in {field.name for field in fields}:
        fields.append(Field("name", "text"))
    return fields


def _kind(table: Table, name: str) -> Kind:
    return table.column(name).kind if name in table.column_names else "text"


def _schema_names(table: Table, raw: RawFile) -> dict[str, str]:
    """Return the file's columns by their names in the schema; only customers may have others.

    Raises SourceError for an unknown column: it may be a misspelled one.
    """
    for theirs in raw.types:
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
        _refuse_own_name(raw, theirs)
    return {name: name for name in raw.types}


def _mapped(raw: RawFile, table_map: TableMap) -> dict[str, str]:
    columns = {**(table_map.columns or {}), **{name: name for name in table_map.attributes}}
    for ours, theirs in columns.items():
        if theirs not in raw.types:
            found = list(raw.types)
            raise SourceError(
                f"{raw.label} has no column '{theirs}', which the map file names for {ours}{nearest(theirs, found)}; "
                f"it has {', '.join(found)}{_other_delimiter(raw)}"
            )
        _refuse_own_name(raw, ours)
    return columns


def _refuse_own_name(raw: RawFile, name: str) -> None:
    if name.lower() in ROW_COLUMNS:
        raise SourceError(f"{raw.label}: '{name}' cannot be an attribute, the import uses that name; map it to another")


def _missing(raw: RawFile, name: str, *, is_mapped: bool, table: Table) -> SourceError:
    found = list(raw.types)
    remedy = (
        f"name its column in the map file, [{table.name}.columns]"
        if is_mapped
        else "rename the column, or name yours in a map file (data/README.md)"
    )
    return SourceError(
        f"{raw.label} has no column '{name}'{nearest(name, found)}; it has {', '.join(found)}; "
        f"{remedy}{_other_delimiter(raw)}"
    )


def _other_delimiter(raw: RawFile) -> str:
    """Return a hint if the header is a single column that contains another common delimiter, else an empty text."""
    marks = {";": ";", "\t": "\\t", "|": "|", ",": ","}
    found = [written for mark, written in marks.items() if len(raw.types) == 1 and mark in next(iter(raw.types))]
    return f'; if the columns are divided by "{found[0]}", declare delimiter = "{found[0]}"' if found else ""
