"""The back-test of the rules, and the truths of the sample."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions
from recsys.evaluation.alerts import alert_cases, backtest_alerts
from recsys.evaluation.order_history import read_orders
from recsys.ingest.clean import clean
from recsys.ingest.sources.online_retail import OnlineRetail
from recsys.models.reorder import reorder_cycles
from recsys.models.rhythm import order_rhythms
from recsys.outputs.alert_cases import alert_customers, alert_pairs
from recsys.runtime.progress import Silent
from recsys.sample import SampleOptions, Truths, make_sample, planted_truths
from recsys.schema.build_report import AlertRule
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


def figures_of(rule: AlertRule) -> tuple[int, int, int, int, float | None, float | None]:
    return rule.looked_at, rule.true, rule.alerts, rule.right, rule.precision, rule.recall


def from_rows(
    rows: pa.Table, looked_at: NDArray[np.bool_], holds: NDArray[np.bool_], came_true: str
) -> tuple[Any, ...]:
    """Return the figures of a rule, counted over published rows."""
    true = rows[came_true].to_numpy(zero_copy_only=False)[looked_at]
    alerted = holds[looked_at]
    right = int((alerted & true).sum())
    n, n_true, n_alerts = len(true), int(true.sum()), int(alerted.sum())
    return n, n_true, n_alerts, right, right / n_alerts, right / n_true


def check_agreement(orders: Interactions, lost: LostRule, slow: SlowRule) -> None:
    """Compare what the published rows say of two rules with what the back-test says of them."""
    tested, cases = backtest_alerts(orders, lost, slow), alert_cases(orders)
    rules = {rule.kind: rule for rule in tested.rules if rule.name == "the rule"}
    pairs, customers = alert_pairs(cases, seed=1), alert_customers(cases, seed=1)
    assert pairs.sample.is_complete
    assert customers.sample.is_complete
    names = ("n_baskets", "usual_gap_days", "long_gap_days", "silent_days", "worth")
    known = {name: pairs.rows[name].to_numpy() for name in names}
    inside = (known["n_baskets"] >= lost.purchases) & (known["worth"] >= lost.worth)
    assert from_rows(pairs.rows, inside, lost.holds(**known), "stopped") == figures_of(rules["lost"])
    names = ("n_order_days", "usual_gap_days", "recent_gap_days", "order_days_90d", "order_days_90d_before")
    columns = [customers.rows[name].to_numpy() for name in names]
    inside = columns[0] >= slow.order_days
    assert from_rows(customers.rows, inside, slow.holds(*columns), "slowed") == figures_of(rules["slowing"])


OTHER = LostRule(purchases=3, gaps=1, days=1, worth=0), SlowRule(order_days=3, gaps=1.2, quarter=0.9, least=1)


@pytest.mark.parametrize("rules", [(LostRule(), SlowRule()), OTHER], ids=["usual", "other"])
def test_published_rows_say_of_a_rule_what_the_back_test_says(
    orders: Interactions, rules: tuple[LostRule, SlowRule]
) -> None:
    check_agreement(orders, *rules)


@pytest.mark.realdata
@pytest.mark.slow
def test_published_rows_of_real_orders_say_what_the_back_test_says(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "online_retail" / "online_retail.parquet"
    clean(OnlineRetail((path,), cleaning="usual"), tmp_path / "clean", today=date(2026, 1, 1))
    orders = read_orders(tmp_path / "clean")
    for rules in ((LostRule(), SlowRule()), OTHER):
        check_agreement(orders, *rules)


def test_who_has_slowed_depends_on_no_rule(orders: Interactions) -> None:
    counts = [
        (rule.looked_at, rule.true)
        for quarter in (0.1, 0.9)
        for rule in backtest_alerts(orders, slow=SlowRule(quarter=quarter)).rules
        if (rule.kind, rule.name) == ("slowing", "the rule")
    ]
    assert counts[0] == counts[1]


def test_orders_that_are_too_short_say_why() -> None:
    found = backtest_alerts(made_interactions([("A", 0, "x"), ("A", 30, "x")]))
    assert found.why_not.startswith("the orders begin on 2026-01-01; the test needs some before")
    assert found.rules == ()
