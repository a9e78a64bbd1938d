"""The back-test of who fits a new line, on a shop of tea and wine in which each product's buyers are known.

80 customers: half order teas, half wines, the wine ones twice as often. From day 200 on new teas come, one a day.
"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions, interactions
from recsys.dataset.product_terms import word_matrix
from recsys.evaluation.new_lines import (
    HELD_OUT,
    LEAST_PRODUCTS,
    ORDER_DAYS,
    PROFILE,
    RANDOM,
    known_before,
    lines_of,
    new_line_test,
)

START = date(2026, 1, 1)
TEA, WINE = [f"c{n:02}" for n in range(40)], [f"c{n:02}" for n in range(40, 80)]
OLD = [f"tea t{n}" for n in range(5)] + [f"wine w{n}" for n in range(5)]
N_NEW, FIRST_NEW, LAST_DAY = 25, 200, 300
CATEGORIES = {"tea": 0, "wine": 1, "new": 0}


def shop(n_new: int = N_NEW, buyers: list[str] = TEA, last_day: int = LAST_DAY) -> Interactions:
    """Return orders; each new tea is bought by eight of `buyers` on the day that it comes."""
    new = [f"new tea {n:02}" for n in range(n_new)]
    rows = [
        (who, f"{name}{(n + day // gap) % 5}", day)
        for name, people, gap in (("tea t", TEA, 20), ("wine w", WINE, 10))
        for n, who in enumerate(people)
        for day in range(n % 7, last_day, gap)
    ]
    rows += [(buyers[(n + 5 * m) % 40], name, FIRST_NEW + n) for n, name in enumerate(new) for m in range(8)]
    rows += [("c00", "tea t0", last_day)]
    customers, products = sorted(TEA + WINE), sorted({product for _, product, _ in rows} | set(OLD))
    arrays = (
        np.array([customers.index(who) for who, _, _ in rows], dtype=np.int32),
        np.array([products.index(product) for _, product, _ in rows], dtype=np.int32),
        np.array([day_number(START) + day for _, _, day in rows], dtype=np.int32),
    )
    words = word_matrix([(name, None, None) for name in products])
    as_of = START + timedelta(last_day)
    return interactions(arrays, customers, products, [None] * len(customers), as_of, words=words)


def categories_of(orders: Interactions) -> np.ndarray:
    return np.array([CATEGORIES[name.split()[0]] for name in orders.product_ids])


def test_profile_finds_the_buyers_of_new_products_where_the_biggest_customers_buy_others() -> None:
    found = new_line_test(shop())
    assert (found.kind, found.products, found.buyers, found.customers) == ("first sold", N_NEW, 8 * N_NEW, 80)
    # Of the first 50 by profile are all 40 who buy tea, and with them all eight buyers; by order days wine comes first.
    hits = {name: found.figure(name, "50").hits.mean for name in (PROFILE, ORDER_DAYS, RANDOM)}  # type: ignore[union-attr]
    assert hits == {PROFILE: 8, ORDER_DAYS: pytest.approx(2, abs=0.5), RANDOM: pytest.approx(50 * 8 / 80)}
    profile = found.figure(PROFILE, "50")
    assert profile is not None
    assert (profile.precision.mean, profile.recall.mean, profile.lift.mean) == pytest.approx((8 / 50, 1, 1.6))


def test_gain_over_a_ranking_is_paired_by_product() -> None:
    found = new_line_test(shop())
    gain, by_days = found.gain(ORDER_DAYS, "50"), found.figure(ORDER_DAYS, "50")
    assert gain is not None
    assert by_days is not None
    assert gain.hits.mean == pytest.approx(8 - (by_days.hits.mean or 0))
    assert gain.hits.low is not None
    assert gain.hits.low > 0


def test_who_buys_a_product_after_the_cut_does_not_change_whom_it_is_said_to_fit() -> None:
    # The leak that is planted: the new teas are bought by those who drink wine. A ranking that saw it would find them.
    honest, planted = shop(buyers=TEA), shop(buyers=WINE)
    cut = day_number(START) + FIRST_NEW
    new = np.array([place for place, name in enumerate(honest.product_ids) if name.startswith("new")])
    ranked = [known_before(lines_of(orders), cut).ranked(new) for orders in (honest, planted)]
    assert all((ranked[0][name] == ranked[1][name]).all() for name in ranked[0])
    found = new_line_test(planted).figure(PROFILE, "50")
    assert found is not None
    assert found.lift.high is not None
    assert found.lift.high < 1  # worse than by lot, as it must be


def test_what_is_bought_from_the_cut_on_is_not_known_on_the_day_before() -> None:
    orders = shop()
    cut = day_number(START) + 100
    before = known_before(lines_of(orders), cut)
    assert before.lately.days.max() < cut
    assert (before.profiles.bought.sum(), before.profiles.order_days.sum()) == _counted(orders, cut)


def _counted(orders: Interactions, cut: int) -> tuple[int, int]:
    """Return how many pairs of customer and product, and order days, were before a cut, counted one by one."""
    pairs, days = set(), set()
    for row, (who, day) in enumerate(zip(orders.basket_customers, orders.basket_days, strict=True)):
        if day < cut:
            days.add((who, day))
            pairs |= {(who, product) for product in orders.baskets[row].indices}
    return len(pairs), len(days)


def test_customers_of_the_category_are_a_ranking_where_it_is_known() -> None:
    orders = shop()
    assert new_line_test(orders).figure("category", "50") is None
    of_category = new_line_test(orders, categories_of(orders)).figure("category", "50")
    assert of_category is not None
    assert (of_category.n, of_category.hits.mean) == (N_NEW, 8)


def test_a_product_whose_weeks_are_not_over_is_not_tested() -> None:
    whole, short = new_line_test(shop()), new_line_test(shop(last_day=FIRST_NEW + N_NEW + 30))
    assert whole.products == N_NEW
    assert short.kind != "first sold"


def test_where_few_products_are_new_others_are_held_out_with_all_their_purchases(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("recsys.evaluation.new_lines.LEAST_PRODUCTS", 3)
    monkeypatch.setattr("recsys.evaluation.new_lines._HIDDEN_SHARE", 0.5)
    found = new_line_test(shop(n_new=0))
    assert (found.kind, found.products) == (HELD_OUT, 5)
    profile = found.figure(PROFILE, "50")
    assert profile is not None
    assert profile.recall.mean == 1  # all who bought of its taste; by lot the first 50 are 62 % of them


def test_too_few_products_are_not_tested_and_it_says_how_few() -> None:
    found = new_line_test(shop(n_new=0))
    assert (found.products, found.figures) == (1, ())  # a tenth of ten products may be held out
    assert found.why_not == f"only 1 product could be tested; fewer than {LEAST_PRODUCTS} say nothing"


def test_products_without_words_are_not_tested() -> None:
    assert "no words" in new_line_test(replace(shop(), words=None)).why_not


def test_same_seed_gives_the_same_intervals() -> None:
    assert new_line_test(shop(), seed=3) == new_line_test(shop(), seed=3)
