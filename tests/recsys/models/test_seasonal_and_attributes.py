"""What was bought in these weeks of last year, what sells more now, and what is alike; worked by hand."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_matrix

from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions, interactions
from recsys.dataset.purchases import Purchases
from recsys.models.attributes import Attributes, most_alike, read_attributes
from recsys.models.seasonal import in_season, read_season
from recsys.models.trending import read_rising

AS_OF = date(2026, 11, 15)


def bought(lines: list[tuple[str, str, int]]) -> Interactions:
    """Lines (customer, product, days before as_of)."""
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
    return Purchases(data.n_products, keys, n, np.array([last[key] for key in keys], dtype=np.int32), none, none, none)


def test_the_season_is_eight_weeks_around_the_next_four_a_year_earlier() -> None:
    lines = [("A", "x", 378), ("A", "x", 377), ("A", "x", 322), ("A", "x", 321), ("A", "y", 500), ("B", "x", 350)]
    season = read_season(bought(lines))
    assert season is not None
    # columns x, y: A bought x on the days 377 and 322 before, B on one.
    assert season.keys.tolist() == [0, 2]
    assert season.times.tolist() == [2, 1]
    assert (day_number(AS_OF) - season.last_days).tolist() == [322, 350]
    assert season.find(np.array([0, 0, 1]), np.array([0, 1, 0])).tolist() == [0, -1, 1]
    # 3 of 4 baskets of the 364 days up to 14 days ago; 8 of 52 weeks are the season
    assert season.lifts[0] == pytest.approx((3 + 8 / 52) / ((4 + 1) * 8 / 52))


def test_less_than_thirteen_months_have_no_season() -> None:
    assert read_season(bought([("A", "x", (AS_OF - date(2025, 10, 16)).days), ("A", "x", 350)])) is None
    assert read_season(bought([("A", "x", (AS_OF - date(2025, 10, 15)).days), ("A", "x", 350)])) is not None


def test_nothing_bought_in_season_is_found_nowhere() -> None:
    season = read_season(bought([("A", "x", 600), ("A", "y", 10)]))
    assert season is not None
    assert season.find(np.array([0]), np.array([0])).tolist() == [-1]


def test_what_was_bought_within_twelve_weeks_or_sells_all_year_is_not_seasonal() -> None:
    lines = [("A", "x", 350), ("A", "y", 350), ("A", "y", 83), ("B", "y", 340), ("B", "y", 84), ("C", "z", 350)]
    lines += [("D", "z", ago) for ago in range(30, 300, 10)] + [("D", "w", 500)]
    data = bought(lines)
    season = read_season(data)
    assert season is not None
    listed = in_season(season, purchases(data, lines), day_number(AS_OF))
    owners, items = listed.nonzero()
    found = {(data.customer_ids[c], data.product_ids[p]) for c, p in zip(owners, items, strict=True)}
    assert found == {("A", "x"), ("B", "y")}
    assert listed[0, data.product_ids.index("x")] == season.lifts[data.product_ids.index("x")]


def test_rising_counts_customers_not_baskets_on_both_sides_of_day_28() -> None:
    data = bought([("A", "x", 0), ("A", "x", 5), ("B", "x", 27), ("C", "x", 28), ("D", "x", 55), ("E", "x", 56)])
    rising = read_rising(data)
    assert (rising.now.tolist(), rising.before.tolist()) == ([2], [2])


def attributes(**columns: list[str | None]) -> Attributes:
    return read_attributes(pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}))


COFFEE = attributes(category=["Coffee", "Coffee", "Tea", None], supplier=["S", "T", "S", ""])


def test_the_product_bought_most_often_is_the_one_that_is_alike() -> None:
    baskets = csr_matrix(np.array([[1.0, 4, 0, 2], [0, 0, 3, 1], [0, 0, 0, 5]]))
    alike = most_alike(COFFEE, baskets, np.array([0, 0, 1, 1, 2, 0]), np.array([0, 1, 0, 2, 0, 3]))
    # the first: of the coffees but itself; the fourth: the only tea and the only one of S; the last has no attribute
    assert alike.items.tolist() == [1, 0, 2, -1, -1, -1]
    assert alike.attributes.tolist() == ["Coffee", "Coffee", "S", None, None, None]


def test_equally_often_bought_ones_go_by_id() -> None:
    three = attributes(category=["A", "A", "A"], supplier=[None, None, None])
    alike = most_alike(three, csr_matrix(np.array([[2.0, 2, 0]])), np.array([0]), np.array([2]))
    assert alike.items.tolist() == [0]


def test_what_is_shared_is_the_share_of_purchases_category_counting_twice() -> None:
    shared = COFFEE.shared(csr_matrix(np.array([[0.0, 3, 1, 0], [0, 0, 0, 1]])), np.array([0]))
    # three of four are coffee, one of four is of S: (2 x 3/4 + 1/4) / 3
    assert shared.toarray().ravel().tolist() == pytest.approx([(2 * 3 / 4 + 1 / 4) / 3, 0])


def test_without_attributes_nothing_is_alike() -> None:
    none = attributes(category=[None, None], supplier=[None, None])
    baskets = csr_matrix(np.array([[1.0, 0]]))
    assert most_alike(none, baskets, np.array([0]), np.array([1])).items.tolist() == [-1]
    assert none.shared(baskets, np.array([1])).nnz == 0
