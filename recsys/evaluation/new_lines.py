"""The back-test of who fits a new line: products that were first sold in the last months, ranked on the day before.

           history            | cut ... 28 days | first order ... 56 days |
    who buys what, 6 months   |  is first sold  |  who bought it

Each cut has the products whose first order lies in the 28 days from it on. Customers are ranked by what was known on
the day before the cut: the words of the product, and purchases of other products. No order from the cut on is looked
at. Where fewer than LEAST_PRODUCTS were first sold, others are held out: all their purchases before one cut are hidden.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.dates import EPOCH, day_number
from recsys.dataset.interactions import Interactions
from recsys.models.profiles import Profiles
from recsys.schema.build_report import MeanInterval, NewLineFigure, NewLineGain, NewLineTest

WEEKS = 8
LEAST_PRODUCTS = 20  # fewer say nothing
_DAYS = 7 * WEEKS
_CUT_DAYS = 28
_MOST_CUTS = 12
_HISTORY_DAYS = 182  # before a cut; in the first months of the data every product looks new
_YEAR_DAYS = 365
_MOST_PRODUCTS = 400
_HIDDEN_SHARE = 0.1  # of the products, at most
_DRAWS = 1_000
_BLOCK = 64  # products ranked at a time: bounds the memory
PROFILE, ORDER_DAYS, BREADTH, CATEGORY, RANDOM = RANKINGS = (
    "profile", "order days", "breadth", "category", "random"
)  # fmt: skip
FIRST = ("50", "100", "5 %")  # of the customers
FIRST_SOLD, HELD_OUT = "first sold", "held out"
_UNKNOWN = np.full(len(FIRST), np.nan)


@dataclass(frozen=True)
class Lines:
    """The order lines one by one, (n,) each: customer, product and day; and what is known of the products.

    first_days  (n_products,) of the first order; the day after the last order for what was never sold
    words       see Interactions
    categories  (n_products,) equal for products of one category, -1 where unknown
    """

    customers: Positions
    products: Positions
    days: Positions
    n_customers: int
    first_days: Counts
    words: csr_matrix
    categories: Counts

    def where(self, keep: NDArray[np.bool_]) -> "Lines":
        """Return some of the lines."""
        return replace(self, customers=self.customers[keep], products=self.products[keep], days=self.days[keep])

    def bought(self) -> csr_matrix:
        """Return (n_customers, n_products): 1 where the customer has a line with the product."""
        shape = (self.n_customers, len(self.first_days))
        found = csr_matrix((np.ones(len(self.days)), (self.customers, self.products)), shape)
        found.data[:] = 1
        return found

    def order_days(self) -> Counts:
        """Return (n_customers,): on how many days each has a line."""
        room = int(self.days.max(initial=0)) + 1
        keys = np.unique(self.customers.astype(np.int64) * room + self.days)
        return np.bincount(keys // room, minlength=self.n_customers)


def new_line_test(orders: Interactions, categories: Counts | None = None, seed: int = 0) -> NewLineTest:
    """Return how many of the first customers by profile bought a new product, beside simple rankings.

    categories  (n_products,) equal for products of one category, -1 where unknown; None: all unknown
    seed        of which products are tested where there are many, and of the intervals
    """
    if orders.words is None or not orders.words.nnz:
        return NewLineTest(why_not="the products have no words that say what they are")
    lines, rng = lines_of(orders, categories), np.random.default_rng(seed)
    first_day, as_of = day_number(orders.first_day), day_number(orders.as_of)
    cases, kind = _first_sold(lines, first_day, as_of), FIRST_SOLD
    if sum(len(case.products) for case in cases) < LEAST_PRODUCTS:
        cases, kind = _held_out(lines, first_day, as_of, rng), HELD_OUT
    cases = _sampled(cases, rng)
    hits = [row for case in cases for row in _hits(lines, case, is_first=kind == FIRST_SOLD)]
    if len(hits) < LEAST_PRODUCTS:
        products = "1 product" if len(hits) == 1 else f"{len(hits)} products"
        why = f"only {products} could be tested; fewer than {LEAST_PRODUCTS} say nothing"
        return NewLineTest(why_not=why, products=len(hits))
    return _report(hits, rng).model_copy(update={"kind": kind, "cuts": tuple(sorted(_day(one.cut) for one in cases))})


def lines_of(orders: Interactions, categories: Counts | None = None) -> Lines:
    """Return the order lines of interactions; see new_line_test. Raises ValueError for products without words."""
    if orders.words is None:
        raise ValueError("the products have no words; whom a new line fits is found by them")
    baskets = np.repeat(np.arange(len(orders.basket_days)), np.diff(orders.baskets.indptr))
    days, products = orders.basket_days[baskets], orders.baskets.indices
    first = np.full(orders.n_products, day_number(orders.as_of) + 1, dtype=np.int64)
    np.minimum.at(first, products, days)
    return Lines(
        customers=orders.basket_customers[baskets],
        products=products,
        days=days,
        n_customers=orders.n_customers,
        first_days=first,
        words=orders.words,
        categories=np.full(orders.n_products, -1) if categories is None else categories,
    )


@dataclass(frozen=True)
class Before:
    """What is known of the customers on the day before a cut.

    customers  who are ranked: with an order in the year before     lately  the lines of that year
    """

    customers: Counts
    profiles: Profiles
    lately: Lines

    def ranked(self, products: Counts) -> dict[str, Counts]:
        """Return by ranking (n asked, n customers) places in `customers`, best first; equal ones by order days."""
        by_days = np.broadcast_to(self.profiles.order_days, (len(products), len(self.customers)))
        in_category = self._in_category(products)
        breadth = np.broadcast_to(np.diff(self.profiles.bought.indptr), by_days.shape)
        return {
            PROFILE: self.profiles.ranked(products),
            ORDER_DAYS: np.argsort(by_days, axis=1, kind="stable")[:, ::-1],
            BREADTH: np.lexsort((by_days, breadth), axis=1)[:, ::-1],
            CATEGORY: np.lexsort((by_days, in_category), axis=1)[:, ::-1],
        }

    def _in_category(self, products: Counts) -> Counts:
        """Return (n asked, n customers): order days with the product's category; 0 where it is unknown."""
        lines, codes = self.lately, self.lately.categories[products]
        of_lines = lines.categories[lines.products]
        days = {code: lines.where(of_lines == code).order_days() for code in np.unique(codes[codes >= 0]).tolist()}
        none = np.zeros(lines.n_customers, dtype=np.int64)
        return np.array([days.get(code, none)[self.customers] for code in codes.tolist()])


