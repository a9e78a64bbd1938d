import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from recsys.kernels.bounds import ratio_low, wilson_low


@given(st.integers(1, 5_000), st.floats(0, 1))
def test_the_lower_end_of_a_share_is_that_of_scipys_wilson_interval(of: int, share: float) -> None:
    n = round(share * of)
    assert wilson_low(n, of) == pytest.approx(binomtest(n, of).proportion_ci(method="wilson").low, abs=1e-9)


def test_a_share_of_nothing_is_nothing_for_certain() -> None:
    assert wilson_low([0, 0, 3], [0, 20, 3]).tolist() == pytest.approx([0, 0, 0.4385], abs=1e-4)


@pytest.mark.parametrize(
    ("now", "before", "is_a_quarter_more"),
    [
        (56, 55, False),
        (19, 7, False),
        (13, 3, True),
        (60, 30, True),
        (5, 0, True),
        (3, 0, False),
        (1_200, 1_050, False),
    ],
)
def test_a_small_rise_and_one_of_few_buyers_are_none_for_certain(
    now: int, before: int, is_a_quarter_more: bool
) -> None:
    assert (ratio_low(now, before) >= 1.25) == is_a_quarter_more


def test_counts_of_nothing_have_no_ratio() -> None:
    assert ratio_low(np.zeros(1), np.zeros(1)).tolist() == [0]
