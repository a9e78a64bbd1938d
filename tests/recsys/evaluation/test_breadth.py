import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.evaluation import breadth
from recsys.evaluation.breadth import coverage, largest_share, mean_jaccard, novelty

NO_LISTS = np.full((3, 10), -1)


def test_coverage_counts_the_first_n_places_and_no_empty_one() -> None:
    assert coverage(np.array([[0, 1, 5], [1, -1, -1]]), 8, 2) == 2 / 8
    assert coverage(np.full((1, 2), -1), 8, 2) == 0
    assert coverage(np.zeros((0, 20)), 0, 10) == 0


def test_largest_share_is_of_the_product_in_most_lists_among_their_first_n() -> None:
    ranked = np.array([[0, 1, 7], [0, 2, 7], [3, 0, 7], [4, 5, 7]])
    assert largest_share(ranked, 2) == 3 / 4
    assert largest_share(ranked, 3) == 1


def test_a_product_counts_once_in_a_list() -> None:
    assert largest_share(np.array([[2, 2, 2], [0, 1, 3]]), 3) == 1 / 2


def test_a_customer_without_a_list_is_not_counted() -> None:
    ranked = np.array([[0, 1], [-1, -1], [0, -1]])
    assert largest_share(ranked, 2) == 1
    assert mean_jaccard(ranked, 2) == 1 / 2
    assert novelty(ranked, np.array([2, 1]), 2) == (1 / 2 + 0) / 2


def test_overlap_is_what_both_lists_have_over_what_either_has_mean_over_pairs() -> None:
    ranked = np.array([[0, 1, 2], [0, 1, 3], [4, 0, -1]])
    first_second, first_third, second_third = 2 / 4, 1 / 4, 1 / 4
    assert mean_jaccard(ranked, 3) == pytest.approx((first_second + first_third + second_third) / 3)


def test_overlap_looks_at_the_first_n_places_alone() -> None:
    assert mean_jaccard(np.array([[0, 1], [2, 1]]), 1) == 0


def test_equal_lists_overlap_wholly_whatever_their_order() -> None:
    assert mean_jaccard(np.array([[0, 1, 2], [2, 0, 1]]), 3) == 1


def test_without_lists_no_product_has_a_share_and_overlap_and_novelty_are_unknown() -> None:
    assert largest_share(NO_LISTS, 10) == 0
    assert np.isnan(mean_jaccard(NO_LISTS, 10))
    assert np.isnan(novelty(NO_LISTS, np.array([1, 2]), 10))
    assert np.isnan(mean_jaccard(np.array([[0, 1]]), 2))  # one list has no pair


def test_novelty_is_the_share_of_other_products_with_more_buyers() -> None:
    n_buyers = np.array([50, 3, 20, 1, 9])
    assert novelty(np.array([[0]]), n_buyers, 1) == 0
    assert novelty(np.array([[3]]), n_buyers, 1) == 1
    assert novelty(np.array([[2, 1]]), n_buyers, 2) == (1 / 4 + 3 / 4) / 2


def test_as_many_buyers_count_half() -> None:
    assert novelty(np.array([[0, 1, 2, 3]]), np.array([5, 5, 5, 5]), 4) == 1 / 2


def test_every_list_weighs_the_same_in_novelty_however_short() -> None:
    ranked = np.array([[0, 1, 2], [2, -1, -1]])
    assert novelty(ranked, np.array([30, 20, 10]), 3) == (1 / 2 + 1) / 2


def test_the_only_product_is_the_best_seller() -> None:
    assert novelty(np.array([[0]]), np.array([4]), 1) == 0


@given(ranked=arrays(np.int32, (7, 4), elements=st.integers(-1, 9)), n=st.integers(1, 4))
def test_overlap_is_the_mean_of_all_pairs_of_sets(ranked: "np.ndarray", n: int) -> None:
    sets = [found for row in ranked if (found := set(row[:n].tolist()) - {-1})]
    pairs = [len(a & b) / len(a | b) for at, a in enumerate(sets) for b in sets[at + 1 :]]
    expected = float(np.mean(pairs)) if pairs else float("nan")
    assert mean_jaccard(ranked, n) == pytest.approx(expected, nan_ok=True)


def test_many_lists_are_compared_by_a_sample_that_its_seed_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = np.random.default_rng(1).integers(0, 12, size=(400, 4))
    exact = mean_jaccard(ranked, 4)
    monkeypatch.setattr(breadth, "MAX_JACCARD_LISTS", 200)
    assert mean_jaccard(ranked, 4) == pytest.approx(exact, abs=0.02)
    assert mean_jaccard(ranked, 4, seed=5) == mean_jaccard(ranked, 4, seed=5) != mean_jaccard(ranked, 4)
