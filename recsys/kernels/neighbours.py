"""Exact cosine neighbours of sparse rows, one block of rows at a time.

A block's result depends only on its rows and on all rows, so blocks can run in parallel and in any order.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from recsys.kernels.cosine_topk import Tiles, rows_of, tiles_of, top_of
from recsys.runtime.parallel import blocks, parallel_map


@dataclass(frozen=True)
class Nearest:
    """The nearest rows of each row of a block, best first.

    rows          (m, k) positions; -1 after the last neighbour
    similarities  (m, k) cosine, above 0, at most 1; 0 after the last neighbour
    """

    rows: NDArray[np.int32]
    similarities: NDArray[np.float64]

    def first(self, k: int) -> "Nearest":
        """Return the first k neighbours of each row."""
        return Nearest(self.rows[:, :k], self.similarities[:, :k])


def unit_rows(matrix: csr_matrix) -> csr_matrix:
    """Return the matrix with rows of Euclidean length one; a row of zeros is unchanged."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return csr_matrix(diags_array(scale) @ matrix)


def tf_idf(counts: csr_matrix) -> csr_matrix:
    """Return log(1 + count) * idf with idf = log((1 + n) / (1 + buyers)) + 1, above zero for every stored count."""
    buyers = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + counts.shape[0]) / (1 + buyers)) + 1
    return csr_matrix(counts.log1p() @ diags_array(idf))


def nearest(units: csr_matrix, tiles: Tiles, rows: NDArray[np.int32], k: int) -> Nearest:
    """Return the k nearest other rows of some rows, by cosine; only cosines above 0, ties by position.

    units  (n, m) non-negative float64, rows of length one or zero (`unit_rows`)
    tiles  the same matrix by column (`cosine_topk.tiles_of`)
    rows   positions of the block

    Cosines equal to twelve decimals are ties. A row of zeros has no neighbours.
    Raises ValueError for k < 1.
    """
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    cosines, others = top_of(rows_of(units), rows, tiles, k)
    order = np.argsort(-cosines, axis=1, kind="stable")
    return Nearest(np.take_along_axis(others, order, axis=1), np.take_along_axis(cosines, order, axis=1))


def all_nearest(units: csr_matrix, k: int, block_rows: int) -> Nearest:
    """Return the k nearest rows of all rows, or all other rows if they are fewer; blocks run in parallel."""
    n = units.shape[0]
    k = max(1, min(k, n - 1))
    tiles = tiles_of(units)
    neighbours = Nearest(np.empty((n, k), dtype=np.int32), np.empty((n, k)))

    for rows, near in parallel_map(lambda rows: (rows, nearest(units, tiles, rows, k)), blocks(n, block_rows)):
        neighbours.rows[rows], neighbours.similarities[rows] = near.rows, near.similarities
    return neighbours


def mean_weights(near: Nearest) -> csr_matrix:
    """Return the neighbours as a square matrix of weights; each row sums to one, or to zero without neighbours."""
    weights = similarity_matrix(near)
    sums = np.asarray(weights.sum(axis=1)).ravel()
    return csr_matrix(diags_array(np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)) @ weights)


def similarity_matrix(near: Nearest) -> csr_matrix:
    """Return all rows' neighbours as a square matrix of similarities."""
    is_neighbour = near.rows >= 0
    indptr = np.concatenate(([0], np.cumsum(is_neighbour.sum(axis=1))))
    matrix = csr_matrix(
        (near.similarities[is_neighbour], near.rows[is_neighbour], indptr), shape=(len(is_neighbour), len(is_neighbour))
    )
    matrix.sort_indices()
    return matrix
