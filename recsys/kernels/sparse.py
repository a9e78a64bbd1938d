"""Sparse matrices of scores: filtering entries, and the best of each row."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

_DECIMALS = 12  # scores that differ by less are rounding noise of the same value


class Ranked(NamedTuple):
    """The best entries of each row of a score matrix, ordered by owner and rank.

    owners  row of the matrix      ranks   1 is best, no gaps
    items   column                 scores  the values, which determine the rank
    """

    owners: NDArray[np.intp]
    items: NDArray[np.int32]
    scores: NDArray[np.float64]
    ranks: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_]) -> "Ranked":
        """Return the entries that `keep` marks."""
        return Ranked(self.owners[keep], self.items[keep], self.scores[keep], self.ranks[keep])


def best(scores: csr_matrix, n: int) -> Ranked:
    """Return the n highest scores above 0 of each row; ties by column. Raises ValueError for n < 1."""
    if n < 1:
        raise ValueError(f"n is {n}; it must be at least 1")
    values = scores.data.round(_DECIMALS)
    keep = values > 0
    for start, end in zip(scores.indptr, scores.indptr[1:], strict=False):
        if end - start > n:
            keep[start:end] &= values[start:end] >= np.partition(values[start:end], -n)[-n]
    owners = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))[keep]
    items, values = scores.indices[keep], values[keep]
    order = np.lexsort((items, -values, owners))
    owners, items, values = owners[order], items[order], values[order]
    ranked = Ranked(owners, items, values, np.arange(len(owners)) - np.searchsorted(owners, owners) + 1)
    return ranked.where(ranked.ranks <= n)


def without(scores: csr_matrix, other: csr_matrix) -> csr_matrix:
    """Return the scores except where `other`, of the same shape, stores an entry."""
    return masked(scores, ~stored_in(scores, other))


def masked(scores: csr_matrix, keep: NDArray[np.bool_]) -> csr_matrix:
    """Return the matrix with only the stored entries that the mask `keep` (nnz,) marks."""
    indptr = np.concatenate(([0], np.cumsum(keep)))[scores.indptr]
    return csr_matrix((scores.data[keep], scores.indices[keep], indptr), shape=scores.shape)


def flat_positions(matrix: csr_matrix) -> NDArray[np.int64]:
    """Return row * n_columns + column of each stored entry."""
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    return rows * matrix.shape[1] + matrix.indices


def stored_in(scores: csr_matrix, other: csr_matrix) -> NDArray[np.bool_]:
    """Return (nnz,) for each stored entry of `scores` whether `other`, of the same shape, stores one there too."""
    found = np.zeros(scores.nnz, dtype=bool)
    flags = np.zeros(scores.shape[1], dtype=bool)
    for row in range(scores.shape[0]):
        own = slice(scores.indptr[row], scores.indptr[row + 1])
        theirs = other.indices[other.indptr[row] : other.indptr[row + 1]]
        flags[theirs] = True
        found[own] = flags[scores.indices[own]]
        flags[theirs] = False
    return found
