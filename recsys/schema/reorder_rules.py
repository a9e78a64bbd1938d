"""What counts as due, lost and slowing: the rules that the build, its back-test and the dashboard share.

Pure arithmetic. The figures may be single numbers or arrays of equal length; a rule then returns a mask.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

LEAST_PURCHASES = 3  # order days with a product from which on its gaps are known
LONG_GAP_QUANTILE = 0.95  # of a pair's own gaps: a longer silence is unusual for it
DUE_AHEAD_DAYS = 7  # a product that is due within so many days is raised in today's call
LOST_MONTHS = 12  # what was bought last before that is history, and no call is made for it
RECENT_GAPS = 3  # the current gap of a customer is the mean of so many, the silence since the last order included
QUARTER_DAYS = 90
NEW_IN_RANGE_DAYS = 56


@dataclass(frozen=True)
class LostRule:
    """When a product that a customer bought again and again counts as lost; the team may change it.

    purchases  least order days with the product
    gaps       least usual gaps since the last of them
    days       least days since the last of them
    worth      least revenue in the year up to the last of them, in the currency

    Raises ValueError for a bound that names products which no build looks at.
    """

    purchases: int = 6
    gaps: float = 1.5
    days: int = 21
    worth: float = 200.0

    def __post_init__(self) -> None:
        _refuse_below(
            "lost products",
            purchases=(self.purchases, LEAST_PURCHASES),
            gaps=(self.gaps, 1),
            days=(self.days, 1),
            worth=(self.worth, 0),
        )

    def holds(self, n_baskets: Any, usual_gap_days: Any, long_gap_days: Any, silent_days: Any, worth: Any) -> Any:
        """Return whether the product is lost: bought often enough, silent for long enough, worth enough.

        The silence must also exceed the LONG_GAP_QUANTILE of the pair's own gaps.
        """
        return (
            (n_baskets >= self.purchases)
            & is_silent(usual_gap_days, long_gap_days, silent_days)
            & (silent_days >= self.gaps * usual_gap_days)
            & (silent_days >= self.days)
            & (worth >= self.worth)
        )


@dataclass(frozen=True)
class SlowRule:
    """When a customer counts as slowing.

    order_days  least order days in all
    gaps        the current gap is at least so many usual gaps, see recent_gap_days
    quarter     or the order days of the last 90 days are at most this share of those in the 90 before
    least       of which there were at least so many

    Raises ValueError for a bound that means nothing.
    """

    order_days: int = 6
    gaps: float = 1.75
    quarter: float = 0.5
    least: int = 6

    def __post_init__(self) -> None:
        _refuse_below("slowing customers", order_days=(self.order_days, 2), gaps=(self.gaps, 1), least=(self.least, 1))
        if not 0 < self.quarter <= 1:
            raise ValueError(
                f"quarter of the rule for slowing customers is {self.quarter}; it must be above 0 and at most 1"
            )

    def holds(
        self, n_order_days: Any, usual_gap_days: Any, recent_gap_days: Any, last_quarter: Any, quarter_before: Any
    ) -> Any:
        """Return whether the customer orders at a longer gap than usual, or far less often than the quarter before."""
        longer = recent_gap_days >= self.gaps * usual_gap_days
        fewer = (quarter_before >= self.least) & (last_quarter <= self.quarter * quarter_before)
        return (n_order_days >= self.order_days) & (longer | fewer)


def short_of(stock: float | None, expected_units: float) -> float:
    """Return how many of the expected units a stock does not cover; 0 where it was never counted."""
    return 0.0 if stock is None else max(expected_units - stock, 0.0)


def is_silent(usual_gap_days: Any, long_gap_days: Any, silent_days: Any) -> Any:
    """Return whether a silence is longer than the usual gap and than all but a twentieth of the pair's own gaps."""
    return (silent_days > usual_gap_days) & (silent_days > long_gap_days)


def next_on(last_on: date | None, usual_gap_days: float | None) -> date | None:
    """Return the day of the next purchase or order by the usual gap; None where no gap is known."""
    return None if last_on is None or usual_gap_days is None else last_on + timedelta(round(usual_gap_days))


def days_overdue(last_on: date | None, usual_gap_days: float | None, as_of: date) -> int | None:
    """Return for how many days it is due at as_of, negative before; None where no gap is known."""
    expected = next_on(last_on, usual_gap_days)
    return None if expected is None else (as_of - expected).days


def _refuse_below(of_what: str, **bounds: tuple[float, float]) -> None:
    """Raise ValueError for the first value of a rule, by name, that is below its least one or no number."""
    for name, (value, least) in bounds.items():
        if not value >= least:
            raise ValueError(f"{name} of the rule for {of_what} is {value}; it must be at least {least}")
