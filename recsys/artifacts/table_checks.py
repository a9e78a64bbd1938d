"""Checks of published rows: types, required values, bounds, order and uniqueness of the key, ranks.

Rows come in slices; consecutive rows are also compared across slices.
"""

from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from recsys.errors import ArtifactError
from recsys.schema.columns import Column, Kind, Table, arrow_type

KEY_BYTES = 1000  # Parquet keeps no bounds of a text above 4 KB, and they are the reader's index

Values: TypeAlias = "pa.ChunkedArray[Any]"
Mask: TypeAlias = Any  # a ChunkedArray of bool; pyarrow's compute functions do not have precise types

_TEXTS = (pa.string(), pa.large_string(), pa.string_view())
_DAYS = (pa.date32(), pa.date64())


def conformed(rows: pa.Table, table: Table) -> pa.Table:
    """Return the rows with the columns and types of a table; a missing optional column becomes null.

    Only lossless casts: 32 to 64 bits, large or dictionary text to text, midnight to its day, 3.0 to 3.
    Raises ArtifactError for a column that is missing, unknown or of another type.
    """
    extra = [name for name in rows.column_names if name not in table.column_names]
    if extra:
        raise ArtifactError(f"{table.name} has no column '{extra[0]}'; it has {', '.join(table.column_names)}")
    arrays = [_column(rows, column, table) for column in table.columns]
    return pa.Table.from_arrays(arrays, schema=table.arrow_schema())


