"""The products that each customer buys besides the planted ones: an assortment drawn by taste, with staples."""

import numpy as np

from recsys.sample.pairs import Pairs, joined, pairs
from recsys.sample.scenario import Scenario, successor

LARGEST_SHARE = 0.45  # of all products, at most, are in an assortment
TAKEN_UP_LATER = 0.25  # share of an assortment that begins within the two years
GIVEN_UP = 0.1  # share that ends within them
STAPLE_CHANCE = 0.6


def assortments(scenario: Scenario, customers: np.ndarray, planted: Pairs, rng: np.random.Generator) -> Pairs:
    """Return the pairs of consecutive customers, without those that `planted` has of the same customers."""
    liking = _log_liking(scenario, customers, rng)
    liking[planted.customer - customers[0], planted.product] = -np.inf
    staple = np.argmax(np.where(scenario.lasting, liking, -np.inf), axis=1)
    sizes = _sizes(scenario, customers, rng)
    liking[np.arange(len(customers)), staple] = np.inf
    best = np.argsort(-liking, axis=1)[:, : sizes.max(initial=1)]
    rows, columns = np.nonzero(np.arange(best.shape[1]) < sizes[:, None])
    product = best[rows, columns]
    return _with_successors(scenario, _drawn(scenario, customers[rows], product, product == staple[rows], rng))


def _log_liking(scenario: Scenario, customers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (n_customers, n_products) log weights with Gumbel noise, -inf for products that are only planted.

    The n largest of a row are n products drawn without replacement in proportion to the weights.
    """
    with np.errstate(divide="ignore"):
        drawn = np.log(~scenario.with_role("bundle", "substitute", "successor", "new"))
    weight = np.log(scenario.tastes.weight)[scenario.segment[customers], scenario.style[customers]] + drawn
    liking: np.ndarray = weight + rng.gumbel(size=weight.shape)
    return liking


def _sizes(scenario: Scenario, customers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (n_customers,) how many products each buys: more with more order days."""
    usual = 6 + 3.0 * scenario.n_order_days[customers] ** 0.6
    most = int(LARGEST_SHARE * len(scenario.products))
    sizes: np.ndarray = np.clip(usual * rng.lognormal(0, 0.3, len(customers)), 3, most).astype(int)
    return sizes


def _drawn(
    scenario: Scenario, customer: np.ndarray, product: np.ndarray, staple: np.ndarray, rng: np.random.Generator
) -> Pairs:
    n = len(customer)
    chance = np.where(staple, STAPLE_CHANCE, rng.beta(0.7, 4.9, n))
    seasonal = scenario.with_role("seasonal")[product]
    first = np.where(rng.random(n) < TAKEN_UP_LATER, rng.integers(0, scenario.days.n, n), 0)
    last = np.where(rng.random(n) < GIVEN_UP, rng.integers(1, scenario.days.n, n), scenario.closes[product])
    return pairs(
        customer,
        product,
        np.where(seasonal, np.maximum(chance, 0.3), chance),
        first=np.where(staple, 0, np.maximum(first, scenario.opens[product])),
        last=np.where(staple, scenario.days.n, np.minimum(last, scenario.closes[product])),
        staple=staple,
    )


def _with_successors(scenario: Scenario, drawn: Pairs) -> Pairs:
    """Add pairs: the buyers of a replaced product then buy the product that replaces it."""
    parts = [drawn]
    for old in np.flatnonzero(scenario.with_role("replaced")):
        buyers = drawn.take((drawn.product == old) & (drawn.last >= scenario.closes[old]))
        new = successor(scenario.products, int(old))
        n = len(buyers)
        parts.append(
            buyers.where(
                product=np.full(n, new), first=np.full(n, scenario.closes[old]), last=np.full(n, scenario.days.n)
            )
        )
    return joined(parts)
