import math

import numpy as np
import pytest

from recsys.evaluation.intervals import estimates


def test_the_interval_is_the_mean_and_twice_its_standard_error() -> None:
    # 1, 2, 3, 4: mean 2.5, variance 5 / 3, standard error sqrt(5 / 12)
    (found,) = estimates(np.array([[1.0], [2.0], [3.0], [4.0]]))
    assert (found.mean, found.n) == (2.5, 4)
    assert found.high - found.mean == pytest.approx(1.96 * math.sqrt(5 / 12), rel=1e-4)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)


def test_columns_do_not_mix() -> None:
    first, second = estimates(np.array([[1.0, 7.0], [1.0, 9.0]]))
    assert (first.low, first.mean, first.high) == (1, 1, 1)
    assert second.mean == 8


def test_one_customer_has_a_mean_and_no_interval_and_nobody_has_neither() -> None:
    (one,) = estimates(np.array([[0.5]]))
    assert one.mean == 0.5
    assert math.isnan(one.low)
    (none,) = estimates(np.zeros((0, 1)))
    assert math.isnan(none.mean)
    assert none.n == 0


def test_nineteen_of_twenty_intervals_hold_the_mean() -> None:
    values = (np.random.default_rng(5).random((400, 1_000)) < 0.2).astype(float)
    held = [found.low <= 0.2 <= found.high for found in estimates(values)]
    assert 0.93 < np.mean(held) < 0.97
