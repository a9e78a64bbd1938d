"""Whether 1.234 is more than a thousand, in a column where each number with a mark has three digits behind it.

The prices decide where they can: quantity, revenue and list price do not agree if one of them is a thousand times as
much. Where they cannot, that is told, with what to declare.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recsys.ingest.line_checks import median_prices
from recsys.ingest.line_sort import LineKeys
from recsys.ingest.order_lines import Lines
from recsys.ingest.sources.expressions import column_text
from recsys.ingest.sources.session import DoubtfulColumn, ImportSession
from recsys.runtime.jit import compiled

_AGREES = 30  # prices that differ by less are of one kind: between none and a thousand times


@compiled
def may_be_thousands(values: NDArray[np.float64]) -> bool:
    """Return whether numbers may all have three digits behind a mark or none; stops at the first that has not."""
    has_fraction = False
    for value in values:
        if value >= 1000 or abs(value * 1000 - round(value * 1000)) > 1e-6:
            return False
        if value != np.floor(value):
            if value < 1:
                return False
            has_fraction = True
    return has_fraction


def settled(keys: LineKeys) -> tuple[str, ...]:
    """Return which of quantity and revenue cannot have a mark of thousands that is read as a decimal one."""
    values = {"quantity": keys.quantities, "revenue": keys.revenues}
    return tuple(name for name, column in values.items() if not may_be_thousands(column))


def thousands_warnings(session: ImportSession, lines: dict[str, Lines]) -> Iterator[str]:
    """Yield a sentence for each column whose numbers can be read in two ways, and the prices do not say in which."""
    for column in session.doubtful:
        if not _prices_agree(session, column, lines[column.table if column.table in lines else "order_lines"]):
            yield _sentence(column)


def _sentence(column: DoubtfulColumn) -> str:
    point, mark = ("point", ".") if column.decimal == "." else ("comma", ",")
    other = "," if mark == "." else "."
    if column.has_decimals:  # other columns of the file have a decimal mark
        remedy = f"number(replace({column_text(column.column)}, '{mark}', '')) in a computed column reads it so"
    else:
        remedy = f'decimal = "{other}", thousands = "{mark}" in the map file reads it so'
    return (
        f"{column.label}: each number of column '{column.column}' with a {point} ({column.n:,}) has three digits "
        f"behind it, such as '{column.example}', so that the {point} may mark thousands; it is read as a decimal "
        f'{point}. If it marks thousands, {remedy}; if it does not, say so with thousands = ""'
    )


def _prices_agree(session: ImportSession, column: DoubtfulColumn, lines: Lines) -> bool:
    """Return whether prices are of one kind as the column is read: the median differs by less than 30 times."""
    doubtful = {other.name for other in session.doubtful}
    known = {"quantity", "revenue", "unit_price"}
    if column.name not in known or not lines.n or doubtful - {column.name}:
        return False
    keys = lines.keys
    listed = _list_prices(session)[keys.products]
    if column.name == "unit_price":
        is_read, usual = _has_fraction(listed), listed
    else:
        is_read = _has_fraction(keys.quantities if column.name == "quantity" else keys.revenues)
        usual = listed
        if not column.n_zero:  # else 2.000, which may be two thousand, is among the lines without a mark
            of_others = median_prices(keys, np.flatnonzero(~is_read), len(lines.known.products), least=1)
            usual = np.where(np.isfinite(listed), listed, of_others[keys.products])
    is_read &= (keys.revenues > 0) & (usual > 0)
    if not is_read.any():
        return False
    ratio = float(np.median(keys.revenues[is_read] / keys.quantities[is_read] / usual[is_read]))
    return 1 / _AGREES < ratio < _AGREES


def _has_fraction(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.isfinite(values) & (values != np.floor(values))
    return found


def _list_prices(session: ImportSession) -> NDArray[np.float64]:
    """Return the list price of each known product, in their order; NaN without one."""
    has_prices = "unit_price" in [row[0] for row in session.rows('DESCRIBE "checked products"')]
    price = "unit_price" if has_prices else "NULL"
    found = session.rows(
        f'SELECT {price} FROM "checked products" WHERE problem IS NULL ORDER BY product_id'  # noqa: S608 - own names
    )
    return np.array([np.nan if row[0] is None else row[0] for row in found])
