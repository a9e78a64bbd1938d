"""Whom to call today, and why: the customers whose call is due, those with the most expected value first.

A call is due when the customer's next order is, when a next step is, when they stopped buying something, or when they
clicked in a campaign's mail and were put on the list: then until they are called, order it, or its window ends. What is
expected of each customer now is known for all of them (open_states.py); those who come first are read, one after the
other, until the day is full.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashboard.activity.batches import batches
from dashboard.activity.campaign_records import CampaignCall
from dashboard.activity.database import campaigns, notes, outcomes
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import NOT_RELEVANT, ORDERED, PITCHED, SNOOZED, NextStep, Outcome
from dashboard.data.call_candidates import Candidate, is_order_due
from dashboard.data.customer_queries import CustomerQueries
from dashboard.data.desk import Beside, Desk, midnight
from dashboard.data.raised import Since, raised
from dashboard.data.snapshot import Snapshot
from dashboard.data.stock_now import StockNow
from dashboard.records.calls import CAMPAIGN, LOST_PRODUCT, ORDER, STEP, Call, CallFilters, CallList, Done
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.raised import DUE, LOST, NEW, STATES, Raised

AT_ONCE = 24  # customers whose outcomes are read in one go
MOST_LOOKED_AT = 600  # customers, whatever is asked for: a filter may fit nobody
ABOUT = 1 - 1e-5  # sums of many are rounded otherwise than the call's own
_log = logging.getLogger(__name__)


class _Asked(NamedTuple):
    """By customer what makes a call due whether an order is or not."""

    steps: Mapping[str, NextStep]
    campaigns: Mapping[str, CampaignCall]

    def of(self, customer_id: str) -> tuple[NextStep | None, CampaignCall | None]:
        return self.steps.get(customer_id), self.campaigns.get(customer_id)


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
                clicked = campaigns.open_calls(at, self.desk.today)
        except ActivityError as error:
            _log.warning("calls without outcomes", extra={"reason": str(error)})
            unread = "What was recorded today cannot be read now: the database does not answer."
            found = tuple(self._open(filters, _Asked({}, {}), (), self.desk.calls))
            return CallList(found, planned=self.desk.calls, unread=unread)
        of_step = {step.customer_id: step for step in reversed(steps) if step.customer_id in self.snapshot.visible}
        done = self._done(mine)
        called = {one.customer.customer_id for one in done}
        asked = _Asked(of_step, self._not_settled(clicked))
        found = tuple(self._open(filters, asked, called, max(self.desk.calls - len(done), 0)))
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
                clicked = campaigns.open_calls(at, self.desk.today, customer_id)
        except ActivityError:
            steps, contacts, clicked = {}, {}, {}
        beside = self.desk.beside([customer_id], self._as_of)
        step, campaign = steps.get(customer_id), self._not_settled(clicked).get(customer_id)
        asked = STEP if step else CAMPAIGN if campaign else ""
        why = asked or (ORDER if is_order_due(customer, self._as_of) else LOST_PRODUCT)
        return self._call(customer, beside, (step, campaign), contacts.get(customer_id), why)

    # ---- inner ----

    @property
    def _as_of(self) -> date:
        return self.snapshot.source.manifest.facts.as_of

    @cached_property
    def _stock(self) -> StockNow:
        return self.desk.stock_of(self.snapshot)

    def _open(self, filters: CallFilters, asked: _Asked, called: Collection[str], most: int) -> list[Call]:
        """Return the open calls, the most worth first, at most so many."""
        found: list[Call] = []
        wanted = (one for one in self._candidates(filters, asked) if one.customer_id not in called)
        for batch in batches(islice(wanted, MOST_LOOKED_AT), AT_ONCE):
            if len(found) >= most:
                break
            found.extend(self._due(batch, most - len(found), filters, asked))
        return sorted(found, key=_most_first)  # equal ones stay in their order

    def _candidates(self, filters: CallFilters, asked: _Asked) -> Iterator[Candidate]:
        """Yield who is a call unless they were called lately, the most worth first."""
        cache, version, scope = self.snapshot.cache, self.snapshot.version, self.snapshot.scope
        counts = cache.open_states(version, self.desk.rule).now(self.desk.database, self.desk.today, self._stock)
        candidates = cache.call_candidates(version, scope, self.desk.rule)
        for candidate in candidates.now(counts, asked.steps, asked.campaigns):
            customer = self.snapshot.visible[candidate.customer_id]
            is_wanted = (
                filters.region in ("", customer.region)
                and filters.segment in ("", customer.segment)
                and filters.reason in ("", candidate.why)
                and (candidate.expected or 0.0) >= filters.value * ABOUT
            )
            if is_wanted:
                yield candidate

    def _due(self, batch: Sequence[Candidate], most: int, filters: CallFilters, asked: _Asked) -> Iterator[Call]:
        """Yield the first calls of a batch whose customers were not called lately, as they are with all outcomes."""
        contacts, rested = self._contacts([one.customer_id for one in batch]), self._midnight(-self.desk.again_days)
        due = [
            one
            for one in batch
            if one.why in (STEP, CAMPAIGN) or (contact := contacts.get(one.customer_id)) is None or contact < rested
        ][:most]
        beside = self.desk.beside([one.customer_id for one in due], self._as_of)
        for one in due:
            customer_id = one.customer_id
            of_them = (asked.of(customer_id), contacts.get(customer_id))
            call = self._call(self.snapshot.visible[customer_id], beside, *of_them, one.why)
            if _fits(call, filters):
                yield call

    def _call(
        self,
        customer: Customer,
        beside: Beside,
        asked: tuple[NextStep | None, CampaignCall | None],
        contact: datetime | None,
        why: str,
    ) -> Call:
        queries = CustomerQueries(self.snapshot)
        rows = queries.recommendations(customer.customer_id) if customer.is_pitched_to else ()
        since = Since.of(customer.customer_id, beside, self._stock.away)
        found = raised(customer, rows, self.desk.rule, since, as_of=self._as_of, today=self.desk.today)
        step, campaign = asked
        state, first = _first(found, why, campaign)
        return Call(customer, found, why, state, first, step, contact, campaign)

    def _not_settled(self, clicked: Mapping[str, CampaignCall]) -> dict[str, CampaignCall]:
        """Return whom to call because of a campaign: who was not called since, and has not ordered the product."""
        mine = {one: call for one, call in clicked.items() if one in self.snapshot.visible}
        contacts = self._contacts(list(mine))
        return {
            one: call
            for one, call in mine.items()
            if not ((contact := contacts.get(one)) and contact >= call.at) and not self._has_ordered(call)
        }

    def _has_ordered(self, call: CampaignCall) -> bool:
        """Return whether a customer ordered the product on a day after they were put on the list."""
        bought = self.snapshot.cache.purchases(self.snapshot.version, call.customer_id).get(call.product_id)
        return bought is not None and bought.last_on >= call.at.astimezone(self.zone).date()

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
    """Return whether there is something to say, and it is worth enough; meanwhile something may have been recorded."""
    if call.why not in (STEP, CAMPAIGN) and not (call.raised.lost if call.why == LOST_PRODUCT else call.raised):
        return False
    return not filters.value or (call.expected or 0.0) >= filters.value


def _first(found: Raised, why: str, campaign: CampaignCall | None = None) -> tuple[str, Recommendation | None]:
    """Return the first thing to say and its state: what makes the call due, else what is expected most of."""
    if why == CAMPAIGN and campaign is not None:
        lines = [(state, line) for state in STATES for line in found.of(state)]
        offered = next((one for one in lines if one[1].product_id == campaign.product_id), None)
        if offered is not None:
            return offered
    order = (LOST, DUE, NEW) if why == LOST_PRODUCT else STATES
    for state in order:
        if found.of(state):
            return state, found.of(state)[0]
    return "", None


def _most_first(call: Call) -> tuple[bool, float]:
    return call.expected is None, -(call.expected or 0.0)
