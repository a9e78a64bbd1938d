"""The classes Column and Table: types, bounds, keys."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["text", "date", "whole", "number", "flag", "texts"]


@dataclass(frozen=True)
class Column:
    """One column: its type, its meaning with the unit, and what its values must satisfy.

    required     the column must exist and hold no null; an optional one may be absent or null
    above, at_least  lower bounds of a number: exclusive, inclusive
    at_most      upper bound of a number, inclusive
    choices      the only values that a text may have
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table: its key, its columns, and whether the key is unique. A published table is sorted by its key.

    attributes  whether the table may have further columns, which are kept as attributes

    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    unique: bool = True
    attributes: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """Return a column by its name. Raises KeyError if the table does not have it."""
        return {column.name: column for column in self.columns}[name]

    def arrow_schema(self) -> "pa.Schema":
        """Return the Arrow schema: all columns in their order, only optional ones nullable."""
        import pyarrow as pa  # noqa: PLC0415 - see arrow_type

        return pa.schema(
            [pa.field(column.name, arrow_type(column.kind), nullable=not column.required) for column in self.columns]
        )


def arrow_type(kind: Kind) -> "pa.DataType":
    """Return the Arrow type of a kind of column.

    pyarrow is imported here: it takes 100 ms and 10 MB, which a process that only needs columns' names saves.
    """
    import pyarrow as pa  # noqa: PLC0415

    types: dict[Kind, pa.DataType] = {
        "text": pa.string(),
        "date": pa.date32(),
        "whole": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "texts": pa.list_(pa.string()),
    }
    return types[kind]
