"""Cosine neighbours of sparse rows, exact, a block of rows at a time: the hot kernel, alone.

A block is a pure function of its rows and of all rows, so blocks can run anywhere and in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from sparse_dot_topn import sp_matmul_topn

THREADS = 2
_SPARE = 8  # asked for beyond k: the row itself, and a first look at what ties with the last
_DECIMALS = 12  # cosines that differ by less are rounding noise of the same value

Entries: TypeAlias = tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float64]]  # owner, other, cosine


@dataclass(frozen=True)
class Nearest:
    """The nearest rows of each row of a block, best first.

    rows          (m, k) positions; -1 where there are no more
    similarities  (m, k) cosine, above 0 to 1; 0 where there are no more
    """

    rows: NDArray[np.int32]
    similarities: NDArray[np.float64]

    def first(self, k: int) -> "Nearest":
        """Return the k nearest of them."""
        return Nearest(self.rows[:, :k], self.similarities[:, :k])


def unit_rows(matrix: csr_matrix) -> csr_matrix:
    """Return the matrix with rows of Euclidean length one; a row of zeros stays one."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return csr_matrix(diags_array(scale) @ matrix)


def tf_idf(counts: csr_matrix) -> csr_matrix:
    """Return log(1 + count) * idf with idf = log((1 + n) / (1 + buyers)) + 1, never zero for a product bought."""
    buyers = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + counts.shape[0]) / (1 + buyers)) + 1
    return csr_matrix(counts.log1p() @ diags_array(idf))


def blocks(n: int, size: int) -> Iterator[NDArray[np.int32]]:
    """Yield the positions 0 to n - 1 in blocks of at most `size`."""
    for start in range(0, n, size):
        yield np.arange(start, min(start + size, n), dtype=np.int32)


def nearest(units: csr_matrix, transposed: csr_matrix, rows: NDArray[np.int32], k: int) -> Nearest:
    """Return the k nearest other rows of some rows, by cosine above 0, ties by position.

    units       (n, m) non-negative, rows of length one or zero (`unit_rows`)
    transposed  (m, n) the same, transposed, as CSR
    rows        positions of the block

    Cosines equal to twelve decimals are ties. A row of zeros has no neighbours.
    Raises ValueError for k < 1.
    """
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    block = units[rows]
    asked = k + _SPARE
    top = sp_matmul_topn(block, transposed, top_n=asked, sort=True, n_threads=THREADS)
    found = Nearest(np.full((len(rows), k), -1, dtype=np.int32), np.zeros((len(rows), k)))
    owners = np.repeat(np.arange(len(rows)), np.diff(top.indptr))
    _fill(found, rows, (owners, top.indices, top.data))
    cut = _cut_through_tie(found, top, min(asked, transposed.shape[1]))
    if len(cut):
        _fill_tied(found, rows, cut, block[cut] @ transposed)
    return found


def all_nearest(units: csr_matrix, k: int, block_rows: int) -> Nearest:
    """Return the k nearest rows of all rows, found block by block; at most as many as there are others."""
    k = max(1, min(k, units.shape[0] - 1))
    transposed = units.T.tocsr()
    found = [nearest(units, transposed, rows, k) for rows in blocks(units.shape[0], block_rows)]
    return Nearest(np.concatenate([part.rows for part in found]), np.concatenate([part.similarities for part in found]))


def mean_weights(near: Nearest) -> csr_matrix:
    """Return the neighbours as a square matrix whose rows sum to one, or to zero without neighbours."""
    weights = similarity_matrix(near)
    sums = np.asarray(weights.sum(axis=1)).ravel()
    return csr_matrix(diags_array(np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)) @ weights)


def similarity_matrix(near: Nearest) -> csr_matrix:
    """Return all rows' neighbours as a square matrix of similarities."""
    there = near.rows >= 0
    indptr = np.concatenate(([0], np.cumsum(there.sum(axis=1))))
    matrix = csr_matrix((near.similarities[there], near.rows[there], indptr), shape=(len(there), len(there)))
    matrix.sort_indices()
    return matrix


def _fill_tied(found: Nearest, rows: NDArray[np.int32], cut: NDArray[np.intp], cosines: csr_matrix) -> None:
    """Fill the rows `cut` from all of their cosines: their last place was given to one of many equals."""
    owners = np.repeat(np.arange(len(cut)), np.diff(cosines.indptr))
    worst = found.similarities[cut, -1]
    kept = cosines.data.round(_DECIMALS) >= worst[owners]
    found.rows[cut], found.similarities[cut] = -1, 0
    _fill(found, rows, (cut[owners[kept]], cosines.indices[kept], cosines.data[kept]))


def _fill(found: Nearest, rows: NDArray[np.int32], entries: Entries) -> None:
    """Write the best k entries of each row: without the row itself, best first, ties by position."""
    owners, others, cosines = entries
    cosines = np.minimum(cosines.round(_DECIMALS), 1.0)
    kept = (others != rows[owners]) & (cosines > 0)
    owners, others, cosines = owners[kept], others[kept], cosines[kept]
    order = np.lexsort((others, -cosines, owners))
    owners, others, cosines = owners[order], others[order], cosines[order]
    places = np.arange(len(owners)) - np.searchsorted(owners, owners)
    kept = places < found.rows.shape[1]
    found.rows[owners[kept], places[kept]] = others[kept]
    found.similarities[owners[kept], places[kept]] = cosines[kept]


def _cut_through_tie(found: Nearest, top: csr_matrix, asked: int) -> NDArray[np.intp]:
    """Return the block's rows whose k-th cosine is also the last that was asked for: more equals may be left out."""
    full = np.diff(top.indptr) == asked
    last = np.zeros(len(full))
    last[full] = top.data[top.indptr[1:][full] - 1].round(_DECIMALS)
    return np.flatnonzero(full & (asked < top.shape[1]) & (last >= found.similarities[:, -1]))
