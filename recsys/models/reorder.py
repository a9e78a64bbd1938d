"""Reorder cycles: how often each customer buys each product, and which of these cycles have fallen silent.

o   o    o   o         o    o ............ | as_of
  4    5   4      10     5       silence

The usual gap is the median: one long gap does not move it. A silence is unusual for a pair if it is longer than all
but a twentieth of its own gaps: customers who skip now and then are not taken for lost at every skip.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.dates import day_number, months_before
from recsys.dataset.interactions import Interactions
from recsys.kernels.row_medians import quantiles_of_groups
from recsys.schema.reorder_rules import LEAST_PURCHASES, LONG_GAP_QUANTILE, LOST_MONTHS, LostRule, is_silent

MAX_SILENT = 100  # products that fell silent, of a customer: whatever rule a team sets picks from them
_YEAR_DAYS = 365


@dataclass(frozen=True)
class Cycles:
    """One entry for each customer and product ever bought, sorted by both: the entries of interactions.counts.

    customers       row of the interactions       products  column
    n_baskets       order days with it
    first_days      the first of them             last_days  the last; days since 1970-01-01
    usual_gap_days  median days between two of them; NaN below three
    long_gap_days   the LONG_GAP_QUANTILE of these gaps; NaN below three
    worth           revenue in the year up to the last of them; infinite where revenue is unknown
    last_year       revenue in the year up to as_of; 0 where revenue is unknown
    """

    shape: tuple[int, int]
    customers: Counts
    products: Counts
    n_baskets: Counts
    first_days: Positions
    last_days: Positions
    usual_gap_days: NDArray[np.float64]
    long_gap_days: NDArray[np.float64]
    worth: NDArray[np.float64]
    last_year: NDArray[np.float64]

    @cached_property
    def mean_gap_days(self) -> NDArray[np.float64]:
        """Mean days between two order days with it; NaN for a single one."""
        n_gaps = np.where(self.n_baskets > 1, self.n_baskets - 1.0, np.nan)
        return np.asarray((self.last_days - self.first_days) / n_gaps)

    def silent_days(self, as_of_day: int) -> Counts:
        """Return the days from the last purchase to a day, days since 1970-01-01."""
        return np.asarray(as_of_day - self.last_days.astype(np.int64))

    def is_lost(self, rule: LostRule, as_of_day: int) -> NDArray[np.bool_]:
        """Return which are lost at a day by a rule."""
        silent = self.silent_days(as_of_day)
        return np.asarray(rule.holds(self.n_baskets, self.usual_gap_days, self.long_gap_days, silent, self.worth))

    def matrix(self, keep: NDArray[np.bool_]) -> csr_matrix:
        """Return (n_customers, n_products) with a 1 for each entry that `keep` marks."""
        return csr_matrix((np.ones(int(keep.sum())), (self.customers[keep], self.products[keep])), shape=self.shape)


def reorder_cycles(interactions: Interactions) -> Cycles:
    """Return the cycles of all purchases up to and with as_of."""
    lines = interactions.baskets
    baskets = np.repeat(np.arange(lines.shape[0]), np.diff(lines.indptr))
    keys = interactions.basket_customers[baskets].astype(np.int64) * interactions.n_products + lines.indices
    order = np.argsort(keys, kind="stable")  # baskets are sorted by customer and day: days ascend within a key
    keys, days = keys[order], interactions.basket_days[baskets[order]]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.zeros(0, dtype=int)
    ends = np.append(starts[1:], len(keys))
    n_baskets = ends - starts
    customers, products = np.divmod(keys[starts], max(interactions.n_products, 1))
    usual, long = _gap_quantiles(days, starts, n_baskets, (0.5, LONG_GAP_QUANTILE))
    first, last = days[starts], days[ends - 1] if len(ends) and len(keys) else days[:0]
    worth, last_year = _worth(interactions, order, days, last, n_baskets)
    shape = interactions.counts.shape
    return Cycles(shape, customers, products, n_baskets, first, last, usual, long, worth, last_year)


def silent_cycles(cycles: Cycles, interactions: Interactions) -> csr_matrix:
    """Return (n_customers, n_products) with a 1 where a cycle is silent for longer than usual: what may be lost.

    Whatever rule the team sets, what it calls lost is among these: bought three times or more, and in the LOST_MONTHS
    up to as_of.
    """
    silent = cycles.silent_days(day_number(interactions.as_of))
    since = day_number(months_before(interactions.as_of, LOST_MONTHS))
    keep = (
        (cycles.n_baskets >= LEAST_PURCHASES)
        & is_silent(cycles.usual_gap_days, cycles.long_gap_days, silent)
        & (cycles.last_days > since)
    )
    return cycles.matrix(np.asarray(keep))


def _gap_quantiles(
    days: Positions, starts: Counts, n_baskets: Counts, quantiles: tuple[float, ...]
) -> tuple[NDArray[np.float64], ...]:
    """Return for each quantile that of each entry's gaps, (n_entries,); NaN below three purchases."""
    owners = np.repeat(np.arange(len(starts)), n_baskets)
    inside = np.flatnonzero((owners[1:] == owners[:-1]) & (n_baskets >= LEAST_PURCHASES)[owners[1:]])
    gaps = (days[1:] - days[:-1])[inside].astype(np.float64)
    return quantiles_of_groups(gaps, owners[1:][inside], len(starts), quantiles)


def _worth(
    interactions: Interactions, order: NDArray[np.intp], days: Positions, last: Positions, n_baskets: Counts
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each entry's revenue in the year up to its last day, and in that up to as_of."""
    if interactions.spent is None:
        return np.full(len(n_baskets), np.inf), np.zeros(len(n_baskets))
    owners = np.repeat(np.arange(len(n_baskets)), n_baskets)
    spent = interactions.spent.data[order]

    def since(day: Positions | int) -> NDArray[np.float64]:
        lately = days > day - _YEAR_DAYS
        return np.bincount(owners[lately], weights=spent[lately], minlength=len(n_baskets)).astype(np.float64)

    return since(last[owners]), since(day_number(interactions.as_of))
