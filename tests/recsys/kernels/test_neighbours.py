import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors

from recsys.kernels.cosine_topk import tiles_of
from recsys.kernels.neighbours import Nearest, all_nearest, mean_weights, nearest, tf_idf, unit_rows
from recsys.runtime.parallel import blocks


def everyone(matrix: NDArray[np.float64], k: int, block_rows: int = 1_000) -> Nearest:
    return all_nearest(unit_rows(csr_matrix(matrix)), k, block_rows)


def test_neighbours_are_ordered_by_cosine() -> None:
    # cosine of (1, 0) with (1, 1) is 1 / sqrt 2, with (3, 4) it is 3 / 5
    near = everyone(np.array([[1.0, 0], [3, 4], [1, 1]]), 2)
    assert near.rows[0].tolist() == [2, 1]
    np.testing.assert_allclose(near.similarities[0], [1 / np.sqrt(2), 0.6])


def test_ties_go_by_position() -> None:
    assert everyone(np.ones((4, 1)), 2).rows.tolist() == [[1, 2], [0, 2], [0, 1], [0, 1]]


def test_a_tie_longer_than_k_goes_by_position() -> None:
    near = everyone(np.ones((200, 1)), 3)
    assert near.rows[150].tolist() == [0, 1, 2]
    assert near.rows[0].tolist() == [1, 2, 3]
    assert near.similarities.min() == 1


def test_a_row_of_zeros_has_no_neighbours_and_is_no_neighbour() -> None:
    near = everyone(np.array([[1.0, 1], [0, 0], [1, 0]]), 2)
    assert near.rows.tolist() == [[2, -1], [-1, -1], [0, -1]]
    assert near.similarities[1].tolist() == [0, 0]


def test_rows_without_a_shared_column_are_no_neighbours() -> None:
    assert everyone(np.eye(3), 2).rows.max() == -1


def test_a_row_alone_has_no_neighbours() -> None:
    assert everyone(np.ones((1, 2)), 5).rows.tolist() == [[-1]]


def test_no_neighbour_at_all_is_refused() -> None:
    units = unit_rows(csr_matrix(np.ones((2, 2))))
    with pytest.raises(ValueError, match="k is 0; it must be at least 1"):
        nearest(units, tiles_of(units), np.array([0], dtype=np.int32), 0)


def test_first_keeps_the_nearest() -> None:
    assert everyone(np.ones((4, 1)), 3).first(1).rows.tolist() == [[1], [0], [0], [0]]


def test_blocks_cover_every_position_once() -> None:
    assert [block.tolist() for block in blocks(5, 2)] == [[0, 1], [2, 3], [4]]


def test_unit_rows_have_length_one_or_zero() -> None:
    np.testing.assert_allclose(unit_rows(csr_matrix(np.array([[3.0, 4], [0, 0]]))).toarray(), [[0.6, 0.8], [0, 0]])


def test_tf_idf_of_a_product_that_everyone_buys_is_the_logarithm_of_its_count() -> None:
    weighted = tf_idf(csr_matrix(np.array([[1.0, 3], [1, 0]]))).toarray()
    np.testing.assert_allclose(weighted[0], [np.log(2), np.log(4) * (np.log(3 / 2) + 1)])


def test_mean_weights_sum_to_one_or_zero() -> None:
    weights = mean_weights(everyone(np.array([[1.0, 1], [1, 0], [0, 1], [0, 0]]), 3))
    np.testing.assert_allclose(weights.sum(axis=1).ravel(), [[1, 1, 1, 0]])


# Small whole numbers make many exact ties.
counts = arrays(np.float64, st.tuples(st.integers(2, 30), st.integers(1, 5)), elements=st.integers(0, 2).map(float))


@given(matrix=counts, k=st.integers(1, 12), block_rows=st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_neighbours_are_scikit_learns_ties_by_position(matrix: NDArray[np.float64], k: int, block_rows: int) -> None:
    near = everyone(matrix, k, block_rows)
    cosines = cosine_similarity(matrix).round(12)
    np.fill_diagonal(cosines, -1)
    for row, similarities in enumerate(cosines):
        order = np.lexsort((np.arange(len(cosines)), -similarities))[:k]
        expected = order[similarities[order] > 0]
        assert near.rows[row][: len(expected)].tolist() == expected.tolist()
        assert (near.rows[row][len(expected) :] == -1).all()
        np.testing.assert_allclose(near.similarities[row][: len(expected)], similarities[expected], atol=1e-12)


def test_neighbours_are_those_of_scikit_learns_brute_force() -> None:
    rng = np.random.default_rng(3)
    matrix = rng.poisson(0.3, (400, 60)).astype(float) + 0.001 * rng.random((400, 60))
    distances, rows = NearestNeighbors(metric="cosine", algorithm="brute").fit(matrix).kneighbors(n_neighbors=25)
    near = everyone(matrix, 25)
    assert (near.rows == rows).all()
    np.testing.assert_allclose(near.similarities, 1 - distances, atol=1e-10)
