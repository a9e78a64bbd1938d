"""Back-test of the rules for lost products and slowing customers: what they said at a day, and what came of it.

history .................... cut | 90 days: bought again, or not
        who is lost or slowing   |

Beside them two naive rules on the same pairs or customers: silent for twice the mean gap, and silent for 30 days.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from recsys.dataset.dates import day_number, months_before
from recsys.dataset.hold_out import HeldOut, hold_out_window
from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse_lookup import at
from recsys.models.reorder import Cycles, reorder_cycles
from recsys.models.rhythm import order_rhythms
from recsys.schema.build_report import AlertRule, AlertTest
from recsys.schema.intervals import share_interval
from recsys.schema.reorder_rules import LOST_MONTHS, QUARTER_DAYS, LostRule, SlowRule

NAIVE_GAPS = 2.0
NAIVE_DAYS = 30
_MOST_GAP_DAYS = 45.0  # a customer with a longer usual gap has too few order days in a quarter to be seen slowing


def backtest_alerts(
    orders: Interactions, lost: LostRule | None = None, slow: SlowRule | None = None, days: int = QUARTER_DAYS
) -> AlertTest:
    """Return how often the rules were right at a day so many days before the end of the orders.

    Lost is a pair that was not bought again in these days. Slowing is a customer who came at most half as often as
    their usual gap says. Where nothing was to be found, or the orders are too short, the test says why.
    """
    cut = orders.as_of - timedelta(days - 1)
    if orders.first_day >= cut:
        return AlertTest(why_not=f"the orders begin on {orders.first_day}; the test needs some before {cut}")
    held_out = hold_out_window(orders, cut, days)
    of_lost, of_slow = _lost(held_out, lost or LostRule()), _slow(orders, held_out, slow or SlowRule(), days)
    return AlertTest(cut=cut, days=days, rules=(*of_lost, *of_slow))


def _lost(held_out: HeldOut, rule: LostRule) -> Iterator[AlertRule]:
    """Yield the figures of the rule and of the naive ones, over the pairs that the rule looks at."""
    history = held_out.history
    today = day_number(history.as_of)
    every = reorder_cycles(history)
    inside = (
        (every.n_baskets >= rule.purchases)
        & (every.worth >= rule.worth)
        & (every.last_days > day_number(months_before(history.as_of, LOST_MONTHS)))
    )
    cycles, silent = _only(every, inside), every.silent_days(today)[inside]
    came_true = at(held_out.truth, cycles.customers, cycles.products) == 0
    naive_gap = NAIVE_GAPS * cycles.mean_gap_days
    told_on = np.maximum.reduce(
        [rule.gaps * cycles.usual_gap_days, np.full(len(silent), float(rule.days)), cycles.long_gap_days + 1]
    )
    yield _figures("lost", "the rule", cycles.is_lost(rule, today), came_true, np.ceil(told_on))
    yield _figures("lost", "twice the mean gap", silent >= naive_gap, came_true, np.ceil(naive_gap))
    yield _figures("lost", "no order for 30 days", silent >= NAIVE_DAYS, came_true, np.full(len(silent), NAIVE_DAYS))


def _only(cycles: Cycles, keep: NDArray[np.bool_]) -> Cycles:
    columns = {
        name: getattr(cycles, name)[keep]
        for name in (
            "customers", "products", "n_baskets", "first_days", "last_days", "usual_gap_days", "long_gap_days", "worth",
            "last_year",
        )
    }  # fmt: skip
    return replace(cycles, **columns)


def _slow(orders: Interactions, held_out: HeldOut, rule: SlowRule, days: int) -> Iterator[AlertRule]:
    """Yield the figures of the rule and of the naive ones, over the customers that it looks at."""
    rhythms = order_rhythms(held_out.history)
    inside = (rhythms.n_order_days >= rule.order_days) & (rhythms.usual_gap_days <= _MOST_GAP_DAYS)
    start = day_number(held_out.history.as_of) + 1
    later = (orders.basket_days >= start) & (orders.basket_days < start + days)
    n_later = np.bincount(orders.basket_customers[later], minlength=orders.n_customers)[held_out.customers]
    came_true = (n_later <= rule.quarter * days / np.maximum(rhythms.usual_gap_days, 1))[inside]
    silent, mean_gap = (
        rhythms.silent_days[inside],
        (rhythms.span_days / np.maximum(rhythms.n_order_days - 1, 1))[inside],
    )
    yield _figures("slowing", "the rule", rhythms.is_slowing(rule)[inside], came_true)
    yield _figures("slowing", "twice the mean gap", silent >= NAIVE_GAPS * mean_gap, came_true)
    yield _figures("slowing", "no order for 30 days", silent >= NAIVE_DAYS, came_true)


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
