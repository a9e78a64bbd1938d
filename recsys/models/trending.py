"""Trending products: their buyers in the last 28 days and in the 28 days before."""

from dataclasses import dataclass

import numpy as np

from recsys.array_types import Counts
from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions

DAYS = 28


@dataclass(frozen=True)
class BuyerTrend:
    """Customers who bought each product, (n_products,).

    now     in the last 28 days, up to and with as_of
    before  in the 28 days before those
    """

    now: Counts
    before: Counts


def buyer_trend(interactions: Interactions) -> BuyerTrend:
    """Return each product's buyers in both windows."""
    end = day_number(interactions.as_of)
    return BuyerTrend(_buyers(interactions, end - DAYS, end), _buyers(interactions, end - 2 * DAYS, end - DAYS))


def _buyers(interactions: Interactions, after: int, until: int) -> Counts:
    days = interactions.basket_days
    within = interactions.weighted(((days > after) & (days <= until)).astype(float))
    within.eliminate_zeros()
    return np.bincount(within.indices, minlength=interactions.n_products)
