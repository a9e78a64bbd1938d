"""Compiled loops of the models, apart from everything else.

A compiled function is never given back, and with it all that its module names: a module of kernels that named more
would keep it, DuckDB included, past the end of the program, which DuckDB complains of.
"""

import numpy as np
from numpy.typing import NDArray

from recsys.runtime.jit import compiled


@compiled
def divide_by_diagonal(half: NDArray[np.float32], weights: NDArray[np.float32]) -> None:
    """Fill the weights from the lower half of a symmetric inverse."""
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
    told: NDArray[np.float64],
) -> None:
    """Fill `told` with each feature's two terms. `edges` has a row each of lows, highs, means and inverse scales."""
    n = values.shape[1]
    for row in range(values.shape[0]):
        for column in range(n):
            value = values[row, column]
            total = 0.0
            for term, found in ((column, np.log1p(value)), (n + column, np.sqrt(value))):
                standard = (min(max(found, edges[0, term]), edges[1, term]) - edges[2, term]) * edges[3, term]
                total += standard * (everywhere[term] + for_new[term] * is_new[row])
            told[row, column] = total


@compiled
def rank_within(values: NDArray[np.float64], starts: NDArray[np.int64], told: NDArray[np.int64]) -> None:
    for owner in range(len(starts) - 1):
        start = starts[owner]
        order = np.argsort(-values[start : starts[owner + 1]], kind="mergesort")
        for place in range(len(order)):
            told[start + order[place]] = place
