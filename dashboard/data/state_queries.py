"""How many products there are to raise with each customer of a viewer, now."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.activity.records import ACCOUNT, HeldBack
from dashboard.data.desk import Desk
from dashboard.data.snapshot import Snapshot
from dashboard.records.raised import DUE, LOST, NEW, STATES, StateCounts


@dataclass(frozen=True)
class StateQueries:
    """Counts by state, by the team's rule and without what outcomes hold back."""

    snapshot: Snapshot
    desk: Desk

    def counts(self) -> Mapping[str, StateCounts]:
        """Return the counts of each of the viewer's customers by id."""
        index = self.snapshot.cache.states(self.snapshot.version, self.desk.rule)
        all_of = {state: index.counts(state).tolist() for state in STATES}
        found: dict[str, dict[str, int]] = {}
        for customer_id, customer in self.snapshot.visible.items():
            at = index.customers.get(customer_id) if customer.is_pitched_to else None
            found[customer_id] = {state: 0 if at is None else all_of[state][at] for state in STATES}
        held = self._held()
        for one in held:
            if one.product_id == ACCOUNT:
                found[one.customer_id] = dict.fromkeys(STATES, 0)
        pairs = ((one.customer_id, one.product_id) for one in held)
        for customer_id, state in index.states_of(pairs):
            found[customer_id][state] = max(found[customer_id][state] - 1, 0)
        return {one: StateCounts(counts[DUE], counts[LOST], counts[NEW]) for one, counts in found.items()}

    def _held(self) -> list[HeldBack]:
        """Return what is held back now from the viewer's customers."""
        as_of, visible = self.snapshot.source.manifest.facts.as_of, self.snapshot.visible
        return [
            one
            for customer_id, held in self.desk.held_back(visible).items()
            for one in held.values()
            if one.holds(self.desk.today, as_of, visible[customer_id].last_order_on)
        ]
