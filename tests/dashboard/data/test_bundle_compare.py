"""Two groups side by side, on bundles made by hand."""

import pytest

from dashboard.data.bundle_compare import compared
from dashboard.records.bundles import Bundle
from tests.dashboard.pages.test_bundles_filters import bundle


def lifted(key: str, lift: float, low: float, high: float, **facts: object) -> Bundle:
    return bundle(key, lift=lift, lift_low=low, lift_high=high, **facts)


def test_the_ratio_is_that_of_the_lifts_and_its_interval_holds_both_of_theirs() -> None:
    [one] = compared([lifted("a/1", 8.0, 4.0, 16.0)], [lifted("b/1", 4.0, 2.0, 8.0)])
    assert one.ratio == 2
    # both logarithms are sure to ln 2: together to ln 2 times the root of 2
    assert (one.low, one.high) == (pytest.approx(2 / 2**2**0.5), pytest.approx(2 * 2**2**0.5))
    assert one.reading == "alike"


def test_an_interval_without_one_says_of_whom_the_set_is_more_typical() -> None:
    here, there = lifted("a/1", 9.0, 8.0, 10.0), lifted("b/1", 3.0, 2.7, 3.3)
    assert compared([here], [there])[0].reading == "here"
    assert compared([there], [here])[0].reading == "there"


def test_what_the_others_have_on_too_few_days_is_too_few_to_tell() -> None:
    [one] = compared([lifted("a/1", 9.0, 8.0, 10.0)], [])
    assert (one.other, one.ratio, one.reading) == (None, None, "too few")


def test_the_clearest_differences_come_first_and_what_is_too_few_last() -> None:
    own = [
        lifted("a/1", 9.0, 1.0, 80.0, size=3),
        lifted("a/2", 9.0, 8.0, 10.0, size=2),
        lifted("a/3", 9.0, 8.0, 10.0, size=4),
    ]
    others = [lifted("b/1", 3.0, 2.7, 3.3, size=3), lifted("b/2", 3.0, 2.7, 3.3, size=2)]
    assert [one.own.key for one in compared(own, others)] == ["a/2", "a/1", "a/3"]


def test_redundant_sets_and_substitutes_are_not_compared() -> None:
    own = [lifted("a/1", 9.0, 8.0, 10.0, redundant=True), lifted("a/2", 0.1, 0.0, 0.2, substitutes=True)]
    assert compared(own, []) == ()
