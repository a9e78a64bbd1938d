"""Compiled loops of the ranker, in a module that imports nothing else.

Numba never releases a compiled function nor the globals of its module. If such a module imported more, DuckDB's objects
could be kept past the end of the program, which DuckDB reports as an error.
"""

import numpy as np
from numpy.typing import NDArray

from recsys.runtime.jit import compiled


@compiled
def divide_by_diagonal(half: NDArray[np.float32], weights: NDArray[np.float32]) -> None:
    """Write -P[i, j] / P[j, j] of a symmetric inverse P to `weights`, 0 on the diagonal; reads only P's lower half."""
    for column in range(half.shape[1]):
        weights[column, column] = 0
        for row in range(column + 1, half.shape[0]):
            weights[row, column] = -half[row, column] / half[column, column]
            weights[column, row] = -half[row, column] / half[row, row]


@compiled
def add_parts(
    values: NDArray[np.float32],
    is_new: NDArray[np.bool_],
    edges: NDArray[np.float64],
    everywhere: NDArray[np.float64],
    for_new: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write to `out` each feature's contribution: the sum of its two terms, of log(1 + value) and of its square root.

    values      (n_rows, n_features)      edges  (4, 2 * n_features) lows, highs, means and inverse scales
    everywhere  (2 * n_features,) weights of all rows; for_new are added where is_new
    """
    n = values.shape[1]
    for row in range(values.shape[0]):
        for column in range(n):
            value = values[row, column]
            total = 0.0
            for term, found in ((column, np.log1p(value)), (n + column, np.sqrt(value))):
                standard = (min(max(found, edges[0, term]), edges[1, term]) - edges[2, term]) * edges[3, term]
                total += standard * (everywhere[term] + for_new[term] * is_new[row])
            out[row, column] = total


@compiled
def rank_within(values: NDArray[np.float64], starts: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    """Write to `out` each value's rank within its group, 0 for the largest; equal values keep their order.

    starts  (n_groups + 1,) where each group begins
    """
    for group in range(len(starts) - 1):
        start = starts[group]
        order = np.argsort(-values[start : starts[group + 1]], kind="mergesort")
        for rank in range(len(order)):
            out[start + order[rank]] = rank