class RowsCheck:
    """Checks the rows of one table, slice by slice in the order of the file."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._ranked = table.key[-1] if table.column(table.key[-1]).kind == "whole" else None
        self._last: pa.Table | None = None

    def __call__(self, rows: pa.Table) -> None:
        """Raise ArtifactError with table, column and value for the first row that breaks the contract."""
        if not rows.num_rows:
            return
        for column in self._table.columns:
            _check_values(rows[column.name], column, self._table)
        keys = rows.select(self._table.key)
        self._check_key_size(keys)
        self._check_first_rank(keys)
        run = keys if self._last is None else pa.concat_tables([self._last, keys])
        self._check_consecutive(run)
        self._last = keys.slice(keys.num_rows - 1)

    def _check_key_size(self, keys: pa.Table) -> None:
        leading = self._table.key[0]
        if pc.max(pc.binary_length(keys[leading])).as_py() > KEY_BYTES:
            raise ArtifactError(f"{self._table.name} has a '{leading}' of more than {KEY_BYTES} bytes; shorten it")

    def _check_first_rank(self, keys: pa.Table) -> None:
        if self._last is None and self._ranked and keys[self._ranked][0].as_py() != 1:
            raise ArtifactError(f"{self._table.name}: {_key_text(keys, 0)} has no better before it; ranks start with 1")

    def _check_consecutive(self, run: pa.Table) -> None:
        before, after = run.slice(0, run.num_rows - 1), run.slice(1)
        in_order, same = _compared(before, after, self._table.key)
        if self._table.unique:
            _refuse(same, after, f"{self._table.name}: two rows have the key {{}}; keep one")
        misplaced = pc.invert(pc.or_(in_order, same))
        _refuse(misplaced, after, f"{self._table.name}: {{}} is out of order; sort by {', '.join(self._table.key)}")
        if self._ranked:
            _refuse(
                _gaps(before, after, self._table.key, self._ranked),
                after,
                f"{self._table.name}: {{}} does not follow the rank before it; ranks are 1, 2, 3 without gaps",
            )


def _compared(before: pa.Table, after: pa.Table, key: tuple[str, ...]) -> tuple[Mask, Mask]:
    """Return for each pair of rows whether the first key is less, and whether both keys are equal."""
    less: Mask = pc.less(before[key[-1]], after[key[-1]])
    same: Mask = pc.equal(before[key[-1]], after[key[-1]])
    for name in reversed(key[:-1]):
        equal = pc.equal(before[name], after[name])
        less = pc.or_(pc.less(before[name], after[name]), pc.and_(equal, less))
        same = pc.and_(equal, same)
    return less, same


def _gaps(before: pa.Table, after: pa.Table, key: tuple[str, ...], ranked: str) -> Mask:
    _, in_one_list = _compared(before, after, key[:-1])
    wanted = pc.if_else(in_one_list, pc.add(before[ranked], 1), 1)
    return pc.not_equal(after[ranked], wanted)


def _refuse(wrong: Mask, rows: pa.Table, message: str) -> None:
    """Raise ArtifactError for the first row where `wrong` is true; `{}` in the message is replaced by its key."""
    row = pc.index(wrong, pa.scalar(True)).as_py()
    if row >= 0:
        raise ArtifactError(message.format(_key_text(rows, row)))


def _key_text(rows: pa.Table, row: int) -> str:
    return ", ".join(f"{name} '{rows[name][row].as_py()}'" for name in rows.column_names)


def _check_values(values: Values, column: Column, table: Table) -> None:
    where = f"{table.name}: column '{column.name}'"
    if column.required and values.null_count:
        raise ArtifactError(f"{where} has {values.null_count:,} empty values, but it is required")
    for wrong, must in _broken(values, column):
        row = pc.index(wrong, pa.scalar(True)).as_py()
        if row >= 0:
            raise ArtifactError(f"{where} holds '{values[row].as_py()}'; it must be {must}")


def _broken(values: Values, column: Column) -> list[tuple[Mask, str]]:
    """Return, for each rule of a column, the mask of values that break it, and the rule; a null breaks none."""
    rules: list[tuple[Mask, str]] = []
    if column.kind == "number":
        rules.append((pc.invert(pc.is_finite(values)), "a finite number, or null if it is not known"))
    if column.above is not None:
        rules.append((pc.less_equal(values, pa.scalar(column.above)), f"above {column.above:g}"))
    if column.at_least is not None:
        rules.append((pc.less(values, pa.scalar(column.at_least)), f"at least {column.at_least:g}"))
    if column.at_most is not None:
        rules.append((pc.greater(values, pa.scalar(column.at_most)), f"at most {column.at_most:g}"))
    if column.choices:
        allowed = pc.is_in(values, value_set=pa.array([*column.choices, None], pa.string()))
        rules.append((pc.invert(allowed), f"one of {', '.join(column.choices)}"))
    return rules


def _column(rows: pa.Table, column: Column, table: Table) -> Values:
    wanted = arrow_type(column.kind)
    if column.name not in rows.column_names:
        if column.required:
            raise ArtifactError(f"{table.name} lacks its column '{column.name}'")
        return pa.chunked_array([pa.array([None] * rows.num_rows, wanted)])
    found = rows[column.name]
    if not _is_castable(found.type, column.kind):
        raise ArtifactError(f"{table.name}: column '{column.name}' is {found.type}; it must be {wanted}")
    try:
        cast = found.cast(wanted)
    except pa.ArrowInvalid as error:
        raise ArtifactError(f"{table.name}: column '{column.name}' is no {wanted} ({error})") from error
    if pa.types.is_timestamp(found.type) and not cast.cast(found.type).equals(found):
        raise ArtifactError(f"{table.name}: column '{column.name}' has a time of day; it must be a day")
    return cast


def _is_castable(found: pa.DataType, kind: Kind) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    numeric = pa.types.is_integer(found) or pa.types.is_floating(found)
    castable: dict[Kind, bool] = {
        "text": found in _TEXTS,
        "date": found in _DAYS or (pa.types.is_timestamp(found) and found.tz is None),
        "whole": numeric,
        "number": numeric,
        "flag": pa.types.is_boolean(found),
        "texts": (pa.types.is_list(found) or pa.types.is_large_list(found)) and found.value_type in _TEXTS,
    }
    return castable[kind] or pa.types.is_null(found)
