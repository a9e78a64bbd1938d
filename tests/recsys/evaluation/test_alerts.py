"""The back-test of the rules, and the truths of the sample."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions
from recsys.evaluation.alerts import backtest_alerts
from recsys.evaluation.order_history import read_orders
from recsys.models.reorder import reorder_cycles
from recsys.models.rhythm import order_rhythms
from recsys.runtime.progress import Silent
from recsys.sample import SampleOptions, Truths, make_sample, planted_truths
from recsys.schema.reorder_rules import LostRule, SlowRule
from tests.recsys.models.conftest import made_interactions

OPTIONS = SampleOptions(until=date(2025, 6, 30), seed=7, customers=300, products=240)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Interactions:
    out: Path = tmp_path_factory.mktemp("alerts") / "tables"
    make_sample(out, OPTIONS, Silent())
    return read_orders(out)


@pytest.fixture(scope="module")
def truths() -> Truths:
    return planted_truths(OPTIONS)


def places(orders: Interactions, pairs: list[tuple[str, str]]) -> np.ndarray:
    cycles = reorder_cycles(orders)
    at = {pair: place for place, pair in enumerate(zip(cycles.customers, cycles.products, strict=True))}
    customers, products = (
        {one: place for place, one in enumerate(ids)} for ids in (orders.customer_ids, orders.product_ids)
    )
    return np.array([at[customers[customer], products[product]] for customer, product in pairs])


def test_every_planted_drop_is_lost_and_no_planted_cycle_is(orders: Interactions, truths: Truths) -> None:
    lost = reorder_cycles(orders).is_lost(LostRule(), day_number(orders.as_of))
    dropped = places(orders, [(drop.customer_id, drop.product_id) for drop in truths.drops])
    going_on = places(orders, [(cycle.customer_id, cycle.product_id) for cycle in truths.cycles])
    assert len(dropped) >= 5
    assert lost[dropped].all()
    assert not lost[going_on].any()


def test_planted_cycles_have_their_gap(orders: Interactions, truths: Truths) -> None:
    gaps = reorder_cycles(orders).usual_gap_days
    going_on = places(orders, [(cycle.customer_id, cycle.product_id) for cycle in truths.cycles])
    away = np.abs(gaps[going_on] - [cycle.gap_days for cycle in truths.cycles])
    assert np.median(away) <= 1


def test_most_planted_slow_downs_are_found(orders: Interactions, truths: Truths) -> None:
    slowing = order_rhythms(orders).is_slowing(SlowRule())
    planted = [orders.customer_ids.index(slow.customer_id) for slow in truths.slow_downs]
    assert slowing[planted].mean() >= 0.8


def test_precision_recall_and_day_are_counted_over_the_pairs_that_the_rule_looks_at() -> None:
    # Ten days apart, six times; the cut is on day 80. A goes on, B stops on day 50 and never comes back, C stops on
    # day 50 and comes back on day 100; D was bought five times only.
    lines = [(name, day, "x") for name in "ABC" for day in range(0, 60, 10)]
    lines += [("A", day, "x") for day in range(60, 170, 10)] + [("C", 100, "x")]
    lines += [("D", day, "x") for day in range(0, 50, 10)] + [("E", 169, "y")]
    found = backtest_alerts(made_interactions(lines), LostRule(worth=0))
    rule = found.rules[0]
    assert found.cut is not None
    assert (rule.looked_at, rule.true, rule.alerts, rule.right) == (3, 1, 2, 1)
    assert (rule.precision, rule.recall) == (0.5, 1.0)
    assert rule.told_after_days == 21  # the least days: 1.5 gaps are 15


def test_orders_that_are_too_short_say_why() -> None:
    found = backtest_alerts(made_interactions([("A", 0, "x"), ("A", 30, "x")]))
    assert found.why_not.startswith("the orders begin on 2026-01-01; the test needs some before")
    assert found.rules == ()
