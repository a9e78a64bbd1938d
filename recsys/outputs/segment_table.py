"""The published table segments: how many customers each segment has, what they bring, and who moved in and out."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.outputs.segment_words import cluster_words
from recsys.schema.published import SEGMENTS
from recsys.schema.segments import RFM_SEGMENTS

SUMS = ("revenue_12m", "revenue_12m_before", "orders_12m", "order_days_12m")
_MEDIANS = {
    "median_recency_days": "recency_days",
    "median_order_days": "order_days_12m",
    "median_revenue": "revenue_12m",
}

Row = dict[str, Any]


def segment_rows(customers: pa.Table, *, has_before: bool) -> pa.Table:
    """Return the published table segments of the published table customers, which has their segments.

    has_before  whether there is a version before, whose segments the customers have too
    """
    rows = [*_clusters(customers, has_before), *_named(customers, has_before)]
    rows.sort(key=lambda row: (row["scheme"], row["segment"]))
    return pa.Table.from_pylist(rows, schema=SEGMENTS.arrow_schema())


def total(values: NDArray[Any]) -> float:
    """Return a sum to a millionth, the same in any order of the values."""
    return round(math.fsum(values), 6)


def middle(values: NDArray[Any]) -> float:
    """Return the median to a millionth."""
    return round(float(np.median(values)), 6)


def _named(customers: pa.Table, has_before: bool) -> Iterator[Row]:
    for segment in RFM_SEGMENTS:
        row = _row(customers, "rfm_segment", segment.name, has_before)
        yield {"scheme": "rfm", **row, "rule": segment.rule, "description": segment.words}


def _clusters(customers: pa.Table, has_before: bool) -> Iterator[Row]:
    numbers = {number for number in customers["cluster"].to_pylist() if number is not None}
    for number in range(1, max(numbers, default=0) + 1):
        row = _row(customers, "cluster", number, has_before)
        medians = [row[name] for name in ("median_order_days", "median_recency_days", "median_revenue")]
        words = cluster_words(*medians) if row["n_customers"] else "Nobody today"
        yield {"scheme": "cluster", **row, "description": words}


def _row(customers: pa.Table, column: str, value: str | int, has_before: bool) -> Row:
    now, then = (
        np.array([one == value for one in customers[name].to_pylist()], dtype=bool)
        for name in (column, f"{column}_before")
    )
    inside = {name: customers[name].to_numpy()[now] for name in {*SUMS, *_MEDIANS.values()}}
    sums = {name: total(inside[name]) for name in SUMS}
    counts = {name: int(sums[name]) for name in ("orders_12m", "order_days_12m")}
    moves = {"n_before": then, "moved_in": now & ~then, "moved_out": then & ~now}
    return {
        "segment": str(value),
        "n_customers": int(now.sum()),
        **sums,
        **counts,
        **{name: middle(inside[of]) if now.any() else None for name, of in _MEDIANS.items()},
        **{name: int(mask.sum()) if has_before else None for name, mask in moves.items()},
    }
