"""The truths: chosen here, and turned into pairs that the orders are drawn from."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from recsys.sample.catalogue import Role
from recsys.sample.ground import Ground, successor
from recsys.sample.pairs import Pairs, joined, pairs
from recsys.sample.rhythm import SLOW_DAYS
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
WHOLE = 0.92  # chance of each of its products on such a day
SUBSTITUTE_USERS = 0.22  # share of the customers who need the kind of product
BOTH_USERS = 0.1  # share of those who take both, among users with at most REGULARS order days
REGULARS = 30  # order days from which a customer is regular enough to have cycles and drops planted


@dataclass(frozen=True)
class Planted:
    """The pairs behind the truths and the truths themselves."""

    pairs: Pairs
    truths: Truths


def plant(ground: Ground, rng: np.random.Generator) -> Planted:
    """Choose who and what the truths are about."""
    cycles, drops = _habits(ground, rng)
    bundles, bundle_pairs = _bundles(ground, rng)
    parts = [
        *bundle_pairs,
        _substitutes(ground, rng),
        _newcomers(ground, rng),
        _cycle_pairs(cycles),
        _drop_pairs(drops),
    ]
    return Planted(joined(parts), _told(ground, cycles, drops, bundles))


def _habits(ground: Ground, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return cycles (customer, product, gap in days) and drops (customer, product, day), no pair in both."""
    all_along = (ground.rhythm.first == 0) & (ground.rhythm.last == ground.days.n) & ~ground.rhythm.slow
    regular = np.flatnonzero((ground.n_order_days >= REGULARS) & all_along)
    chosen = rng.permutation(regular)[: max(6, len(ground.customer_ids) // 6)]
    cycles, drops = [], []
    for number, customer in enumerate(chosen):
        liked = favourites(ground.weight(customer) * ground.lasting, 3, rng)
        gap = (ground.days.n / ground.n_order_days[customer]) * rng.uniform(2, 4)
        cycles += [(customer, product, max(7, round(gap))) for product in liked[:2]]
        if number % 3 == 0:
            drops.append((customer, liked[2], ground.days.n - int(rng.integers(90, 200))))
    return np.array(cycles, dtype=int).reshape(-1, 3), np.array(drops, dtype=int).reshape(-1, 3)


def _cycle_pairs(cycles: np.ndarray) -> Pairs:
    customer, product, gap = cycles.T
    return pairs(customer, product, np.ones(len(cycles)), gap=gap)


def _drop_pairs(drops: np.ndarray) -> Pairs:
    customer, product, day = drops.T
    return pairs(customer, product, np.full(len(drops), 0.65), last=day)


def _users(ground: Ground, members: np.ndarray, least_days: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return up to n customers with that many order days, in proportion to their segments' taste for the members."""
    liking = ground.tastes.in_segment[:, members].mean(axis=1)[ground.segment]
    return favourites(liking * (ground.n_order_days >= least_days), n, rng)


def _bundles(ground: Ground, rng: np.random.Generator) -> tuple[list[PlantedBundle], list[Pairs]]:
    bundles, parts = [], []
    for number, members in enumerate(_sets(ground, "bundle")):
        chance = rng.uniform(0.2, 0.3)
        together = _enough(ground, members, BUNDLE_SHARE / chance, rng)
        parts.append(_each(together, members, chance, bundle=number))
        alone = [
            _each(_enough(ground, members, BUNDLE_SHARE * rng.uniform(0.3, 1) / 0.1, rng), members[[place]], 0.1)
            for place in range(len(members))
        ]
        alone = [_only_first(part, alone[:place]) for place, part in enumerate(alone)]
        alone = [part.take(~np.isin(part.customer, together)) for part in alone]
        parts += alone
        ids = tuple(ground.products[member].product_id for member in members)
        bundles.append(PlantedBundle(ids, round(_least_lift(ground, together, chance, alone), 2)))
    return bundles, parts


def _only_first(part: Pairs, earlier: list[Pairs]) -> Pairs:
    """Without customers who already buy another member alone: together comes from the bundle only."""
    return part.take(~np.isin(part.customer, np.concatenate([[-1], *(other.customer for other in earlier)])))


def _least_lift(ground: Ground, together: np.ndarray, chance: float, alone: list[Pairs]) -> float:
    """Expected lift of the least lifted pair of members, over all order days."""
    n = ground.n_order_days
    whole = n[together].sum() * chance / n.sum()
    support = [WHOLE * whole + (n[part.customer] * part.chance).sum() / n.sum() for part in alone]
    return min(float(WHOLE**2 * whole / (a * b)) for a, b in combinations(support, 2))


def _enough(ground: Ground, members: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return customers who have about that share of all order days between them."""
    users = _users(ground, members, 4, len(ground.customer_ids), rng)
    so_far = np.cumsum(ground.n_order_days[users])
    return users[: int(np.searchsorted(so_far, share * ground.n_order_days.sum())) + 1]


def _each(customers: np.ndarray, members: np.ndarray, chance: float, bundle: int = -1) -> Pairs:
    customer = np.repeat(customers, len(members))
    return pairs(
        customer,
        np.tile(members, len(customers)),
        np.full(len(customer), chance),
        bundle=np.full(len(customer), bundle),
    )


def _substitutes(ground: Ground, rng: np.random.Generator) -> Pairs:
    parts = []
    for members in _sets(ground, "substitute"):
        users = _users(ground, members, 3, round(SUBSTITUTE_USERS * len(ground.customer_ids)), rng)
        main = rng.integers(0, len(members), len(users))
        parts.append(pairs(users, members[main], rng.uniform(0.15, 0.45, len(users))))
        both = users[(rng.random(len(users)) < BOTH_USERS) & (ground.n_order_days[users] <= REGULARS)]
        other = members[1 - main[np.isin(users, both)]]
        parts.append(pairs(both, other, np.full(len(both), 0.1)))
    return joined(parts)


def _newcomers(ground: Ground, rng: np.random.Generator) -> Pairs:
    """Each buyer of a new product takes it up on a day of its own: sales rise while ever more have done so."""
    parts = []
    for product in np.flatnonzero(ground.with_role("new")):
        users = _users(ground, np.array([product]), 24, max(8, len(ground.customer_ids) // 8), rng)
        begun = rng.integers(ground.opens[product], ground.days.n, len(users))
        parts.append(pairs(users, np.full(len(users), product), np.full(len(users), 0.6), first=begun))
    return joined(parts)


def _sets(ground: Ground, role: Role) -> list[np.ndarray]:
    """The positions of the products that belong together in a role, set by set."""
    number = np.array([product.set_no if product.role == role else -1 for product in ground.products])
    return [np.flatnonzero(number == one) for one in range(number.max() + 1)]


def _told(ground: Ground, cycles: np.ndarray, drops: np.ndarray, bundles: list[PlantedBundle]) -> Truths:
    products, date = ground.products, ground.days.date
    customers, product_ids = ground.customer_ids, [product.product_id for product in ground.products]
    few = ground.n_order_days

    def places(role: Role) -> list[int]:
        return [int(place) for place in np.flatnonzero(ground.with_role(role))]

    return Truths(
        tastes=planted_tastes(),
        cycles=tuple(Cycle(customers[c], product_ids[p], int(gap)) for c, p, gap in cycles),
        seasons=tuple(PlantedSeason(product_ids[p], products[p].family.months) for p in places("seasonal")),
        bundles=tuple(bundles),
        substitutes=tuple(Substitutes(tuple(product_ids[p] for p in one)) for one in _sets(ground, "substitute")),
        drops=tuple(Drop(customers[c], product_ids[p], date(day)) for c, p, day in drops),
        slow_downs=tuple(
            SlowDown(customers[c], date(ground.days.n - SLOW_DAYS)) for c in np.flatnonzero(ground.rhythm.slow)
        ),
        new_products=tuple(NewProduct(product_ids[p], date(ground.opens[p])) for p in places("new")),
        out_of_stock=tuple(OutOfStock(product_ids[p], date(ground.closes[p])) for p in places("out_of_stock")),
        replacements=tuple(
            Replacement(product_ids[p], product_ids[successor(products, p)], date(ground.closes[p]))
            for p in places("replaced")
        ),
        without_orders=tuple(customers[c] for c in np.flatnonzero(few == 0)),
        one_or_two_order_days=tuple(customers[c] for c in np.flatnonzero((few == 1) | (few == 2))),
    )
