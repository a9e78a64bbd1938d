"""Differences between two groups and how sure they are, at 95 %.

Of shares by Newcombe's interval, of means by the wider of Welch's and Student's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np

LEVEL = 0.95
POWER = 0.8  # with which a difference that is there is to be found
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
Z_POWER = NormalDist().inv_cdf(POWER)


@dataclass(frozen=True)
class Interval:
    """An estimate with the bounds between which it lies 19 times in 20."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Return whether no difference at all is outside of the bounds."""
        return self.low > 0 or self.high < 0


def wilson(n: int, of: int) -> tuple[float, float]:
    """Return Wilson's bounds of a share, n of `of`. Raises ValueError for a share of nobody.

    Source: Wilson (1927).
    """
    if of < 1 or not 0 <= n <= of:
        raise ValueError(f"{n} of {of} is no share")
    share, square = n / of, Z * Z
    middle = share + square / (2 * of)
    half = Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    least, most = (middle - half) / (1 + square / of), (middle + half) / (1 + square / of)
    return max(least, 0.0), min(most, 1.0)


def newcombe(n_1: int, of_1: int, n_2: int, of_2: int) -> Interval:
    """Return the difference of two shares, the first minus the second, with Newcombe's hybrid score interval.

    Source: Newcombe (1998), method 10.
    """
    share_1, share_2 = n_1 / of_1, n_2 / of_2
    (low_1, high_1), (low_2, high_2) = wilson(n_1, of_1), wilson(n_2, of_2)
    value = share_1 - share_2
    below = sqrt((share_1 - low_1) ** 2 + (high_2 - share_2) ** 2)
    above = sqrt((high_1 - share_1) ** 2 + (share_2 - low_2) ** 2)
    return Interval(value, value - below, value + above)


def welch(values_1: Sequence[float], values_2: Sequence[float]) -> Interval | None:
    """Return the difference of two means with Welch's interval; None for a group of fewer than two.

    Source: Welch (1947).
    """
    groups = [np.asarray(values, dtype=np.float64) for values in (values_1, values_2)]
    if min(map(len, groups)) < 2:
        return None
    value = float(groups[0].mean() - groups[1].mean())
    parts = [float(values.var(ddof=1)) / len(values) for values in groups]
    variance = sum(parts)
    if variance <= 0:
        return Interval(value, value, value)
    degrees = variance**2 / sum(part**2 / (len(values) - 1) for part, values in zip(parts, groups, strict=True))
    half = student(degrees) * sqrt(variance)
    return Interval(value, value - half, value + half)


def pooled(values_1: Sequence[float], values_2: Sequence[float]) -> Interval | None:
    """Return the difference of two means with Student's interval, of the variance of both groups together.

    None for a group of fewer than two.  Source: Student (1908).
    """
    groups = [np.asarray(values, dtype=np.float64) for values in (values_1, values_2)]
    if min(map(len, groups)) < 2:
        return None
    value = float(groups[0].mean() - groups[1].mean())
    degrees = sum(map(len, groups)) - 2
    variance = sum(float(values.var()) * len(values) for values in groups) / degrees
    half = student(degrees) * sqrt(variance * sum(1 / len(values) for values in groups))
    return Interval(value, value - half, value + half)


def of_means(values_1: Sequence[float], values_2: Sequence[float]) -> Interval | None:
    """Return the difference of two means with the wider of Welch's and Student's intervals.

    What customers spend is nothing for most and much for a few. A small group in which the few happen to be missing has
    hardly any variance, and Welch believes it: of 500 lots without any effect 5 to 15 % were found to have one. The
    variance of both together alone found up to 8 %, the wider of both 0 to 1 % (docs/decisions.md).
    """
    found = [one for one in (welch(values_1, values_2), pooled(values_1, values_2)) if one is not None]
    return max(found, key=lambda one: one.high - one.low, default=None)


def student(degrees: float) -> float:
    """Return the quantile of Student's t that has 2.5 % above it, for five degrees of freedom and more.

    By the expansion of Cornish and Fisher, right to 0.01 at 5 degrees and to 0.0001 from 20 on: SciPy is not loaded by
    who serves. Source: Abramowitz and Stegun 26.7.5.
    """
    z, n = Z, max(degrees, 1.0)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / n ** (at + 1) for at, term in enumerate(terms))


def needed(share_1: float, share_2: float, per_held: float) -> int:
    """Return how many must be held out to find a difference of shares in eight tries of ten, at a level of 95 %.

    per_held    customers who get the mail for each one held out
    Raises ValueError where the shares do not differ: no number is enough.
    """
    if share_1 == share_2 or per_held <= 0:
        raise ValueError(f"no number tells {share_1} from {share_2} at {per_held} for each one held out")
    spread = share_1 * (1 - share_1) / per_held + share_2 * (1 - share_2)
    return max(ceil((Z + Z_POWER) ** 2 * spread / (share_1 - share_2) ** 2), 1)


def standardised(values_1: Sequence[float], values_2: Sequence[float]) -> float | None:
    """Return the difference of two means in standard deviations; None for an empty group, 0 for equal values alone.

    Below 0.1 the groups count as alike. Source: Austin (2009).
    """
    groups = [np.asarray(values, dtype=np.float64) for values in (values_1, values_2)]
    if not all(map(len, groups)):
        return None
    spread = sqrt(sum(float(values.var()) for values in groups) / 2)
    return float(groups[0].mean() - groups[1].mean()) / spread if spread > 0 else 0.0
