"""Which other products belong to a product: what is ordered with it, and what can stand in for it. No Dash."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from dashboard.data.product_queries import ProductQueries
from dashboard.records.products import Pair, Product

MOST_PAIRS = 8
MOST_SUBSTITUTES = 5
LEAST_LIFT = 1.2  # below it two products are together about as often as chance has it
LEAST_TOGETHER = 3  # order days; fewer are an accident
SELDOM = 0.1  # of its order days: two of one category that are together less often are bought instead


@dataclass(frozen=True)
class AlsoBought:
    """A product that customers take on the same day; `share` is of the order days with the page's product, 0-1."""

    pair: Pair
    share: float

    @property
    def above_chance(self) -> float:
        """Return the order days with both beyond those expected by chance, so that luck puts no small count first."""
        return self.pair.n_baskets - self.pair.n_baskets / self.pair.lift if self.pair.lift else 0.0


@dataclass(frozen=True)
class Substitute:
    """A product of the same category that can be had, seldom bought on the same day.

    n_both          customers who ever bought both; None where the pair is not among the nearest
    is_successor    the data say that it replaces the other
    """

    product: Product
    n_both: int | None
    is_successor: bool = False


def also_bought(products: ProductQueries, product: Product) -> tuple[AlsoBought, ...]:
    """Return what is bought on the same days more often than by chance, most above chance first; without
    substitutes."""
    found = [
        AlsoBought(pair, pair.n_baskets / product.n_baskets)
        for pair in products.pairs(product.product_id)
        if pair.n_baskets >= LEAST_TOGETHER
        and pair.lift is not None
        and pair.lift >= LEAST_LIFT
        and not _instead(product, pair.other, pair.n_baskets)
    ]
    found.sort(key=lambda one: (-one.above_chance, one.pair.other.product_id))
    return tuple(found[:MOST_PAIRS])


def substitutes(products: ProductQueries, product: Product) -> tuple[Substitute, ...]:
    """Return what can stand in for a product: its successor, then those of its category that its buyers also bought
    at other times, then the best sellers of the category. What cannot be had is left out.
    """
    pairs = {pair.other.product_id: pair for pair in products.pairs(product.product_id)}
    successor = products.get(product.replaced_by) if product.replaced_by else None
    found = [Substitute(successor, _both(pairs, successor), is_successor=True)] if successor else []
    alike = (one for one in _alike(products, product, pairs) if one.product.product_id != product.replaced_by)
    return tuple(islice((one for one in chain(found, alike) if one.product.can_be_sold), MOST_SUBSTITUTES))


def _alike(products: ProductQueries, product: Product, pairs: dict[str, Pair]) -> Iterator[Substitute]:
    """Yield the other products of a category: those that its buyers also bought, then the best sellers."""
    near = [
        Substitute(pair.other, pair.n_customers)
        for pair in pairs.values()
        if _instead(product, pair.other, pair.n_baskets)
    ]
    yield from sorted(near, key=lambda one: (-(one.n_both or 0), -one.product.n_baskets, one.product.product_id))
    for other in products.of_category(product.category) if product.category else ():
        if other.product_id not in pairs and other.product_id != product.product_id:
            yield Substitute(other, None)


def _instead(product: Product, other: Product, n_together: int) -> bool:
    """Return whether two products are of one category, and the rarer of them is seldom beside the other."""
    rarer = min(product.n_baskets, other.n_baskets)
    return product.category is not None and product.category == other.category and n_together <= SELDOM * rarer


def _both(pairs: dict[str, Pair], other: Product) -> int | None:
    pair = pairs.get(other.product_id)
    return pair.n_customers if pair else None
