"""What each customer buys besides the planted truths: an assortment drawn by taste, with staples and rare items."""

import numpy as np

from recsys.sample.ground import Ground, successor
from recsys.sample.pairs import Pairs, joined, pairs

LARGEST_SHARE = 0.45  # of the products, at most, stand in an assortment
TAKEN_UP_LATER = 0.25  # share of an assortment that begins within the two years
GIVEN_UP = 0.1  # share that ends within them
STAPLE_CHANCE = 0.6


def assortments(ground: Ground, customers: np.ndarray, planted: Pairs, rng: np.random.Generator) -> Pairs:
    """Return the pairs of consecutive customers; none of them is in `planted`, whose customers are the same."""
    liking = _log_liking(ground, customers, rng)
    liking[planted.customer - customers[0], planted.product] = -np.inf
    staple = np.argmax(np.where(ground.lasting, liking, -np.inf), axis=1)
    sizes = _sizes(ground, customers, rng)
    liking[np.arange(len(customers)), staple] = np.inf
    best = np.argsort(-liking, axis=1)[:, : sizes.max(initial=1)]
    rows, columns = np.nonzero(np.arange(best.shape[1]) < sizes[:, None])
    product = best[rows, columns]
    return _with_successors(ground, _drawn(ground, customers[rows], product, product == staple[rows], rng))


def _log_liking(ground: Ground, customers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Log weights with Gumbel noise: their n largest are n draws without replacement. -inf where only planted."""
    with np.errstate(divide="ignore"):
        drawn = np.log(~ground.with_role("bundle", "substitute", "successor", "new"))
    weight = np.log(ground.tastes.weight)[ground.segment[customers], ground.style[customers]] + drawn
    liking: np.ndarray = weight + rng.gumbel(size=weight.shape)
    return liking


def _sizes(ground: Ground, customers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How many products each buys: more with more order days."""
    usual = 6 + 3.0 * ground.n_order_days[customers] ** 0.6
    most = int(LARGEST_SHARE * len(ground.products))
    sizes: np.ndarray = np.clip(usual * rng.lognormal(0, 0.3, len(customers)), 3, most).astype(int)
    return sizes


def _drawn(
    ground: Ground, customer: np.ndarray, product: np.ndarray, staple: np.ndarray, rng: np.random.Generator
) -> Pairs:
    n = len(customer)
    chance = np.where(staple, STAPLE_CHANCE, rng.beta(0.7, 4.9, n))
    seasonal = ground.with_role("seasonal")[product]
    first = np.where(rng.random(n) < TAKEN_UP_LATER, rng.integers(0, ground.days.n, n), 0)
    last = np.where(rng.random(n) < GIVEN_UP, rng.integers(1, ground.days.n, n), ground.closes[product])
    return pairs(
        customer,
        product,
        np.where(seasonal, np.maximum(chance, 0.3), chance),
        first=np.where(staple, 0, np.maximum(first, ground.opens[product])),
        last=np.where(staple, ground.days.n, np.minimum(last, ground.closes[product])),
        staple=staple,
    )


def _with_successors(ground: Ground, drawn: Pairs) -> Pairs:
    """Who bought a replaced product buys the one that took its place."""
    parts = [drawn]
    for old in np.flatnonzero(ground.with_role("replaced")):
        buyers = drawn.take((drawn.product == old) & (drawn.last >= ground.closes[old]))
        new = successor(ground.products, int(old))
        n = len(buyers)
        parts.append(
            buyers.where(product=np.full(n, new), first=np.full(n, ground.closes[old]), last=np.full(n, ground.days.n))
        )
    return joined(parts)
