"""The map file: a TOML file that maps a company's own column names and formats to the columns of the clean tables."""

import tomllib
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from recsys.errors import SourceError
from recsys.ingest.sources.raw_files import Format
from recsys.runtime.did_you_mean import nearest
from recsys.schema.clean import CLEAN_TABLES
from recsys.schema.columns import Kind, Table

_FORMAT_KEYS = tuple(option.name for option in fields(Format))
_TABLE_KEYS = ("file", "columns", "constants", "attributes", *_FORMAT_KEYS)
_CONSTANT_TYPES: dict[Kind, tuple[type, ...]] = {
    "text": (str,),
    "date": (date,),
    "moment": (datetime,),
    "whole": (int,),
    "number": (int, float),
    "flag": (bool,),
}


@dataclass(frozen=True)
class TableMap:
    """How to read one table's file.

    file        its name in the folder; None for the table's own name
    columns     clean table's column -> file's column; None if the file uses the clean table's names
    constants   clean table's column -> value of all rows, as text
    attributes  additional columns of customers to keep, under their own names
    """

    file: str | None = None
    columns: dict[str, str] | None = None
    constants: dict[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    form: Format = Format()


def read_map(path: Path | None) -> dict[str, TableMap]:
    """Return the map of each clean table; without a map file, files have the names and formats of the schema.

    Raises SourceError for a file that is missing or not TOML, and for an unknown key or column or a wrong value.
    """
    if path is None:
        return {name: TableMap() for name in CLEAN_TABLES}
    content = _load(path)
    _refuse_unknown(path, "section", content, ("format", *CLEAN_TABLES))
    common = _section(path, "format", content.get("format", {}))
    _refuse_unknown(path, "key of [format]", common, _FORMAT_KEYS)
    return {name: _table_map(path, table, content.get(name, {}), common) for name, table in CLEAN_TABLES.items()}


def _load(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise SourceError(f"there is no map file {path}; check the name")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} is no valid TOML ({error}); data/README.md has an example") from error


def _table_map(path: Path, table: Table, entries: Any, common: dict[str, Any]) -> TableMap:
    section = _section(path, table.name, entries)
    _refuse_unknown(path, f"key of [{table.name}]", section, _TABLE_KEYS)
    columns = section.get("columns")
    if columns is not None:
        columns = _texts(path, f"{table.name}.columns", columns)
        if not table.attributes:
            _refuse_unknown(path, f"column in [{table.name}.columns]", columns, table.column_names)
    file = section.get("file")
    if file is not None and not isinstance(file, str):
        raise SourceError(f"{path}: [{table.name}] file is {file!r}; it must be the name of a file")
    return TableMap(
        file=file,
        columns=columns,
        constants=_constants(path, table, section.get("constants", {})),
        attributes=_attributes(path, table, section.get("attributes", [])),
        form=_form(path, {**common, **{key: section[key] for key in _FORMAT_KEYS if key in section}}),
    )


def _form(path: Path, options: dict[str, Any]) -> Format:
    for key, value in options.items():
        if not isinstance(value, str):
            raise SourceError(f"{path}: {key} is {value}; it must be a text in quotation marks")
    try:
        return Format(**options)
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from error


def _attributes(path: Path, table: Table, names: Any) -> tuple[str, ...]:
    if names and not table.attributes:
        raise SourceError(f"{path}: {table.name} keeps no attributes; only customers does, remove the key")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SourceError(f"{path}: [{table.name}] attributes is {names!r}; it must be a list of column names")
    return tuple(names)


def _constants(path: Path, table: Table, entries: Any) -> dict[str, str]:
    section = _section(path, f"{table.name}.constants", entries)
    _refuse_unknown(path, f"column in [{table.name}.constants]", section, table.column_names)
    for name, value in section.items():
        kind = table.column(name).kind
        if not isinstance(value, _CONSTANT_TYPES[kind]) or (isinstance(value, bool) and kind != "flag"):
            raise SourceError(f"{path}: [{table.name}.constants] {name} is {value!r}; it must be a {kind}")
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in section.items()}


def _section(path: Path, name: str, entries: Any) -> dict[str, Any]:
    if not isinstance(entries, dict):
        raise SourceError(f"{path}: {name} is {entries!r}; write it as a section, [{name}]")
    return entries


def _texts(path: Path, name: str, entries: Any) -> dict[str, str]:
    section = _section(path, name, entries)
    for key, value in section.items():
        if not isinstance(value, str):
            raise SourceError(f"{path}: [{name}] {key} is {value!r}; it must be the name of a column in the file")
    return section


def _refuse_unknown(path: Path, what: str, found: dict[str, Any], known: tuple[str, ...]) -> None:
    for name in found:
        if name not in known:
            raise SourceError(f"{path}: unknown {what} '{name}'{nearest(name, known)}; known are {', '.join(known)}")
