"""The scenario before truths are planted: products and their days of sale, customers and their order days, tastes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recsys.sample.catalogue import Role, SampleProduct, make_products
from recsys.sample.holidays import feast_factor, on_holiday
from recsys.sample.names import FIXED
from recsys.sample.options import SampleOptions
from recsys.sample.pairs import FOREVER
from recsys.sample.promotions import Promotions, make_promotions
from recsys.sample.reps import regions_and_reps
from recsys.sample.rhythm import Rhythm, make_rhythm, order_days
from recsys.sample.stock import StockOuts, make_stock_outs
from recsys.sample.styles import STYLES, make_waves
from recsys.sample.tastes import SEGMENT_SHARES, SEGMENTS, make_tastes
from recsys.sample.workdays import Workdays, last_workday

LATER_SHARE = 0.06  # of the plain products are introduced within the two years
LOW_PRIORITY_SHARE = 0.012  # of all products: the wholesaler would rather not offer them
SHOP_SHARE = 0.45  # of the customers order in the shop
OUT_OF_SEASON = 0.02


@dataclass(frozen=True)
class Scenario:
    """Customers and products by position, in the order of their ids; days are numbers of Workdays.

    segment, style, region, rep   of each customer, positions in SEGMENTS, STYLES, REGIONS and REPS
    in_shop         (n_customers,) whether the customer orders in the shop
    fixed           the customers with the names of names.FIXED
    tastes          (n_segments, n_styles, n_products) weights with which customers choose products
    customer, day   one entry an order day, sorted
    opens, closes   half-open days on which each product can be ordered: [opens, closes)
    waves           (n_styles, n_products) day on which a style begins to take each product up
    lasting         (n_products,) True for plain products that could be delivered on every day
    """

    days: Workdays
    products: list[SampleProduct]
    customer_ids: list[str]
    segment: np.ndarray
    style: np.ndarray
    region: np.ndarray
    rep: np.ndarray
    in_shop: np.ndarray
    fixed: np.ndarray
    rhythm: Rhythm
    tastes: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    waves: np.ndarray
    stock_outs: StockOuts
    lasting: np.ndarray
    low_priority: np.ndarray
    promotions: Promotions

    @cached_property
    def n_order_days(self) -> np.ndarray:
        """(n_customers,) the number of order days."""
        return np.bincount(self.customer, minlength=len(self.customer_ids))

    def order_days_of(self, customer: int) -> np.ndarray:
        """Return the order days of one customer, in order."""
        begin, end = np.searchsorted(self.customer, [customer, customer + 1])
        return self.day[begin:end]

    @cached_property
    def product_ids(self) -> list[str]:
        """The ids of the products."""
        return [product.product_id for product in self.products]

    @cached_property
    def unit_price(self) -> np.ndarray:
        """(n_products,) today's list prices."""
        return np.array([product.unit_price for product in self.products])

    @cached_property
    def demand(self) -> np.ndarray:
        """(n_products, n_days) how many times as likely a purchase is as usual; 0 where nothing can be delivered."""
        months = [product.family.months if product.role == "seasonal" else () for product in self.products]
        by_month = [[not own or month in own for month in range(1, 13)] for own in months]
        factor = np.where(np.array(by_month)[:, self.days.month], np.float32(1), np.float32(OUT_OF_SEASON))
        factor *= feast_factor(self.products, self.days)
        promotions = self.promotions
        for product, first, last, uplift in zip(
            promotions.product, promotions.first, promotions.last, promotions.uplift, strict=True
        ):
            factor[product, first : last + 1] *= uplift
        factor[self.stock_outs.within(*factor.shape)] = 0
        return factor

    @cached_property
    def promoted(self) -> np.ndarray:
        """(n_products, n_days) share that promotions take off the price, mostly 0."""
        return self.promotions.discounts(len(self.products), self.days.n)

    def with_role(self, *roles: Role) -> np.ndarray:
        """(n_products,) True where the product has one of the roles."""
        return np.array([product.role in roles for product in self.products])

    def next_order_day(self, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Return the first order day of each customer on or after a day, the number of days if there is none."""
        code = self.customer * self.days.n + self.day
        at = np.searchsorted(code, customer * self.days.n + day)
        found = np.minimum(at, len(code) - 1)
        return np.where((at < len(code)) & (self.customer[found] == customer), self.day[found], self.days.n)

    def kind(self, customer: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the segments and styles of some customers."""
        return self.segment[customer], self.style[customer]

    def weight(self, customer: int) -> np.ndarray:
        """(n_products,) the customer's taste: weights of the products."""
        weight: np.ndarray = self.tastes[self.segment[customer], self.style[customer]]
        return weight


def make_scenario(options: SampleOptions) -> Scenario:
    """Return the scenario of some options; each part has its own random generator."""
    who, what, when, which, sold, moves = (np.random.default_rng([options.seed, part]) for part in range(6))
    days = Workdays(last_workday(options.until))
    products = make_products(options.products, what)
    rhythm = make_rhythm(options.customers, days, when, moves)
    fixed = _some_regulars(rhythm, who)
    segment = _segments(options.customers, fixed, who)
    away = np.array([on_holiday(name, days) for name in SEGMENTS])[segment]
    customer, day = order_days(rhythm, days, away, when)
    opens, closes = _sold_from_to(products, days, which)
    always = np.array([product.role == "plain" for product in products]) & (opens <= 0)
    stock_outs = make_stock_outs(np.flatnonzero(always), len(products), days, sold)
    lasting = always & ~np.isin(np.arange(len(products)), stock_outs.product)
    region, rep = regions_and_reps(options.customers, who)
    return Scenario(
        days=days,
        products=products,
        customer_ids=_customer_ids(options.customers, who),
        segment=segment,
        style=who.integers(0, len(STYLES), options.customers),
        region=region,
        rep=rep,
        in_shop=who.random(options.customers) < SHOP_SHARE,
        fixed=fixed,
        rhythm=rhythm,
        tastes=make_tastes(products, which),
        customer=customer,
        day=day,
        opens=opens,
        closes=closes,
        waves=make_waves(opens, days, which),
        stock_outs=stock_outs,
        lasting=lasting,
        low_priority=_some(np.flatnonzero(lasting), round(LOW_PRIORITY_SHARE * len(products)), len(products), sold),
        promotions=make_promotions(np.flatnonzero(lasting), len(products), days, sold),
    )


def _some(candidates: np.ndarray, n: int, of: int, rng: np.random.Generator) -> np.ndarray:
    """Return a mask, of the given length, of n random candidates."""
    chosen = np.zeros(of, dtype=bool)
    chosen[rng.choice(candidates, n, replace=False)] = True
    return chosen


def _customer_ids(n: int, rng: np.random.Generator) -> list[str]:
    """Return n different numbers of five digits as text, in order; some begin with zeros."""
    numbers = rng.choice(np.arange(100, max(30_000, min(3 * n, 100_000))), n, replace=False)
    return [f"{number:05}" for number in np.sort(numbers)]


def _some_regulars(rhythm: Rhythm, rng: np.random.Generator) -> np.ndarray:
    """Return random active customers with many orders, one for each fixed name."""
    active = np.where((rhythm.status == "active") & ~rhythm.stopped, rhythm.order_days, 0)
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

    Most products are older than the orders; new ones are introduced in the last weeks, when replaced ones end. Those
    that are out of stock ran out on any day of the last year: as many in the last weeks as in any weeks before.
    """
    n = len(products)
    role = np.array([product.role for product in products])
    opens = -rng.integers(30, 3_000, n)
    later = (role == "plain") & (rng.random(n) < LATER_SHARE)
    opens = np.where(later, rng.integers(60, days.n - 150, n), opens)
    opens = np.where(role == "new", days.n - rng.integers(40, 82, n), opens)
    closes = np.where(role == "out_of_stock", days.n - rng.integers(12, 330, n), FOREVER)
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
