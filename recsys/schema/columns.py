"""The classes Column and Table: types, bounds, keys."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["text", "date", "moment", "whole", "number", "flag", "texts"]


@dataclass(frozen=True)
class Column:
    """One column: its type, its meaning with the unit, and what its values must satisfy.

    required     the column must exist and hold no null; an optional one may be absent or null
    above, at_least  lower bounds of a number: exclusive, inclusive
    at_most      upper bound of a number, inclusive
    choices      the only values that a text may have
    not_before   another column of the table, a day: where both are known, this one is not earlier
    past         a day or moment that cannot be later than today; an import rejects one that is
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[str, ...] = ()
    not_before: str | None = None
    past: bool = False


def bound_text(bound: float) -> str:
    """Return a bound as people write it: 0.000001, 1,000,000,000."""
    return f"{bound:,.6f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Table:
    """A table: its key, its columns, and whether the key is unique. A published table is sorted by its key.

    attributes  whether the table may have further columns, which are kept as attributes
    optional    whether a data set, or a version of an earlier release, may do without the table
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    unique: bool = True
    attributes: bool = False
    optional: bool = False

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
    """Return the Arrow type of a kind of column. A moment is in UTC and has no time zone.

    pyarrow is imported here: it takes 100 ms and 10 MB, which a process that only needs columns' names saves.
    """
    import pyarrow as pa  # noqa: PLC0415

    types: dict[Kind, pa.DataType] = {
        "text": pa.string(),
        "date": pa.date32(),
        "moment": pa.timestamp("us"),
        "whole": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "texts": pa.list_(pa.string()),
    }
    return types[kind]
