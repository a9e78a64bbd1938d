"""Looking up many single entries of sparse matrices."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.runtime.jit import compiled


def at(matrix: csr_matrix, rows: Counts, columns: Counts) -> NDArray[np.float64]:
    """Return matrix[rows, columns], (len(rows),); fast if equal rows are adjacent. Indices need not be sorted."""
    out = np.zeros(len(rows))
    if len(rows) and matrix.nnz:
        dense = np.zeros(matrix.shape[1])
        _read(matrix.indptr, matrix.indices, matrix.data, rows, columns, dense, out)
    return out


def dots(left: csr_matrix, right: csr_matrix, rows: Counts, others: Counts) -> NDArray[np.float64]:
    """Return the dot products of left[rows] and right[others], (len(rows),); fast if equal rows are adjacent."""
    out = np.zeros(len(rows))
    if len(rows) and left.nnz and right.nnz:
        dense = np.zeros(left.shape[1])
        first = (left.indptr, left.indices, left.data)
        _multiply(first, (right.indptr, right.indices, right.data), rows, others, dense, out)
    return out


@compiled
def _scatter_row(
    starts: Counts, indices: Counts, data: NDArray[np.float64], row: int, last: int, dense: NDArray[np.float64]
) -> int:
    """Write a row into the buffer `dense`, after clearing the row `last` (-1 for none), and return the row."""
    if row != last:
        if last >= 0:
            dense[indices[starts[last] : starts[last + 1]]] = 0
        for entry in range(starts[row], starts[row + 1]):
            dense[indices[entry]] = data[entry]
    return row


@compiled
def _read(
    starts: Counts,
    indices: Counts,
    data: NDArray[np.float64],
    rows: Counts,
    columns: Counts,
    dense: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    last = -1
    for place in range(len(rows)):
        last = _scatter_row(starts, indices, data, rows[place], last, dense)
        out[place] = dense[columns[place]]


@compiled
def _multiply(
    left: tuple[Counts, Counts, NDArray[np.float64]],
    right: tuple[Counts, Counts, NDArray[np.float64]],
    rows: Counts,
    others: Counts,
    dense: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    starts, indices, data = left
    their_starts, their_indices, their_data = right
    last = -1
    for place in range(len(rows)):
        last = _scatter_row(starts, indices, data, rows[place], last, dense)
        other = others[place]
        total = 0.0
        for entry in range(their_starts[other], their_starts[other + 1]):
            total += dense[their_indices[entry]] * their_data[entry]
        out[place] = total
