"""The order of new products and who keeps a full one, worked by hand."""

import numpy as np
import pytest

from recsys.lists.new_order import NewCandidates, NewListRules, arranged, order_keys, regret


def candidates(rows: list[tuple[int, int, float]], tiers: list[int] | None = None) -> NewCandidates:
    """Return candidates (list, product, score) without categories or near-duplicates."""
    owners, items, scores = (np.array(column) for column in zip(*rows, strict=True))
    tier = np.array(tiers or [0] * len(rows))
    return NewCandidates(owners, items, scores, tier, np.full(len(rows), -1), np.full(len(rows), 2), items)


def lists(rows: list[tuple[int, int, float]], means: list[float], rules: NewListRules, places: int) -> list[list[int]]:
    one, n = candidates(rows), max(owner for owner, _, _ in rows) + 1
    found, _ = arranged(one, np.array(means), rules, np.full(n, places), 100 if rules.max_share < 1 else n)
    return [one.items[found[one.owners[found] == owner]].tolist() for owner in range(n)]


def test_without_a_discount_the_score_orders() -> None:
    rows = [(0, 0, 0.5), (0, 1, 0.4)]
    assert lists(rows, [0.5, 0.01], NewListRules(0.0, 1.0), 2) == [[0, 1]]


def test_what_scores_high_for_everybody_comes_later() -> None:
    # Log odds of the scores 0 and -.41, of the means 0 and -4.6: with a tenth of these 0 and +.05.
    rows = [(0, 0, 0.5), (0, 1, 0.4)]
    assert lists(rows, [0.5, 0.01], NewListRules(0.1, 1.0), 2) == [[1, 0]]
    keys = order_keys(candidates(rows), np.array([0.5, 0.01]), 0.1)
    assert keys == pytest.approx([0, np.log(0.4 / 0.6) - 0.1 * np.log(0.01 / 0.99)])


def test_another_models_products_come_after_the_rankers_and_keep_their_order() -> None:
    one = candidates([(0, 0, 0.1), (0, 1, 9.0), (0, 2, 8.0)], tiers=[0, 1, 1])
    found, places = arranged(one, np.full(3, 0.5), NewListRules(0.1, 1.0), np.array([3]), 1)
    assert one.items[found].tolist() == [0, 1, 2]
    assert places.tolist() == [0, 1, 2]


def test_a_product_is_missed_as_much_as_it_is_above_the_tenth_best() -> None:
    keys = np.array([*np.arange(12.0, 0, -1), 5.0, 3.0])
    owners, tiers = np.array([0] * 12 + [1] * 2), np.zeros(14, dtype=int)
    found = regret(owners, tiers, keys)
    assert found[:12].tolist() == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1, -2]
    assert found[12:].tolist() == [2, 0]  # the last of fewer than ten


def test_a_full_product_stays_where_it_is_missed_most_not_where_the_score_is_highest() -> None:
    # The first customer scores everything high and has a second choice nearly as good; the second one has none.
    rows = [(0, 0, 0.90), (0, 1, 0.89), (1, 0, 0.30), (1, 1, 0.01)]
    rules = NewListRules(0.0, 0.01)  # one of the hundred lists
    assert lists(rows, [0.5, 0.5], rules, 1) == [[1], [0]]
