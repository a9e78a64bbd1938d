"""Whom a product fits that nobody bought yet: four products whose words are visible, three customers."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recsys.dataset.product_terms import word_matrix
from recsys.models.profiles import Profiles, most_alike

# 0 is new; 1 and 2 have words of it, 3 has none.
NAMES = ("green tea", "green tea", "black tea", "red wine")
ONLY_THE_NEW = np.array([0])


def profiles(bought: list[list[int]], order_days: tuple[int, ...] = (1, 1, 1)) -> Profiles:
    words = word_matrix([(name, None, None) for name in NAMES])
    return Profiles(csr_matrix(np.array(bought, dtype=float)), np.array(order_days), words)


def test_products_are_as_near_as_their_words_and_rare_words_count_more() -> None:
    weights = profiles([[0, 1, 1, 1]]).nearest(ONLY_THE_NEW)[0]
    # Of three known products two have `tea` and one `green`: the words weigh ln(4/3) + 1 and ln(4/2) + 1.
    tea, rare = np.log(4 / 3) + 1, np.log(2) + 1
    assert weights.tolist() == pytest.approx([0, 1, (tea**2 / (tea**2 + rare**2)) ** 2, 0])


def test_a_customer_fits_by_the_share_of_the_near_products_that_they_bought() -> None:
    found = profiles([[0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    near = found.nearest(ONLY_THE_NEW)[0]
    assert found.scores(ONLY_THE_NEW)[0].tolist() == pytest.approx([1, near[2] / near.sum(), 0])
    assert found.ranked(ONLY_THE_NEW).tolist() == [[0, 1, 2]]


def test_who_bought_all_near_products_fits_by_one_whatever_was_rounded() -> None:
    n = 20
    words = word_matrix([(" ".join(f"w{n * k % 7}" for k in range(1, 4)), None, None) for n in range(n)])
    found = Profiles(csr_matrix(np.ones((1, n))), np.array([1]), words)
    scores = [found.scores(np.array([product]))[0, 0] for product in range(n)]
    assert max(scores) == 1
    assert min(scores) == pytest.approx(1)


def test_of_those_whom_it_fits_equally_who_orders_more_often_comes_first() -> None:
    assert profiles([[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]], (2, 5, 9)).ranked(ONLY_THE_NEW).tolist() == [[1, 0, 2]]


def test_who_bought_the_product_itself_fits_it_no_better_for_that() -> None:
    without, bought = profiles([[0, 1, 0, 0], [0, 0, 1, 1]]), profiles([[0, 1, 0, 0], [1, 0, 1, 1]])
    assert without.scores(ONLY_THE_NEW).tolist() == bought.scores(ONLY_THE_NEW).tolist()


def test_product_that_shares_no_word_fits_nobody() -> None:
    words = word_matrix([("salt", None, None), ("tea", None, None)])
    found = Profiles(csr_matrix([[0.0, 1.0]]), np.array([1]), words)
    assert found.scores(ONLY_THE_NEW).tolist() == [[0]]


def test_most_alike_is_the_nearest_product_that_each_customer_bought() -> None:
    found = profiles([[0, 1, 1, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
    assert most_alike(found.nearest(ONLY_THE_NEW)[0], found.bought).tolist() == [1, 2, -1]
