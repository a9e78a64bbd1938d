import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recsys.kernels.sparse import best, masked, stored_in, without


def test_best_orders_by_score_and_ties_by_column() -> None:
    ranked = best(csr_matrix(np.array([[1.0, 3.0, 3.0, 2.0]])), 3)
    assert ranked.items.tolist() == [1, 2, 3]
    assert ranked.ranks.tolist() == [1, 2, 3]
    assert ranked.scores.tolist() == [3.0, 3.0, 2.0]


def test_best_cuts_through_a_tie_by_column() -> None:
    assert best(csr_matrix(np.array([[1.0, 1.0, 1.0, 2.0]])), 2).items.tolist() == [3, 0]


def test_best_takes_rounding_noise_for_a_tie() -> None:
    assert best(csr_matrix(np.array([[0.3, 0.1 + 0.2, 0.1]])), 2).items.tolist() == [0, 1]


def test_best_leaves_out_zeros_and_empty_rows() -> None:
    ranked = best(csr_matrix((np.array([0.0, 2.0]), np.array([0, 1]), np.array([0, 0, 2])), shape=(2, 3)), 3)
    assert ranked.owners.tolist() == [1]
    assert ranked.items.tolist() == [1]


def test_best_of_no_places_is_refused() -> None:
    with pytest.raises(ValueError, match="n is 0; it must be at least 1"):
        best(csr_matrix((1, 1)), 0)


def test_without_takes_out_what_the_other_matrix_stores() -> None:
    scores = csr_matrix(np.array([[1.0, 2.0], [3.0, 0.0]]))
    other = csr_matrix(np.array([[5.0, 0.0], [0.0, 5.0]]))
    assert without(scores, other).toarray().tolist() == [[0.0, 2.0], [3.0, 0.0]]
    assert stored_in(scores, other).tolist() == [True, False, False]


def test_masked_keeps_the_shape() -> None:
    assert masked(csr_matrix(np.array([[1.0, 2.0]])), np.array([False, False])).shape == (1, 2)
