"""Reading a map file: the TOML file that says how a company's files become the clean tables."""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from recsys.errors import SourceError
from recsys.ingest.sources.databases import refuse_password, refuse_query
from recsys.ingest.sources.expressions import Expression, parse
from recsys.ingest.sources.map_models import FILE_KEYS, Constant, LineKeys, MapFile, SourceKeys, TableKeys
from recsys.runtime.did_you_mean import nearest
from recsys.schema.clean import CLEAN_TABLES
from recsys.schema.columns import Kind, Table

_CONSTANT_TYPES: dict[Kind, tuple[type, ...]] = {
    "text": (str,),
    "date": (date,),
    "moment": (datetime,),
    "whole": (int,),
    "number": (int, float),
    "flag": (bool,),
}


def ready_maps() -> dict[str, str]:
    """Return the text of each map that ships with the program, by its name."""
    folder = files("recsys.ingest.sources") / "maps"
    found = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return {file.name.removesuffix(".toml"): file.read_text(encoding="utf-8") for file in found}


def read_map(path: Path | None) -> MapFile:
    """Return a map file, or the ready map of that name; without one, files have the names and formats of the schema.

    Raises SourceError for a file that is missing or not TOML, for an unknown key, column, source or function, and for
    a wrong value.
    """
    if path is None:
        return MapFile()
    ready = {} if path.is_file() else ready_maps()
    text = ready[str(path)] if str(path) in ready else _text(path, ready)
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError(f"{path} is no valid TOML ({error}); data/README.md has an example") from error
    try:
        found = MapFile.model_validate(content)
    except ValidationError as error:
        raise SourceError(f"{path}: {_mistake(content, error)}") from None
    try:
        for name, table in CLEAN_TABLES.items():
            _check_table(found, table, getattr(found, name))
        for name, source in found.sources.items():
            _check_source(found, name, source)
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from error
    return found


def expression(section: str, key: str, text: str) -> Expression:
    """Return the parsed expression of a key. Raises SourceError that names section and key."""
    return parse(text, f"[{section}] {key}")


