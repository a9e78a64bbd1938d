"""Seasonal products: what a customer bought in the same weeks of last year and not lately; and what is out of season.

The 28 days after as_of, one year of 52 weeks earlier, with two weeks before and two after: eight weeks.

as_of - 378            - 364        - 336            - 322                          - 84         as_of
        (two weeks      |  28 days   |  two weeks     ]           ...                |  not bought  ]

A product is out of season if next to nobody bought it in those 28 days and the week after.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import poisson

from recsys.array_types import Counts, Positions
from recsys.dataset.dates import day_number, months_before
from recsys.dataset.interactions import Interactions

MONTHS = 13  # of history that the eight weeks need
NOT_WITHIN_DAYS = 84
_FROM_DAYS, _TO_DAYS, _YEAR_DAYS = 378, 322, 364
_MIN_LIFT = 1.5  # times as often in these weeks as in the whole year, for a product to be seasonal
_WINDOW_DAYS, _LATER_DAYS = 28, 7  # out of season: the days after as_of a year earlier, and some more
_OUT_OF_SEASON = 0.25  # of the sales of a usual day of that year, at most
_SURE = 0.05  # chance at most that so little was sold by accident
_LOW_PERIODS = 3  # of the year's 13 four weeks, at least: fewer may have been a product out of stock


@dataclass(frozen=True)
class SeasonalPurchases:
    """Purchases in the same weeks of last year, one entry for each customer and product, sorted by both.

    keys       customer row * n_products + product column      times  order days with it in those weeks
    last_days  the last of them, days since 1970-01-01
    lifts      (n_products,) how many times as often it sold in those weeks as in the whole year around them
    """

    n_customers: int
    n_products: int
    keys: NDArray[np.int64]
    times: Counts
    last_days: Counts
    lifts: NDArray[np.float64]

    def find(self, customers: Counts, products: Counts) -> NDArray[np.intp]:
        """Return the position of each customer's entry of each product, -1 for none."""
        wanted = customers.astype(np.int64) * self.n_products + products
        if not len(self.keys):
            return np.full(len(wanted), -1, dtype=np.intp)
        found = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[found] == wanted, found, -1)


def seasonal_purchases(interactions: Interactions) -> SeasonalPurchases | None:
    """Return the purchases in the same weeks of last year; None with less than 13 months of orders."""
    if interactions.first_day > months_before(interactions.as_of, MONTHS):
        return None
    n, today = interactions.n_products, day_number(interactions.as_of)
    baskets = np.repeat(np.arange(len(interactions.basket_days)), np.diff(interactions.baskets.indptr))
    days, items = interactions.basket_days[baskets], interactions.baskets.indices
    inside = (days > today - _FROM_DAYS) & (days <= today - _TO_DAYS)
    year = (days > today - _FROM_DAYS) & (days <= today - _FROM_DAYS + _YEAR_DAYS)
    keys = interactions.basket_customers[baskets[inside]].astype(np.int64) * n + items[inside]
    order = np.lexsort((days[inside], keys))
    found, first, times = np.unique(keys[order], return_index=True, return_counts=True)
    share = (_FROM_DAYS - _TO_DAYS) / _YEAR_DAYS
    in_season, in_year = (np.bincount(items[rows], minlength=n) for rows in (inside, year))
    # Smoothed by one basket: a product that sold once, in season or not, is no evidence of either.
    lifts = (in_season + share) / ((in_year + 1) * share)
    return SeasonalPurchases(
        interactions.n_customers, n, found, times, days[inside][order][first + times - 1].astype(np.int64), lifts
    )


def out_of_season(interactions: Interactions) -> NDArray[np.bool_]:
    """Return (n_products,) whether a product is out of season in the 28 days after as_of.

    It is if it was sold before the same weeks of last year, and in these and the week after surely less than a quarter
    as often as in the whole year from then on; unless it sells now and did not then. None is with less than 13 months
    of orders.
    """
    n, today = interactions.n_products, day_number(interactions.as_of)
    if interactions.first_day > months_before(interactions.as_of, MONTHS):
        return np.zeros(n, dtype=bool)
    days = np.repeat(interactions.basket_days, np.diff(interactions.baskets.indptr)).astype(np.int64)
    items, ago = interactions.baskets.indices, today - days

    def sold(after: int, until: int) -> NDArray[np.int64]:
        """Return the baskets with each product of the days less than `after` and at least `until` before as_of."""
        return np.bincount(items[(ago < after) & (ago >= until)], minlength=n)

    year, span = sold(_YEAR_DAYS, 0), _WINDOW_DAYS + _LATER_DAYS
    usual, weeks = year * span / _YEAR_DAYS, sold(_YEAR_DAYS, _YEAR_DAYS - span)
    is_low = (weeks <= usual * _OUT_OF_SEASON) & (poisson.cdf(weeks, usual) <= _SURE)
    periods = np.stack([sold(end + _WINDOW_DAYS, end) for end in range(0, _YEAR_DAYS, _WINDOW_DAYS)])
    is_low &= (periods <= year / len(periods) * _OUT_OF_SEASON).sum(axis=0) >= _LOW_PERIODS
    lately, lately_then = periods[0], sold(_YEAR_DAYS + _WINDOW_DAYS, _YEAR_DAYS)
    sells_now = (lately > year / len(periods) / 2) & (lately > 2 * lately_then)
    was_sold = np.bincount(items[ago >= _YEAR_DAYS], minlength=n) > 0
    return np.asarray(is_low & was_sold & ~sells_now)


class LastPurchases(Protocol):
    """The last day of each purchase, days since 1970-01-01; `Purchases` is one."""

    @property
    def last_days(self) -> Positions: ...

    def find(self, customers: Counts, products: Counts) -> NDArray[np.intp]:
        """Return the position of each customer's purchase of each product."""
        ...


def seasonal_scores(season: SeasonalPurchases, purchases: LastPurchases, as_of_day: int) -> csr_matrix:
    """Return (n_customers, n_products) scores of seasonal products: order days in those weeks times the product's lift.

    Only products with a lift of at least 1.5 that the customer has not bought in the last 12 weeks have a score.
    as_of_day  days since 1970-01-01
    """
    customers, items = np.divmod(season.keys, season.n_products)
    last = purchases.last_days[purchases.find(customers, items)]
    keep = (last <= as_of_day - NOT_WITHIN_DAYS) & (season.lifts[items] >= _MIN_LIFT)
    scores = season.times[keep] * season.lifts[items[keep]]
    return csr_matrix((scores, (customers[keep], items[keep])), shape=(season.n_customers, season.n_products))
