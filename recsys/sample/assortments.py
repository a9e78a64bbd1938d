"""The products that each customer buys besides the planted ones: an assortment drawn by taste, with staples.

Most of it is taken up in the waves of the customer's style, and much of that is only tried once.
"""

import numpy as np

from recsys.sample.pairs import Pairs, joined, pairs
from recsys.sample.scenario import Scenario, successor
from recsys.sample.styles import BEFORE

LARGEST_SHARE = 0.45  # of all products, at most, are in an assortment
BREADTH = 8.0  # of an assortment: 6 + BREADTH x order days ** .6 products, in the mean
CHANCE_A, CHANCE_B = 0.7, 4.9  # Beta distribution of the chance that an order day has a product of the assortment
STAPLE_CHANCE = 0.6
FOLLOWS = 0.72  # share of an assortment that is taken up in the wave of the customer's style; the rest on any day
LAG_DAYS = 60  # mean days from the begin of the wave until a customer follows, exponential
LIFE_DAYS = 600  # mean days until a product is given up, exponential
TRIED = 0.7  # share of what is taken up within the two years that is tried once and no more
TRIED_CHANCE = 0.7  # of a purchase on the order day of the trial
KNOWN_SEASON = 0.65  # share of the seasonal products that were bought in the season before
SEASON_CHANCE = 0.3  # least chance of a purchase on an order day of the season


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
    weight = np.log(scenario.tastes)[scenario.segment[customers], scenario.style[customers]] + drawn
    liking: np.ndarray = weight + rng.gumbel(size=weight.shape)
    return liking


def _sizes(scenario: Scenario, customers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (n_customers,) how many products each buys: more with more order days."""
    usual = 6 + BREADTH * scenario.n_order_days[customers] ** 0.6
    most = int(LARGEST_SHARE * len(scenario.products))
    sizes: np.ndarray = np.clip(usual * rng.lognormal(0, 0.3, len(customers)), 3, most).astype(int)
    return sizes


def _drawn(
    scenario: Scenario, customer: np.ndarray, product: np.ndarray, staple: np.ndarray, rng: np.random.Generator
) -> Pairs:
    n = len(customer)
    seasonal = scenario.with_role("seasonal")[product]
    first = np.where(
        staple, 0, np.maximum(_taken_up(scenario, customer, product, seasonal, rng), scenario.opens[product])
    )
    tried = (rng.random(n) < TRIED) & (first > 0) & ~seasonal & ~staple
    chance = np.where(staple, STAPLE_CHANCE, rng.beta(CHANCE_A, CHANCE_B, n))
    chance = np.where(tried, TRIED_CHANCE, np.where(seasonal, np.maximum(chance, SEASON_CHANCE), chance))
    gap = scenario.days.n / np.maximum(scenario.n_order_days[customer], 1)
    life = np.where(tried, 1.3 * gap + 1, rng.exponential(LIFE_DAYS, n) + 1)
    stays = seasonal | staple | scenario.with_role("replaced")[product]
    last = np.where(stays, scenario.days.n, np.maximum(first, 0) + life).astype(int)
    return pairs(customer, product, chance, first=first, last=np.minimum(last, scenario.closes[product]), staple=staple)


def _taken_up(
    scenario: Scenario, customer: np.ndarray, product: np.ndarray, seasonal: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return the day on which each customer begins to buy each product; below 1 for one before the two years."""
    n = len(customer)
    in_wave = scenario.waves[scenario.style[customer], product] + rng.exponential(LAG_DAYS, n)
    any_day = rng.integers(-BEFORE, scenario.days.n, n)
    day = np.where(rng.random(n) < FOLLOWS, in_wave, any_day).astype(int)
    return np.where(seasonal & (rng.random(n) < KNOWN_SEASON), 0, day)


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
