"""The scenario before truths are planted: products and their days of sale, customers and their order days, tastes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recsys.sample.catalogue import Role, SampleProduct, make_products
from recsys.sample.names import FIXED
from recsys.sample.options import SampleOptions
from recsys.sample.pairs import FOREVER
from recsys.sample.rhythm import Rhythm, make_rhythm, order_days
from recsys.sample.tastes import SEGMENT_SHARES, SEGMENTS, STYLES, Tastes, make_tastes
from recsys.sample.workdays import Workdays, last_workday

LATER_SHARE = 0.06  # of the plain products are introduced within the two years


@dataclass(frozen=True)
class Scenario:
    """Customers and products by position, in the order of their ids; days are numbers of Workdays.

    fixed           the customers with the names of names.FIXED
    customer, day   one entry an order day, sorted
    opens, closes   half-open days on which each product can be ordered: [opens, closes)
    """

    days: Workdays
    products: list[SampleProduct]
    customer_ids: list[str]
    segment: np.ndarray
    style: np.ndarray
    fixed: np.ndarray
    rhythm: Rhythm
    tastes: Tastes
    customer: np.ndarray
    day: np.ndarray
    opens: np.ndarray
    closes: np.ndarray

    @cached_property
    def n_order_days(self) -> np.ndarray:
        """(n_customers,) the number of order days."""
        return np.bincount(self.customer, minlength=len(self.customer_ids))

    @cached_property
    def lasting(self) -> np.ndarray:
        """(n_products,) True for plain products that are sold from the first day on."""
        return self.with_role("plain") & (self.opens <= 0)

    def with_role(self, *roles: Role) -> np.ndarray:
        """(n_products,) True where the product has one of the roles."""
        return np.array([product.role in roles for product in self.products])

    def weight(self, customer: int) -> np.ndarray:
        """(n_products,) the customer's taste: weights of the products."""
        weight: np.ndarray = self.tastes.weight[self.segment[customer], self.style[customer]]
        return weight


def make_scenario(options: SampleOptions) -> Scenario:
    """Return the scenario of some options; each part has its own random generator."""
    who, what, when, which = (np.random.default_rng([options.seed, part]) for part in range(4))
    days = Workdays(last_workday(options.until))
    products = make_products(options.products, what)
    rhythm = make_rhythm(options.customers, days, when)
    customer, day = order_days(rhythm, days, when)
    fixed = _some_regulars(rhythm, who)
    opens, closes = _sold_from_to(products, days, which)
    return Scenario(
        days=days,
        products=products,
        customer_ids=_customer_ids(options.customers, who),
        segment=_segments(options.customers, fixed, who),
        style=who.integers(0, STYLES, options.customers),
        fixed=fixed,
        rhythm=rhythm,
        tastes=make_tastes(products, which),
        customer=customer,
        day=day,
        opens=opens,
        closes=closes,
    )


def _customer_ids(n: int, rng: np.random.Generator) -> list[str]:
    """Return n different numbers of five digits as text, in order; some begin with zeros."""
    numbers = rng.choice(np.arange(100, max(30_000, min(3 * n, 100_000))), n, replace=False)
    return [f"{number:05}" for number in np.sort(numbers)]


def _some_regulars(rhythm: Rhythm, rng: np.random.Generator) -> np.ndarray:
    """Return random active customers with many orders, one for each fixed name."""
    active = np.where(rhythm.status == "active", rhythm.order_days, 0)
    upper = np.argsort(-active, kind="stable")[: len(active) * 6 // 10]
    return rng.choice(upper, len(FIXED), replace=False)


def _segments(n: int, fixed: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (n,) positions in SEGMENTS; customers with fixed names have the segment of the name."""
    codes = rng.choice(len(SEGMENTS), n, p=SEGMENT_SHARES)
    codes[fixed] = [SEGMENTS.index(segment) for segment, _ in FIXED]
    return codes


def _sold_from_to(
    products: list[SampleProduct], days: Workdays, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first day of each product, and the day after its last.

    Most products are older than the orders; new ones are introduced in the last weeks, when replaced ones end.
    """
    n = len(products)
    role = np.array([product.role for product in products])
    opens = -rng.integers(30, 3_000, n)
    later = (role == "plain") & (rng.random(n) < LATER_SHARE)
    opens = np.where(later, rng.integers(60, days.n - 150, n), opens)
    opens = np.where(role == "new", days.n - rng.integers(35, 75, n), opens)
    closes = np.where(role == "out_of_stock", days.n - rng.integers(12, 40, n), FOREVER)
    left = {number: days.n - int(rng.integers(60, 160)) for number in range(n) if role[number] == "replaced"}
    for position, day in left.items():
        follower = successor(products, position)
        closes[position] = opens[follower] = day
    return opens, closes


def successor(products: list[SampleProduct], position: int) -> int:
    """Return the position of the product that replaces the one at `position`."""
    number = products[position].set_no
    return next(
        place for place, product in enumerate(products) if product.role == "successor" and product.set_no == number
    )
