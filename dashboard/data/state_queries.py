"""How many products there are to raise with each customer of a viewer, now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.data.desk import Desk
from dashboard.data.open_states import OpenCounts
from dashboard.data.snapshot import Snapshot
from dashboard.records.customers import Customer
from dashboard.records.raised import STATES, StateCounts

_NOTHING = StateCounts()


class CountsOf(Mapping[str, StateCounts]):
    """The counts of a viewer's customers by id, made as they are asked for: there may be a hundred thousand."""

    def __init__(self, visible: Mapping[str, Customer], places: NDArray[np.int64], now: OpenCounts) -> None:
        """places   of the customers in the counts; -1 for those to whom nothing is pitched"""
        self._visible, self._places, self._now = visible, places, now

    def __getitem__(self, customer_id: str) -> StateCounts:
        customer, place = self._visible[customer_id], self._now.customers.get(customer_id)
        if place is None or not customer.is_pitched_to:
            return _NOTHING
        return StateCounts(**{state: int(self._now.counts[state][place]) for state in STATES})

    def __iter__(self) -> Iterator[str]:
        return iter(self._visible)

    def __len__(self) -> int:
        return len(self._visible)

    def customers_with(self, state: str) -> int:
        """Return how many customers have a product in a state."""
        return int(np.count_nonzero(self.column(state) > 0))

    def column(self, state: str) -> NDArray[np.int32]:
        """Return how many products in a state each customer has, in the order of the customers."""
        return np.append(self._now.counts[state], np.int32(0))[self._places]  # the last one is that of place -1


@dataclass(frozen=True)
class StateQueries:
    """Counts by state, by the team's rule and without what outcomes hold back."""

    snapshot: Snapshot
    desk: Desk

    def counts(self) -> CountsOf:
        """Return the counts of the viewer's customers."""
        cache, version, rule = self.snapshot.cache, self.snapshot.version, self.desk.rule
        stock = self.desk.stock_of(self.snapshot)
        now = cache.open_states(version, rule).now(self.desk.database, self.desk.today, stock)
        return CountsOf(self.snapshot.visible, cache.state_places(version, self.snapshot.scope, rule), now)
