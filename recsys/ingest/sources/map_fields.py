"""The fields of a clean table as a map file describes them: columns, constants, computed columns and conditions."""

from collections.abc import Callable, Iterable

from recsys.errors import SourceError
from recsys.ingest.sources.column_map import constant_text, table_expressions
from recsys.ingest.sources.expressions import Expression
from recsys.ingest.sources.map_models import LineKeys, TableKeys
from recsys.ingest.sources.raw_files import Format, RawFile
from recsys.ingest.sources.sql import identifier
from recsys.ingest.sources.staging import ROW_COLUMNS, Derived
from recsys.ingest.sources.value_parsing import Field
from recsys.runtime.did_you_mean import nearest
from recsys.schema.columns import Kind, Table

UNKEPT = "left out by the map: {}"
_PART_SQL = {"year": "year(ordered_on)", "month": "month(ordered_on)", "day": "day(ordered_on)"}
FormOf = Callable[[str], Format | None]


def named_columns(table: Table, keys: TableKeys) -> dict[str, str]:
    """Return the file's columns that a table's section names, each with what names it."""
    named = {theirs: ours for ours, theirs in (keys.columns or {}).items()}
    named |= {name: "attributes" for name in keys.attributes}
    for key, expression in table_expressions(table.name, keys):
        named |= dict.fromkeys(expression.columns, key)
    for name, join in keys.join.items():
        named |= dict.fromkeys(join.on, f"join.{name}")
    return named


def own_names(table: Table, keys: TableKeys) -> bool:
    """Return whether a table's file uses the names of the schema."""
    return keys.columns is None


def fields_of(table: Table, columns: dict[str, str], keys: TableKeys, form_of: FormOf) -> list[Field]:
    """Return the fields of a table.

    columns  clean table's column -> the file's column
    form_of  the format of a column that is not written like the rest of the file
    """
    fields = [
        Field(ours, kind_of(table, ours), theirs, form=form_of(theirs), values=_values(keys, ours))
        for ours, theirs in columns.items()
    ]
    fields += [
        Field(ours, kind_of(table, ours), constant=constant_text(value)) for ours, value in keys.constants.items()
    ]
    given = {field.name for field in fields} | set(keys.computed)
    if "name" in table.column_names and "name" not in given:
        fields.append(Field("name", "text"))
    return fields


def derived_of(table: Table, raw: RawFile, keys: TableKeys, form_of: FormOf, further: dict[str, str]) -> Derived:
    """Return what is computed of a table's rows.

    further  name of a column to add -> key of its expression in the section

    Raises SourceError for a column that the file does not have, at its place in the expression.
    """
    reader = _Reader(raw, form_of)
    found = dict(table_expressions(table.name, keys))
    kinds: dict[str, Kind] = {"where": "flag", "returns_when": "flag", "currency.rate": "number", "pick_by": "moment"}
    columns = [(name, _computed(found[f"computed.{name}"], kind_of(table, name), reader)) for name in keys.computed]
    columns += [(name, found[key].compile(kinds.get(key, "text"), reader.read)) for name, key in further.items()]
    kept = found["where"].compile("flag", reader.read) if "where" in found else ""
    parts = keys.order_id_parts if isinstance(keys, LineKeys) else ()
    return Derived(
        hidden=tuple(reader.fields.values()),
        columns=tuple(columns),
        replaced=(("order_id", _with_parts(parts)),) if parts else (),
        kept=kept,
        unkept=UNKEPT.format(f"where {keys.where}"),
    )


def condition(expression: Expression, raw: RawFile) -> Derived:
    """Return what keeps only the rows of a file that satisfy an expression."""
    reader = _Reader(raw, lambda _: None)
    kept = expression.compile("flag", reader.read)
    return Derived(tuple(reader.fields.values()), kept=kept, unkept=UNKEPT.format(f"where {expression.text}"))


class _Reader:
    """Makes a hidden field of each column that an expression reads, of the kind that it needs."""

    def __init__(self, raw: RawFile, form_of: FormOf) -> None:
        self._raw = raw
        self._form_of = form_of
        self.fields: dict[str, Field] = {}

    def read(self, column: str, kind: Kind) -> str:
        """Return SQL of a column as a kind. Raises KeyError with the known columns for another one."""
        if column not in self._raw.types:
            raise KeyError(list(self._raw.types))
        self._raw.refuse_repeated([column])
        name = f"{column} as {kind}"
        self.fields[name] = Field(name, kind, column, form=self._form_of(column), label=column)
        return identifier(name)


def _computed(expression: Expression, kind: Kind, reader: _Reader) -> str:
    wanted: Kind = "number" if kind == "whole" else kind
    sql = expression.compile(wanted, reader.read)
    if kind in ("number", "whole"):
        sql = f"({sql})::DOUBLE"
        sql = f"CASE WHEN isfinite({sql}) THEN {sql} END"
    types: dict[Kind, str] = {"whole": "BIGINT", "date": "DATE", "moment": "TIMESTAMP", "text": "VARCHAR"}
    return f"({sql})::{types[kind]}" if kind in types else sql


def _with_parts(parts: Iterable[str]) -> str:
    """Return SQL of an order id with further parts before it; an empty one stays empty."""
    before = ", ".join(_PART_SQL.get(part, part) for part in parts)
    return f"CASE WHEN order_id IS NOT NULL THEN concat_ws('/', {before}, order_id) END"


def kind_of(table: Table, name: str) -> Kind:
    """Return the kind of a clean table's column; attributes are texts."""
    return table.column(name).kind if name in table.column_names else "text"


def _values(keys: TableKeys, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (value.strip().lower(), constant_text(meaning)) for value, meaning in keys.values.get(name, {}).items()
    )


def mapped(raw: RawFile, keys: TableKeys) -> dict[str, str]:
    """Return the columns that a map names. Raises SourceError for one that the file does not have."""
    columns = {**(keys.columns or {}), **{name: name for name in keys.attributes}}
    for ours, theirs in columns.items():
        if theirs not in raw.types:
            found = list(raw.types)
            raise SourceError(
                f"{raw.label} has no column '{theirs}', which the map file names for {ours}{nearest(theirs, found)}; "
                f"it has {', '.join(found)}{raw.other_delimiter}"
            )
        refuse_own_name(raw, ours)
    raw.refuse_repeated(columns.values())
    return columns


def refuse_own_name(raw: RawFile, name: str) -> None:
    """Raise SourceError for an attribute with a name that the import uses itself."""
    if name.lower() in ROW_COLUMNS:
        raise SourceError(f"{raw.label}: '{name}' cannot be an attribute, the import uses that name; map it to another")
