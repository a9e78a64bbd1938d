"""RFM: scores by quintiles, and what equal values, few values and a single customer get."""

import numpy as np
import pytest

from recsys.models.segments import CustomerFigures, fit_bounds, score


def figures(recency: list[int], order_days: list[int] | None = None, revenue: list[float] | None = None):
    days = order_days or [1] * len(recency)
    spent = revenue or [10.0] * len(recency)
    return CustomerFigures(*(np.array(each, dtype=float) for each in (recency, days, spent)))


def scored(recency: list[int], order_days: list[int] | None = None, revenue: list[float] | None = None):
    asked = figures(recency, order_days, revenue)
    return score(asked, fit_bounds(asked))


def test_ten_customers_fill_each_score_with_two() -> None:
    found = scored(list(range(10)), list(range(1, 11)), [float(each) for each in range(10, 110, 10)])
    assert found.recency.tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert found.frequency.tolist() == found.monetary.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_bounds_are_the_customers_own_values() -> None:
    bounds = fit_bounds(figures(list(range(10)), list(range(1, 11))))
    assert bounds.recency.tolist() == [1, 3, 5, 7]
    assert bounds.frequency.tolist() == [2, 4, 6, 8]


def test_a_customer_on_a_bound_has_the_score_below_it() -> None:
    found = scored([0, 7, 8, 15, 16, 32, 33, 90, 91, 300])
    assert found.recency.tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


def test_equal_values_have_equal_scores_and_leave_the_next_score_empty() -> None:
    found = scored([0] * 10, [1, 1, 1, 1, 1, 2, 3, 4, 5, 6])
    assert found.frequency.tolist() == [1, 1, 1, 1, 1, 3, 4, 4, 5, 5]


def test_two_values_have_two_scores() -> None:
    assert scored([0] * 4, [1, 1, 9, 9]).frequency.tolist() == [1, 1, 3, 3]


def test_where_all_are_alike_nobody_orders_often_and_all_ordered_lately() -> None:
    found = scored([3] * 5, [4] * 5)
    assert set(found.recency.tolist()) == {5}
    assert set(found.frequency.tolist()) == set(found.monetary.tolist()) == {1}


def test_a_single_customer_is_new() -> None:
    assert scored([3]).segments.tolist() == ["New"]


def test_the_segment_is_the_cell_of_recency_and_frequency() -> None:
    found = scored([300, 90, 30, 10, 0], [9, 5, 4, 3, 1])
    assert list(zip(found.recency.tolist(), found.frequency.tolist(), strict=True)) == [
        (1, 5), (2, 4), (3, 3), (4, 2), (5, 1),
    ]  # fmt: skip
    assert found.segments.tolist() == ["Cannot lose", "At risk", "Needs attention", "Potential loyalist", "New"]


def test_bounds_of_others_score_too() -> None:
    bounds = fit_bounds(figures(list(range(10))))
    assert score(figures([0, 2, 400]), bounds).recency.tolist() == [5, 4, 1]


def test_the_order_of_the_customers_changes_no_score() -> None:
    rng = np.random.default_rng(1)
    asked = figures(rng.integers(0, 366, 97).tolist(), rng.integers(1, 30, 97).tolist(), rng.gamma(2, 500, 97).tolist())
    shuffled = rng.permutation(97)
    other = asked.take(shuffled)
    assert (
        score(asked, fit_bounds(asked)).segments[shuffled].tolist() == score(other, fit_bounds(other)).segments.tolist()
    )


def test_quintiles_need_a_customer() -> None:
    with pytest.raises(ValueError, match="there are no customers with an order day in the 12 months"):
        fit_bounds(figures([]))
