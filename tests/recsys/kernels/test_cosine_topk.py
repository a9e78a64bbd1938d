import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, random_array

from recsys.kernels import cosine_topk
from recsys.kernels.cosine_topk import rows_of, tiles_of, top_of
from recsys.kernels.neighbours import Nearest, all_nearest, unit_rows

COMPILED = [name for name, thing in vars(cosine_topk).items() if hasattr(thing, "py_func")]


def many_rows(n: int) -> csr_matrix:
    """Columns from empty to full: dense and sparse ones, with ties among rows of few entries."""
    rng = np.random.default_rng(5)
    shares = np.linspace(0, 1, 40) ** 4
    return unit_rows(csr_matrix(rng.integers(0, 3, (n, 40)) * (rng.random((n, 40)) < shares), dtype=float))


def brute_force(units: csr_matrix, k: int) -> Nearest:
    cosines = np.minimum((units @ units.T).toarray().round(12), 1)
    np.fill_diagonal(cosines, 0)
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    similarities = np.take_along_axis(cosines, order, axis=1)
    return Nearest(np.where(similarities > 0, order, -1).astype(np.int32), similarities)


def assert_same(near: Nearest, expected: Nearest) -> None:
    np.testing.assert_array_equal(near.rows, expected.rows)
    np.testing.assert_allclose(near.similarities, expected.similarities, atol=1e-12)


@pytest.mark.parametrize("widest", [64, 128, 65_536])
@pytest.mark.parametrize("k", [1, 7, 60, 399])
def test_neighbours_do_not_depend_on_how_the_rows_are_tiled(
    widest: int, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosine_topk, "_MAX_TILE_WIDTH", widest)
    units = many_rows(400)
    assert_same(all_nearest(units, k, 150), brute_force(units, k))


def test_interpreted_and_compiled_kernels_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    units = many_rows(200)
    compiled = all_nearest(units, 9, 64)
    for name in COMPILED:
        monkeypatch.setattr(cosine_topk, name, getattr(cosine_topk, name).py_func)
    assert_same(all_nearest(units, 9, 64), compiled)
    assert len(COMPILED) > 5


@pytest.mark.parametrize("bytes_", [0, 8 * 300 * 2, 48_000_000])
def test_neighbours_do_not_depend_on_how_many_columns_are_dense(bytes_: int, monkeypatch: pytest.MonkeyPatch) -> None:
    units = many_rows(300)
    monkeypatch.setattr(cosine_topk, "_MAX_DENSE_BYTES", bytes_)
    assert tiles_of(units).dense.shape[1] <= bytes_ / (8 * 300)
    assert_same(all_nearest(units, 20, 300), brute_force(units, 20))


def test_more_ties_than_are_kept_go_to_the_first_rows() -> None:
    units = unit_rows(csr_matrix(np.ones((5_000, 1))))
    queries = np.array([0, 4_999], dtype=np.int32)
    sums, positions = top_of(rows_of(units), queries, tiles_of(units), 4)
    assert positions.tolist() == [[1, 2, 3, 4], [0, 1, 2, 3]]
    assert (sums == 1).all()


def test_the_largest_come_late_and_are_found() -> None:
    # Row i is as near to row 0 as its length in the first column: the nearest are the last rows.
    slope: NDArray[np.float64] = np.linspace(0.1, 1, 3_000)
    units = unit_rows(csr_matrix(np.column_stack([slope, 1 - slope])))
    near = all_nearest(units, 3, 1_000)
    assert near.rows[2_999].tolist() == [2_998, 2_997, 2_996]
    assert near.rows[0].tolist() == [1, 2, 3]


def test_cosine_that_rounds_to_zero_is_no_neighbour() -> None:
    units = csr_matrix(np.array([[1.0, 4.5e-13], [0, 1]]))
    assert all_nearest(units, 1, 2).rows.tolist() == [[-1], [-1]]


def test_long_lists_of_sparse_rows_are_exact() -> None:
    units = unit_rows(csr_matrix(random_array((2_000, 300), density=0.02, rng=np.random.default_rng(1))))
    assert_same(all_nearest(units, 300, 500), brute_force(units, 300))
