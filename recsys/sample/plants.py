"""Planting the truths: chosen at random and turned into pairs, from which the orders are drawn."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from recsys.sample.catalogue import Role
from recsys.sample.pairs import Pairs, joined, pairs
from recsys.sample.rhythm import SLOW_DAYS
from recsys.sample.scenario import Scenario, successor
from recsys.sample.tastes import favourites, planted_tastes
from recsys.sample.truths import (
    Cycle,
    Drop,
    NewProduct,
    OutOfStock,
    PlantedBundle,
    PlantedSeason,
    Replacement,
    SlowDown,
    Substitutes,
    Truths,
)

BUNDLE_SHARE = 0.03  # of the order days have a bundle
MEMBER_CHANCE = 0.92  # chance of each of its products on such a day
SUBSTITUTE_USERS = 0.22  # share of the customers who buy a product of the kind
BOTH_USERS = 0.1  # share of those who take both, among users with at most REGULARS order days
REGULARS = 30  # order days from which a customer is regular enough to have cycles and drops planted


@dataclass(frozen=True)
class Planted:
    """The truths, and the pairs that make them true."""

    pairs: Pairs
    truths: Truths


def plant(scenario: Scenario, rng: np.random.Generator) -> Planted:
    """Choose the customers and products of the truths, and return the truths with their pairs."""
    cycles, drops = _habits(scenario, rng)
    bundles, bundle_pairs = _bundles(scenario, rng)
    parts = [
        *bundle_pairs,
        _substitutes(scenario, rng),
        _newcomers(scenario, rng),
        _cycle_pairs(cycles),
        _drop_pairs(drops),
    ]
    return Planted(joined(parts), _truths(scenario, cycles, drops, bundles))


def _habits(scenario: Scenario, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return cycles (customer, product, gap in days) and drops (customer, product, day), no pair in both."""
    all_along = (scenario.rhythm.first == 0) & (scenario.rhythm.last == scenario.days.n) & ~scenario.rhythm.slow
    regular = np.flatnonzero((scenario.n_order_days >= REGULARS) & all_along)
    chosen = rng.permutation(regular)[: max(6, len(scenario.customer_ids) // 6)]
    cycles, drops = [], []
    for number, customer in enumerate(chosen):
        liked = favourites(scenario.weight(customer) * scenario.lasting, 3, rng)
        gap = (scenario.days.n / scenario.n_order_days[customer]) * rng.uniform(2, 4)
        cycles += [(customer, product, max(7, round(gap))) for product in liked[:2]]
        if number % 3 == 0:
            drops.append((customer, liked[2], scenario.days.n - int(rng.integers(90, 200))))
    return np.array(cycles, dtype=int).reshape(-1, 3), np.array(drops, dtype=int).reshape(-1, 3)


def _cycle_pairs(cycles: np.ndarray) -> Pairs:
    customer, product, gap = cycles.T
    return pairs(customer, product, np.ones(len(cycles)), gap=gap)


def _drop_pairs(drops: np.ndarray) -> Pairs:
    customer, product, day = drops.T
    return pairs(customer, product, np.full(len(drops), 0.65), last=day)


def _users(scenario: Scenario, members: np.ndarray, least_days: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return up to n customers with that many order days, in proportion to their segments' taste for the members."""
    liking = scenario.tastes.in_segment[:, members].mean(axis=1)[scenario.segment]
    return favourites(liking * (scenario.n_order_days >= least_days), n, rng)


def _bundles(scenario: Scenario, rng: np.random.Generator) -> tuple[list[PlantedBundle], list[Pairs]]:
    bundles, parts = [], []
    for number, members in enumerate(_sets(scenario, "bundle")):
        chance = rng.uniform(0.2, 0.3)
        together = _customers_with_share(scenario, members, BUNDLE_SHARE / chance, rng)
        parts.append(_every_pair(together, members, chance, bundle=number))
        alone = [
            _every_pair(
                _customers_with_share(scenario, members, BUNDLE_SHARE * rng.uniform(0.3, 1) / 0.1, rng),
                members[[place]],
                0.1,
            )
            for place in range(len(members))
        ]
        alone = [_only_first(part, alone[:place]) for place, part in enumerate(alone)]
        alone = [part.take(~np.isin(part.customer, together)) for part in alone]
        parts += alone
        ids = tuple(scenario.products[member].product_id for member in members)
        bundles.append(PlantedBundle(ids, round(_least_lift(scenario, together, chance, alone), 2)))
    return bundles, parts


def _only_first(part: Pairs, earlier: list[Pairs]) -> Pairs:
    """Return the pairs without customers of `earlier` parts, so that members are bought together only as a bundle."""
    return part.take(~np.isin(part.customer, np.concatenate([[-1], *(other.customer for other in earlier)])))


def _least_lift(scenario: Scenario, together: np.ndarray, chance: float, alone: list[Pairs]) -> float:
    """Return the lowest expected lift among the pairs of members, over all order days."""
    n = scenario.n_order_days
    together_share = n[together].sum() * chance / n.sum()
    support = [MEMBER_CHANCE * together_share + (n[part.customer] * part.chance).sum() / n.sum() for part in alone]
    return min(float(MEMBER_CHANCE**2 * together_share / (a * b)) for a, b in combinations(support, 2))


def _customers_with_share(
    scenario: Scenario, members: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    """Return customers whose order days are together about that share of all."""
    users = _users(scenario, members, 4, len(scenario.customer_ids), rng)
    so_far = np.cumsum(scenario.n_order_days[users])
    return users[: int(np.searchsorted(so_far, share * scenario.n_order_days.sum())) + 1]


def _every_pair(customers: np.ndarray, members: np.ndarray, chance: float, bundle: int = -1) -> Pairs:
    customer = np.repeat(customers, len(members))
    return pairs(
        customer,
        np.tile(members, len(customers)),
        np.full(len(customer), chance),
        bundle=np.full(len(customer), bundle),
    )


def _substitutes(scenario: Scenario, rng: np.random.Generator) -> Pairs:
    parts = []
    for members in _sets(scenario, "substitute"):
        users = _users(scenario, members, 3, round(SUBSTITUTE_USERS * len(scenario.customer_ids)), rng)
        main = rng.integers(0, len(members), len(users))
        parts.append(pairs(users, members[main], rng.uniform(0.15, 0.45, len(users))))
        both = users[(rng.random(len(users)) < BOTH_USERS) & (scenario.n_order_days[users] <= REGULARS)]
        other = members[1 - main[np.isin(users, both)]]
        parts.append(pairs(both, other, np.full(len(both), 0.1)))
    return joined(parts)


def _newcomers(scenario: Scenario, rng: np.random.Generator) -> Pairs:
    """Return pairs of new products; each buyer starts on another random day, so that sales rise."""
    parts = []
    for product in np.flatnonzero(scenario.with_role("new")):
        users = _users(scenario, np.array([product]), 24, max(8, len(scenario.customer_ids) // 8), rng)
        begun = rng.integers(scenario.opens[product], scenario.days.n, len(users))
        parts.append(pairs(users, np.full(len(users), product), np.full(len(users), 0.6), first=begun))
    return joined(parts)


def _sets(scenario: Scenario, role: Role) -> list[np.ndarray]:
    """Return the positions of the products of each set in a role."""
    number = np.array([product.set_no if product.role == role else -1 for product in scenario.products])
    return [np.flatnonzero(number == one) for one in range(number.max() + 1)]


def _truths(scenario: Scenario, cycles: np.ndarray, drops: np.ndarray, bundles: list[PlantedBundle]) -> Truths:
    products, date = scenario.products, scenario.days.date
    customers, product_ids = scenario.customer_ids, [product.product_id for product in scenario.products]
    few = scenario.n_order_days

    def positions(role: Role) -> list[int]:
        return [int(position) for position in np.flatnonzero(scenario.with_role(role))]

    return Truths(
        tastes=planted_tastes(),
        cycles=tuple(Cycle(customers[c], product_ids[p], int(gap)) for c, p, gap in cycles),
        seasons=tuple(PlantedSeason(product_ids[p], products[p].family.months) for p in positions("seasonal")),
        bundles=tuple(bundles),
        substitutes=tuple(Substitutes(tuple(product_ids[p] for p in one)) for one in _sets(scenario, "substitute")),
        drops=tuple(Drop(customers[c], product_ids[p], date(day)) for c, p, day in drops),
        slow_downs=tuple(
            SlowDown(customers[c], date(scenario.days.n - SLOW_DAYS)) for c in np.flatnonzero(scenario.rhythm.slow)
        ),
        new_products=tuple(NewProduct(product_ids[p], date(scenario.opens[p])) for p in positions("new")),
        out_of_stock=tuple(OutOfStock(product_ids[p], date(scenario.closes[p])) for p in positions("out_of_stock")),
        replacements=tuple(
            Replacement(product_ids[p], product_ids[successor(products, p)], date(scenario.closes[p]))
            for p in positions("replaced")
        ),
        without_orders=tuple(customers[c] for c in np.flatnonzero(few == 0)),
        one_or_two_order_days=tuple(customers[c] for c in np.flatnonzero((few == 1) | (few == 2))),
    )
