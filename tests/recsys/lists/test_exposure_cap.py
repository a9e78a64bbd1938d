"""Who keeps a product that too many lists want, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.lists.exposure_cap import capacity, spread, widest


def standing(lists: list[list[tuple[int, float]]], places: int, most: int) -> list[list[int]]:
    """The lists that stand, of offers (product, score), the best first."""
    rows = [(owner, item, score) for owner, offers in enumerate(lists) for item, score in offers]
    owners, items, scores = (np.array(column) for column in zip(*rows, strict=True))
    taken = spread(owners, items, (scores,), np.full(len(lists), places), most)
    return [items[taken & (owners == owner)].tolist() for owner in range(len(lists))]


def test_the_product_stays_with_the_highest_scores() -> None:
    lists = [[(0, 0.9), (1, 0.2)], [(0, 0.8), (2, 0.1)], [(0, 0.7), (1, 0.6)]]
    assert standing(lists, places=1, most=2) == [[0], [0], [1]]


def test_who_loses_a_product_may_take_the_next_from_someone_who_needs_it_less() -> None:
    # 2 loses 0 and takes 1 from 1, who goes on to 2.
    lists = [[(0, 0.9)], [(1, 0.5), (2, 0.4)], [(0, 0.8), (1, 0.6)]]
    assert standing(lists, places=1, most=1) == [[0], [2], [1]]


def test_equal_scores_go_by_the_customers_id() -> None:
    assert standing([[(0, 0.5)], [(0, 0.5)]], places=1, most=1) == [[0], []]


def test_nothing_changes_where_no_product_is_wanted_too_often() -> None:
    lists = [[(0, 0.9), (1, 0.8), (2, 0.7)], [(1, 0.9), (2, 0.8)]]
    assert standing(lists, places=2, most=2) == [[0, 1], [1, 2]]


def test_no_offers_give_no_lists() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert spread(none, none, (none,), np.full(3, 2), 1).tolist() == []


@given(st.lists(st.lists(st.integers(0, 5), unique=True, min_size=1, max_size=6), min_size=1, max_size=8), st.data())
def test_no_product_stands_too_often_and_nobody_would_rather_swap(orders: list[list[int]], data: st.DataObject) -> None:
    places, most = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    lists = [[(item, 1 - 0.1 * place - 0.001 * owner) for place, item in enumerate(one)]
             for owner, one in enumerate(orders)]  # fmt: skip
    found = standing(lists, places, most)
    needs = [dict(one) for one in lists]
    holders = {item: [owner for owner, own in enumerate(found) if item in own] for item in range(6)}
    assert all(len(owners) <= most and len(found[owner]) <= places for owners in holders.values() for owner in owners)
    for owner, one in enumerate(orders):
        better = one if len(found[owner]) < places else one[: one.index(found[owner][-1])]
        for item in set(better) - set(found[owner]):
            assert len(holders[item]) == most
            assert all(needs[other][item] > needs[owner][item] for other in holders[item])


def test_the_share_is_at_least_twice_what_spreading_evenly_needs() -> None:
    assert widest(0.5, length=20, n_products=1_000) == 0.5
    assert widest(0.5, length=20, n_products=50) == 0.8
    assert widest(0.5, length=20, n_products=30) == 1.0


@pytest.mark.parametrize(("n_lists", "most"), [(0, 0), (49, 49), (50, 25), (51, 25)])
def test_few_lists_hold_nothing_down(n_lists: int, most: int) -> None:
    assert capacity(0.5, n_lists) == most
