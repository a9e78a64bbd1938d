import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from recsys.kernels.sparse_lookup import at, dots


@given(seed=st.integers(0, 999), size=st.integers(0, 30))
@settings(deadline=None)  # the first call compiles
def test_entries_and_products_are_those_of_the_dense_matrices(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = rng.random((4, 6)) * (rng.random((4, 6)) < 0.5), rng.random((5, 6)) * (rng.random((5, 6)) < 0.5)
    rows, columns, others = rng.integers(0, 4, size), rng.integers(0, 6, size), rng.integers(0, 5, size)
    np.testing.assert_array_equal(at(csr_matrix(left), rows, columns), left[rows, columns])
    np.testing.assert_allclose(dots(csr_matrix(left), csr_matrix(right), rows, others), (left @ right.T)[rows, others])


def test_an_empty_matrix_has_zeros_everywhere() -> None:
    rows = np.array([0, 1])
    assert at(csr_matrix((2, 3)), rows, rows).tolist() == [0, 0]
    assert dots(csr_matrix((2, 0)), csr_matrix((2, 0)), rows, rows).tolist() == [0, 0]
