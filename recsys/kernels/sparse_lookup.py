"""Single entries of sparse matrices, many at a time."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.runtime.jit import compiled


def at(matrix: csr_matrix, rows: Counts, columns: Counts) -> NDArray[np.float64]:
    """Return matrix[rows, columns]; quick where equal rows stand together, whatever the order of the indices."""
    told = np.zeros(len(rows))
    if len(rows) and matrix.nnz:
        room = np.zeros(matrix.shape[1])
        _read(matrix.indptr, matrix.indices, matrix.data, rows, columns, room, told)
    return told


def dots(left: csr_matrix, right: csr_matrix, rows: Counts, others: Counts) -> NDArray[np.float64]:
    """Return the products of left[rows] and right[others], row by row; as `at`, of left @ right.T."""
    told = np.zeros(len(rows))
    if len(rows) and left.nnz and right.nnz:
        room = np.zeros(left.shape[1])
        first = (left.indptr, left.indices, left.data)
        _multiply(first, (right.indptr, right.indices, right.data), rows, others, room, told)
    return told


@compiled
def _spread_out(
    starts: Counts, indices: Counts, data: NDArray[np.float64], row: int, last: int, room: NDArray[np.float64]
) -> int:
    """Lay a row out in the room, from which the last one (-1 for none) is cleared, and return the row."""
    if row != last:
        if last >= 0:
            room[indices[starts[last] : starts[last + 1]]] = 0
        for entry in range(starts[row], starts[row + 1]):
            room[indices[entry]] = data[entry]
    return row


@compiled
def _read(
    starts: Counts,
    indices: Counts,
    data: NDArray[np.float64],
    rows: Counts,
    columns: Counts,
    room: NDArray[np.float64],
    told: NDArray[np.float64],
) -> None:
    last = -1
    for place in range(len(rows)):
        last = _spread_out(starts, indices, data, rows[place], last, room)
        told[place] = room[columns[place]]


@compiled
def _multiply(
    left: tuple[Counts, Counts, NDArray[np.float64]],
    right: tuple[Counts, Counts, NDArray[np.float64]],
    rows: Counts,
    others: Counts,
    room: NDArray[np.float64],
    told: NDArray[np.float64],
) -> None:
    starts, indices, data = left
    their_starts, their_indices, their_data = right
    last = -1
    for place in range(len(rows)):
        last = _spread_out(starts, indices, data, rows[place], last, room)
        other = others[place]
        total = 0.0
        for entry in range(their_starts[other], their_starts[other + 1]):
            total += room[their_indices[entry]] * their_data[entry]
        told[place] = total
