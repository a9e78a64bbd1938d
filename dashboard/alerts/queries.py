"""Which alerts there are for a viewer now, by a rule.

version ── lost, due, season: rows of the lists ──┐
        ── slowing: rows of the customers ────────┤── by the rule ── the viewer's ── not held back, not snoozed ── open
        ── stock: counts against open lists ──────┤
database ─ missed: next steps over their day ─────┘
"""

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dashboard.activity.database import alerts as saved
from dashboard.activity.database import notes, outcomes, people
from dashboard.activity.database.connect import Reading
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import ACCOUNT, AlertKey, Assignment, HeldBack, NextStep, Visit
from dashboard.alerts.demand import open_demand, short_of
from dashboard.alerts.found import NO_CUSTOMER, Alert, Found, found_of
from dashboard.alerts.rules import DUE, LOST, MISSED, SEASON, SLOWING, STOCK, AlertRule, lost_rule, slow_rule
from dashboard.data.alert_rows import AlertRows, ListColumns, day_number, is_lost_by
from dashboard.data.arrow_columns import is_in
from dashboard.data.desk import Desk
from dashboard.data.rhythms import Rhythms
from dashboard.data.snapshot import Snapshot
from dashboard.records.customers import Customer
from recsys.schema.reorder_rules import RECENT_GAPS, SlowRule

MANY_CUSTOMERS = 1_000  # of more than that all that is held back is read at once
SEASON_AHEAD_DAYS = 364 - 28  # after last year's purchase the season's four weeks begin, as the list seasonal has it
PITCHED_LATELY = timedelta(days=60)
OF_PRODUCTS = frozenset({LOST, DUE, SEASON})  # of a customer's lists: outcomes hold these back
OF_VERSION = OF_PRODUCTS | {SLOWING}  # whatever people did
Made = TypeVar("Made")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenAlerts:
    """Alerts of a kind by a rule: those that are open, and those that somebody put off; the most worth first.

    until    until when those are put off, as far as that is a day
    """

    open: Found
    put_off: Found
    until: Mapping[AlertKey, date]


@dataclass(frozen=True)
class AlertStates:
    """What people did about alerts.

    assigned   who looks after which            pitched   by customer and product, when it was pitched last
    steps      by its number, of next steps     names     of people by their number
    visit      the person's last one
    """

    assigned: Mapping[AlertKey, Assignment] = field(default_factory=dict)
    pitched: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    steps: Mapping[str, NextStep] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    visit: Visit | None = None


