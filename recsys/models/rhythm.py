"""Each customer's rhythm of orders: whether it slows, and how likely they are to stop buying at all.

How likely a customer stops is counted, not modelled: half a year before as_of, of the customers who had then been
silent for as many of their usual gaps, how many did not order in the half-year that followed.

first order ............ cut .............. as_of
          silence at cut  |  182 days: ordered, or stopped
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from recsys.array_types import Counts
from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions
from recsys.kernels.row_medians import quantiles_of_groups
from recsys.models.calibration.list_chances import reliability
from recsys.schema.build_report import Reliability
from recsys.schema.reorder_rules import QUARTER_DAYS, RECENT_GAPS, SlowRule

STOPPED_DAYS = 182  # without an order: half a year
LEAST_ORDER_DAYS = 3  # from which on a customer has a usual gap
MIN_CUSTOMERS = 30  # as silent as this one, for a count to mean anything
SILENCE_EDGES = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0)  # usual gaps


@dataclass(frozen=True)
class Rhythms:
    """The order days of each customer up to a day, (n_customers,) each; NaN where unknown.

    n_order_days     baskets
    span_days        from the first of them to the last     silent_days  since the last
    usual_gap_days   median days between two of them; unknown below three
    recent_gap_days  mean of the last RECENT_GAPS gaps, of which the silence since the last order day is one; unknown
                     with fewer order days
    last_quarter     order days in the last 90 days       quarter_before  in the 90 before
    """

    n_order_days: Counts
    span_days: NDArray[np.float64]
    silent_days: NDArray[np.float64]
    usual_gap_days: NDArray[np.float64]
    recent_gap_days: NDArray[np.float64]
    last_quarter: Counts
    quarter_before: Counts

    @property
    def mean_gap_days(self) -> NDArray[np.float64]:
        """Mean days between two order days; NaN below two."""
        n_gaps = np.where(self.n_order_days > 1, self.n_order_days - 1.0, np.nan)
        return np.asarray(self.span_days / n_gaps)

    @property
    def silence(self) -> NDArray[np.float64]:
        """Silence in usual gaps; NaN where no gap is known."""
        return np.asarray(self.silent_days / np.maximum(self.usual_gap_days, 1.0))

    def is_slowing(self, rule: SlowRule) -> NDArray[np.bool_]:
        """Return who is slowing by a rule."""
        figures = (self.n_order_days, self.usual_gap_days, self.recent_gap_days, self.last_quarter, self.quarter_before)
        return np.asarray(rule.holds(*figures))


def order_rhythms(interactions: Interactions, as_of_day: int | None = None) -> Rhythms:
    """Return the rhythms of all customers up to and with a day, days since 1970-01-01; None: as_of."""
    today = day_number(interactions.as_of) if as_of_day is None else as_of_day
    known = interactions.basket_days <= today
    owners, days = interactions.basket_customers[known], interactions.basket_days[known].astype(np.int64)
    n_customers = interactions.n_customers
    n = np.bincount(owners, minlength=n_customers)
    ends = np.cumsum(n)
    has_order = n > 0
    silent, span = np.full(n_customers, np.nan), np.full(n_customers, np.nan)
    silent[has_order] = today - days[ends[has_order] - 1]
    span[has_order] = days[ends[has_order] - 1] - days[(ends - n)[has_order]]
    has_recent = n >= RECENT_GAPS
    recent = np.full(n_customers, np.nan)
    recent[has_recent] = (today - days[ends[has_recent] - RECENT_GAPS]) / RECENT_GAPS
    same = owners[1:] == owners[:-1]
    gaps = (days[1:] - days[:-1])[same].astype(np.float64)
    (usual,) = quantiles_of_groups(gaps, owners[1:][same], n_customers, (0.5,))
    usual[n < LEAST_ORDER_DAYS] = np.nan
    ago = today - days
    last = np.bincount(owners[ago < QUARTER_DAYS], minlength=n_customers)
    before = np.bincount(owners[(ago >= QUARTER_DAYS) & (ago < 2 * QUARTER_DAYS)], minlength=n_customers)
    return Rhythms(n, span, silent, usual, recent, last, before)


@dataclass(frozen=True)
class Stopping:
    """How many customers of each silence stopped buying.

    uppers   ascending upper ends of silence in usual gaps; the last is infinite
    stopped  of `of` customers of that silence: how many did not order for half a year; their share never decreases
    """

    uppers: NDArray[np.float64]
    stopped: Counts
    of: Counts

    def counts(self, silence: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how many stopped, and of how many as silent as each, (m,); NaN where the silence is unknown."""
        place = np.searchsorted(self.uppers, silence)  # NaN comes last
        place = np.minimum(place, len(self.uppers) - 1)
        unknown = np.isnan(silence)
        return np.where(unknown, np.nan, self.stopped[place]), np.where(unknown, np.nan, self.of[place])


