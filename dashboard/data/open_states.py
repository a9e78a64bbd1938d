"""What there is to raise with every customer now: a version's index without what outcomes hold back, or cannot be had.

all customers, once a version and day, and again when the stock system says something ── counts ──┐
held_changes: of whom something was recorded since ── only those are counted again ── counts now ──┘
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Database, Reading
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import ACCOUNT, HeldBack
from dashboard.data.state_index import StateIndex
from dashboard.data.stock_now import AS_COUNTED, StockNow
from dashboard.records.raised import STATES

MOST_CHANGES = 1_000  # more customers than that are all counted again
OVERLAP = 64  # changes that are looked at again: one with a lower number may be committed later
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenCounts:
    """Of all customers of a version, (n_customers,) each: how many products are in a state, and what is expected.

    known     products with an expected value
    expected  the sum of these
    """

    customers: Mapping[str, int]
    counts: Mapping[str, NDArray[np.int32]]
    known: NDArray[np.int32]
    expected: NDArray[np.float64]

    def expected_of(self, place: int) -> float | None:
        """Return what is expected of a customer; None where nothing has a chance."""
        return float(self.expected[place]) if self.known[place] else None

    def n_of(self, place: int) -> int:
        """Return how many products there are to raise with a customer."""
        return sum(int(self.counts[state][place]) for state in STATES)


class OpenStates:
    """Keeps the counts of one version and rule up to date; threads may share it."""

    def __init__(self, index: StateIndex, last_order_on: Callable[[str], date | None], as_of: date) -> None:
        """last_order_on   returns the day of a customer's last order, by id"""
        self._index, self._last_order_on, self._as_of = index, last_order_on, as_of
        self._lock = Lock()
        self._published = _counted(index)
        self._stock = AS_COUNTED
        self._whole = self._published  # of what can be had
        self._now = self._whole
        self._of: tuple[Database, date] | None = None
        self._seen: dict[int, str] = {}

    @property
    def customers(self) -> Mapping[str, int]:
        """Return the place of each customer who has lists, by id."""
        return self._index.customers

    def now(self, database: Database, today: date, stock: StockNow = AS_COUNTED) -> OpenCounts:
        """Return the counts of what can be had; those without outcomes while the database does not answer."""
        with self._lock:
            self._leave_out(stock)
            try:
                with database.read() as at:
                    self._refresh(at, database, today)
                    return self._now
            except ActivityError as error:
                _log.warning("counts without outcomes", extra={"reason": str(error)})
                return self._whole

    def _leave_out(self, stock: StockNow) -> None:
        """Count anew where other products than before cannot be had."""
        if stock.away != self._stock.away:
            self._whole = _copied(self._published)
            for state, customers, expected in self._index.of_products(stock.away):
                _subtract(self._whole, state, customers, expected)
            self._of = None
        self._stock = stock

    def _refresh(self, at: Reading, database: Database, today: date) -> None:
        is_new = self._of is None or self._of[0] is not database or self._of[1] != today
        after = 0 if is_new else max(self._seen, default=0) - OVERLAP
        changes = outcomes.held_changes(at, after=after, most=OVERLAP if is_new else None)
        changed = {customer_id for number, customer_id in changes.items() if number not in self._seen}
        if is_new or outcomes.EVERYBODY in changed or len(changes) > MOST_CHANGES:
            self._now = self._without(self._whole, outcomes.all_held_back(at, today, self._as_of))
        elif changed:
            rows = outcomes.held_back(at, changed, today, self._as_of)
            held = [one for of_customer in rows.values() for one in of_customer.values()]
            self._now = self._without(self._restored(changed), held)
        self._of, self._seen = (database, today), changes

    def _restored(self, changed: set[str]) -> OpenCounts:
        """Return the counts with those of some customers as they are when nothing is held back."""
        places = [place for one in changed if (place := self._index.customers.get(one)) is not None]
        now = _copied(self._now)
        for mine, whole in zip(_arrays(now), _arrays(self._whole), strict=True):
            mine[places] = whole[places]
        return now

    def _without(self, counts: OpenCounts, held: Sequence[HeldBack]) -> OpenCounts:
        """Return the counts without what is held back."""
        now = _copied(counts)
        pairs: list[tuple[int, int]] = []
        accounts: list[int] = []
        for one in held:
            place = self._index.customers.get(one.customer_id)
            if place is None or not self._still_holds(one):
                continue
            if one.product_id == ACCOUNT:
                accounts.append(place)
            elif one.product_id in self._index.products and one.product_id not in self._stock.away:
                pairs.append((place, self._index.products[one.product_id]))
        for state, customers, expected in self._index.found(pairs):
            _subtract(now, state, customers, expected)
        for values in _arrays(now):
            values[accounts] = 0
        return now

    def _still_holds(self, one: HeldBack) -> bool:
        if one.until_order_after is None:
            return True
        last_on = self._last_order_on(one.customer_id)
        return last_on is None or last_on <= one.until_order_after


def _counted(index: StateIndex) -> OpenCounts:
    n = len(index.customers)
    counts = {state: np.bincount(index.customers_of(state), minlength=n).astype(np.int32) for state in STATES}
    known, expected = np.zeros(n, dtype=np.int32), np.zeros(n)
    for state in STATES:
        values = index.expected[state].astype(np.float64)
        is_known = ~np.isnan(values)
        owners = index.customers_of(state)[is_known]
        known += np.bincount(owners, minlength=n).astype(np.int32)
        expected += np.bincount(owners, weights=values[is_known], minlength=n)
    return OpenCounts(index.customers, counts, known, expected)


def _subtract(counts: OpenCounts, state: str, customers: NDArray[np.int64], expected: NDArray[np.float32]) -> None:
    """Take pairs out of the counts, in place."""
    np.subtract.at(counts.counts[state], customers, 1)
    is_known = ~np.isnan(expected)
    np.subtract.at(counts.known, customers[is_known], 1)
    np.subtract.at(counts.expected, customers[is_known], expected[is_known])


def _arrays(counts: OpenCounts) -> tuple[NDArray[np.int32] | NDArray[np.float64], ...]:
    return (*(counts.counts[state] for state in STATES), counts.known, counts.expected)


def _copied(counts: OpenCounts) -> OpenCounts:
    return replace(
        counts,
        counts={state: values.copy() for state, values in counts.counts.items()},
        known=counts.known.copy(),
        expected=counts.expected.copy(),
    )
