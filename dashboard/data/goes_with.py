"""What goes with a basket: what the orders with the same products have besides, and what the customer is due for.

in the basket: A, B ── bundles: of the order days with A and B, so many have C
                   └── pairs: of the order days with A, so many have D
not in it      ───── due: bought again and again by this customer
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard.data.bundle_queries import BundleQueries
from dashboard.data.product_queries import ProductQueries
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.products import Product
from dashboard.records.raised import Raised
from recsys.schema.published import EVERYONE

LEAST_DAYS = 5  # order days with all of it: fewer are no evidence
LEAST_LIFT = 1.2  # times as often as by chance: what everybody buys goes with everything


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
    """A product that goes with a basket, and why: by what orders have, or as a line of the customer's lists."""

    product: Product
    share: float
    evidence: Evidence | None
    line: Recommendation | None


def goes_with(
    basket: Collection[str],
    customer: Customer,
    raised: Raised,
    products: ProductQueries,
    bundles: BundleQueries,
    n: int,
) -> tuple[GoesWith, ...]:
    """Return up to n products for a basket, likeliest first; nothing that is in it, cannot be sold or was dismissed."""
    found = _by_orders(basket, customer, products, bundles)
    lines = {line.product_id: line for line in (*raised.new, *raised.lost, *raised.due)}
    due = {line.product_id: line.chance for line in raised.due if line.chance is not None}
    held = {line.product_id for line, _ in raised.held_back}
    offered = []
    for product_id in {*found, *due} - set(basket) - held:
        product = products.get(product_id)
        if product is None or not product.can_be_sold or product.replaced_by:
            continue
        evidence = found.get(product_id)
        chance = due.get(product_id, 0.0)
        share = max(evidence.share if evidence else 0.0, chance)
        is_due = product_id in due and (evidence is None or chance >= evidence.share)
        offered.append(GoesWith(product, share, None if is_due else evidence, lines.get(product_id)))
    offered.sort(key=lambda one: (-one.share, one.product.product_id))
    return _mixed(offered, n)


def _mixed(offered: Sequence[GoesWith], n: int) -> tuple[GoesWith, ...]:
    """Return the first n, of which at most half are due anyway where orders name others, too."""
    due = [one for one in offered if one.evidence is None]
    by_orders = [one for one in offered if one.evidence is not None]
    n_due = max(n // 2, n - len(by_orders))
    kept = [*due[:n_due], *by_orders]
    return tuple(sorted(kept[:n], key=lambda one: (-one.share, one.product.product_id)))


def _by_orders(
    basket: Collection[str], customer: Customer, products: ProductQueries, bundles: BundleQueries
) -> Mapping[str, Evidence]:
    """Return by product the evidence with the highest share."""
    best: dict[str, Evidence] = {}
    for product_id, evidence in (*_bundled(basket, customer, bundles), *_paired(basket, products)):
        if product_id not in best or evidence.share > best[product_id].share:
            best[product_id] = evidence
    return best


def _bundled(basket: Collection[str], customer: Customer, bundles: BundleQueries) -> Iterator[tuple[str, Evidence]]:
    """Yield what bundles of the customer's segment, or of everybody, add to the basket."""
    inside = frozenset(basket)
    own = bundles.of_segment(customer.segment) if customer.segment else ()
    for bundle in own or bundles.of_segment(EVERYONE):
        rest = tuple(part.product_id for part in bundle.parts if part.product_id != bundle.consequent_id)
        if inside.issuperset(rest) and bundle.n_baskets >= LEAST_DAYS and bundle.lift >= LEAST_LIFT:
            of = max(round(bundle.n_baskets / bundle.confidence), bundle.n_baskets)
            yield bundle.consequent_id, Evidence(rest, bundle.n_baskets, of, bundle.segment)


def _paired(basket: Collection[str], products: ProductQueries) -> Iterator[tuple[str, Evidence]]:
    """Yield what is often on one order day with a single product of the basket."""
    for product_id in basket:
        product = products.get(product_id)
        for pair in products.pairs(product_id) if product else ():
            is_enough = pair.n_baskets >= LEAST_DAYS and (pair.lift or 0.0) >= LEAST_LIFT
            if product and is_enough and product.n_baskets:
                yield pair.other.product_id, Evidence((product_id,), pair.n_baskets, product.n_baskets, EVERYONE)
