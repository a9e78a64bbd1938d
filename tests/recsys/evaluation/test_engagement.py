from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions
from recsys.evaluation.baselines import compared_models
from recsys.evaluation.engagement import events_test, pays
from recsys.evaluation.evaluate import evaluate
from recsys.evaluation.intervals import Estimate
from recsys.evaluation.readme_tables import block
from recsys.evaluation.report import evaluation_report
from recsys.evaluation.split import calendar
from recsys.models.customer_knn import CustomerKnn
from recsys.models.ranker.ranker import Ranker
from recsys.runtime.progress import Silent
from recsys.schema.build_report import EventsTest
from tests.recsys.dataset.test_events import Told, made

Make = Callable[..., Interactions]
MODEL = Ranker(CustomerKnn(k=50), min_customers=20, min_bought=50)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"
N_CUSTOMERS, DAYS = 150, 140


def shop(orders_of: Make, *, clicks_buy: bool) -> Interactions:
    """150 customers who order every 14 days one of 40 products by chance, and click one a week before each order.

    clicks_buy  what they click is what they order next; else it is any product
    """
    rng = np.random.default_rng(11)
    rows: list[tuple[str, int, str]] = []
    events: list[Told] = []
    for n in range(N_CUSTOMERS):
        for day in range(14 + n % 14, DAYS, 14):
            product, other = (int(one) for one in rng.integers(0, len(LETTERS), size=2))
            rows.append((f"c{n:03}", day, LETTERS[product]))
            events.append((n, product if clicks_buy else other, day - 7, "click"))
    orders = orders_of(rows)
    column = [orders.product_ids.index(letter) for letter in LETTERS]
    return replace(orders, events=made([(n, column[product], day, kind) for n, product, day, kind in events]))


def measured(orders: Interactions, asked: str = "auto", model: Ranker = MODEL) -> EventsTest:
    training = model.training_data(orders)
    return events_test(orders, model, training, model.training_data(training.held_out.history), asked)


def test_where_customers_buy_what_they_clicked_it_pays(orders_of: Make) -> None:
    found = measured(shop(orders_of, clicks_buy=True))
    recall = found.paired["new"]["recall@10"]
    assert found.used
    assert recall.low is not None
    assert recall.low > 0
    assert recall.n > 50
    assert found.rows == shop(orders_of, clicks_buy=True).events.rows  # type: ignore[union-attr]


def test_where_clicks_are_by_chance_they_are_not_used(orders_of: Make) -> None:
    found = measured(shop(orders_of, clicks_buy=False))
    assert not found.used
    for part in ("all", "new"):
        recall = found.paired[part]["recall@10"]
        assert recall.low is not None
        assert recall.low <= 0


def test_what_is_asked_for_is_done_and_measured_all_the_same(orders_of: Make) -> None:
    found = measured(shop(orders_of, clicks_buy=False), "always")
    assert found.used
    assert set(found.paired) == {"all", "new"}


@pytest.mark.parametrize(("asked", "used"), [("auto", False), ("always", True)])
def test_with_too_little_to_learn_from_it_says_so(orders_of: Make, asked: str, used: bool) -> None:
    found = measured(shop(orders_of, clicks_buy=True), asked, replace(MODEL, min_customers=9_000))
    assert found.why_not == "too little was ordered before the last four weeks to learn from"
    assert found.used is used


def test_without_a_customer_to_test_it_says_so(orders_of: Make) -> None:
    orders = replace(orders_of([("A", 0, "a"), ("A", 60, "a")]), events=made([(0, 0, 3, "click")]))
    found = measured(orders)
    assert found.why_not.startswith("no customer has 2 order days")
    assert not found.used


def estimate(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high, 100)


@pytest.mark.parametrize(
    ("all_products", "new", "used"),
    [
        ((0.001, 0.01), (-0.01, 0.01), True),
        ((-0.01, 0.01), (0.001, 0.01), True),
        ((-0.01, 0.01), (-0.01, 0.01), False),
        ((0.0, 0.01), (-0.01, 0.01), False),
        ((0.001, 0.01), (-0.02, -0.01), False),
        ((np.nan, np.nan), (0.001, 0.01), True),
    ],
)
def test_the_rule_asks_for_one_interval_above_nought_and_none_below(
    all_products: tuple[float, float], new: tuple[float, float], used: bool
) -> None:
    assert pays({"all": estimate(*all_products), "new": estimate(*new)}) is used


def test_evaluate_compares_the_ranker_with_and_without_where_events_are_known(orders_of: Make) -> None:
    orders = shop(orders_of, clicks_buy=True)
    plain = replace(orders, events=None)
    assert list(compared_models(calendar(orders)))[-2:] == ["ranker_without_events", "ranker"]
    assert "ranker_without_events" not in compared_models(calendar(plain))


def test_the_ranker_without_events_is_the_one_of_orders_alone(orders_of: Make) -> None:
    orders = shop(orders_of, clicks_buy=True)
    split, plain = calendar(orders), calendar(replace(orders, events=None))
    rows = np.arange(20, dtype=np.int32)
    without = compared_models(split)["ranker_without_events"].fit(split.held_out.history).score(rows)
    expected = compared_models(plain)["ranker"].fit(plain.held_out.history).score(rows)
    assert (without != expected).nnz == 0


def test_a_report_pairs_the_ranker_with_itself_without_events(orders_of: Make) -> None:
    orders = shop(orders_of, clicks_buy=True)
    split = calendar(orders)
    models = {name: compared_models(split)[name] for name in ("ranker_without_events", "ranker")}
    report = evaluation_report(evaluate(split, models, Silent()), orders)
    gain = report.paired["ranker"]["ranker_without_events"]["new"]["recall@10"]
    assert gain.low is not None
    assert gain.low > 0
    assert "| ranker_without_events | +." in block(report)