def known_before(lines: Lines, cut: int) -> Before:
    """Return what is known of the customers before a day; lines from it on are not looked at."""
    before = lines.where(lines.days < cut)
    lately = before.where(before.days >= cut - _YEAR_DAYS)
    order_days = lately.order_days()
    customers = np.flatnonzero(order_days)
    return Before(customers, Profiles(before.bought()[customers], order_days[customers], lines.words), lately)


# ---- which products ----


@dataclass(frozen=True)
class _Case:
    """A cut, and the products that are tested on it."""

    cut: int
    products: Counts


def _first_sold(lines: Lines, first_day: int, as_of: int) -> list[_Case]:
    """Return the last cuts with the products first sold from each on; the weeks of all of them are in the data."""
    last, first, cases = as_of + 2 - _CUT_DAYS - _DAYS, lines.first_days, list[_Case]()
    for cut in (last - _CUT_DAYS * n for n in range(_MOST_CUTS)):
        if cut < first_day + _HISTORY_DAYS or sum(len(case.products) for case in cases) >= _MOST_PRODUCTS:
            break
        cases.append(_Case(cut, np.flatnonzero((first >= cut) & (first < cut + _CUT_DAYS))))
    return [case for case in cases if len(case.products)]


def _held_out(lines: Lines, first_day: int, as_of: int, rng: np.random.Generator) -> list[_Case]:
    """Return a cut with products sold before and after it, drawn by lot; none where the orders are too short."""
    cut = as_of + 1 - _DAYS
    if cut < first_day + _HISTORY_DAYS:
        return []
    later = np.unique(lines.products[lines.days >= cut])
    drawn = rng.permutation(later[lines.first_days[later] < cut])[: int(_HIDDEN_SHARE * len(lines.first_days))]
    return [_Case(cut, np.sort(drawn))]


