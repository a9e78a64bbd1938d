"""What is bought instead of each other, worked by hand: 100 order days of one month, a on 20, b on 20."""

import numpy as np
from scipy.sparse import csr_matrix

from recsys.models.substitutes import Kinds, substitutes

A, B, C = 0, 1, 2
ONE_CATEGORY = Kinds(np.array([7, 7, 7]))


def baskets(*runs: tuple[int, tuple[int, ...]]) -> csr_matrix:
    """Return baskets of runs: so many baskets with these products; the last product, 3, is in those with no other."""
    rows = [[1.0 if product in held else 0.0 for product in range(4)] for n, held in runs for _ in range(n)]
    return csr_matrix(np.array(rows))


APART = baskets((20, (A,)), (20, (B,)), (60, (3,)))  # by chance 4 of 100
MONTH = np.zeros(100, dtype=np.int64)
KINDS = Kinds(np.array([7, 7, 8, 9]))


def found(data: csr_matrix, days: np.ndarray = MONTH, kinds: Kinds = KINDS, least: int = 4) -> list[list[int]]:
    return substitutes(data, days, kinds, least).pairs.tolist()


def test_two_of_a_category_that_are_never_together_though_chance_would_have_it_are_substitutes() -> None:
    assert found(APART) == [[A, B]]
    assert substitutes(APART, MONTH, KINDS, 4).counts.tolist() == [0]


def test_where_chance_would_give_fewer_days_than_asked_for_nothing_is_said() -> None:
    assert found(APART, least=5) == []


def test_what_is_together_about_as_often_as_by_chance_is_no_substitute() -> None:
    assert found(baskets((1, (A, B)), (19, (A,)), (19, (B,)), (61, (3,)))) == []  # 1 may as well be 5.7


def test_products_of_different_categories_are_no_substitutes() -> None:
    assert found(APART, kinds=Kinds(np.array([7, 8, 8, 9]))) == []


def test_what_took_another_products_place_is_no_substitute() -> None:
    days = np.repeat([0, 40, 0], [20, 20, 60])  # a in the first month alone, b in the second
    assert found(APART, days) == []


def test_without_categories_names_that_share_half_of_their_words_are_of_one_kind() -> None:
    words = csr_matrix(np.array([[1.0, 1, 0], [1, 1, 1], [0, 0, 1], [0, 0, 0]]))
    unknown = np.full(4, -1)
    assert found(APART, kinds=Kinds(unknown, words)) == [[A, B]]
    assert found(APART, kinds=Kinds(unknown, csr_matrix(np.eye(4)))) == []
    assert found(APART, kinds=Kinds(unknown)) == []


def test_without_baskets_there_are_none() -> None:
    assert found(csr_matrix((0, 4)), np.zeros(0, dtype=np.int64)) == []
