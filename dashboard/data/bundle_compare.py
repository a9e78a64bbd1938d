"""Bundles of two groups of customers side by side: of which of them a set is more typical, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Literal

from dashboard.records.bundles import Bundle
from recsys.schema.intervals import Z_95

Reading = Literal["here", "there", "alike", "too few"]


@dataclass(frozen=True)
class Compared:
    """A set of the first group, the same set of the second, and the first lift over the second with its 95 % interval.

    other    None where the second group has it on too few order days to have been looked at; then no ratio is known
    """

    own: Bundle
    other: Bundle | None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def reading(self) -> Reading:
        """Return where the set is bought together more, as far as the interval says."""
        if self.low is None or self.high is None:
            return "too few"
        return "here" if self.low > 1 else "there" if self.high < 1 else "alike"


def compared(own: Sequence[Bundle], others: Sequence[Bundle]) -> tuple[Compared, ...]:
    """Return each set of the first group beside the same of the second: what differs most for certain comes first.

    Redundant sets and substitutes are left out. The interval is that of two independent lifts, on the log scale: of
    groups that share customers it is wider than it need be.
    """
    there = {bundle.product_ids: bundle for bundle in others}
    pairs = [
        _pair(bundle, there.get(bundle.product_ids))
        for bundle in own
        if not bundle.redundant and not bundle.substitutes
    ]
    return tuple(sorted(pairs, key=_surest_first))


def _pair(own: Bundle, other: Bundle | None) -> Compared:
    if other is None or not min(own.lift_low, other.lift_low) > 0:
        return Compared(own, other)
    ratio = own.lift / other.lift
    half = Z_95 * sqrt(_spread(own) ** 2 + _spread(other) ** 2)
    return Compared(own, other, ratio, ratio * exp(-half), ratio * exp(half))


def _spread(bundle: Bundle) -> float:
    """Return the standard error of a lift's logarithm."""
    return log(bundle.lift_high / bundle.lift_low) / (2 * Z_95)


def _surest_first(one: Compared) -> tuple[int, float, str]:
    """Return the place: clear differences by the end of the interval that is nearer to 1, then alike, then too few."""
    if one.low is None or one.high is None:
        return 2, -one.own.typical, one.own.key
    sure = {"here": log(one.low) if one.low > 0 else 0.0, "there": -log(one.high)}.get(one.reading)
    return (0, -sure, one.own.key) if sure is not None else (1, -one.own.typical, one.own.key)
