"""The rules that the build and the dashboard share."""

from datetime import date

import pytest

from recsys.schema.reorder_rules import LostRule, SlowRule, days_overdue, next_on, short_of


def test_a_product_is_lost_from_the_very_bound_on() -> None:
    rule = LostRule(purchases=6, gaps=1.5, days=21, worth=200)
    assert rule.holds(6, 20.0, 25.0, 30, 200.0)  # 30 days are 1.5 gaps of 20
    assert not rule.holds(5, 20.0, 25.0, 30, 200.0)
    assert not rule.holds(6, 20.0, 25.0, 29, 200.0)
    assert not rule.holds(6, 20.0, 25.0, 30, 199.99)


def test_a_short_gap_waits_for_the_least_days() -> None:
    assert not LostRule().holds(30, 7.0, 9.0, 20, 999.0)
    assert LostRule().holds(30, 7.0, 9.0, 21, 999.0)


def test_who_skips_now_and_then_is_not_lost_at_every_skip() -> None:
    assert not LostRule().holds(20, 10.0, 40.0, 40, 999.0)
    assert LostRule().holds(20, 10.0, 40.0, 41, 999.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"purchases": 2}, "purchases of the rule for lost products is 2; it must be at least 3"),
        ({"gaps": 0.9}, "gaps of the rule for lost products is 0.9; it must be at least 1"),
        ({"days": 0}, "days of the rule for lost products is 0; it must be at least 1"),
        ({"worth": -1.0}, "worth of the rule for lost products is -1.0; it must be at least 0"),
        ({"worth": float("nan")}, "worth of the rule for lost products is nan; it must be at least 0"),
    ],
)
def test_a_bound_that_no_build_looks_at_is_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LostRule(**change)  # type: ignore[arg-type]


def test_a_customer_slows_by_a_longer_gap_or_a_poorer_quarter() -> None:
    rule = SlowRule(order_days=6, gaps=2, quarter=0.5, least=4)
    assert rule.holds(6, 10.0, 20.0, 5, 5)
    assert rule.holds(6, 10.0, 10.0, 2, 4)
    assert not rule.holds(5, 10.0, 20.0, 2, 4)
    assert not rule.holds(6, 10.0, 19.0, 3, 4)
    assert not rule.holds(6, 10.0, 19.0, 1, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"order_days": 1}, "order_days of the rule for slowing customers is 1; it must be at least 2"),
        ({"gaps": 0.5}, "gaps of the rule for slowing customers is 0.5; it must be at least 1"),
        ({"gaps": float("nan")}, "gaps of the rule for slowing customers is nan; it must be at least 1"),
        ({"quarter": 0}, "quarter of the rule for slowing customers is 0; it must be above 0 and at most 1"),
        ({"quarter": 1.01}, "quarter of the rule for slowing customers is 1.01; it must be above 0 and at most 1"),
        ({"least": 0}, "least of the rule for slowing customers is 0; it must be at least 1"),
    ],
)
def test_a_bound_of_slowing_that_means_nothing_is_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SlowRule(**change)  # type: ignore[arg-type]


def test_the_widest_rule_of_slowing_is_allowed() -> None:
    assert SlowRule(order_days=2, gaps=1, quarter=1, least=1).holds(2, 10.0, 10.0, 5, 5)


def test_a_stock_is_short_of_what_it_does_not_cover() -> None:
    assert short_of(3.0, 7.5) == 4.5
    assert short_of(0.0, 7.5) == 7.5
    assert short_of(7.5, 7.5) == short_of(9.0, 7.5) == 0.0
    assert short_of(None, 7.5) == 0.0  # never counted


def test_the_next_day_is_a_usual_gap_after_the_last() -> None:
    assert next_on(date(2026, 11, 1), 13.5) == date(2026, 11, 15)
    assert next_on(date(2026, 11, 1), None) is None
    assert days_overdue(date(2026, 11, 1), 14.0, date(2026, 11, 20)) == 5
    assert days_overdue(date(2026, 11, 1), 14.0, date(2026, 11, 10)) == -5
    assert days_overdue(date(2026, 11, 1), None, date(2026, 11, 20)) is None
