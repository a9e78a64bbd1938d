"""The kinds of alerts, each with a rule of a few numbers that the team, or a person for themselves, may change."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from recsys.schema.reorder_rules import LEAST_PURCHASES, LostRule, SlowRule

LOST, SLOWING, DUE, MISSED, SEASON, STOCK = "lost", "slowing", "due", "missed", "season", "stock"
COUNT, TIMES, MONEY, PERCENT = "count", "times", "money", "percent"


class BadBound(ValueError):
    """A value that a rule cannot have; the message names it, the value and what is allowed."""


class Bound(NamedTuple):
    """One number of a rule.

    unit   COUNT: a whole number; TIMES: with decimals; MONEY: whole, of the currency; PERCENT: whole
    """

    name: str
    unit: str
    default: float
    least: float
    most: float


@dataclass(frozen=True)
class AlertRule:
    """A kind of alert with its numbers, by the names of its bounds."""

    kind: str
    bounds: tuple[tuple[str, float], ...]

    def __getitem__(self, name: str) -> float:
        return dict(self.bounds)[name]

    @property
    def by_name(self) -> dict[str, float]:
        """Return the numbers by their names."""
        return dict(self.bounds)


BOUNDS: Mapping[str, tuple[Bound, ...]] = {
    LOST: (
        Bound("purchases", COUNT, 6, LEAST_PURCHASES, 1_000),
        Bound("gaps", TIMES, 1.5, 1, 100),
        Bound("days", COUNT, 21, 1, 3_650),
        Bound("worth", MONEY, 200, 0, 1e9),
    ),
    SLOWING: (
        Bound("order_days", COUNT, 6, 2, 1_000),
        Bound("gaps", TIMES, 1.75, 1, 100),
        Bound("quarter", PERCENT, 50, 1, 100),
        Bound("least", COUNT, 6, 1, 1_000),
    ),
    DUE: (
        Bound("purchases", COUNT, 3, LEAST_PURCHASES, 1_000),
        Bound("overdue", COUNT, 3, 0, 3_650),
        Bound("expected", MONEY, 100, 0, 1e9),
    ),
    MISSED: (Bound("overdue", COUNT, 1, 1, 3_650),),
    SEASON: (Bound("purchases", COUNT, 1, 1, 1_000), Bound("value", MONEY, 150, 0, 1e9)),
    STOCK: (Bound("covered", PERCENT, 100, 1, 1_000), Bound("units", COUNT, 1, 0, 1_000_000)),
}
KINDS = tuple(BOUNDS)


def default_rule(kind: str, lost: LostRule) -> AlertRule:
    """Return the rule that holds until somebody changes it; that of lost products is the installation's."""
    if kind == LOST:
        return of_lost(lost)
    return AlertRule(kind, tuple((bound.name, bound.default) for bound in BOUNDS[kind]))


def of_lost(rule: LostRule) -> AlertRule:
    """Return the rule for lost products as that of an alert."""
    return AlertRule(LOST, tuple((bound.name, float(getattr(rule, bound.name))) for bound in BOUNDS[LOST]))


def rule_of(kind: str, sent: Mapping[str, object], before: AlertRule) -> AlertRule:
    """Return a rule of what somebody typed, by the names of the bounds; a missing one is as before.

    Raises BadBound for what is no number, is not whole where it has to be, or is out of bounds.
    """
    return AlertRule(kind, tuple((one.name, _value(one, sent.get(one.name, before[one.name]))) for one in BOUNDS[kind]))


def kept_rule(kind: str, bounds: Mapping[str, float], default: AlertRule) -> AlertRule:
    """Return a saved rule; the default where it does not fit any more, as after a change of the bounds."""
    try:
        return rule_of(kind, bounds, default)
    except BadBound:
        return default


def lost_rule(rule: AlertRule) -> LostRule:
    """Return the rule for lost products that an alert's numbers make."""
    return LostRule(int(rule["purchases"]), rule["gaps"], int(rule["days"]), rule["worth"])


def slow_rule(rule: AlertRule) -> SlowRule:
    """Return the rule for slowing customers that an alert's numbers make."""
    return SlowRule(int(rule["order_days"]), rule["gaps"], rule["quarter"] / 100, int(rule["least"]))


def _value(bound: Bound, sent: object) -> float:
    text = str(sent).strip().replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not bound.least <= number <= bound.most:
        raise BadBound(f"{text[:20] or 'nothing'} is no value from {bound.least:g} to {bound.most:,.0f}")
    if bound.unit != TIMES and number != int(number):
        raise BadBound(f"{text[:20]} is not whole; this value has to be")
    return number
