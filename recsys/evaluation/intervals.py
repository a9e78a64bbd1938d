"""What a mean over customers says beyond those customers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WITHIN_95 = 1.959963984540054  # standard errors to either side, normal distribution


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval; all NaN for nobody, an interval of NaN for one."""

    mean: float
    low: float
    high: float
    n: int


def estimates(values: NDArray[np.float64]) -> list[Estimate]:
    """Return the mean of each column of (n, m) values with its 95 % interval from the standard error.

    Customers are taken as drawn independently; with n of some hundreds the mean is close enough to normal.
    """
    n, m = values.shape
    if not n:
        return [Estimate(np.nan, np.nan, np.nan, 0)] * m
    means = values.mean(axis=0)
    errors = values.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.full(m, np.nan)
    return [
        Estimate(float(mean), float(mean - WITHIN_95 * error), float(mean + WITHIN_95 * error), n)
        for mean, error in zip(means, errors, strict=True)
    ]
