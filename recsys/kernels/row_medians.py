"""Medians of many short rows at once."""

import numpy as np
from numpy.typing import NDArray


def median_of_rows(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each row's numbers; NaN for a row of NaN only."""
    ordered = np.sort(values, axis=1)
    n = (~np.isnan(ordered)).sum(axis=1)
    rows, upper = np.arange(len(values)), np.minimum(n // 2, values.shape[1] - 1)
    return np.asarray((ordered[rows, np.maximum(n - 1, 0) // 2] + ordered[rows, upper]) / 2)


def quantiles_of_groups(
    values: NDArray[np.float64], groups: NDArray[np.int64], n_groups: int, quantiles: tuple[float, ...]
) -> tuple[NDArray[np.float64], ...]:
    """Return for each quantile, 0-1, that of each group's numbers, (n_groups,); NaN for a group without any.

    groups  (m,) the group of each value, 0 to n_groups - 1, in any order

    Between two numbers the quantile is interpolated, as numpy.quantile does.
    """
    ordered = values[np.lexsort((values, groups))]
    n = np.bincount(groups, minlength=n_groups)
    some = np.flatnonzero(n)
    first = (np.cumsum(n) - n)[some]
    return tuple(_quantile(ordered, first, n[some], some, np.full(n_groups, np.nan), each) for each in quantiles)


def _quantile(
    ordered: NDArray[np.float64],
    first: NDArray[np.int64],
    n: NDArray[np.int64],
    some: NDArray[np.intp],
    found: NDArray[np.float64],
    quantile: float,
) -> NDArray[np.float64]:
    place = quantile * (n - 1)
    low = np.floor(place).astype(np.int64)
    below, above = ordered[first + low], ordered[first + np.minimum(low + 1, n - 1)]
    found[some] = below + (place - low) * (above - below)
    return found
