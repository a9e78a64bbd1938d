from datetime import date

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions, interactions


def made(lines: list[tuple[int, int, int]], as_of: date = date(1970, 1, 11)) -> Interactions:
    columns = np.array(lines, dtype=np.int32).reshape(-1, 3).T
    return interactions((columns[0], columns[1], columns[2]), ["A", "B"], ["x", "y", "z"], ["cafe", None], as_of)


def test_counts_are_baskets_not_lines() -> None:
    data = made([(0, 0, 1), (0, 0, 1), (0, 0, 2), (0, 2, 2), (1, 1, 1)])
    assert data.counts.toarray().tolist() == [[2, 0, 1], [0, 1, 0]]
    assert data.bought.toarray().tolist() == [[1, 0, 1], [0, 1, 0]]
    assert data.baskets_with().tolist() == [2, 1, 1]


def test_a_basket_is_what_a_customer_ordered_on_one_day() -> None:
    data = made([(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 0, 3)])
    assert data.basket_customers.tolist() == [0, 1, 1]
    assert data.basket_days.tolist() == [1, 1, 3]
    assert data.baskets.toarray().tolist() == [[1, 1, 0], [1, 0, 0], [1, 0, 0]]


def test_the_same_day_of_two_customers_is_two_baskets() -> None:
    assert made([(0, 0, 1), (1, 0, 1)]).baskets.shape[0] == 2


def test_a_purchase_loses_half_its_weight_each_half_life() -> None:
    data = made([(0, 0, 10), (0, 0, 5), (1, 1, 0)])
    np.testing.assert_allclose(data.decayed(5.0).toarray(), [[1.5, 0, 0], [0, 0.25, 0]])


def test_no_lines_make_an_empty_matrix() -> None:
    data = made([])
    assert data.counts.shape == (2, 3)
    assert data.counts.nnz == 0
    assert data.baskets.shape == (0, 3)


def test_the_order_of_the_lines_is_irrelevant() -> None:
    lines = [(0, 0, 1), (1, 2, 1), (0, 1, 4), (1, 0, 2)]
    assert (made(lines).decayed(3) != made(lines[::-1]).decayed(3)).nnz == 0


@pytest.mark.parametrize("ids", [["b", "a"], ["a", "a"]])
def test_ids_that_are_not_sorted_or_not_unique_are_refused(ids: list[str]) -> None:
    nothing = np.zeros(0, dtype=np.int32)
    with pytest.raises(ValueError, match="sorted as text"):
        interactions((nothing, nothing, nothing), ids, ["x"], [None, None], date(2026, 1, 1))


def test_spending_is_each_products_share_of_the_customers_revenue() -> None:
    lines = (np.array([0, 0, 0, 1]), np.array([0, 1, 0, 2]), np.array([5, 5, 9, 5]))
    data = interactions(
        lines, ["A", "B"], ["x", "y", "z"], [None, None], date(2026, 1, 1), revenue=np.array([1, 6, 2, 0])
    )
    assert data.spending.toarray().tolist() == [[1 / 3, 2 / 3, 0], [0, 0, 0]]
    assert data.counts.toarray().tolist() == [[2, 1, 0], [0, 0, 1]]
    unknown = interactions(lines, ["A", "B"], ["x", "y", "z"], [None, None], date(2026, 1, 1))
    assert unknown.spending.nnz == 0


def test_revenue_of_duplicate_lines_is_summed() -> None:
    lines = (np.array([0, 0, 0]), np.array([1, 0, 1]), np.array([5, 5, 5]))
    data = interactions(lines, ["A"], ["x", "y"], [None], date(2026, 1, 1), revenue=np.array([1.0, 2.0, 5.0]))
    assert data.spending.toarray().tolist() == [[0.25, 0.75]]