@dataclass(frozen=True)
class AlertQueries:
    """Lives as long as one request."""

    snapshot: Snapshot
    desk: Desk

    def find(self, rule: AlertRule) -> OpenAlerts:
        """Return the alerts that a rule finds; without what people did while the database does not answer."""
        return self._open(self._found(rule))

    def n_open_since(self, rule: AlertRule, day: date) -> int:
        """Return how many open alerts of a rule began after a day."""
        found = self._found(rule)
        return len(self._open(found.where(found.opened > day_number(day))).open)

    def _open(self, found: Found) -> OpenAlerts:
        """Return which of some alerts are open."""
        try:
            with self.desk.database.read() as at:
                off, until = self._put_off(at, found)
        except ActivityError as error:
            _log.warning("alerts without outcomes", extra={"reason": str(error)})
            off, until = np.zeros(len(found), dtype=bool), {}
        return OpenAlerts(found.where(~off), found.where(off), until)

    def _found(self, rule: AlertRule) -> Found:
        """Return what a rule finds, the most worth first: kept where the version alone says it."""

        def make() -> Found:
            return self._by_kind(rule).sorted()

        if rule.kind not in OF_VERSION:
            return make()
        return self._kept((rule, self.desk.rule, self.snapshot.scope), make)

    def _by_kind(self, rule: AlertRule) -> Found:
        finders: Mapping[str, Callable[[AlertRule], Found]] = {
            LOST: self._lost,
            SLOWING: self._slowing,
            DUE: self._due,
            MISSED: self._missed,
            SEASON: self._season,
            STOCK: self._stock,
        }
        return finders[rule.kind](rule)

    def states(self, found: Found, most: int | None = None) -> AlertStates:
        """Return what people did about the first alerts of a kind; nothing while the database does not answer.

        most   so many; None: all
        """
        since = datetime.combine(self.desk.today - PITCHED_LATELY, time(), UTC)
        ids = list(dict.fromkeys(key.customer_id for key in found.where(slice(most)).all_keys()))
        try:
            with self.desk.database.read() as at:
                assigned = saved.assignments(at, found.kind)
                pitched = saved.pitched_since(at, since, ids) if found.kind in OF_PRODUCTS else {}
                steps = notes.open_steps(at, until=self.desk.today) if found.kind == MISSED else ()
                visit = saved.visit_of(at, self.desk.person_id)
                named = {one.assigned_to for one in assigned.values()} | {step.person_id for step in steps}
                names = people.names(at, named)
        except ActivityError:
            return AlertStates()
        return AlertStates(assigned, pitched, {str(step.id): step for step in steps}, names, visit)

    def has_stock(self) -> bool:
        """Return whether the version has counts of stock."""
        return bool(self._stock_counts)

    # ---- what each rule finds ----

    def _lost(self, rule: AlertRule) -> Found:
        rows = self._mine(self._rows.lost)
        rows = rows.where(is_lost_by(lost_rule(rule), rows))
        waits = np.maximum(np.ceil(rule["gaps"] * rows.gap), rule["days"])
        waits = np.fmax(waits, np.floor(np.nan_to_num(rows.long_gap)) + 1)
        overdue = rows.silent - np.round(rows.gap).astype(np.int64)
        opened = rows.last + waits.astype(np.int64)
        return self._of_rows(LOST, rows, rows.worth, opened, overdue)

    def _due(self, rule: AlertRule) -> Found:
        rows, lost = self._mine(self._rows.due), self._rows.lost
        lost = lost.where(is_lost_by(self.desk.rule, lost))
        overdue = self._today - rows.due
        keep = (rows.n >= rule["purchases"]) & (overdue >= rule["overdue"]) & (rows.expected >= rule["expected"])
        keep &= ~is_in(self._rows.pairs(rows), np.sort(self._rows.pairs(lost)))
        rows = rows.where(keep)
        opened = rows.due + int(rule["overdue"])
        return self._of_rows(DUE, rows, rows.expected, opened, self._today - rows.due)

    def _season(self, rule: AlertRule) -> Found:
        rows = self._mine(self._rows.season)
        rows = rows.where((rows.n >= rule["purchases"]) & (rows.value >= rule["value"]))
        opened = np.minimum(rows.last + SEASON_AHEAD_DAYS, self._today)
        return self._of_rows(SEASON, rows, rows.value, opened, self._today - opened)

    def _slowing(self, rule: AlertRule) -> Found:
        rows, slow, today = self._rhythms, slow_rule(rule), self._today
        rows = rows.where(slow.holds(rows.n_order_days, rows.usual, rows.recent, rows.quarter, rows.quarter_before))
        opened = slowing_since(rows, slow, today)
        n = len(rows.customers)
        return Found(
            SLOWING,
            self.snapshot.cache.rhythms(self.snapshot.version, self.snapshot.scope).ids,
            (),
            rows.customers,
            np.full(n, -1, dtype=np.int64),
            rows.revenue,
            opened,
            today - rows.last,
            rows.n_order_days,
            rows.usual,
            rows.last,
        )

    def _missed(self, rule: AlertRule) -> Found:
        days = int(rule["overdue"])
        try:
            with self.desk.database.read() as at:
                steps = notes.open_steps(at, until=self.desk.today - timedelta(days))
        except ActivityError:
            steps = ()
        visible = self.snapshot.visible
        found = [
            Alert(
                AlertKey(MISSED, step.customer_id, str(step.id)),
                None,
                step.due_on + timedelta(days),
                (self.desk.today - step.due_on).days,
                0,
                None,
                step.due_on,
            )
            for step in steps
            if step.customer_id in visible
        ]
        return found_of(MISSED, found)

    def _stock(self, rule: AlertRule) -> Found:
        """Return the products on the viewer's open lists of which less is left than all open lists would take."""
        products = self.snapshot.cache.names(self.snapshot.version).products
        counted, covered, least = self._stock_counts, rule["covered"] / 100, rule["units"]
        short = self._kept(
            ("short", self.desk.rule, covered), lambda: short_of(self._rows, self.desk.rule, counted, covered)
        )
        wanted = open_demand(self._rows, short, self._mask, self._held_pairs)
        found = [
            Alert(
                AlertKey(STOCK, "", product_id),
                None,
                products[product_id].stock_on,
                round(demand.units - counted[product_id]),
                demand.n_mine,
                counted[product_id],
                products[product_id].stock_on,
            )
            for product_id, demand in wanted.items()
            if demand.n_mine and demand.units - counted[product_id] >= least
        ]
        return found_of(STOCK, found)

    @property
    def _stock_counts(self) -> Mapping[str, float]:
        """Return the units in stock of each product of which the version knows them."""

        def make() -> Mapping[str, float]:
            products = self.snapshot.cache.names(self.snapshot.version).products
            return {one.product_id: one.stock for one in products.values() if one.stock is not None}

        return self._kept("stock", make)

    def _kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        return self.snapshot.cache.kept_alerts(self.snapshot.version, key, make)

    # ---- whose they are ----

    @property
    def _as_of(self) -> date:
        return self.snapshot.source.manifest.facts.as_of

    @property
    def _today(self) -> int:
        """Return as_of as days since 1970: lists count from it."""
        return day_number(self._as_of)

    @property
    def _rows(self) -> AlertRows:
        return self.snapshot.cache.alert_rows(self.snapshot.version)

    @property
    def _rhythms(self) -> Rhythms:
        return self.snapshot.cache.rhythms(self.snapshot.version, self.snapshot.scope)

    @cached_property
    def _mask(self) -> NDArray[np.bool_]:
        """Return which customers of the rows the viewer sees, by place."""
        return self.snapshot.cache.alert_mask(self.snapshot.version, self.snapshot.scope)

    def _mine(self, rows: ListColumns) -> ListColumns:
        return rows.where(self._mask[rows.customers]) if len(rows.customers) else rows

    def _of_rows(
        self,
        kind: str,
        rows: ListColumns,
        worth: NDArray[np.float32],
        opened: NDArray[Any],
        overdue: NDArray[Any],
    ) -> Found:
        ids = self._rows
        gap = np.where(np.isnan(rows.gap) & (rows.due > 0), rows.due - rows.last, rows.gap)
        return Found(
            kind,
            ids.customer_ids,
            ids.product_ids,
            rows.customers.astype(np.int64),
            rows.products.astype(np.int64),
            worth.astype(np.float64),
            np.asarray(opened, dtype=np.int64),
            np.asarray(overdue, dtype=np.int64),
            rows.n.astype(np.int64),
            gap.astype(np.float64),
            rows.last.astype(np.int64),
        )

    # ---- what people put off ----

    def _put_off(self, at: Reading, found: Found) -> tuple[NDArray[np.bool_], dict[AlertKey, date]]:
        """Return which alerts are put off, and until which day, where it is one."""
        snoozed = saved.snoozed(at, self.desk.person_id, self.desk.today)
        held = self._held(at, found) if found.kind in OF_PRODUCTS else {}
        named = held.keys() | {key.customer_id for key in snoozed if key.kind == found.kind}
        present = np.unique(found.customers[found.customers >= 0]).tolist() if named else ()
        places = [place for place in present if found.customer_ids[place] in named]
        off = np.zeros(len(found), dtype=bool)
        until: dict[AlertKey, date] = {}
        for place in np.flatnonzero(np.isin(found.customers, [*places, NO_CUSTOMER])):
            key = found.key_at(int(place))
            of_customer = held.get(key.customer_id, {})
            holding = of_customer.get(key.product_id) or of_customer.get(ACCOUNT)
            off[place] = holding is not None or key in snoozed
            day = snoozed.get(key) or (holding.until if holding else None)
            if day is not None:
                until[key] = day
        return off, until

    def _held(self, at: Reading, found: Found) -> Mapping[str, Mapping[str, HeldBack]]:
        """Return by customer and product what outcomes hold back from the customers of some alerts."""
        ids = [found.customer_ids[place] for place in np.unique(found.customers)]
        return self._holding(at, ids, self.snapshot.visible)

    def _held_pairs(self, customer_ids: Sequence[str]) -> set[tuple[str, str]]:
        """Return by customer and product what outcomes hold back from some customers, whoever's they are."""
        everyone = self.snapshot.cache.names(self.snapshot.version).customers
        try:
            with self.desk.database.read() as at:
                held = self._holding(at, customer_ids, everyone)
        except ActivityError:
            return set()
        return {(customer, product) for customer, of in held.items() for product in of}

    def _holding(
        self, at: Reading, ids: Sequence[str], customers: Mapping[str, Customer]
    ) -> Mapping[str, Mapping[str, HeldBack]]:
        today, as_of = self.desk.today, self._as_of
        if len(ids) > MANY_CUSTOMERS:
            wanted = set(ids)
            rows = [one for one in outcomes.all_held_back(at, today, as_of) if one.customer_id in wanted]
        else:
            by_customer = outcomes.held_back(at, ids, today, as_of)
            rows = [one for of_customer in by_customer.values() for one in of_customer.values()]
        found: dict[str, dict[str, HeldBack]] = {}
        for one in rows:
            if one.holds(today, as_of, customers[one.customer_id].last_order_on):
                found.setdefault(one.customer_id, {})[one.product_id] = one
        return found


def slowing_since(rows: Rhythms, rule: SlowRule, today: int) -> NDArray[np.int64]:
    """Return (n,) since when slowing customers have been, days since 1970.

    Where the gap says so, the day on which their silence made it long enough. Where only the quarters do: the day on
    which the next order was missed, else that of the last one.
    """
    silent = today - rows.last
    two_gaps = RECENT_GAPS * rows.recent - silent  # the gaps before the silence
    by_gap = rows.last + np.ceil(RECENT_GAPS * rule.gaps * rows.usual - two_gaps)
    expected = rows.last + np.round(rows.usual)
    by_quarter = np.where(expected <= today, expected, rows.last)
    is_longer = rows.recent >= rule.gaps * rows.usual
    return np.clip(np.where(is_longer, by_gap, by_quarter), rows.last, today).astype(np.int64)
