"""Promotions: some products of each week, for two weeks at a lower price, bought more often then."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from recsys.sample.workdays import Workdays
from recsys.schema.clean import PROMOTIONS

PRODUCTS_A_PROMOTION = 150  # each week one product of so many begins
LENGTH = 13  # days, from a Monday to the Saturday of the week after
AHEAD = 14  # days for which promotions are known already
DISCOUNTS = (0.1, 0.15, 0.2, 0.25)
UPLIFT_A_SHARE = 4.0  # a purchase is 1 + 4 x discount times as likely


@dataclass(frozen=True)
class Promotions:
    """One entry a promotion: the product, first and last day (both inclusive, maybe after the orders), discount."""

    product: np.ndarray
    first: np.ndarray
    last: np.ndarray
    discount: np.ndarray

    @property
    def uplift(self) -> np.ndarray:
        """(n,) how many times as likely a purchase is."""
        return 1 + UPLIFT_A_SHARE * self.discount

    def discounts(self, n_products: int, n_days: int) -> np.ndarray:
        """Return (n_products, n_days) the share that is taken off the price, mostly 0."""
        shares = np.zeros((n_products, n_days))
        for product, first, last, discount in zip(self.product, self.first, self.last, self.discount, strict=True):
            shares[product, first : last + 1] = discount
        return shares

    def table(self, product_ids: list[str], days: Workdays) -> pa.Table:
        """Return the clean table, in the order of its key."""
        rows = np.lexsort((self.first, self.product))
        columns = [
            pa.array(product_ids).take(pa.array(self.product[rows])),
            days.dates(self.first[rows]),
            days.dates(self.last[rows]),
            pa.array(self.discount[rows]),
        ]
        return pa.Table.from_arrays(columns, schema=PROMOTIONS.arrow_schema())


def make_promotions(candidates: np.ndarray, n_products: int, days: Workdays, rng: np.random.Generator) -> Promotions:
    """Return the promotions of all weeks; a product's next one begins when all others had theirs.

    candidates  products that may be in one
    """
    mondays = np.flatnonzero((np.arange(days.n + AHEAD) + days.first.weekday()) % 7 == 0)
    each = max(1, n_products // PRODUCTS_A_PROMOTION)
    n = len(mondays) * each
    first = np.repeat(mondays, each)
    return Promotions(
        product=np.resize(rng.permutation(candidates), n),
        first=first,
        last=first + LENGTH - 1,
        discount=rng.choice(DISCOUNTS, n),
    )
