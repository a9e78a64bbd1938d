import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from recsys.dataset.interactions import Interactions
from recsys.evaluation import backtest as module
from recsys.evaluation.backtest import backtest
from recsys.evaluation.baselines import compared_models
from recsys.evaluation.evaluate import evaluate
from recsys.evaluation.report import evaluation_report
from recsys.evaluation.split import calendar
from recsys.models.ranker.ranker import Ranker
from recsys.runtime.progress import Silent

Tastes = Callable[[], Interactions]
SECONDS = {"fit_s", "score_s", "peak_mb"}


def without_seconds(report: dict) -> dict:
    return {
        key: without_seconds(each) if isinstance(each, dict) else each
        for key, each in report.items()
        if key not in SECONDS
    }


def test_the_back_test_equals_evaluate_on_the_last_four_weeks(tastes: Tastes) -> None:
    orders, ranker = tastes(), Ranker(min_customers=10, min_bought=50)
    report = backtest(orders, ranker, ranker.training_data(orders), Silent()).as_json()
    split = calendar(orders)
    models = compared_models(split)
    chosen = {name: models[name] for name in report["models"]} | {"ranker": replace(ranker, hold_out=split.learn)}
    assert list(report["models"]) == ["popular", "own_frequent", "tifu_knn", "ranker"]
    more = {"seeds", "seasonal", "unsold"}
    assert without_seconds({key: each for key, each in report.items() if key not in more}) == without_seconds(
        evaluation_report(evaluate(split, chosen, Silent()), orders).as_json()
    )
    assert more < set(report)
    json.dumps(report, allow_nan=False)


def test_the_back_test_tries_five_seeds_of_which_the_first_is_the_builds(tastes: Tastes) -> None:
    orders, ranker = tastes(), Ranker(min_customers=10, min_bought=50, max_rows=300)
    report = backtest(orders, ranker, ranker.training_data(orders), Silent())
    spread = report.seeds.spreads["all"]["ndcg@10"]
    own = report.models["ranker"].all.means["ndcg@10"]
    assert report.seeds.n == 5
    assert own is not None
    assert spread.lowest is not None
    assert spread.highest is not None
    assert spread.lowest <= own <= spread.highest
    assert spread.lowest < spread.highest


def test_many_customers_are_sampled_by_seed(tastes: Tastes, monkeypatch: pytest.MonkeyPatch) -> None:
    orders, ranker = tastes(), Ranker(min_customers=10, min_bought=50)
    training_data = ranker.training_data(orders)
    monkeypatch.setattr(module, "MAX_CUSTOMERS", 30)
    first, again, other = (backtest(orders, ranker, training_data, Silent(), seed=seed).as_json() for seed in (1, 1, 2))
    assert first["models"]["popular"]["all"]["n"] == 30
    assert without_seconds(first) == without_seconds(again)
    assert first["models"]["popular"]["all"]["recall@10"] != other["models"]["popular"]["all"]["recall@10"]


def test_tifu_knn_is_left_out_where_it_would_compare_too_many_pairs(
    tastes: Tastes, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders, ranker = tastes(), Ranker()
    monkeypatch.setattr(module, "_MAX_PAIRS", 100)
    assert "tifu_knn" not in backtest(orders, ranker, ranker.training_data(orders), Silent()).models


def test_too_few_orders_to_test_a_customer_give_the_reason(orders_of: Callable[..., Interactions]) -> None:
    orders, ranker = orders_of([("A", 0, "ab"), ("B", 3, "a")]), Ranker()
    report = backtest(orders, ranker, ranker.training_data(orders), Silent()).as_json()
    assert list(report) == ["why_not"]
    assert report["why_not"].startswith("no customer has 2 order days")