def constant_text(value: Constant) -> str:
    """Return a constant of a map as the text that the import reads."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(path: Path, ready: dict[str, str]) -> str:
    if not path.is_file():
        near = nearest(str(path), list(ready))
        raise SourceError(
            f"there is no map file {path}{near}; check the name; ready maps are {', '.join(sorted(ready))}"
        )
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is no valid TOML ({error}); save it as UTF-8") from error


def _mistake(content: dict[str, Any], error: ValidationError) -> str:
    """Return the first mistake as a sentence: the section, the key, its value and what it must be."""
    first = error.errors(include_url=False)[0]
    place = _place(content, first["loc"])
    *section, key = place.keys
    written = f"[{'.'.join(section)}]"
    if first["type"] == "extra_forbidden":
        known = tuple(place.fields)
        what = f"key of {written}" if section else "section"
        return f"unknown {what} '{key}'{nearest(key, known)}; known are {', '.join(known)}"
    if first["type"] == "missing":
        return f"{written} has no {key}; it must be {place.wanted}"
    if first["type"] in ("model_type", "dict_type"):
        name = ".".join(place.keys)
        return f"{name} is {place.value!r}; write it as a section, [{name}]"
    return f"{written} {key} is {place.value!r}; it must be {place.wanted}"


class _Place(NamedTuple):
    """A place in a map: the keys that lead to it, its value, what it must be, and the fields beside it."""

    keys: list[str]
    value: Any
    wanted: str
    fields: dict[str, FieldInfo]


def _place(content: dict[str, Any], loc: tuple[int | str, ...]) -> _Place:
    fields: dict[str, FieldInfo] = _fields(MapFile)
    named: type[BaseModel] | None = None
    place = _Place([], content, "", {})
    for key in map(str, loc):
        if not isinstance(place.value, dict):
            break
        below, wanted, beside = place.value.get(key), place.wanted, fields
        if key in fields:
            wanted = fields[key].description or "a section"
            model = _model(fields[key].annotation)
            is_named = get_origin(fields[key].annotation) is dict  # a section for each name, or pairs
            fields, named = ({}, model) if is_named or model is None else (_fields(model), None)
        elif named is not None:
            fields, named = _fields(named), None
        elif key not in place.value:
            break  # which type of a union it was
        place = _Place([*place.keys, key], below, wanted, beside)
    return place


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field's type is made of, None for plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model, get_args(annotation))), None)


def _check_table(found: MapFile, table: Table, keys: TableKeys) -> None:
    for section in ("columns", "computed", "values", "constants", "picks"):
        names = getattr(keys, section) or {}
        if not table.attributes or section == "constants":
            _refuse_unknown(f"column in [{table.name}.{section}]", names, table.column_names)
    if keys.attributes and not table.attributes:
        raise SourceError(f"{table.name} keeps no attributes; only customers does, remove the key")
    for name, value in keys.constants.items():
        kind = table.column(name).kind
        if not isinstance(value, _CONSTANT_TYPES[kind]) or (isinstance(value, bool) and kind != "flag"):
            raise SourceError(f"[{table.name}.constants] {name} is {value!r}; it must be a {kind}")
    _check_source_of(found, table, keys)
    _check_picks(table, keys)
    for _ in table_expressions(table.name, keys):
        pass
    found.form(keys)


def _check_source_of(found: MapFile, table: Table, keys: TableKeys) -> None:
    if keys.from_ is not None:
        _refuse_unknown("source in from of " + f"[{table.name}]", (keys.from_,), tuple(found.sources))
        given = [name for name in SourceKeys.model_fields if name != "where" and name in keys.model_fields_set]
        if given:
            raise SourceError(
                f"[{table.name}] has both from and {given[0]}; put {given[0]} into [sources.{keys.from_}]"
            )
    _check_database(f"[{table.name}]", keys)
    for name, join in keys.join.items():
        _refuse_unknown(f"source in [{table.name}.join.{name}]", (join.source or name,), tuple(found.sources))


def _check_picks(table: Table, keys: TableKeys) -> None:
    if keys.pick and not table.unique:
        raise SourceError(f"[{table.name}] pick is for tables with a key; {table.name} has none, remove it")
    if keys.picks and not keys.pick:
        raise SourceError(f'[{table.name}.picks] needs [{table.name}] pick, for the other columns: pick = "first"')
    if "latest" in (keys.pick, *keys.picks.values()) and not keys.pick_by:
        raise SourceError(
            f'[{table.name}] the latest of what? name what orders the rows: pick_by = "the column of the date"'
        )


def _check_source(found: MapFile, name: str, source: SourceKeys) -> None:
    if not source.file and source.database is None and source.query is None:
        raise SourceError(
            f'[sources.{name}] has no file; name it: file = "orders.csv" or file = "orders*.csv", '
            'or database = "shop.sqlite" and query = "SELECT ..."'
        )
    _check_database(f"[sources.{name}]", source)
    if source.where is not None:
        expression(f"sources.{name}", "where", source.where)
    found.form(source)


def _check_database(place: str, keys: SourceKeys) -> None:
    if keys.database is None and keys.query is None:
        return
    if keys.database is None:
        raise SourceError(f'{place} has a query and no database; name it: database = "shop.sqlite"')
    if keys.query is None:
        raise SourceError(f'{place} has a database and no query; write what to read: query = "SELECT ..."')
    given = next((key for key in FILE_KEYS if key in keys.model_fields_set), None)
    if given:
        raise SourceError(f"{place} has both database and {given}; {given} is for files, keep one")
    refuse_password(place, keys.database)
    refuse_query(place, keys.query)


def table_expressions(name: str, keys: TableKeys) -> Iterator[tuple[str, Expression]]:
    """Yield each expression of a table's section under its key; of computed columns, under `computed.NAME`."""
    for column, text in keys.computed.items():
        yield f"computed.{column}", expression(f"{name}.computed", column, text)
    for key in ("where", "pick_by", "returns_when"):
        given = getattr(keys, key, None)
        if given is not None:
            yield key, expression(name, key, given)
    if isinstance(keys, LineKeys) and keys.currency is not None:
        n_ways = len([key for key in ("rates", "rate") if getattr(keys.currency, key)])
        if n_ways != (keys.currency.to is not None):
            raise SourceError(
                f'[{name}.currency] converts with to and one of rates and rate: to = "EUR", rates = {{ USD = 0.92 }}; '
                "without them all amounts must have the same currency"
            )
        yield "currency.column", expression(f"{name}.currency", "column", keys.currency.column)
        if keys.currency.rate is not None:
            yield "currency.rate", expression(f"{name}.currency", "rate", keys.currency.rate)


def _refuse_unknown(what: str, found: Iterable[str], known: tuple[str, ...]) -> None:
    for name in found:
        if name not in known:
            there = f"known are {', '.join(known)}" if known else "there is none; add it, [sources.NAME]"
            raise SourceError(f"unknown {what} '{name}'{nearest(name, known)}; {there}")
