"""How often a viewer's customers order, as columns: a rule is asked of all of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.records.customers import Customer

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Rhythms:
    """The viewer's customers to whom anything is pitched and whose rhythm is known, (n,) each.

    ids             of the customers; `customers` are places among them
    usual, recent   days between two orders: usually, and of the last three gaps
    quarter, quarter_before   order days in the last 90 days, and in the 90 before
    revenue         in 12 months; NaN for who may not see it
    last            day of the last order, since 1970
    """

    ids: tuple[str, ...]
    customers: NDArray[np.int64]
    n_order_days: NDArray[np.int64]
    usual: NDArray[np.float64]
    recent: NDArray[np.float64]
    quarter: NDArray[np.int64]
    quarter_before: NDArray[np.int64]
    revenue: NDArray[np.float64]
    last: NDArray[np.int64]

    def where(self, keep: NDArray[Any]) -> "Rhythms":
        """Return the customers of a mask."""
        names = ("customers", "n_order_days", "usual", "recent", "quarter", "quarter_before", "revenue", "last")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})


def rhythms_of(customers: Mapping[str, Customer]) -> Rhythms:
    """Return the rhythms of some customers."""
    known = [one for one in customers.values() if one.is_pitched_to and _is_known(one)]

    def column(name: str, kind: Any, without: float = 0) -> NDArray[Any]:
        values = [getattr(one, name) for one in known]
        return np.array([without if value is None else value for value in values], dtype=kind)

    return Rhythms(
        tuple(one.customer_id for one in known),
        np.arange(len(known), dtype=np.int64),
        column("n_order_days", np.int64),
        column("usual_gap_days", np.float64),
        column("recent_gap_days", np.float64),
        column("order_days_90d", np.int64),
        column("order_days_90d_before", np.int64),
        column("revenue_12m", np.float64, np.nan),
        np.array([one.last_order_on.toordinal() - _EPOCH for one in known if one.last_order_on], dtype=np.int64),
    )


def _is_known(customer: Customer) -> bool:
    needed = (
        customer.usual_gap_days,
        customer.recent_gap_days,
        customer.order_days_90d,
        customer.order_days_90d_before,
        customer.last_order_on,
    )
    return all(one is not None for one in needed)
