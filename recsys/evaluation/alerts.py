"""Back-test of the rules for lost products and slowing customers: what they said at a day, and what came of it.

history .................... cut | 90 days: bought again, or not
        who is lost or slowing   |

Beside them two naive rules on the same pairs or customers: silent for twice the mean gap, and silent for 30 days.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts
from recsys.dataset.dates import day_number, months_before
from recsys.dataset.hold_out import HeldOut, hold_out_window
from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse_lookup import at
from recsys.models.reorder import Cycles, reorder_cycles
from recsys.models.rhythm import Rhythms, order_rhythms
from recsys.schema.build_report import AlertRule, AlertTest
from recsys.schema.intervals import share_interval
from recsys.schema.reorder_rules import LEAST_PURCHASES, LOST_MONTHS, QUARTER_DAYS, LostRule, SlowRule

Entries = TypeVar("Entries", Cycles, Rhythms)

NAIVE_GAPS = 2.0
NAIVE_DAYS = 30
SLOWED_SHARE = 0.5  # of the order days that the usual gap promises: who comes on no more has slowed
_MOST_GAP_DAYS = 45.0  # a customer with a longer usual gap has too few order days in a quarter to be seen slowing


@dataclass(frozen=True)
class LostCases:
    """Pairs of a customer and a product at the cut, sorted by both: what any rule for lost products looks at.

    Bought on LEAST_PURCHASES order days or more, the last of them in the LOST_MONTHS before the cut.

    cycles       their entries, by row and column of the history
    silent_days  since the last purchase
    stopped      whether it was not bought again in the days from the cut on
    """

    cycles: Cycles
    silent_days: Counts
    stopped: NDArray[np.bool_]


@dataclass(frozen=True)
class SlowCases:
    """Customers at the cut: what any rule for slowing customers looks at, those with a usual gap of at most 45 days.

    rows     their rows of the history
    rhythms  one entry each
    slowed   whether they came at most half as often in the days from the cut on as their usual gap promises
    """

    rows: Counts
    rhythms: Rhythms
    slowed: NDArray[np.bool_]


@dataclass(frozen=True)
class AlertCases:
    """What rules for lost products and slowing customers look at on the day before the cut, and what came of it.

    days                       from the cut on, in which it came true or did not
    customer_ids, product_ids  of the history's rows and columns
    """

    cut: date
    days: int
    customer_ids: tuple[str, ...]
    product_ids: tuple[str, ...]
    lost: LostCases
    slow: SlowCases


def alert_cases(orders: Interactions, days: int = QUARTER_DAYS) -> AlertCases | None:
    """Return what rules look at so many days before the end of the orders; None where the orders are too short."""
    cut = _cut(orders, days)
    if orders.first_day >= cut:
        return None
    held_out = hold_out_window(orders, cut, days)
    history = held_out.history
    return AlertCases(
        cut, days, history.customer_ids, history.product_ids, _lost_cases(held_out), _slow_cases(orders, held_out, days)
    )


def why_no_cases(orders: Interactions, days: int = QUARTER_DAYS) -> str:
    """Return why the orders are too short for a test."""
    return f"the orders begin on {orders.first_day}; the test needs some before {_cut(orders, days)}"


def backtest_alerts(
    orders: Interactions, lost: LostRule | None = None, slow: SlowRule | None = None, days: int = QUARTER_DAYS
) -> AlertTest:
    """Return how often the rules were right at a day so many days before the end of the orders.

    Lost is a pair that was not bought again in these days. Slowing is a customer who came at most half as often as
    their usual gap says. Where nothing was to be found, or the orders are too short, the test says why.
    """
    cases = alert_cases(orders, days)
    return AlertTest(why_not=why_no_cases(orders, days)) if cases is None else alert_test(cases, lost, slow)


def alert_test(cases: AlertCases, lost: LostRule | None = None, slow: SlowRule | None = None) -> AlertTest:
    """Return how often the rules were right about the cases, beside naive rules."""
    of_lost, of_slow = _lost(cases.lost, lost or LostRule()), _slow(cases.slow, slow or SlowRule())
    return AlertTest(cut=cases.cut, days=cases.days, n_customers=len(cases.customer_ids), rules=(*of_lost, *of_slow))


def _cut(orders: Interactions, days: int) -> date:
    return orders.as_of - timedelta(days - 1)


def _lost_cases(held_out: HeldOut) -> LostCases:
    history = held_out.history
    every = reorder_cycles(history)
    inside = (every.n_baskets >= LEAST_PURCHASES) & (
        every.last_days > day_number(months_before(history.as_of, LOST_MONTHS))
    )
    cycles = _only(every, inside)
    bought = at(held_out.truth, cycles.customers, cycles.products)
    return LostCases(cycles, cycles.silent_days(day_number(history.as_of)), bought == 0)


def _slow_cases(orders: Interactions, held_out: HeldOut, days: int) -> SlowCases:
    rhythms = order_rhythms(held_out.history)
    inside = rhythms.usual_gap_days <= _MOST_GAP_DAYS
    start = day_number(held_out.history.as_of) + 1
    later = (orders.basket_days >= start) & (orders.basket_days < start + days)
    n_later = np.bincount(orders.basket_customers[later], minlength=orders.n_customers)[held_out.customers]
    slowed = n_later <= SLOWED_SHARE * days / np.maximum(rhythms.usual_gap_days, 1)
    return SlowCases(np.flatnonzero(inside), _only(rhythms, inside), slowed[inside])


def _only(all_of: Entries, keep: NDArray[np.bool_]) -> Entries:
    """Return some entries of cycles or rhythms."""
    columns: dict[str, Any] = {one.name: getattr(all_of, one.name) for one in fields(all_of)}
    kept: dict[str, Any] = {name: values[keep] for name, values in columns.items() if isinstance(values, np.ndarray)}
    return replace(all_of, **kept)


def _lost(cases: LostCases, rule: LostRule) -> Iterator[AlertRule]:
    """Yield the figures of the rule and of the naive ones, over the pairs that the rule looks at."""
    inside = (cases.cycles.n_baskets >= rule.purchases) & (cases.cycles.worth >= rule.worth)
    cycles, silent, came_true = _only(cases.cycles, inside), cases.silent_days[inside], cases.stopped[inside]
    is_lost = rule.holds(cycles.n_baskets, cycles.usual_gap_days, cycles.long_gap_days, silent, cycles.worth)
    naive_gap = NAIVE_GAPS * cycles.mean_gap_days
    told_on = np.maximum.reduce(
        [rule.gaps * cycles.usual_gap_days, np.full(len(silent), float(rule.days)), cycles.long_gap_days + 1]
    )
    yield _figures("lost", "the rule", is_lost, came_true, np.ceil(told_on))
    yield _figures("lost", "twice the mean gap", silent >= naive_gap, came_true, np.ceil(naive_gap))
    yield _figures("lost", "no order for 30 days", silent >= NAIVE_DAYS, came_true, np.full(len(silent), NAIVE_DAYS))


def _slow(cases: SlowCases, rule: SlowRule) -> Iterator[AlertRule]:
    """Yield the figures of the rule and of the naive ones, over the customers that it looks at."""
    inside = cases.rhythms.n_order_days >= rule.order_days
    rhythms, came_true = _only(cases.rhythms, inside), cases.slowed[inside]
    yield _figures("slowing", "the rule", rhythms.is_slowing(rule), came_true)
    yield _figures(
        "slowing", "twice the mean gap", rhythms.silent_days >= NAIVE_GAPS * rhythms.mean_gap_days, came_true
    )
    yield _figures("slowing", "no order for 30 days", rhythms.silent_days >= NAIVE_DAYS, came_true)


def _figures(
    kind: str,
    name: str,
    alerted: NDArray[np.bool_],
    came_true: NDArray[np.bool_],
    told_on: NDArray[np.float64] | None = None,
) -> AlertRule:
    """Return the figures of one rule; `told_on` is the day of silence on which it speaks, of each that it looks at."""
    right, n, true = int((alerted & came_true).sum()), int(alerted.sum()), int(came_true.sum())
    found = AlertRule(kind=kind, name=name, looked_at=len(alerted), true=true, alerts=n, right=right)
    more: dict[str, float] = {}
    if n:
        low, high = share_interval(right, n)
        more |= {"precision": right / n, "precision_low": low, "precision_high": high}
    if true:
        low, high = share_interval(right, true)
        more |= {"recall": right / true, "recall_low": low, "recall_high": high}
        if told_on is not None:
            more["told_after_days"] = float(np.median(told_on[came_true]))
    return found.model_copy(update=more)
