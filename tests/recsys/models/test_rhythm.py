"""Rhythms of customers and how many stop buying; day 0 is 1 January 2026."""

from collections.abc import Callable

import numpy as np

from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions
from recsys.models.rhythm import fit_stopping, order_rhythms, stopping_reliability
from recsys.schema.reorder_rules import SlowRule
from tests.recsys.models.conftest import START

Made = Callable[..., Interactions]
TODAY = day_number(START)


def test_the_current_gap_counts_the_silence_since_the_last_order(interactions_of: Made) -> None:
    # A on days 0, 10, 20, 30, 60 and today is day 90: the last three gaps are 10, 30 and the silence of 30.
    found = order_rhythms(interactions_of([*(("A", day, "x") for day in (0, 10, 20, 30, 60)), ("B", 90, "y")]))
    assert found.usual_gap_days[0] == 10
    assert found.silent_days.tolist() == [30, 0]
    np.testing.assert_allclose(found.recent_gap_days[0], (90 - 20) / 3)
    assert np.isnan(found.usual_gap_days[1])
    assert np.isnan(found.recent_gap_days[1])
    assert found.silence[0] == 3


def test_quarters_are_of_90_days(interactions_of: Made) -> None:
    days = (0, 1, 90, 91, 180)  # 180 days later the last quarter begins with day 91
    found = order_rhythms(interactions_of([("A", day, "x") for day in days]))
    assert found.last_quarter[0] == 2
    assert found.quarter_before[0] == 2


def test_several_products_a_day_are_one_order_day(interactions_of: Made) -> None:
    assert order_rhythms(interactions_of([("A", 0, "xyz"), ("A", 3, "xy")])).n_order_days[0] == 2


def test_who_orders_at_a_third_of_the_pace_is_slowing(interactions_of: Made) -> None:
    steady = [("A", day, "x") for day in range(0, 200, 10)]
    slower = [("B", day, "x") for day in (*range(0, 100, 10), 130, 160, 190)]
    found = order_rhythms(interactions_of(steady + slower)).is_slowing(SlowRule())
    assert found.tolist() == [False, True]


def regular_and_stopped(n: int, every: int, until: int, days: int) -> list[tuple[str, int, str]]:
    return [(f"{every}-{one:02}", day, "x") for one in range(n) for day in range(0, until, every)] + [
        ("last", days, "x")
    ]


def test_of_those_who_had_been_silent_as_long_it_is_counted_who_stopped(interactions_of: Made) -> None:
    # 60 go on every 10 days; 40 order every 9 days and stop 40 days before the cut, more than 4 gaps of silence.
    days, cut = 400, 400 - 182
    rows = regular_and_stopped(60, 10, days, days) + regular_and_stopped(40, 9, cut - 40, days)
    stopping = fit_stopping(interactions_of(rows))
    assert stopping is not None
    n, of = stopping.counts(np.array([0.5, 4.5, 99.0, np.nan]))
    assert (n[0], of[0]) == (0, 60)
    assert (n[1], of[1]) == (40, 40)
    assert (n[2], of[2]) == (40, 40)
    assert np.isnan([n[3], of[3]]).all()


def test_the_share_never_falls_with_the_silence(interactions_of: Made) -> None:
    rng = np.random.default_rng(0)
    rows = [
        (f"{one:03}", int(day), "x")
        for one in range(300)
        for day in np.cumsum(rng.integers(1, 40, rng.integers(3, 30)))
        if day <= 500
    ]
    stopping = fit_stopping(interactions_of([*rows, ("last", 500, "x")]))
    assert stopping is not None
    share = stopping.stopped / stopping.of
    assert (np.diff(share) >= 0).all()
    assert (stopping.of >= 30).all()
    assert np.isinf(stopping.uppers[-1])


def test_too_few_customers_say_nothing(interactions_of: Made) -> None:
    data = interactions_of(regular_and_stopped(20, 10, 400, 400))
    assert fit_stopping(data) is None
    assert stopping_reliability(data).why_not
