"""Which lists keep a product that too many request, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.lists.exposure_cap import Offers, effective_max_share, keep_within_capacity, max_lists


def capped(candidates: list[list[tuple[int, float]]], places: int, capacity: int) -> list[list[int]]:
    """Return each list's products within the capacity, from candidates (product, score), best first."""
    rows = [(owner, item, score) for owner, own in enumerate(candidates) for item, score in own]
    owners, items, scores = (np.array(column) for column in zip(*rows, strict=True))
    found = keep_within_capacity(offers(owners, items, scores), np.full(len(candidates), places), capacity)
    return [items[(found >= 0) & (owners == owner)].tolist() for owner in range(len(candidates))]


def offers(owners: np.ndarray, items: np.ndarray, scores: np.ndarray) -> Offers:
    """Return offers of products without categories or near-duplicates."""
    return Offers(owners, items, (scores,), np.full(len(items), -1), np.full(len(items), 2), items)


def test_the_product_stays_with_the_highest_scores() -> None:
    candidates = [[(0, 0.9), (1, 0.2)], [(0, 0.8), (2, 0.1)], [(0, 0.7), (1, 0.6)]]
    assert capped(candidates, places=1, capacity=2) == [[0], [0], [1]]


def test_a_list_that_loses_a_product_may_take_the_next_from_one_with_a_lower_score() -> None:
    # 2 loses 0 and takes 1 from 1, who goes on to 2.
    candidates = [[(0, 0.9)], [(1, 0.5), (2, 0.4)], [(0, 0.8), (1, 0.6)]]
    assert capped(candidates, places=1, capacity=1) == [[0], [2], [1]]


def test_equal_scores_go_by_the_customers_id() -> None:
    assert capped([[(0, 0.5)], [(0, 0.5)]], places=1, capacity=1) == [[0], []]


def test_nothing_changes_where_no_product_is_requested_too_often() -> None:
    candidates = [[(0, 0.9), (1, 0.8), (2, 0.7)], [(1, 0.9), (2, 0.8)]]
    assert capped(candidates, places=2, capacity=2) == [[0, 1], [1, 2]]


def test_no_candidates_give_no_lists() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert keep_within_capacity(offers(none, none, none), np.full(3, 2), 1).tolist() == []


@given(st.lists(st.lists(st.integers(0, 5), unique=True, min_size=1, max_size=6), min_size=1, max_size=8), st.data())
def test_no_product_exceeds_the_capacity_and_no_swap_is_better(orders: list[list[int]], data: st.DataObject) -> None:
    places, capacity = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    candidates = [[(item, 1 - 0.1 * place - 0.001 * owner) for place, item in enumerate(one)]
             for owner, one in enumerate(orders)]  # fmt: skip
    found = capped(candidates, places, capacity)
    scores = [dict(one) for one in candidates]
    holders = {item: [owner for owner, own in enumerate(found) if item in own] for item in range(6)}
    assert all(
        len(owners) <= capacity and len(found[owner]) <= places for owners in holders.values() for owner in owners
    )
    for owner, one in enumerate(orders):
        better = one if len(found[owner]) < places else one[: one.index(found[owner][-1])]
        for item in set(better) - set(found[owner]):
            assert len(holders[item]) == capacity
            assert all(scores[other][item] > scores[owner][item] for other in holders[item])


def test_the_share_is_at_least_twice_what_spreading_evenly_needs() -> None:
    assert effective_max_share(0.5, length=20, n_products=1_000) == 0.5
    assert effective_max_share(0.5, length=20, n_products=50) == 0.8
    assert effective_max_share(0.5, length=20, n_products=30) == 1.0


@pytest.mark.parametrize(("n_lists", "expected"), [(0, 0), (49, 49), (50, 25), (51, 25)])
def test_few_lists_are_not_capped(n_lists: int, expected: int) -> None:
    assert max_lists(0.5, n_lists) == expected
