"""Seasonal purchases, trends and products with the same attributes; worked by hand."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_matrix

from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions, interactions
from recsys.dataset.purchases import Purchases
from recsys.models.attributes import Attributes, best_attribute_matches, read_attributes
from recsys.models.seasonal import out_of_season, seasonal_purchases, seasonal_scores
from recsys.models.trending import buyer_trend

AS_OF = date(2026, 11, 15)


def bought(lines: list[tuple[str, str, int]]) -> Interactions:
    """Return interactions of lines (customer, product, days before as_of)."""
    customers, products = sorted({c for c, _, _ in lines}), sorted({p for _, p, _ in lines})
    return interactions(
        (
            np.array([customers.index(c) for c, _, _ in lines], dtype=np.int32),
            np.array([products.index(p) for _, p, _ in lines], dtype=np.int32),
            np.array([day_number(AS_OF) - ago for _, _, ago in lines], dtype=np.int32),
        ),
        customers,
        products,
        [None] * len(customers),
        AS_OF,
    )


def purchases(data: Interactions, lines: list[tuple[str, str, int]]) -> Purchases:
    last: dict[int, int] = {}
    for customer, product, ago in lines:
        key = data.customer_ids.index(customer) * data.n_products + data.product_ids.index(product)
        last[key] = max(last.get(key, 0), day_number(AS_OF) - ago)
    keys = np.array(sorted(last), dtype=np.int64)
    n, none = np.ones(len(keys), dtype=np.int64), np.zeros(len(keys))
    return Purchases(data.n_products, keys, n, np.array([last[key] for key in keys], dtype=np.int32), *[none] * 4)


def test_the_season_is_eight_weeks_around_the_next_four_a_year_earlier() -> None:
    lines = [("A", "x", 378), ("A", "x", 377), ("A", "x", 322), ("A", "x", 321), ("A", "y", 500), ("B", "x", 350)]
    season = seasonal_purchases(bought(lines))
    assert season is not None
    # columns x, y: A bought x on the days 377 and 322 before, B on one.
    assert season.keys.tolist() == [0, 2]
    assert season.times.tolist() == [2, 1]
    assert (day_number(AS_OF) - season.last_days).tolist() == [322, 350]
    assert season.find(np.array([0, 0, 1]), np.array([0, 1, 0])).tolist() == [0, -1, 1]
    # 3 of 4 baskets of the 364 days up to 14 days ago; 8 of 52 weeks are the season
    assert season.lifts[0] == pytest.approx((3 + 8 / 52) / ((4 + 1) * 8 / 52))


def test_less_than_thirteen_months_have_no_season() -> None:
    assert seasonal_purchases(bought([("A", "x", (AS_OF - date(2025, 10, 16)).days), ("A", "x", 350)])) is None
    assert seasonal_purchases(bought([("A", "x", (AS_OF - date(2025, 10, 15)).days), ("A", "x", 350)])) is not None


def test_without_purchases_in_season_nothing_is_found() -> None:
    season = seasonal_purchases(bought([("A", "x", 600), ("A", "y", 10)]))
    assert season is not None
    assert season.find(np.array([0]), np.array([0])).tolist() == [-1]


def test_what_was_bought_within_twelve_weeks_or_sells_all_year_is_not_seasonal() -> None:
    lines = [("A", "x", 350), ("A", "y", 350), ("A", "y", 83), ("B", "y", 340), ("B", "y", 84), ("C", "z", 350)]
    lines += [("D", "z", ago) for ago in range(30, 300, 10)] + [("D", "w", 500)]
    data = bought(lines)
    season = seasonal_purchases(data)
    assert season is not None
    listed = seasonal_scores(season, purchases(data, lines), day_number(AS_OF))
    owners, items = listed.nonzero()
    found = {(data.customer_ids[c], data.product_ids[p]) for c, p in zip(owners, items, strict=True)}
    assert found == {("A", "x"), ("B", "y")}
    assert listed[0, data.product_ids.index("x")] == season.lifts[data.product_ids.index("x")]


def sold(product: str, *spans: tuple[int, int]) -> list[tuple[str, str, int]]:
    """Return lines of a product that sells every third day of some spans of days before as_of."""
    return [("A", product, ago) for first, last in spans for ago in range(last, first, 3)]


def test_out_of_season_is_what_did_not_sell_in_the_coming_weeks_a_year_ago() -> None:
    summer, summer_before = (240, 120), (604, 484)
    lines = [
        *sold("asparagus", summer_before, summer),
        *sold("bread", (700, 0)),
        *sold("gone for a month", (700, 365), (320, 0)),
        *sold("sells now", summer_before, summer, (28, 0)),
        *sold("young", summer),
        *sold("too rare", (604, 590), (240, 230)),
    ]
    data = bought(lines)
    found = {data.product_ids[place] for place in np.flatnonzero(out_of_season(data))}
    assert found == {"asparagus"}


def test_the_week_after_the_coming_four_is_a_season_too() -> None:
    summer, summer_before = (240, 120), (604, 484)
    lines = [*sold("in five weeks", summer_before, (335, 330), summer), *sold("bread", (700, 0))]
    lines += [(customer, "in five weeks", 331) for customer in "BCDE"]
    assert not out_of_season(bought(lines)).any()


def test_less_than_thirteen_months_know_nothing_out_of_season() -> None:
    assert not out_of_season(bought(sold("asparagus", (390, 366), (240, 120)))).any()


def test_rising_counts_customers_not_baskets_on_both_sides_of_day_28() -> None:
    data = bought([("A", "x", 0), ("A", "x", 5), ("B", "x", 27), ("C", "x", 28), ("D", "x", 55), ("E", "x", 56)])
    rising = buyer_trend(data)
    assert (rising.now.tolist(), rising.before.tolist()) == ([2], [2])


def attributes(**columns: list[str | None]) -> Attributes:
    return read_attributes(pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}))


COFFEE = attributes(category=["Coffee", "Coffee", "Tea", None], supplier=["S", "T", "S", ""])


def test_the_match_is_the_most_bought_product_with_the_attribute() -> None:
    baskets = csr_matrix(np.array([[1.0, 4, 0, 2], [0, 0, 3, 1], [0, 0, 0, 5]]))
    matches = best_attribute_matches(COFFEE, baskets, np.array([0, 0, 1, 1, 2, 0]), np.array([0, 1, 0, 2, 0, 3]))
    # first: the other coffee; third: no tea but itself, and the other product of S; the last has no attribute
    assert matches.items.tolist() == [1, 0, 2, -1, -1, -1]
    assert matches.attributes.tolist() == ["Coffee", "Coffee", "S", None, None, None]


def test_equally_often_bought_ones_go_by_id() -> None:
    three = attributes(category=["A", "A", "A"], supplier=[None, None, None])
    matches = best_attribute_matches(three, csr_matrix(np.array([[2.0, 2, 0]])), np.array([0]), np.array([2]))
    assert matches.items.tolist() == [0]


def test_what_is_shared_is_the_share_of_purchases_category_counting_twice() -> None:
    shared = COFFEE.purchase_shares(csr_matrix(np.array([[0.0, 3, 1, 0], [0, 0, 0, 1]])), np.array([0]))
    # three of four are coffee, one of four is of S: (2 x 3/4 + 1/4) / 3
    assert shared.toarray().ravel().tolist() == pytest.approx([(2 * 3 / 4 + 1 / 4) / 3, 0])


def test_without_attributes_nothing_matches() -> None:
    none = attributes(category=[None, None], supplier=[None, None])
    baskets = csr_matrix(np.array([[1.0, 0]]))
    assert best_attribute_matches(none, baskets, np.array([0]), np.array([1])).items.tolist() == [-1]
    assert none.purchase_shares(baskets, np.array([1])).nnz == 0
