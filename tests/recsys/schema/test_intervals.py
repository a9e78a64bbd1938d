"""Intervals of shares, lifts and counts."""

import numpy as np
import pytest

from recsys.schema.intervals import count_most, lift_interval


def test_a_lift_of_few_baskets_has_a_wide_interval_and_one_of_many_a_narrow_one() -> None:
    few, many = lift_interval(20, 30, 40, 1000), lift_interval(2000, 3000, 4000, 100_000)
    assert few == pytest.approx((12.3, 22.6), abs=0.05)  # lift 16.7
    assert many == pytest.approx((16.2, 17.2), abs=0.05)


def test_the_interval_is_that_of_either_direction_of_the_rule() -> None:
    assert lift_interval(20, 30, 40, 1000) == lift_interval(20, 40, 30, 1000)


def test_products_that_are_in_every_basket_have_a_lift_of_one_for_certain() -> None:
    assert lift_interval(50, 50, 50, 50) == (1, 1)


def test_never_together_is_between_none_and_what_a_count_of_none_may_be() -> None:
    assert lift_interval(0, 100, 100, 1000) == pytest.approx((0, count_most(0) / 10))


def test_without_baskets_a_lift_may_be_anything() -> None:
    assert lift_interval(0, 0, 0, 0) == (0, np.inf)


def test_the_upper_end_of_a_count() -> None:
    assert [round(count_most(n), 1) for n in (0, 1, 9)] == [3.8, 5.7, 17.1]


@pytest.mark.parametrize(
    ("of", "left", "right", "confidence"),
    [(200, 0.15, 0.15, 0.9), (1000, 0.03, 0.05, 0.8), (1000, 0.03, 0.2, 0.95), (5000, 0.02, 0.02, 0.3)],
)
def test_19_of_20_intervals_hold_the_true_lift(of: int, left: float, right: float, confidence: float) -> None:
    both, rng = left * confidence, np.random.default_rng(5)
    drawn = rng.multinomial(of, [both, left - both, right - both, 1 - left - right + both], 4_000)
    true = confidence / right
    ends = [lift_interval(n, n + a, n + b, of) for n, a, b in drawn[:, :3].tolist() if n]
    held = np.mean([low <= true <= high for low, high in ends])
    assert 0.94 <= held <= 0.965
