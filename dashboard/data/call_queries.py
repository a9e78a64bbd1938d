"""Whom to call today, and why: the customers whose call is due, those with the most expected value first.

A call is due when the customer's next order is, when a next step is, or when they stopped buying something. What is
expected of a customer before anything is held back is known for all of them and kept for a version and viewer; who
comes first is looked at exactly, one after the other, until nobody who is left can be worth more.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.activity.batches import batches
from dashboard.activity.database import notes, outcomes
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import NOT_RELEVANT, ORDERED, PITCHED, SNOOZED, HeldBack, NextStep, Outcome
from dashboard.data.customer_queries import CustomerQueries
from dashboard.data.desk import Desk, midnight
from dashboard.data.raised import raised
from dashboard.data.snapshot import Snapshot
from dashboard.data.version_cache import Candidate
from dashboard.records.calls import LOST_PRODUCT, ORDER, STEP, Call, CallFilters, CallList, Done
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.raised import DUE, LOST, NEW, STATES, Raised

AT_ONCE = 16  # customers whose outcomes are read in one go
MOST_LOOKED_AT = 600  # customers, whatever is asked for: a filter may fit nobody
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CallQueries:
    """The calls of one person's day; `zone` is where it begins."""

    snapshot: Snapshot
    desk: Desk
    zone: ZoneInfo

    def today(self, filters: CallFilters) -> CallList:
        """Return the calls of today."""
        try:
            with self.desk.database.read() as at:
                mine = outcomes.of_person(at, self.desk.person_id, since=self._midnight(), until=self._midnight(1))
                steps = notes.open_steps(at, until=self.desk.today)
        except ActivityError as error:
            _log.warning("calls without outcomes", extra={"reason": str(error)})
            unread = "What was recorded today cannot be read now: the database does not answer."
            return CallList(tuple(self._open(filters, {}, (), self.desk.calls)), planned=self.desk.calls, unread=unread)
        of_step = {step.customer_id: step for step in reversed(steps) if step.customer_id in self.snapshot.visible}
        done = self._done(mine)
        called = {one.customer.customer_id for one in done}
        found = tuple(self._open(filters, of_step, called, max(self.desk.calls - len(done), 0)))
        next_on, next_n = self._next()
        return CallList(
            open=found,
            done=done,
            planned=len(found) + len(done),
            offered=_value(mine, PITCHED),
            ordered=_value(mine, ORDERED),
            late=sum(step.due_on < self.desk.today for step in of_step.values()),
            next_on=next_on,
            next_n=next_n,
        )

    def call(self, customer_id: str) -> Call | None:
        """Return one customer's call, due or not; None for one whom the viewer does not see."""
        customer = self.snapshot.visible.get(customer_id)
        if customer is None:
            return None
        try:
            with self.desk.database.read() as at:
                steps = {one.customer_id: one for one in reversed(notes.open_steps_of(at, customer_id))}
                contacts = outcomes.last_contacts(at, [customer_id])
        except ActivityError:
            steps, contacts = {}, {}
        held = self.desk.held_back([customer_id]).get(customer_id, {})
        step = steps.get(customer_id)
        kept = self.snapshot.cache.call_candidates(self.snapshot.version, self.snapshot.scope)
        is_order_due = next((one.is_order_due for one in kept if one.customer_id == customer_id), False)
        why = STEP if step else ORDER if is_order_due else LOST_PRODUCT
        return self._call(customer, held, step, contacts.get(customer_id), why)

    # ---- inner ----

    def _open(self, filters: CallFilters, steps: Mapping[str, NextStep], called: Any, most: int) -> list[Call]:
        """Return the open calls, the most worth first, at most so many."""
        found: list[Call] = []
        if not most:
            return found
        for batch in batches(self._candidates(filters, steps, called), AT_ONCE):
            if len(found) == most and batch[0].most <= (found[-1].expected or float("inf")):
                break  # nobody who is left is worth more; without chances the order is that of the silence
            found.extend(self._due(batch, filters, steps))
            found.sort(key=_most_first)  # equal ones stay in their order
            del found[most:]
        return found

    def _candidates(self, filters: CallFilters, steps: Mapping[str, NextStep], called: Any) -> Iterator[Candidate]:
        """Yield who may be a call: those with a next step first, then by the most that can be expected of them."""
        kept = self.snapshot.cache.call_candidates(self.snapshot.version, self.snapshot.scope)
        by_step = [Candidate(one, float("inf"), is_order_due=False) for one in steps]
        n = 0
        for candidate in (*by_step, *(one for one in kept if one.customer_id not in steps)):
            customer = self.snapshot.visible[candidate.customer_id]
            if candidate.customer_id in called or not customer.is_pitched_to:
                continue
            if (filters.region and customer.region != filters.region) or (
                filters.segment and customer.segment != filters.segment
            ):
                continue
            if candidate.most < filters.value:
                break
            n += 1
            if n > MOST_LOOKED_AT:
                break
            yield candidate

    def _due(self, batch: Sequence[Candidate], filters: CallFilters, steps: Mapping[str, NextStep]) -> Iterator[Call]:
        """Yield the calls of a batch that are due, as they are with all outcomes."""
        ids = [one.customer_id for one in batch]
        held, contacts = self.desk.held_back(ids), self._contacts(ids)
        rested = self._midnight(-self.desk.again_days)
        for candidate in batch:
            customer_id = candidate.customer_id
            step, contact = steps.get(customer_id), contacts.get(customer_id)
            if step is None and contact is not None and contact >= rested:
                continue
            why = STEP if step else ORDER if candidate.is_order_due else LOST_PRODUCT
            call = self._call(self.snapshot.visible[customer_id], held.get(customer_id, {}), step, contact, why)
            if (why == STEP or (call.raised.lost if why == LOST_PRODUCT else call.raised)) and _fits(call, filters):
                yield call

    def _call(
        self,
        customer: Customer,
        held: Mapping[str, HeldBack],
        step: NextStep | None,
        contact: datetime | None,
        why: str,
    ) -> Call:
        queries = CustomerQueries(self.snapshot)
        rows = queries.recommendations(customer.customer_id) if customer.is_pitched_to else ()
        as_of = self.snapshot.source.manifest.facts.as_of
        found = raised(customer, rows, self.desk.rule, held, as_of=as_of, today=self.desk.today)
        state, first = _first(found, why)
        return Call(customer, found, why, state, first, step, contact)

    def _contacts(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        try:
            with self.desk.database.read() as at:
                return outcomes.last_contacts(at, ids)
        except ActivityError:
            return {}

    def _done(self, mine: Sequence[Outcome]) -> tuple[Done, ...]:
        """Return whom the person called today, the latest first."""
        by_customer: dict[str, list[Outcome]] = {}
        for one in mine:
            if one.customer_id in self.snapshot.visible:
                by_customer.setdefault(one.customer_id, []).append(one)
        return tuple(
            Done(
                self.snapshot.visible[customer_id],
                tuple(sorted({one.kind for one in found}, key=_KINDS.index)),
                max((one.until for one in found if one.until), default=None),
            )
            for customer_id, found in by_customer.items()
        )

    def _next(self) -> tuple[date | None, int]:
        """Return the next day on which orders fall due, and of how many customers."""
        days = self.snapshot.cache.order_days_ahead(self.snapshot.version, self.snapshot.scope)
        ahead = [(day, n) for day, n in days if day > self.desk.today]
        return ahead[0] if ahead else (None, 0)

    def _midnight(self, days: int = 0) -> datetime:
        return midnight(self.desk.today + timedelta(days), self.zone)


_KINDS = (ORDERED, PITCHED, SNOOZED, NOT_RELEVANT)


def _value(mine: Sequence[Outcome], kind: str) -> float:
    return sum(one.value or 0.0 for one in mine if one.kind == kind)


def _fits(call: Call, filters: CallFilters) -> bool:
    if filters.reason and call.why != filters.reason:
        return False
    return not filters.value or (call.expected or 0.0) >= filters.value


def _first(found: Raised, why: str) -> tuple[str, Recommendation | None]:
    """Return the first thing to say and its state: what makes the call due, else what is expected most of."""
    order = (LOST, DUE, NEW) if why == LOST_PRODUCT else STATES
    for state in order:
        if found.of(state):
            return state, found.of(state)[0]
    return "", None


def _most_first(call: Call) -> tuple[bool, float]:
    return call.expected is None, -(call.expected or 0.0)
