"""Which order and cap are chosen, from figures by hand and forward in time."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from recsys.dataset.dates import EPOCH
from recsys.dataset.interactions import Interactions, interactions
from recsys.evaluation.metrics import metric_values
from recsys.kernels.sparse import without
from recsys.lists import rule_choice
from recsys.lists.forward_test import learn_lists, list_options
from recsys.lists.forward_window import ForwardWindow, forward_windows, segment_codes
from recsys.lists.new_order import NewListRules
from recsys.lists.rule_choice import DEFAULT_RULES, Trial, choose_rules, list_positions, list_table, relative_loss
from recsys.lists.variety import product_groups
from recsys.models.base import recommend
from recsys.models.customer_knn import CustomerKnn
from recsys.models.ranker.ranker import Ranker
from recsys.options import BuildOptions

AS_OF = date(2026, 6, 30)
N_CUSTOMERS, N_PRODUCTS = 260, 44
RANKER = Ranker(CustomerKnn(k=30), min_bought=100)


def fads() -> list[tuple[int, int, int]]:
    """Orders (customer, product, days before AS_OF): everybody has staples, and each four weeks have their own fad.

    Product n was tried by n of the customers long ago, so that 39 is the best known one and 1 the least. In the four
    weeks before last everybody takes up 39, in the last four weeks 1.
    """
    rows = []
    for customer in range(N_CUSTOMERS):
        for ago in range(5, 300, 14):
            rows += [(customer, 40 + customer % 4, ago)]
        rows += [(customer, product, 250 + product) for product in range(1, 40) if customer % 40 < product]
        rows += [(customer, 39, 28 + customer % 28), (customer, 1, customer % 28)]
        rows += [(customer, 20 + customer % 7, 56 + customer % 28)]
    return rows


def made(rows: list[tuple[int, int, int]]) -> Interactions:
    customers, products, ago = (np.array(column, dtype=np.int32) for column in zip(*sorted(set(rows)), strict=True))
    days = (AS_OF.toordinal() - EPOCH - ago).astype(np.int32)
    ids = [f"c{n:03}" for n in range(N_CUSTOMERS)], [f"p{n:02}" for n in range(N_PRODUCTS)]
    return interactions((customers, products, days), *ids, [None] * N_CUSTOMERS, AS_OF)


def windows_of(data: Interactions, n: int = 2) -> list[ForwardWindow]:
    groups = product_groups([f"Product {name}" for name in data.product_ids], [None] * data.n_products)
    options = list_options(groups, segment_codes(data.segments), BuildOptions())
    return forward_windows(RANKER, RANKER.training_data(data), options, n)


def recall_in_window(data: Interactions) -> float:
    """Return the recall@10 of new products by weights that were learned in the window that is tested."""
    training = RANKER.training_data(data)
    fitted = RANKER.applied_to(training.signals, RANKER.weights(training))
    history = training.held_out.history
    rows = np.flatnonzero(np.diff(without(training.held_out.truth, history.bought).indptr)).astype(np.int32)
    found = [recommend(fitted, history, history.customer_ids[row], 10).products for row in rows]
    column = {name: at for at, name in enumerate(history.product_ids)}
    table = np.full((len(rows), 10), -1)
    for at, products in enumerate(found):
        table[at, : len(products)] = [column[name] for name, _ in products]
    truth = without(training.held_out.truth, history.bought)[rows]
    return float(metric_values(table, truth)["recall@10"].mean())


def test_a_fad_of_the_window_is_found_by_who_learns_in_it_and_by_nobody_who_learns_before_it() -> None:
    data = made(fads())
    window = windows_of(data, n=1)[0]
    ranked = list_table(window.scored, *list_positions(window.scored, NewListRules(0.0, 1.0), 20), 20)
    forward = rule_choice.new_list_metrics(window, ranked)[0].mean()
    assert recall_in_window(data) > 0.9
    assert forward < 0.5


def test_nothing_of_a_window_reaches_what_is_tested_on_it() -> None:
    rows = fads()
    other = [(customer, 2 if ago < 28 and product == 1 else product, ago) for customer, product, ago in rows]
    before, after = windows_of(made(rows))[0], windows_of(made(other))[0]
    assert np.array_equal(before.scored.new.scores, after.scored.new.scores)
    assert np.array_equal(before.scored.new.items, after.scored.new.items)
    assert np.array_equal(before.scored.facts.order_logits, after.scored.facts.order_logits)
    assert (before.truth != after.truth).nnz


def test_the_windows_are_the_last_four_weeks_and_the_four_before() -> None:
    ends = [window.training.held_out.history.as_of for window in windows_of(made(fads()))]
    assert ends == [AS_OF - timedelta(28), AS_OF - timedelta(56)]


def test_with_too_few_tested_customers_the_defaults_are_used_and_nothing_is_reported() -> None:
    rows = [row for row in fads() if row[0] < 90]
    choice = choose_rules(windows_of(made(rows)), 20)
    assert choice.n_tested < rule_choice.MIN_TESTED
    assert (choice.rules, choice.trials) == (DEFAULT_RULES, ())
    assert choose_rules([], 20, discount=0.0).rules == replace(DEFAULT_RULES, popularity_discount=0.0)


def trial(discount: float, share: float, *means: tuple[float, float]) -> Trial:
    return Trial(NewListRules(discount, share), np.array(means))


def test_the_loss_is_the_mean_over_the_windows_of_what_each_loses() -> None:
    found = relative_loss(trial(0.1, 1.0, (0.09, 0.2), (0.2, 0.1)), trial(0.0, 1.0, (0.1, 0.2), (0.1, 0.1)))
    assert found == pytest.approx([(0.1 - 1.0) / 2, 0.0])
    assert relative_loss(trial(0.1, 1.0, (0.0, 0.0)), trial(0.0, 1.0, (0.0, 0.0))).tolist() == [0, 0]


def chosen(monkeypatch: pytest.MonkeyPatch, figures: dict[tuple[float, float], tuple[float, float]]) -> NewListRules:
    """Return what is chosen where rules have these recalls and NDCGs; rules without figures lose nothing."""

    def means(_: Any, rules: NewListRules, __: int) -> list[float]:
        return list(figures.get((rules.popularity_discount, rules.max_share), (0.1, 0.1)))

    monkeypatch.setattr(rule_choice, "_means", means)
    return choose_rules(windows_of(made(fads())), 20).rules


def test_the_highest_discount_and_then_the_smallest_cap_that_cost_little_are_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert chosen(monkeypatch, {}) == NewListRules(0.1, 0.15)
    assert chosen(monkeypatch, {(0.1, 1.0): (0.1, 0.097)}) == NewListRules(0.05, 0.15)
    costly = {(0.1, 0.15): (0.09, 0.1), (0.1, 0.2): (0.1, 0.0979)}
    assert chosen(monkeypatch, costly) == NewListRules(0.1, 0.3)
    assert chosen(monkeypatch, {(0.1, share): (0.05, 0.05) for share in (0.15, 0.2, 0.3, 0.5)}) == NewListRules(
        0.1, 1.0
    )


def test_what_was_asked_for_is_not_chosen_again() -> None:
    data = made(fads())
    groups = product_groups([None] * N_PRODUCTS, [None] * N_PRODUCTS)
    options = BuildOptions(popularity_discount=0.07, max_share=0.4, chance_floor=0.02, expected_floor=0.0)
    learned = learn_lists(RANKER, RANKER.training_data(data), groups, {}, options)
    assert learned.choice.rules == NewListRules(0.07, 0.4)
    assert {(floor.chance, floor.expected) for floor in learned.floors.values()} == {(0.02, 0.0)}