def fit_stopping(interactions: Interactions, cut_day: int | None = None) -> Stopping | None:
    """Return how many stopped by silence at a cut, which is half a year before as_of unless another is given.

    Bins with fewer than MIN_CUSTOMERS customers join the next; neighbours whose shares decrease are one bin, as it is
    silence that makes a customer likelier to stop. None with fewer than MIN_CUSTOMERS customers with a usual gap.
    """
    cut = _cut(interactions) if cut_day is None else cut_day
    silence, stopped = _stopped(interactions, cut)
    if len(silence) < MIN_CUSTOMERS:
        return None
    uppers = np.array([*SILENCE_EDGES, np.inf])
    place = np.searchsorted(uppers, silence)
    of = np.bincount(place, minlength=len(uppers))
    n = np.bincount(place, weights=stopped, minlength=len(uppers)).astype(np.int64)
    uppers, n, of = _joined(uppers, n, of)
    blocks = isotonic_regression(n / of, weights=of).blocks
    starts = blocks[:-1]
    return Stopping(uppers[blocks[1:] - 1], np.add.reduceat(n, starts), np.add.reduceat(of, starts))


def stopping_reliability(interactions: Interactions) -> Reliability:
    """Return how well the shares that were known half a year ago agree with who stopped since."""
    cut = _cut(interactions)
    earlier = fit_stopping(interactions, cut - STOPPED_DAYS)
    silence, stopped = _stopped(interactions, cut)
    if earlier is None or len(silence) < MIN_CUSTOMERS:
        return Reliability(why_not="a year of orders with a rhythm before the last half-year is too little")
    n, of = earlier.counts(silence)
    return reliability(n / of, stopped)


def _cut(interactions: Interactions) -> int:
    return day_number(interactions.as_of) - STOPPED_DAYS


def _stopped(interactions: Interactions, cut: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the silence at the cut of all customers with a usual gap then, and whether they stopped after it."""
    silence = order_rhythms(interactions, cut).silence
    days = interactions.basket_days
    later = interactions.basket_customers[(days > cut) & (days <= cut + STOPPED_DAYS)]
    went_on = np.bincount(later, minlength=interactions.n_customers) > 0
    known = ~np.isnan(silence)
    return silence[known], ~went_on[known]


def _joined(uppers: NDArray[np.float64], n: Counts, of: Counts) -> tuple[NDArray[np.float64], Counts, Counts]:
    """Return the bins with at least MIN_CUSTOMERS each: a smaller one joins the next, the last one that before."""
    bins: list[tuple[float, int, int]] = []
    part, part_of = 0, 0
    for upper, one, one_of in zip(uppers, n, of, strict=True):
        part, part_of = part + int(one), part_of + int(one_of)
        if part_of >= MIN_CUSTOMERS:
            bins.append((float(upper), part, part_of))
            part, part_of = 0, 0
    _, last, last_of = bins.pop()
    bins.append((np.inf, last + part, last_of + part_of))
    columns = zip(*bins, strict=True)
    return np.array(next(columns)), np.array(next(columns)), np.array(next(columns))