def _sampled(cases: list[_Case], rng: np.random.Generator) -> list[_Case]:
    """Return the cases with at most _MOST_PRODUCTS products in all, drawn by lot."""
    n = sum(len(case.products) for case in cases)
    kept = np.zeros(n, dtype=bool)
    kept[rng.permutation(n)[:_MOST_PRODUCTS]] = True
    ends = np.cumsum([len(case.products) for case in cases])
    parts = np.split(kept, ends[:-1]) if cases else []
    return [replace(case, products=case.products[part]) for case, part in zip(cases, parts, strict=True) if part.any()]


# ---- what was bought ----


@dataclass(frozen=True)
class _Hits:
    """Of one product: its buyers among the ranked customers, and how many of the first of each ranking are among them.

    asked  how many customers are asked, by FIRST       found  by ranking, of them bought it
    """

    buyers: int
    customers: int
    asked: Counts
    found: dict[str, NDArray[np.float64]]


def _hits(lines: Lines, case: _Case, *, is_first: bool) -> Iterator[_Hits]:
    """Yield each product that one of the ranked customers bought in the weeks from its first order, or the cut, on."""
    is_tested = np.isin(lines.products, case.products)
    before, bought = known_before(lines.where(~is_tested), case.cut), lines.where(is_tested)
    n = len(before.customers)
    if not n:
        return
    asked = np.minimum([50, 100, max(1, round(0.05 * n))], n)
    for part in np.array_split(case.products, -(-len(case.products) // _BLOCK)):
        ranked = before.ranked(part)
        for row, product in enumerate(part.tolist()):
            start = lines.first_days[product] if is_first else case.cut
            inside = (bought.products == product) & (bought.days >= start) & (bought.days < start + _DAYS)
            is_buyer = np.isin(before.customers, bought.customers[inside])
            if is_buyer.any():
                names = [name for name in ranked if name != CATEGORY or lines.categories[product] >= 0]
                found = {name: np.cumsum(is_buyer[ranked[name][row]])[asked - 1].astype(float) for name in names}
                yield _Hits(int(is_buyer.sum()), n, asked, {**found, RANDOM: asked * is_buyer.mean()})


# ---- the figures ----


def _report(hits: list[_Hits], rng: np.random.Generator) -> NewLineTest:
    draws = rng.integers(len(hits), size=(_DRAWS, len(hits)))
    known = [name for name in RANKINGS if any(name in one.found for one in hits)]
    found = {name: np.array([one.found.get(name, _UNKNOWN) for one in hits]) for name in known}
    return NewLineTest(
        weeks=WEEKS,
        products=len(hits),
        buyers=sum(one.buyers for one in hits),
        customers=float(np.mean([one.customers for one in hits])),
        figures=tuple(_figure(name, place, hits, found, draws) for name in found for place in range(len(FIRST))),
        gains=tuple(
            NewLineGain(
                over=name,
                first=first,
                n=_n_known(found[name]),
                hits=_interval(found[PROFILE][:, place] - found[name][:, place], None, draws),
            )
            for name in found
            if name != PROFILE
            for place, first in enumerate(FIRST)
        ),
    )


def _figure(
    name: str, place: int, hits: list[_Hits], found: dict[str, NDArray[np.float64]], draws: Counts
) -> NewLineFigure:
    of = found[name][:, place]
    return NewLineFigure(
        ranking=name,
        first=FIRST[place],
        n=_n_known(found[name]),
        hits=_interval(of, None, draws),
        precision=_interval(of / np.array([one.asked[place] for one in hits]), None, draws),
        recall=_interval(of / np.array([one.buyers for one in hits]), None, draws),
        lift=_interval(of, np.where(np.isnan(of), np.nan, found[RANDOM][:, place]), draws),
    )


def _n_known(found: NDArray[np.float64]) -> int:
    return int((~np.isnan(found[:, 0])).sum())


def _interval(values: NDArray[np.float64], over: NDArray[np.float64] | None, draws: Counts) -> MeanInterval:
    """Return the mean of values, or the ratio of two sums, with its 95 % interval by bootstrap over the products.

    draws  (n draws, n products) places, drawn with replacement; values that are not known are left out
    """
    below = np.where(np.isnan(values), np.nan, 1.0) if over is None else over
    sums, counts = np.nansum(values[draws], axis=1), np.nansum(below[draws], axis=1)
    low, high = np.percentile(sums[counts > 0] / counts[counts > 0], (2.5, 97.5))
    return MeanInterval(mean=float(np.nansum(values) / np.nansum(below)), low=float(low), high=float(high))


def _day(number: int) -> date:
    return date.fromordinal(EPOCH + number)
