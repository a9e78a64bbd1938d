"""How often a rule would have been right 90 days before the last order, from what the version has of that day."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dashboard.alerts.rules import LOST, SLOWING, AlertRule, lost_rule, slow_rule
from dashboard.data.alert_test import CUSTOMER_COLUMNS, AlertTestColumns
from dashboard.data.snapshot import Snapshot
from recsys.schema.intervals import share_interval


@dataclass(frozen=True)
class Backtest:
    """What a rule said on a day, and what came of it; over all customers, whoever looks.

    alerts, right   what it raised, and of that what came true
    true            what came true of all that it looks at, raised or not
    n_customers     of how many customers that is; `of_customers` how many there were
    """

    kind: str
    cut: date
    days: int
    alerts: int
    right: int
    true: int
    n_customers: int
    of_customers: int

    @property
    def precision(self) -> tuple[float, float, float] | None:
        """Return which share of the alerts came true, with its 95 % interval; None without an alert."""
        return _share(self.right, self.alerts)

    @property
    def recall(self) -> tuple[float, float, float] | None:
        """Return which share of what came true was raised, with its 95 % interval; None where nothing did."""
        return _share(self.right, self.true)


def backtest(snapshot: Snapshot, rule: AlertRule) -> Backtest | None:
    """Return the back-test of a rule; None for a kind that has none, and for a version without one."""
    report = snapshot.cache.report(snapshot.version).build.alerts
    if rule.kind not in (LOST, SLOWING) or report.cut is None or report.days is None:
        return None
    sample = report.pairs if rule.kind == LOST else report.customers
    if not sample.rows:
        return None
    columns = snapshot.cache.alert_test(snapshot.version)
    looked_at, alerts, came_true = (_lost if rule.kind == LOST else _slowing)(columns, rule)
    made = partial(Backtest, rule.kind, report.cut, report.days)
    return made(
        int((looked_at & alerts).sum()),
        int((looked_at & alerts & came_true).sum()),
        int((looked_at & came_true).sum()),
        sample.customers,
        sample.of_customers,
    )


Masks = tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]


def _lost(columns: AlertTestColumns, rule: AlertRule) -> Masks:
    """Return what the rule looks at, what it raises, and what came true, (n,) each."""
    pairs, lost = columns.pairs, lost_rule(rule)
    worth = np.where(np.isnan(pairs["worth"]), lost.worth, pairs["worth"])
    looked_at = (pairs["n_baskets"] >= lost.purchases) & (worth >= lost.worth)
    n, gap, long_gap, silent = (pairs[name] for name in ("n_baskets", "usual_gap_days", "long_gap_days", "silent_days"))
    return looked_at, np.asarray(lost.holds(n, gap, long_gap, silent, worth), dtype=np.bool_), columns.stopped


def _slowing(columns: AlertTestColumns, rule: AlertRule) -> Masks:
    customers, slow = columns.customers, slow_rule(rule)
    looked_at = customers["n_order_days"] >= slow.order_days
    figures = (customers[name] for name in CUSTOMER_COLUMNS[:-1])
    return looked_at, np.asarray(slow.holds(*figures), dtype=np.bool_), columns.slowed


def _share(n: int, of: int) -> tuple[float, float, float] | None:
    return (n / of, *share_interval(n, of)) if of else None
