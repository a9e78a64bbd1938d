"""The generated wholesaler: makes the parts in their order."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from recsys.sample.assortments import assortments
from recsys.sample.carts import draw_carts
from recsys.sample.customers import customers_table
from recsys.sample.lines import SampleLines, draw_lines, draw_returns, order_numbers
from recsys.sample.options import SampleOptions
from recsys.sample.pairs import joined
from recsys.sample.plants import Planted, plant
from recsys.sample.scenario import Scenario, make_scenario, successor
from recsys.sample.shop import draw_events, mail_events
from recsys.sample.stock import stock_table
from recsys.sample.truths import Truths
from recsys.schema.clean import PRODUCTS

BLOCK = 1_000  # customers whose orders are made at a time, so that 90,000 customers take no more memory than 1,000


@dataclass(frozen=True)
class Block:
    """The tables of some customers, whose ids follow those of the block before."""

    n_customers: int
    lines: pa.Table
    returns: pa.Table
    events: pa.Table


@dataclass(frozen=True)
class Wholesaler:
    """The customers, products and truths; order lines and events are drawn in blocks of customers."""

    options: SampleOptions
    scenario: Scenario
    planted: Planted

    @property
    def truths(self) -> Truths:
        """What the orders, events and outcomes contain."""
        return self.planted.truths

    def tables(self) -> dict[str, pa.Table]:
        """Return the clean tables but order lines, returns and events, each in the order of its key."""
        scenario = self.scenario
        delivered = (scenario.demand > 0) & (np.arange(scenario.days.n) < scenario.closes[:, None])
        return {
            "customers": customers_table(scenario, self._rng(10)),
            "products": _products_table(scenario),
            "stock": stock_table(scenario.products, delivered, scenario.opens, scenario.days, self._rng(13)),
            "promotions": scenario.promotions.table(scenario.product_ids, scenario.days),
            "outcomes": self.planted.pitches.table(scenario, self._rng(14)),
        }

    def blocks(self) -> Iterator[Block]:
        """Yield order lines, returns and events in blocks of customers, customers in the order of their ids.

        The events of campaigns are in the first block.
        """
        numbers = order_numbers(self.scenario, self._rng(11))
        mails = mail_events(self.scenario, self.planted.mailings, self._rng(15)).table(self.scenario, 1, 0)
        n_events, n_sessions = 1 + len(mails), 0
        n = len(self.scenario.customer_ids)
        for begin in range(0, n, BLOCK):
            customers, rng = np.arange(begin, min(begin + BLOCK, n)), self._rng(12, begin)
            lines = self._lines(customers, numbers, rng)
            returns = draw_returns(self.scenario, lines, rng)
            carts = draw_carts(self.scenario, lines, self._rng(16, begin))
            drawn = draw_events(self.scenario, lines, rng).and_then(carts)
            events = pa.concat_tables([mails, drawn.table(self.scenario, n_events, n_sessions)])
            yield Block(len(customers), lines.table(self.scenario), returns.table(self.scenario), events)
            mails, n_events = mails.slice(0, 0), n_events + len(drawn)
            n_sessions += int(drawn.session.max(initial=-1)) + 1

    def _lines(self, customers: np.ndarray, numbers: np.ndarray, rng: np.random.Generator) -> SampleLines:
        planted = self.planted.pairs.take(np.isin(self.planted.pairs.customer, customers))
        pairs = joined([planted, assortments(self.scenario, customers, planted, rng)])
        begin, end = np.searchsorted(self.scenario.customer, [customers[0], customers[-1] + 1])
        return draw_lines(self.scenario, pairs, numbers, slice(begin, end), rng)

    def _rng(self, *part: int) -> np.random.Generator:
        return np.random.default_rng([self.options.seed, *part])


def make_wholesaler(options: SampleOptions) -> Wholesaler:
    """Return the wholesaler of these options; `truths` is what its orders contain."""
    scenario = make_scenario(options)
    return Wholesaler(options, scenario, plant(scenario, np.random.default_rng([options.seed, 9])))


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
            "priority": "low" if scenario.low_priority[position] else "normal",
            "replaced_by": (products[successor(products, position)].product_id if product.role == "replaced" else None),
        }
        for position, product in enumerate(products)
    ]
    return pa.Table.from_pylist(rows, schema=PRODUCTS.arrow_schema())
