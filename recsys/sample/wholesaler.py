"""The generated wholesaler: makes the parts in their order."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from recsys.sample.assortments import assortments
from recsys.sample.customers import customers_table
from recsys.sample.lines import draw_lines, draw_returns, order_numbers
from recsys.sample.options import SampleOptions
from recsys.sample.pairs import Pairs, joined
from recsys.sample.plants import plant
from recsys.sample.scenario import Scenario, make_scenario, successor
from recsys.sample.truths import Truths
from recsys.schema.clean import PRODUCTS

BLOCK = 1_000  # customers whose orders are made at a time, so that 90,000 customers take no more memory than 1,000


@dataclass(frozen=True)
class Wholesaler:
    """The customers, products and truths; order lines are drawn in blocks of customers."""

    options: SampleOptions
    scenario: Scenario
    planted: Pairs
    truths: Truths

    def customers(self) -> pa.Table:
        """Return the clean table, ordered by id."""
        rng = np.random.default_rng([self.options.seed, 10])
        return customers_table(self.scenario, rng)

    def products(self) -> pa.Table:
        """Return the clean table, ordered by id."""
        return _products_table(self.scenario)

    def order_lines(self) -> Iterator[tuple[int, pa.Table, pa.Table]]:
        """Yield (number of customers, order lines, returns) of each block, customers in the order of their ids."""
        numbers = order_numbers(self.scenario, np.random.default_rng([self.options.seed, 11]))
        n = len(self.scenario.customer_ids)
        for begin in range(0, n, BLOCK):
            rng = np.random.default_rng([self.options.seed, 12, begin])
            yield self._block(np.arange(begin, min(begin + BLOCK, n)), numbers, rng)

    def _block(
        self, customers: np.ndarray, numbers: np.ndarray, rng: np.random.Generator
    ) -> tuple[int, pa.Table, pa.Table]:
        planted = self.planted.take(np.isin(self.planted.customer, customers))
        pairs = joined([planted, assortments(self.scenario, customers, planted, rng)])
        begin, end = np.searchsorted(self.scenario.customer, [customers[0], customers[-1] + 1])
        lines = draw_lines(self.scenario, pairs, numbers, slice(begin, end), rng)
        returns = draw_returns(self.scenario, lines, rng)
        return len(customers), lines.table(self.scenario), returns.table(self.scenario)


def make_wholesaler(options: SampleOptions) -> Wholesaler:
    """Return the wholesaler of these options; `truths` is what its orders contain."""
    scenario = make_scenario(options)
    planted = plant(scenario, np.random.default_rng([options.seed, 9]))
    return Wholesaler(options, scenario, planted.pairs, planted.truths)


def _products_table(scenario: Scenario) -> pa.Table:
    products = scenario.products
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
            "introduced_on": scenario.days.date(scenario.opens[position]),
            "replaced_by": (products[successor(products, position)].product_id if product.role == "replaced" else None),
        }
        for position, product in enumerate(products)
    ]
    return pa.Table.from_pylist(rows, schema=PRODUCTS.arrow_schema())
