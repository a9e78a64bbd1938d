"""Means over customers with 95 % confidence intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.schema.intervals import Z_95


@dataclass(frozen=True)
class Estimate:
    """A mean over n customers with its 95 % confidence interval; NaN without customers, an interval of NaN for one."""

    mean: float
    low: float
    high: float
    n: int


def estimates(values: NDArray[np.float64]) -> list[Estimate]:
    """Return for each column of (n, m) values its mean and 95 % confidence interval, from the standard error.

    Assumes that customers are independent, and that the mean of some hundreds of them is close to normal.
    """
    n, m = values.shape
    if not n:
        return [Estimate(np.nan, np.nan, np.nan, 0)] * m
    means = values.mean(axis=0)
    errors = values.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.full(m, np.nan)
    return [
        Estimate(float(mean), float(mean - Z_95 * error), float(mean + Z_95 * error), n)
        for mean, error in zip(means, errors, strict=True)
    ]
