from collections.abc import Callable
from dataclasses import replace

import pytest

from recsys.dataset.interactions import Interactions
from recsys.evaluation.evaluate import evaluate
from recsys.evaluation.metrics import METRICS
from recsys.evaluation.seeds import seed_spread
from recsys.evaluation.split import Split, calendar
from recsys.models.ranker.ranker import Ranker
from recsys.runtime.progress import Silent
from recsys.schema.build_report import Seeds

Tastes = Callable[[], Interactions]


@pytest.fixture
def split(tastes: Tastes) -> Split:
    return calendar(tastes())


def ranker_of(split: Split, max_customers: int = 4_000) -> Ranker:
    return Ranker(min_customers=10, min_bought=50, max_rows=300, max_customers=max_customers, hold_out=split.learn)


def spread(split: Split, model: Ranker, n: int) -> Seeds:
    history = split.held_out.history
    return seed_spread(split, model, model.training_data(history), model.fit(history), n)


def means_by_seed(split: Split, model: Ranker, n: int) -> dict[str, list[float]]:
    """Return by metric the ranker's mean on all products with each of n seeds, each fitted from the orders."""
    models = {str(seed): replace(model, seed=seed) for seed in range(n)}
    found = evaluate(split, models, Silent()).overall("all")
    return {metric: [found[str(seed)][at].mean for seed in range(n)] for at, metric in enumerate(METRICS)}


@pytest.mark.parametrize("max_customers", [4_000, 30])
def test_the_spread_is_that_of_rankers_fitted_with_each_seed(split: Split, max_customers: int) -> None:
    model = ranker_of(split, max_customers)
    found, expected = spread(split, model, 3), means_by_seed(split, model, 3)
    assert found.n == 3
    for metric, means in expected.items():
        one = found.spreads["all"][metric]
        assert (one.lowest, one.highest) == pytest.approx((min(means), max(means)))
        assert one.mean == pytest.approx(sum(means) / 3)
    assert found.spreads["all"]["ndcg@10"].sd != 0


def test_one_seed_has_a_mean_and_no_deviation(split: Split) -> None:
    one = spread(split, ranker_of(split), 1).spreads["all"]["recall@10"]
    assert one.sd is None
    assert one.lowest == one.mean == one.highest


def test_too_few_orders_to_learn_from_have_no_spread(split: Split) -> None:
    assert spread(split, Ranker(min_customers=1_000, hold_out=split.learn), 2) == Seeds()


def test_nobody_who_bought_something_new_leaves_that_part_empty(orders_of: Callable[..., Interactions]) -> None:
    rows = [(f"c{n:02}", day, "ab"[n % 2] + "cd"[day % 2]) for n in range(20) for day in (0, 1, 20, 21, 50, 51, 70, 71)]
    split = calendar(orders_of(rows))
    found = spread(split, Ranker(min_customers=5, min_bought=10, hold_out=split.learn), 2)
    assert found.spreads["new"] == {}
    assert found.spreads["all"]["recall@10"].mean == 1
