"""EASE: every product predicted from all others at once, in closed form; the dense square must fit into memory."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from recsys.array_types import Positions
from recsys.dataset.interactions import Interactions
from recsys.kernels.ranker_loops import divide_by_diagonal


@dataclass(frozen=True)
class Ease:
    """Ridge regression of the set of buyers on the other products' sets, with a zero diagonal.

    ridge           added to the diagonal of the co-occurrence counts
    half_life_days  of the purchases that products are predicted from
    max_products    above this many products bought at least once, those with the fewest buyers are left out: the
                    dense square of 6,000 takes 144 MB

    Source: Steck, Embarrassingly Shallow Autoencoders for Sparse Data (2019).
    """

    ridge: float = 500.0
    half_life_days: float = 60.0
    max_products: int = 6_000
    name: str = "ease"

    def fit(self, interactions: Interactions) -> "FittedEase":
        """Learn the weights between products by inverting their co-occurrence counts."""
        buyers = np.bincount(interactions.bought.indices, minlength=interactions.n_products)
        known = np.sort(np.argsort(-buyers, kind="stable")[: min(self.max_products, int((buyers > 0).sum()))])
        bought = interactions.bought[:, known]
        weights = _weights(csr_matrix(bought.T @ bought, dtype=np.float32).toarray(), self.ridge)
        profiles = csr_matrix(interactions.decayed(self.half_life_days)[:, known], dtype=np.float32)
        return FittedEase(known, weights, profiles, interactions.n_products)


@dataclass(frozen=True)
class FittedEase:
    """Weights between products, and the purchases they are applied to.

    known     columns of the products that were learned, ascending
    weights   (len(known), len(known)) row: product bought, column: product predicted; zero diagonal
    profiles  (n_customers, len(known)) decayed purchases
    """

    known: NDArray[np.intp]
    weights: NDArray[np.float32]
    profiles: csr_matrix
    n_products: int

    def score(self, rows: Positions) -> csr_matrix:
        """Score the products predicted above 0; a customer without orders has no scores."""
        dense = csr_matrix(np.maximum(self.profiles[rows] @ self.weights, 0))
        dense.sort_indices()
        return csr_matrix(
            (dense.data.astype(np.float64), self.known[dense.indices], dense.indptr), (len(rows), self.n_products)
        )


def _weights(counts: NDArray[np.float32], ridge: float) -> NDArray[np.float32]:
    """Return I - P / diag(P) with P = (counts + ridge * I) ** -1; single precision is enough for counts and ranks."""
    n = len(counts)
    if not n:
        return counts
    counts[np.diag_indices(n)] += np.float32(ridge)
    # Two threads that wait for each other beside other work cost more than one that does all.
    with threadpool_limits(1):
        lower, _ = lapack.spotrf(counts.T, lower=1, overwrite_a=1)
        half, _ = lapack.spotri(lower, lower=1, overwrite_c=1)
    weights = np.empty((n, n), dtype=np.float32)
    divide_by_diagonal(half, weights)
    return weights
