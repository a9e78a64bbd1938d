from collections.abc import Callable

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions
from recsys.models.base import recommend
from recsys.models.popular import FittedPopular, Popular

Make = Callable[..., Interactions]

ROWS = [("A", 0, "xy"), ("A", 1, "x"), ("B", 0, "xz"), ("C", 0, "yz"), ("D", 0, "z"), ("D", 1, "z")]
SEGMENTS = {"A": "cafe", "B": "cafe", "C": "hotel", "D": "hotel", "E": "cafe", "F": "school"}


@pytest.fixture
def fitted(interactions_of: Make) -> FittedPopular:
    return Popular(min_customers=2).fit(interactions_of(ROWS, SEGMENTS))


def test_best_sellers_count_customers_first_then_baskets(fitted: FittedPopular) -> None:
    assert fitted.segments == ("", "cafe", "hotel")
    assert fitted.best[0].tolist() == [2, 0, 1]  # z: three customers; x: two in three baskets; y: two in two
    assert fitted.best[1].tolist() == [0, 1, 2]  # y and z: one customer, one basket, so by id
    assert fitted.best[2].tolist() == [2, 1]


def test_only_customers_with_orders_are_counted_of(fitted: FittedPopular) -> None:
    assert fitted.of_customers.tolist() == [4, 2, 2]


def test_a_segment_with_too_few_buying_customers_counts_as_everyone(fitted: FittedPopular) -> None:
    assert fitted.group.tolist() == [1, 1, 2, 2, 1, 0]


def test_the_bound_of_customers_is_inclusive(interactions_of: Make) -> None:
    assert Popular(min_customers=3).fit(interactions_of(ROWS, SEGMENTS)).segments == ("",)


def test_everyones_best_sellers_follow_those_of_the_segment(fitted: FittedPopular, interactions_of: Make) -> None:
    data = interactions_of(ROWS, SEGMENTS)
    assert [product for product, _ in recommend(fitted, data, "E", 3).products] == ["x", "y", "z"]
    assert [product for product, _ in recommend(fitted, data, "F", 3).products] == ["z", "x", "y"]
    hotel = fitted.score(np.array([2], dtype=np.int32)).toarray()[0]
    assert hotel.argsort()[::-1].tolist() == [2, 1, 0]


def test_a_list_of_best_sellers_has_a_length(interactions_of: Make) -> None:
    assert Popular(length=1).fit(interactions_of(ROWS)).best[0].tolist() == [2]
