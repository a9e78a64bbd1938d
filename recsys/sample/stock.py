"""Stock: what is counted each Monday, and the weeks in which some products were out of stock."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from recsys.sample.catalogue import SampleProduct
from recsys.sample.workdays import Values, Workdays
from recsys.schema.clean import STOCK

PRODUCTS_A_STOCK_OUT = 60
STOCK_OUT_DAYS = (14, 40)
USUAL_UNITS = 60  # of a product of 20 euro


@dataclass(frozen=True)
class StockOuts:
    """One entry a stock-out: the product, its first and last day, both inclusive; a product has one at most."""

    product: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def within(self, n_products: int, n_days: int) -> np.ndarray:
        """Return (n_products, n_days) True on the days on which a product cannot be delivered."""
        out = np.zeros((n_products, n_days), dtype=bool)
        for product, first, last in zip(self.product, self.first, self.last, strict=True):
            out[product, first : last + 1] = True
        return out


def make_stock_outs(candidates: np.ndarray, n_products: int, days: Workdays, rng: np.random.Generator) -> StockOuts:
    """Return the stock-outs of some of the candidates; the last ones may go on at the end of the orders."""
    product = rng.permutation(candidates)[: max(3, n_products // PRODUCTS_A_STOCK_OUT)]
    first = rng.integers(60, days.n - 10, len(product))
    last = np.minimum(first + rng.integers(*STOCK_OUT_DAYS, len(product)), days.n - 1)
    return StockOuts(product, first, last)


def stock_table(
    products: list[SampleProduct],
    delivered: np.ndarray,
    opens: np.ndarray,
    days: Workdays,
    rng: np.random.Generator,
) -> pa.Table:
    """Return the clean table in the order of its key: a count each Monday and on the last day, from its first day on.

    delivered  (n_products, n_days) False on days on which a product cannot be delivered
    """
    counted = np.union1d(np.flatnonzero(days.weekday == 0), [days.n - 1])
    product, count = np.nonzero(opens[:, None] <= counted)
    price = np.array([one.unit_price for one in products])
    usual = USUAL_UNITS * np.sqrt(20 / price) * rng.lognormal(0, 0.5, len(products))
    units = np.maximum(1, (usual[product] * rng.uniform(0.3, 1.7, len(product))).round())
    places: Values = pa.array(product)
    columns: list[Values] = [
        pa.array([one.product_id for one in products]).take(places),
        days.dates(counted[count]),
        pa.array(np.where(delivered[product, counted[count]], units, 0.0)),
    ]
    return pa.Table.from_arrays(columns, schema=STOCK.arrow_schema())
