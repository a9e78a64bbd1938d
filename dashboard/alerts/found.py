"""Alerts of one kind as columns: there may be a hundred thousand, of which a page shows some."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from dashboard.activity.records import AlertKey
from dashboard.data.alert_rows import day_number, day_of

NO_CUSTOMER = -1  # the place of none, and of no product


class Alert(NamedTuple):
    """One alert.

    customer_id, product_id  what it is about, see AlertKey
    worth      what it is worth: a year's revenue, or what is expected, by its kind; None where that is unknown
    opened_on  the day on which the rule was met; None where nothing says
    days       for how long: overdue, late, silent
    n, gap, last_on   of a product: order days with it, usual days between two, the last one; of a customer all orders
    """

    key: AlertKey
    worth: float | None
    opened_on: date | None
    days: int
    n: int
    gap: float | None
    last_on: date | None


@dataclass(frozen=True)
class Found:
    """Alerts of a kind, (n,) each; customers and products are places of the ids, -1 for none; days are since 1970."""

    kind: str
    customer_ids: Sequence[str]
    product_ids: Sequence[str]
    customers: NDArray[np.int64]
    products: NDArray[np.int64]
    worth: NDArray[np.float64]
    opened: NDArray[np.int64]
    days: NDArray[np.int64]
    n: NDArray[np.int64]
    gap: NDArray[np.float64]
    last: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.customers)

    def where(self, keep: NDArray[Any] | slice) -> Self:
        """Return the alerts of a mask, at places, or of a slice, in their order."""
        columns = {
            one.name: getattr(self, one.name)[keep]
            for one in fields(self)
            if one.name not in ("kind", "customer_ids", "product_ids")
        }
        return type(self)(self.kind, self.customer_ids, self.product_ids, **columns)

    def sorted(self) -> Self:
        """Return them the most worth first; without a worth, those that are longest over or most short first."""
        return self.where(np.lexsort((self.opened, -self.days, -np.nan_to_num(self.worth, nan=-1.0))))

    @property
    def total(self) -> float:
        """Return what they are worth together."""
        return float(np.nansum(self.worth)) if len(self) else 0.0

    @property
    def n_customers(self) -> int:
        """Return of how many customers they are."""
        return len(np.unique(self.customers[self.customers >= 0]))

    def key_at(self, place: int) -> AlertKey:
        """Return what an alert is about."""
        customer, product = int(self.customers[place]), int(self.products[place])
        return AlertKey(
            self.kind,
            self.customer_ids[customer] if customer >= 0 else "",
            self.product_ids[product] if product >= 0 else "",
        )

    def all_keys(self) -> Iterator[AlertKey]:
        """Yield what they are about."""
        return (self.key_at(place) for place in range(len(self)))

    def alerts(self, most: int | None = None) -> tuple[Alert, ...]:
        """Return the first of them as records."""
        return tuple(self.alert_at(place) for place in range(len(self) if most is None else min(most, len(self))))

    def alert_at(self, place: int) -> Alert:
        """Return one of them as a record."""
        worth, gap = float(self.worth[place]), float(self.gap[place])
        opened, last = int(self.opened[place]), int(self.last[place])
        return Alert(
            self.key_at(place),
            None if np.isnan(worth) else worth,
            day_of(opened) if opened > 0 else None,
            int(self.days[place]),
            int(self.n[place]),
            None if np.isnan(gap) else gap,
            day_of(last) if last > 0 else None,
        )


def found_of(kind: str, alerts: Sequence[Alert]) -> Found:
    """Return alerts that were found one by one as columns."""
    customers = sorted({one.key.customer_id for one in alerts} - {""})
    products = sorted({one.key.product_id for one in alerts} - {""})
    places_of_customers = {one: place for place, one in enumerate(customers)} | {"": NO_CUSTOMER}
    places_of_products = {one: place for place, one in enumerate(products)} | {"": NO_CUSTOMER}
    return Found(
        kind,
        customers,
        products,
        np.array([places_of_customers[one.key.customer_id] for one in alerts], dtype=np.int64),
        np.array([places_of_products[one.key.product_id] for one in alerts], dtype=np.int64),
        np.array([np.nan if one.worth is None else one.worth for one in alerts], dtype=np.float64),
        np.array([day_number(one.opened_on) if one.opened_on else 0 for one in alerts], dtype=np.int64),
        np.array([one.days for one in alerts], dtype=np.int64),
        np.array([one.n for one in alerts], dtype=np.int64),
        np.array([np.nan if one.gap is None else one.gap for one in alerts], dtype=np.float64),
        np.array([day_number(one.last_on) if one.last_on else 0 for one in alerts], dtype=np.int64),
    )
