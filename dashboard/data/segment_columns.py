"""In which segment each of a viewer's customers is, as columns: sums over all of them take a moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.access.permissions import REVENUE
from dashboard.data.shown_fields import Fields
from dashboard.records.customers import Customer
from recsys.schema.segments import RFM_NAMES, SCORES

if TYPE_CHECKING:
    import pyarrow as pa

Scheme = Literal["rfm", "cluster"]
NOWHERE = -1  # the place of who is in no segment
UNKNOWN = -2  # that of a segment which there is not: nobody is in it
_PLACES = {name: place for place, name in enumerate(RFM_NAMES)}


@dataclass(frozen=True)
class SegmentColumns:
    """A viewer's customers by name, (n,) each; NaN where a number is unknown or not the viewer's to see.

    rfm, rfm_before          places in RFM_NAMES, now and in the version before; NOWHERE: in none
    cluster, cluster_before  numbers of clusters from 0 on; NOWHERE likewise
    cell                     place of recency and frequency, see cell_place; NOWHERE likewise
    recency                  days since the last order
    revenue, revenue_before  of the 12 months up to as_of, and of those before
    """

    customers: tuple[Customer, ...]
    rfm: NDArray[np.int64]
    rfm_before: NDArray[np.int64]
    cluster: NDArray[np.int64]
    cluster_before: NDArray[np.int64]
    cell: NDArray[np.int64]
    recency: NDArray[np.float64]
    revenue: NDArray[np.float64]
    revenue_before: NDArray[np.float64]
    orders: NDArray[np.int64]

    @cached_property
    def by_year_before(self) -> NDArray[np.int64]:
        """Return the places of all, most revenue in the year before first, then most in the last 12 months."""
        before, revenue = np.nan_to_num(self.revenue_before), np.nan_to_num(self.revenue)
        return np.lexsort((-revenue, -before))  # stable: equal ones stay by name

    @cached_property
    def n_clusters(self) -> int:
        return int(self.cluster.max(initial=NOWHERE)) + 1

    def now(self, scheme: Scheme) -> NDArray[np.int64]:
        """Return each customer's segment of a scheme."""
        return self.rfm if scheme == "rfm" else self.cluster

    def before(self, scheme: Scheme) -> NDArray[np.int64]:
        """Return the same in the version before, as this version knows it."""
        return self.rfm_before if scheme == "rfm" else self.cluster_before


@dataclass(frozen=True)
class SegmentsThen:
    """In which segment each of a viewer's customers is in a version that another one is compared with.

    places  of the customers in the columns, by id
    rfm, cluster, revenue   as in SegmentColumns
    """

    places: Mapping[str, int]
    rfm: NDArray[np.int64]
    cluster: NDArray[np.int64]
    revenue: NDArray[np.float64]

    def now(self, scheme: Scheme) -> NDArray[np.int64]:
        """Return each customer's segment of a scheme."""
        return self.rfm if scheme == "rfm" else self.cluster


THEN_COLUMNS = ("customer_id", "rfm_segment", "cluster", "revenue_12m")


def segments_then(customers: "pa.Table", fields_of: Callable[[str], Fields | None]) -> SegmentsThen:
    """Return the columns of a version's customers whom a viewer sees; a hundred thousand records would take seconds.

    customers  with THEN_COLUMNS
    fields_of  returns what is shown of a customer, by id; None for one who is not the viewer's to see
    """
    ids: list[Any] = customers["customer_id"].to_pylist()
    fields = [fields_of(one) for one in ids]
    seen = np.fromiter((each is not None for each in fields), dtype=bool, count=len(ids))
    # As `shown_customer` takes them out.
    has_revenue = np.fromiter((each is not None and REVENUE in each for each in fields), dtype=bool, count=len(ids))
    rfm = np.fromiter(map(_place, customers["rfm_segment"].to_pylist()), dtype=np.int64, count=len(ids))
    cluster = np.nan_to_num(customers["cluster"].to_numpy().astype(np.float64)).astype(np.int64) - 1
    revenue = customers["revenue_12m"].to_numpy().astype(np.float64)
    return SegmentsThen(
        places={one: place for place, one in enumerate(one for one, is_seen in zip(ids, seen, strict=True) if is_seen)},
        rfm=rfm[seen],
        cluster=np.where(has_revenue, cluster, NOWHERE)[seen],
        revenue=np.where(has_revenue, revenue, np.nan)[seen],
    )


def named_as_today(then: NDArray[np.int64], now: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the clusters of then by the numbers of those of today that most of their customers are in."""
    n = max(int(then.max(initial=NOWHERE)), int(now.max(initial=NOWHERE))) + 1
    if not n:
        return then
    both = (then != NOWHERE) & (now != NOWHERE)
    shared = np.bincount(then[both] * n + now[both], minlength=n * n).reshape(n, n)
    named = np.append(shared.argmax(axis=1), NOWHERE)
    return np.asarray(named[then])


def rfm_place(segment: str) -> int:
    """Return the place of a named segment; UNKNOWN for a name that is none."""
    return _PLACES.get(segment, UNKNOWN)


def cell_place(recency: int, frequency: int) -> int:
    """Return the place of a cell: R1 F1 is 0, R1 F2 is 1, R2 F1 is 5."""
    return (recency - 1) * len(SCORES) + frequency - 1


def segment_columns(customers: Mapping[str, Customer], as_of: date) -> SegmentColumns:
    """Return the columns of some customers, in their order."""
    everyone = tuple(customers.values())

    def column(values: Any, kind: Any) -> NDArray[Any]:
        return np.fromiter(values, dtype=kind, count=len(everyone))

    def amounts(name: str) -> NDArray[np.float64]:
        return column((np.nan if (value := getattr(one, name)) is None else value for one in everyone), np.float64)

    return SegmentColumns(
        customers=everyone,
        rfm=column((_place(one.rfm_segment) for one in everyone), np.int64),
        rfm_before=column((_place(one.rfm_segment_before) for one in everyone), np.int64),
        cluster=column(((one.cluster or 0) - 1 for one in everyone), np.int64),
        cluster_before=column(((one.cluster_before or 0) - 1 for one in everyone), np.int64),
        cell=column((_cell(one) for one in everyone), np.int64),
        recency=column((_days_since(one, as_of) for one in everyone), np.float64),
        revenue=amounts("revenue_12m"),
        revenue_before=amounts("revenue_12m_before"),
        orders=column((one.orders_12m for one in everyone), np.int64),
    )


def _place(segment: str | None) -> int:
    return NOWHERE if segment is None else _PLACES.get(segment, NOWHERE)


def _cell(customer: Customer) -> int:
    recency, frequency = customer.rfm_recency, customer.rfm_frequency
    return NOWHERE if recency is None or frequency is None else cell_place(recency, frequency)


def _days_since(customer: Customer, as_of: date) -> float:
    return np.nan if customer.last_order_on is None else (as_of - customer.last_order_on).days
