"""Order lines and returns, drawn from the pairs of some customers."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.sample.pairs import Pairs
from recsys.sample.scenario import Scenario
from recsys.schema.clean import ORDER_LINES

MEMBER_CHANCE = 0.92  # chance of each of a bundle's products on a day that has the bundle
DISCOUNTS = np.array([0, 0, 0.02, 0.03, 0.05, 0.08])
PRICE_RISE = 0.015  # every half-year
HALF_YEAR = 182
RETURNED = 0.01  # share of the lines
FIRST_ORDER = 10_000_000
TWO_ORDERS = 0.05  # share of the order days with a second order


@dataclass(frozen=True)
class SampleLines:
    """One entry a line: positions, days and the number of the order."""

    customer: np.ndarray
    product: np.ndarray
    day: np.ndarray
    order: np.ndarray
    quantity: np.ndarray
    revenue: np.ndarray

    def table(self, scenario: Scenario) -> pa.Table:
        """Return the clean table, in its order."""
        rows = np.lexsort((self.product, self.order, self.day, self.customer))
        product_ids = pa.array(scenario.product_ids)
        columns = [
            pc.cast(pa.array(self.order[rows]), pa.string()),
            pa.array(scenario.customer_ids).take(pa.array(self.customer[rows])),
            product_ids.take(pa.array(self.product[rows])),
            scenario.days.dates(self.day[rows]),
            pa.array(self.quantity[rows].astype(float)),
            pa.array(self.revenue[rows]),
        ]
        return pa.Table.from_arrays(columns, schema=ORDER_LINES.arrow_schema())


def order_numbers(scenario: Scenario, rng: np.random.Generator) -> np.ndarray:
    """Return (n_order_days, 2) the first and last order number of each order day, ascending by date; mostly equal."""
    by_day = np.argsort(scenario.day, kind="stable")
    n_orders = 1 + (rng.random(len(by_day)) < TWO_ORDERS)
    numbers = np.empty((len(by_day), 2), dtype=np.int64)
    ends = np.cumsum(n_orders)
    numbers[by_day, 0] = FIRST_ORDER + ends - n_orders
    numbers[by_day, 1] = FIRST_ORDER + ends - 1
    return numbers


def draw_lines(
    scenario: Scenario, pairs: Pairs, numbers: np.ndarray, order_days: slice, rng: np.random.Generator
) -> SampleLines:
    """Return the lines of some order days; `pairs` are those of their customers, ordered by customer."""
    customer, day = scenario.customer[order_days], scenario.day[order_days]
    visit, pair = _candidates(customer, pairs)
    bought = _bought(scenario, pairs, (customer, day), (visit, pair), rng)
    visit, pair = _never_empty(len(customer), visit, pair, bought, pairs)
    order = numbers[order_days][visit, (rng.random(len(visit)) < 0.4).astype(int)]
    quantity = _quantities(scenario, pairs, rng)[pair] * rng.lognormal(0, 0.25, len(pair))
    quantity = np.maximum(1, quantity.round())
    price = _prices(scenario, customer[visit], pairs.product[pair], day[visit])
    return SampleLines(customer[visit], pairs.product[pair], day[visit], order, quantity, (quantity * price).round(2))


def draw_returns(scenario: Scenario, lines: SampleLines, rng: np.random.Generator) -> SampleLines:
    """Return the returns of some lines: within ten days, of all or part of the quantity, with the order's number."""
    back = np.flatnonzero(rng.random(len(lines.day)) < RETURNED)
    quantity = np.ceil(lines.quantity[back] * rng.uniform(0, 1, len(back)))
    later = np.minimum(lines.day[back] + rng.integers(1, 10, len(back)), scenario.days.n - 1)
    return SampleLines(
        lines.customer[back],
        lines.product[back],
        scenario.days.next_open(saturdays=False)[later],
        lines.order[back],
        quantity,
        (lines.revenue[back] * quantity / lines.quantity[back]).round(2),
    )


def _candidates(customer: np.ndarray, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Return (order day, pair) for every order day and every pair of its customer."""
    begin = np.searchsorted(pairs.customer, customer, side="left")
    n = np.searchsorted(pairs.customer, customer, side="right") - begin
    visit = np.repeat(np.arange(len(customer)), n)
    within = np.arange(len(visit)) - np.repeat(np.cumsum(n) - n, n)
    return visit, np.repeat(begin, n) + within


def _bought(
    scenario: Scenario,
    pairs: Pairs,
    order_days: tuple[np.ndarray, np.ndarray],
    candidates: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> np.ndarray:
    """Return (n_candidates,) True where the product is in the basket."""
    customer, day = order_days
    visit, pair = candidates
    on = day[visit]
    draw = rng.random(len(visit))
    in_bundle = np.flatnonzero(pairs.bundle[pair] >= 0)
    together = rng.random((len(customer), pairs.bundle.max(initial=0) + 1))
    draw[in_bundle] = together[visit[in_bundle], pairs.bundle[pair[in_bundle]]]
    draw[in_bundle[rng.random(len(in_bundle)) > MEMBER_CHANCE]] = 1.0
    bought = draw < pairs.chance[pair] * scenario.demand[pairs.product[pair], on]
    cyclic = np.flatnonzero(pairs.gap[pair])
    bought[cyclic] = _due(pairs, pair[cyclic], on[cyclic], _day_before(customer, day)[visit[cyclic]], rng)
    sold: np.ndarray = bought & (on >= pairs.first[pair]) & (on < pairs.last[pair])
    return sold


def _day_before(customer: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return (n_order_days,) the customer's order day before; for the first one a day long ago."""
    before = np.roll(day, 1)
    before[np.flatnonzero(np.diff(customer, prepend=-1))] = -FIRST_ORDER
    return before


def _due(pairs: Pairs, pair: np.ndarray, on: np.ndarray, before: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return True on the first order day of each cycle; cycles of each pair start on a random day."""
    begun = rng.integers(0, 1_000, len(pairs))[pair]
    gap = pairs.gap[pair]
    due: np.ndarray = (on + begun) // gap > (before + begun) // gap
    return due


def _never_empty(
    n: int, visit: np.ndarray, pair: np.ndarray, bought: np.ndarray, pairs: Pairs
) -> tuple[np.ndarray, np.ndarray]:
    """Return (order day, pair) of what is bought, with the customer's staple on days that would have nothing."""
    empty = np.ones(n, dtype=bool)
    empty[visit[bought]] = False
    kept = bought | (pairs.staple[pair] & empty[visit])
    return visit[kept], pair[kept]


def _quantities(scenario: Scenario, pairs: Pairs, rng: np.random.Generator) -> np.ndarray:
    """Return (n_pairs,) usual quantities: lower for expensive products, higher with more order days."""
    price = scenario.unit_price[pairs.product]
    size = 1 + scenario.n_order_days[pairs.customer] / 100
    usual: np.ndarray = np.clip(2.2 * size * np.sqrt(20 / price) * rng.lognormal(0, 0.45, len(pairs)), 0.6, 60)
    return usual


def _prices(scenario: Scenario, customer: np.ndarray, product: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return unit prices to the cent: the list price of the day, less the customer's discount and a promotion's."""
    listed = scenario.unit_price[product] * (1 - PRICE_RISE) ** ((scenario.days.n - 1 - day) // HALF_YEAR)
    discounted = (1 - DISCOUNTS[customer % len(DISCOUNTS)]) * (1 - scenario.promoted[product, day])
    price: np.ndarray = np.maximum(0.01, (listed * discounted).round(2))
    return price
