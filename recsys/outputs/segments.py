"""Which segment each customer is in, now and in the version before: columns of the published table customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.evaluation.segment_stability import matched_share, rfm_stability
from recsys.models.segments import CustomerFigures, RfmBounds, fit_bounds, score
from recsys.outputs.clusters import ClusteredCustomers, cluster_customers
from recsys.outputs.segment_table import segment_rows, total
from recsys.schema.build_report import ClusterReport, RfmLimits, SegmentsReport, VersionBefore
from recsys.schema.columns import arrow_type
from recsys.schema.published import PUBLISHED_CUSTOMERS

FIGURES = ("recency_days", "order_days_12m", "revenue_12m")
_SCORES = ("recency", "frequency", "monetary")


@dataclass(frozen=True)
class SegmentsBefore:
    """The segments of the version before: by customer, None for who had none then; and what it reports of them."""

    version: str
    as_of: date
    named: Mapping[str, str | None]
    clusters: Mapping[str, int | None]
    report: SegmentsReport


@dataclass(frozen=True)
class Segmented:
    """The published tables customers and segments, and the report."""

    customers: pa.Table
    segments: pa.Table
    report: SegmentsReport


@dataclass(frozen=True)
class Learning:
    """How segments are learned.

    as_of        of the build
    bounds_days  days that bounds and centres stand; 1: each build learns them anew
    seed         of the clusters, of the draws of stability and of the picture's points
    """

    as_of: date
    bounds_days: int
    seed: int

    def stands(self, before: SegmentsBefore | None) -> bool:
        """Return whether the bounds and centres of the version before stand still."""
        learned_on = before.report.bounds_on if before else None
        return learned_on is not None and (self.as_of - learned_on).days < self.bounds_days


def segment_customers(customers: pa.Table, before: SegmentsBefore | None, learning: Learning) -> Segmented:
    """Return the published table customers with the columns of segments, the table segments, and the report."""
    known = np.flatnonzero(customers["order_days_12m"].to_numpy() > 0)
    figures = CustomerFigures(*(_numbers(customers, name)[known] for name in FIGURES))
    standing = before.report if before and learning.stands(before) else None
    columns: dict[str, NDArray[Any]] = {}
    report: dict[str, Any] = {}
    if len(figures):
        bounds = _standing_bounds(standing) or fit_bounds(figures)
        scores = score(figures, bounds)
        columns |= {f"rfm_{name}": getattr(scores, name) for name in _SCORES}
        columns["rfm_segment"] = scores.segments
        report |= {
            "bounds": RfmLimits(**{name: tuple(getattr(bounds, name).tolist()) for name in _SCORES}),
            "bounds_on": standing.bounds_on if standing else learning.as_of,
            "bootstrap": rfm_stability(figures, bounds, learning.seed),
        }
    found = cluster_customers(figures, standing.clusters if standing else None, learning.seed)
    if found.labels is not None:
        columns["cluster"] = found.labels
    table = _with_columns(customers, columns, known)
    table = _with_before(table, before)
    named, clusters = (_compared(table, name) for name in ("rfm_segment", "cluster"))
    if before:
        report |= {"before": VersionBefore(version=before.version, as_of=before.as_of), **_same(named)}
    report |= {"clusters": _cluster_report(found, clusters)}
    return Segmented(
        table, segment_rows(table, has_before=before is not None), SegmentsReport(**_totals(table), **report)
    )


def _standing_bounds(standing: SegmentsReport | None) -> RfmBounds | None:
    given = [getattr(standing.bounds, name) for name in _SCORES] if standing else [None]
    return None if None in given else RfmBounds(*(np.array(each) for each in given))


def _numbers(customers: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a column, NaN for null."""
    return np.asarray(customers[name].cast(pa.float64()).to_numpy())


def _with_columns(customers: pa.Table, columns: Mapping[str, NDArray[Any]], rows: NDArray[np.int64]) -> pa.Table:
    """Return the customers with the columns of segments: values in some rows, null elsewhere."""
    for name in (*(f"rfm_{each}" for each in _SCORES), "rfm_segment", "cluster"):
        spread = np.full(customers.num_rows, None, dtype=object)
        if name in columns:
            spread[rows] = columns[name]
        customers = _appended(customers, name, spread)
    return customers


def _with_before(customers: pa.Table, before: SegmentsBefore | None) -> pa.Table:
    ids: list[Any] = customers["customer_id"].to_pylist()
    for name, then in (
        ("rfm_segment_before", before.named if before else {}),
        ("cluster_before", before.clusters if before else {}),
    ):
        customers = _appended(customers, name, [then.get(each) for each in ids])
    return customers


def _appended(customers: pa.Table, name: str, values: Any) -> pa.Table:
    return customers.append_column(name, pa.array(values, type=arrow_type(PUBLISHED_CUSTOMERS.column(name).kind)))


def _compared(customers: pa.Table, name: str) -> list[tuple[Any, Any]]:
    """Return the segment now and before of each customer who has both."""
    both = zip(customers[name].to_pylist(), customers[f"{name}_before"].to_pylist(), strict=True)
    return [(now, then) for now, then in both if now is not None and then is not None]


def _same(compared: list[tuple[Any, Any]]) -> dict[str, Any]:
    n = len(compared)
    share = {"same_share": round(sum(now == then for now, then in compared) / n, 4)} if n else {}
    return {"n_compared": n, **share}


def _cluster_report(found: ClusteredCustomers, compared: list[tuple[int, int]]) -> ClusterReport:
    if not compared:
        return found.report
    now, then = (np.array(each) for each in zip(*compared, strict=True))
    same = {"n_compared": len(compared), "same_share": round(matched_share(now, then), 4)}
    return found.report.model_copy(update=same)


def _totals(customers: pa.Table) -> dict[str, Any]:
    inside = customers["order_days_12m"].to_numpy() > 0
    revenue, before = (customers[name].to_numpy() for name in ("revenue_12m", "revenue_12m_before"))
    return {
        "n_customers": int(inside.sum()),
        "n_without": int((~inside).sum()),
        "revenue_12m": total(revenue[inside]),
        "revenue_12m_before": total(before[inside]),
        "revenue_12m_before_without": total(before[~inside]),
        "orders_12m": int(customers["orders_12m"].to_numpy()[inside].sum()),
    }
