"""The rules of alerts: their numbers, what may be typed, and how one that was saved is read."""

from collections.abc import Mapping

import pytest

from dashboard.alerts.rules import (
    BOUNDS,
    KINDS,
    LOST,
    SLOWING,
    AlertRule,
    BadBound,
    default_rule,
    kept_rule,
    lost_rule,
    of_lost,
    rule_of,
    slow_rule,
)
from recsys.schema.reorder_rules import LostRule, SlowRule

USUAL = LostRule()


def test_the_defaults_are_the_rules_that_were_back_tested() -> None:
    assert lost_rule(default_rule(LOST, USUAL)) == LostRule()
    assert slow_rule(default_rule(SLOWING, USUAL)) == SlowRule()


def test_the_installations_rule_for_lost_products_is_the_default() -> None:
    assert lost_rule(default_rule(LOST, LostRule(days=40))) == LostRule(days=40)


@pytest.mark.parametrize("kind", KINDS)
def test_every_default_is_within_its_bounds(kind: str) -> None:
    rule = default_rule(kind, USUAL)
    assert rule_of(kind, rule.by_name, rule) == rule
    assert [name for name, _ in rule.bounds] == [bound.name for bound in BOUNDS[kind]]


def test_what_is_not_typed_is_as_before() -> None:
    before = of_lost(LostRule(days=40))
    assert rule_of(LOST, {"gaps": "2,5"}, before).by_name == {"purchases": 6, "gaps": 2.5, "days": 40, "worth": 200}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"days": ""}, "nothing is no value from 1 to 3,650"),
        ({"days": "soon"}, "soon is no value from 1 to 3,650"),
        ({"days": "nan"}, "nan is no value from 1 to 3,650"),
        ({"days": "inf"}, "inf is no value from 1 to 3,650"),
        ({"days": 0}, "0 is no value from 1 to 3,650"),
        ({"days": None}, "None is no value from 1 to 3,650"),
        ({"days": "21.5"}, "21.5 is not whole; this value has to be"),
        ({"purchases": 2}, "2 is no value from 3 to 1,000"),
        ({"gaps": "0.9"}, "0.9 is no value from 1 to 100"),
        ({"worth": "-1"}, "-1 is no value from 0 to 1,000,000,000"),
        ({"worth": "9" * 500}, "99999999999999999999 is no value from 0 to 1,000,000,000"),
    ],
)
def test_what_is_no_value_is_named_with_what_is_one(typed: Mapping[str, object], why: str) -> None:
    with pytest.raises(BadBound, match=f"^{why}$"):
        rule_of(LOST, typed, default_rule(LOST, USUAL))


def test_a_saved_rule_that_does_not_fit_any_more_is_the_default() -> None:
    default = default_rule(LOST, USUAL)
    assert kept_rule(LOST, {"days": 0}, default) == default
    assert kept_rule(LOST, {"days": 9}, default) == AlertRule(LOST, tuple({**default.by_name, "days": 9.0}.items()))
