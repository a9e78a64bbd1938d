"""Intervals against SciPy, and against figures that were published with the methods."""

from math import isclose

import numpy as np
import pytest
from scipy import stats

from dashboard.campaigns.intervals import (
    Interval,
    needed,
    newcombe,
    of_means,
    pooled,
    standardised,
    student,
    welch,
    wilson,
)


@pytest.mark.parametrize(("n", "of"), [(0, 10), (10, 10), (1, 48), (31, 192), (500, 1000)])
def test_wilson_is_scipys(n: int, of: int) -> None:
    scipys = stats.binomtest(n, of).proportion_ci(method="wilson")
    assert np.allclose(wilson(n, of), (scipys.low, scipys.high))


@pytest.mark.parametrize(("n", "of"), [(0, 0), (-1, 5), (6, 5)])
def test_a_share_of_nobody_is_refused(n: int, of: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(n, of)


# Newcombe (1998), table II, method 10.
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombes_interval_is_as_published(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    found = newcombe(*counts)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_difference_is_clear_where_none_at_all_is_outside() -> None:
    assert Interval(0.1, 0.01, 0.2).is_clear
    assert Interval(-0.1, -0.2, -0.01).is_clear
    assert not Interval(0.1, -0.01, 0.2).is_clear


@pytest.mark.parametrize("degrees", [5, 8.5, 20, 47, 238, 5000])
def test_students_quantile_is_scipys(degrees: float) -> None:
    assert isclose(student(degrees), stats.t.ppf(0.975, degrees), abs_tol=0.01 if degrees < 20 else 1e-4)


def test_welch_is_scipys() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.gamma(1, 40, 192), rng.gamma(1, 30, 48)
    found = welch(list(first), list(second))
    scipys = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    assert found is not None
    assert np.allclose((found.low, found.high), (scipys.low, scipys.high), atol=1e-3)
    assert isclose(found.value, first.mean() - second.mean())


def test_welch_of_equal_values_has_no_width_and_of_one_there_is_none() -> None:
    assert welch([0.0, 0.0], [0.0, 0.0, 0.0]) == Interval(0, 0, 0)
    assert welch([1.0], [0.0, 0.0]) is None


def test_students_interval_is_scipys_and_of_means_is_the_wider_one() -> None:
    many, few = [0.0] * 150 + [90.0] * 42, [0.0] * 46 + [50.0] * 2
    scipys = stats.ttest_ind(many, few, equal_var=True).confidence_interval(0.95)
    found = pooled(many, few)
    assert found is not None
    assert np.allclose((found.low, found.high), (scipys.low, scipys.high), atol=1e-3)
    assert of_means(many, few) == found
    steady, wild = [10.0] * 90 + [11.0] * 10, [0.0, 500.0] * 10
    assert of_means(steady, wild) == welch(steady, wild)
    assert of_means([1.0], [0.0, 0.0]) is None


def test_the_number_needed_is_that_of_the_textbook() -> None:
    # 30 % against 6 % at one for one: (1.96 + 0.84)^2 x (.3 x .7 + .06 x .94) / .24^2 = 36.3
    assert needed(0.30, 0.06, 1.0) == 37
    assert needed(0.30, 0.06, 4.0) < 37
    with pytest.raises(ValueError, match="no number tells"):
        needed(0.3, 0.3, 1.0)


def test_a_standardised_difference_is_in_standard_deviations() -> None:
    assert standardised([1.0, 3.0], [0.0, 2.0]) == 1.0
    assert standardised([2.0], [2.0]) == 0.0
    assert standardised([], [2.0]) is None
