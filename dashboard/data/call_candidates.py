"""Which of a viewer's customers may be a call, and in which order: by what is expected of each of them now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.data.open_states import OpenCounts
from dashboard.records.calls import CAMPAIGN, LOST_PRODUCT, ORDER, STEP
from dashboard.records.customers import Customer
from dashboard.records.raised import LOST, STATES
from recsys.schema.reorder_rules import next_on


class Candidate(NamedTuple):
    """A customer who is a call, and why; `expected` is None where nothing has a chance."""

    customer_id: str
    why: str
    expected: float | None


@dataclass(frozen=True)
class CallCandidates:
    """The customers of a viewer to whom anything is pitched, in the order of their ids, (n,) each.

    places   in the open states; -1 for one without lists
    is_due   whether their next order is
    silence  usual gaps since the last order: orders those of whom nothing can be expected
    """

    ids: tuple[str, ...]
    places: NDArray[np.int64]
    is_due: NDArray[np.bool_]
    silence: NDArray[np.float64]

    def now(self, counts: OpenCounts, steps: Mapping[str, Any], campaigns: Mapping[str, Any]) -> Iterator[Candidate]:
        """Yield who is a call, the most worth first; without chances the longest silence first.

        steps       by customer the next step that is due
        campaigns   by customer the campaign because of which they are to be called
        """
        known, expected, n_lost, n = (
            self._of(each)
            for each in (
                counts.known,
                counts.expected,
                counts.counts[LOST],
                sum(counts.counts[state] for state in STATES),
            )
        )
        has_step = np.isin(self.ids, list(steps)) if steps else np.zeros(len(self.ids), dtype=bool)
        is_asked = np.isin(self.ids, list(campaigns)) if campaigns else np.zeros(len(self.ids), dtype=bool)
        found = np.flatnonzero(has_step | is_asked | (self.is_due & (n > 0)) | (n_lost > 0))
        is_known = known[found] > 0
        worth = np.where(is_known, expected[found], self.silence[found])
        for at in found[np.lexsort((-worth, ~is_known))]:
            asked = STEP if has_step[at] else CAMPAIGN if is_asked[at] else ""
            why = asked or (ORDER if self.is_due[at] else LOST_PRODUCT)
            yield Candidate(self.ids[at], why, float(expected[at]) if known[at] else None)

    def _of(self, values: Any) -> Any:
        return np.where(self.places >= 0, values[self.places], 0) if len(values) else np.zeros(len(self.ids))


def call_candidates(customers: Mapping[str, Customer], places: Mapping[str, int], as_of: date) -> CallCandidates:
    """Return the viewer's customers as the call list asks for them."""
    ids = tuple(sorted(one.customer_id for one in customers.values() if one.is_pitched_to))
    found = [customers[one] for one in ids]
    return CallCandidates(
        ids,
        np.array([places.get(one, -1) for one in ids], dtype=np.int64),
        np.array([is_order_due(one, as_of) for one in found], dtype=bool),
        np.array([_silence(one, as_of) for one in found], dtype=np.float64),
    )


def is_order_due(customer: Customer, as_of: date) -> bool:
    """Return whether a customer's next order is due by their usual gap."""
    expected = next_on(customer.last_order_on, customer.usual_gap_days)
    return expected is not None and expected <= as_of


def _silence(customer: Customer, as_of: date) -> float:
    if customer.last_order_on is None or not customer.usual_gap_days:
        return 0.0
    return (as_of - customer.last_order_on).days / customer.usual_gap_days
