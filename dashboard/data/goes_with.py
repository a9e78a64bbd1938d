"""What goes with a basket: what the customer takes again and again, and what order days with the same products have.

habit   share of their order days with it, less the longer it is silent
chance  of the published lists: what is due, what is lost, what similar customers buy
orders  in the basket: A, B ── bundles: of the order days with A and B, so many have C
                            └── pairs: of the order days with A, so many have D

A product's score is (habit + chance) x lift + orders. docs/models.md has what that was measured against, and where its
constants are from.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeAlias

from dashboard.data.bundle_queries import BundleQueries
from dashboard.data.product_queries import ProductQueries
from dashboard.data.version_cache import UsualPurchase
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.products import Product
from dashboard.records.raised import Raised
from recsys.schema.published import EVERYONE

LEAST_DAYS = 5  # order days with all of it: fewer are no evidence
LEAST_LIFT = 1.2  # times as often as by chance: what everybody buys goes with everything
EXTRA_DAYS = 4  # order days without it that each customer gets: of few order days a habit is not sure
SILENT_GAPS = 3.0  # usual gaps after which a product falls silent
SILENT_DAYS = 60.0  # the same of a product without a usual gap
CHANCE_WEIGHT = 0.4  # of a chance within four weeks, beside the share of single order days
LIFT_POWER = 0.05  # of each pair with the basket: the pairs of a basket say much the same
MOST_LIFTED = 1.35  # times that a basket makes a product likelier
SHARE_POWER = 1.5  # of the orders' share: a small one says less than what is the customer's own
LEAST_SHARE_OF_NEW = 0.2  # that orders have of a product which gets a place because it is new to the customer


_Counted: TypeAlias = tuple[tuple[str, ...], int, int, str]  # what Evidence is made of


@dataclass(frozen=True)
class Evidence:
    """Of `of` order days with some products of the basket, `n` have the other one too.

    segment  whose order days; empty for everybody's
    """

    with_these: tuple[str, ...]
    n: int
    of: int
    segment: str

    @property
    def share(self) -> float:
        return self.n / self.of


@dataclass(frozen=True)
class GoesWith:
    """A product that goes with a basket, and what says most for it.

    why  what orders have, how the customer buys it, or for what they never bought the line of their lists
    """

    product: Product
    score: float
    why: Evidence | UsualPurchase | Recommendation


@dataclass(frozen=True)
class Buying:
    """A customer, what they ever bought by product, what is raised with them, and the day that silence counts to."""

    customer: Customer
    usual: Mapping[str, UsualPurchase]
    raised: Raised
    on: date


def goes_with(
    basket: Collection[str], who: Buying, products: ProductQueries, bundles: BundleQueries, n: int
) -> tuple[GoesWith, ...]:
    """Return up to n products for a basket, likeliest first; nothing for who is not pitched to, or held back whole.

    None of them is in the basket, cannot be sold, was replaced, is used up, or is kept off the lists by an outcome.
    """
    if not who.customer.is_pitched_to or who.raised.account is not None:
        return ()
    found, lifted = by_orders(basket, who.customer, products, bundles), _lifted(basket, products)
    lines = {line.product_id: line for line in who.raised.everything}
    likely: list[tuple[float, str, Evidence | UsualPurchase | Recommendation]] = []
    for product_id in {*found, *who.usual, *lines} - set(basket) - who.raised.held:
        evidence, bought, line = found.get(product_id), who.usual.get(product_id), lines.get(product_id)
        habit = habit_of(bought, who.customer, who.on) if bought else 0.0
        chance = (line.chance or 0.0) if line else 0.0
        own = (habit + CHANCE_WEIGHT * chance) * min(lifted.get(product_id, 1.0), MOST_LIFTED)
        orders = evidence.share**SHARE_POWER if evidence else 0.0
        why = evidence if orders > own else bought or line
        if why is not None:
            likely.append((-(own + orders), product_id, why))
    likely.sort(key=lambda one: one[:2])
    return _mixed(_offered(likely, products), who.usual, n)


def _offered(
    likely: Iterable[tuple[float, str, Evidence | UsualPurchase | Recommendation]], products: ProductQueries
) -> Iterator[GoesWith]:
    """Yield what may be suggested, as far as it is asked for: few of many are."""
    for score, product_id, why in likely:
        product = products.get(product_id)
        if product is not None and products.may_be_suggested(product_id):
            yield GoesWith(product, -score, why)


def habit_of(bought: UsualPurchase, customer: Customer, on: date) -> float:
    """Return how much of a habit a product is: its share of the order days since it was first bought, 0-1.

    It is less where the product is silent on that day: half at twice the SILENT_GAPS.
    """
    usual = SILENT_GAPS * bought.usual_gap_days if bought.usual_gap_days else SILENT_DAYS
    silent = max((on - bought.last_on).days / usual, 1.0)
    return bought.n_baskets / (_order_days_since(bought.first_on, customer) + EXTRA_DAYS) / silent


def _order_days_since(day: date, customer: Customer) -> float:
    """Return on how many days a customer ordered since a day, as if their orders were evenly spread."""
    first, last = customer.first_order_on, customer.last_order_on
    if first is None or last is None or last <= first:
        return float(customer.n_order_days)
    return 1 + (customer.n_order_days - 1) * (last - day).days / (last - first).days


def _mixed(offered: Iterator[GoesWith], usual: Collection[str], n: int) -> tuple[GoesWith, ...]:
    """Return the first n; where the customer bought all of them, the last makes room for one that they never bought."""
    first = tuple(islice(offered, n))
    if n < 2 or any(one.product.product_id not in usual for one in first):
        return first
    new = (one for one in offered if one.product.product_id not in usual)
    other = next((one for one in new if isinstance(one.why, Evidence) and one.why.share >= LEAST_SHARE_OF_NEW), None)
    return (*first[: n - 1], other) if other else first


def by_orders(
    basket: Collection[str], customer: Customer, products: ProductQueries, bundles: BundleQueries
) -> Mapping[str, Evidence]:
    """Return by product the evidence with the highest share."""
    best: dict[str, tuple[float, _Counted]] = {}
    for product_id, counted in (*_bundled(basket, customer, bundles), *_paired(basket, products)):
        _, n, of, _ = counted
        found = best.get(product_id)
        if found is None or n / of > found[0]:
            best[product_id] = n / of, counted
    return {product_id: Evidence(*counted) for product_id, (_, counted) in best.items()}


def _bundled(basket: Collection[str], customer: Customer, bundles: BundleQueries) -> Iterator[tuple[str, _Counted]]:
    """Yield what bundles of the customer's segment, or of everybody, add to the basket."""
    segment = customer.segment if customer.segment and bundles.of_segment(customer.segment) else EVERYONE
    for bundle in bundles.predicted_by(basket, segment):
        if bundle.n_baskets >= LEAST_DAYS and bundle.lift >= LEAST_LIFT:
            of = max(round(bundle.n_baskets / bundle.confidence), bundle.n_baskets)
            yield bundle.consequent_id, (bundle.predicting, bundle.n_baskets, of, bundle.segment)


def _paired(basket: Collection[str], products: ProductQueries) -> Iterator[tuple[str, _Counted]]:
    """Yield what is often on one order day with a single product of the basket."""
    for product_id in basket:
        product, these = products.get(product_id), (product_id,)
        if product and product.n_baskets:
            for pair in products.on_one_day(product_id):
                if pair.n_baskets >= LEAST_DAYS and pair.lift >= LEAST_LIFT:
                    yield pair.other_id, (these, pair.n_baskets, product.n_baskets, EVERYONE)


def _lifted(basket: Collection[str], products: ProductQueries) -> Mapping[str, float]:
    """Return by product how many times likelier the basket makes it: a small power of the lift of each pair."""
    logs: dict[str, float] = {}
    for product_id in basket:
        for pair in products.on_one_day(product_id):
            logs[pair.other_id] = logs.get(pair.other_id, 0.0) + LIFT_POWER * math.log(max(pair.lift, 1.0))
    return {product_id: math.exp(log) for product_id, log in logs.items()}
