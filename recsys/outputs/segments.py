"""The columns of the published table customers that say which segment each is in."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.models.segments import CustomerFigures, fit_bounds, score
from recsys.schema.columns import arrow_type
from recsys.schema.published import PUBLISHED_CUSTOMERS

Columns = dict[str, NDArray[Any]]


def with_segments(customers: pa.Table) -> pa.Table:
    """Return the published table customers with the scores and the segment of who has an order day in the 12 months."""
    known = np.flatnonzero(customers["order_days_12m"].to_numpy() > 0)
    if not len(known):
        return customers
    figures = CustomerFigures(*(_numbers(customers, name)[known] for name in _FIGURES))
    found = score(figures, fit_bounds(figures))
    columns: Columns = {f"rfm_{name}": getattr(found, name) for name in ("recency", "frequency", "monetary")}
    columns["rfm_segment"] = found.segments
    for name, values in columns.items():
        customers = customers.append_column(name, _spread(values, known, customers.num_rows, name))
    return customers


_FIGURES = ("recency_days", "order_days_12m", "revenue_12m")


def _numbers(customers: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a column, NaN for null."""
    return np.asarray(customers[name].cast(pa.float64()).to_numpy())


def _spread(values: NDArray[Any], rows: NDArray[np.int64], n: int, name: str) -> "pa.Array[Any]":
    """Return a column of n customers with the values of some rows, null in the others."""
    spread = np.full(n, None, dtype=object)
    spread[rows] = values
    return pa.array(spread, type=arrow_type(PUBLISHED_CUSTOMERS.column(name).kind))
