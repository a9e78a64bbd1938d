"""The generated wholesaler: the only place that knows the order in which its parts are made."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from recsys.sample.assortments import assortments
from recsys.sample.customers import customers_table
from recsys.sample.ground import Ground, make_ground, successor
from recsys.sample.lines import draw_lines, draw_returns, order_numbers
from recsys.sample.options import SampleOptions
from recsys.sample.pairs import Pairs, joined
from recsys.sample.plants import plant
from recsys.sample.truths import Truths
from recsys.schema.clean import PRODUCTS

BLOCK = 1_000  # customers whose orders are made at a time: 90,000 customers take no more memory than 1,000


@dataclass(frozen=True)
class Wholesaler:
    """Everything but the order lines, which come block by block."""

    options: SampleOptions
    ground: Ground
    planted: Pairs
    truths: Truths

    def customers(self) -> pa.Table:
        """The clean table, ordered by id."""
        rng = np.random.default_rng([self.options.seed, 10])
        return customers_table(self.ground, rng)

    def products(self) -> pa.Table:
        """The clean table, ordered by id."""
        return _products_table(self.ground)

    def order_lines(self) -> Iterator[tuple[int, pa.Table, pa.Table]]:
        """Yield (customers done, order lines, returns) for one block after the other, in the order of their ids."""
        numbers = order_numbers(self.ground, np.random.default_rng([self.options.seed, 11]))
        n = len(self.ground.customer_ids)
        for begin in range(0, n, BLOCK):
            rng = np.random.default_rng([self.options.seed, 12, begin])
            yield self._block(np.arange(begin, min(begin + BLOCK, n)), numbers, rng)

    def _block(
        self, customers: np.ndarray, numbers: np.ndarray, rng: np.random.Generator
    ) -> tuple[int, pa.Table, pa.Table]:
        planted = self.planted.take(np.isin(self.planted.customer, customers))
        pairs = joined([planted, assortments(self.ground, customers, planted, rng)])
        begin, end = np.searchsorted(self.ground.customer, [customers[0], customers[-1] + 1])
        lines = draw_lines(self.ground, pairs, numbers, slice(begin, end), rng)
        returns = draw_returns(self.ground, lines, rng)
        return len(customers), lines.table(self.ground), returns.table(self.ground)


def make_wholesaler(options: SampleOptions) -> Wholesaler:
    """Return the wholesaler of these options; what is planted in its orders is in `truths`."""
    ground = make_ground(options)
    planted = plant(ground, np.random.default_rng([options.seed, 9]))
    return Wholesaler(options, ground, planted.pairs, planted.truths)


def _products_table(ground: Ground) -> pa.Table:
    products = ground.products
    rows = [
        {
            "product_id": product.product_id,
            "name": product.name,
            "category": product.family.category,
            "supplier": product.supplier,
            "unit": product.make[1].unit,
            "pack_size": product.make[1].size,
            "unit_price": product.unit_price,
            "cost": product.cost,
            "available": product.role not in ("out_of_stock", "replaced"),
            "introduced_on": ground.days.date(ground.opens[position]),
            "replaced_by": (products[successor(products, position)].product_id if product.role == "replaced" else None),
        }
        for position, product in enumerate(products)
    ]
    return pa.Table.from_pylist(rows, schema=PRODUCTS.arrow_schema())
