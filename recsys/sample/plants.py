"""Planting the truths: chosen at random and turned into pairs, from which the orders are drawn."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from recsys.sample.assortments import LAG_DAYS
from recsys.sample.campaigns import Mailings, plant_campaigns
from recsys.sample.holidays import BREAKS
from recsys.sample.lines import MEMBER_CHANCE
from recsys.sample.pairs import Pairs, joined, pairs
from recsys.sample.pitches import Pitches, plant_pitches
from recsys.sample.scenario import Scenario
from recsys.sample.styles import best_styles
from recsys.sample.tastes import SEGMENTS, favourites
from recsys.sample.truth_list import list_truths, sets
from recsys.sample.truths import PlantedBundle, Truths

BUNDLE_SHARE = 0.03  # of the order days have a bundle
SUBSTITUTE_USERS = 0.22  # share of the customers who buy a product of the kind
BOTH_USERS = 0.1  # share of those who take both, among users with at most REGULARS order days
NEWCOMER_SHARE = 0.025  # of the customers take a new product up in the end
REGULARS = 30  # order days from which a customer is regular enough to have cycles and drops planted


@dataclass(frozen=True)
class Planted:
    """The truths, the pairs that make them true, and what is told of them in the tables of events and outcomes."""

    pairs: Pairs
    truths: Truths
    mailings: Mailings
    pitches: Pitches


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
    mailings, mailed = plant_campaigns(scenario, joined(parts), rng)
    pitches, pitched = plant_pitches(scenario, joined([*parts, mailed]), rng)
    truths = list_truths(scenario, cycles, drops, bundles, mailings, pitches)
    return Planted(joined([*parts, mailed, pitched]), truths, mailings, pitches)


def _habits(scenario: Scenario, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return cycles (customer, product, gap in days) and drops (customer, product, day), no pair in both."""
    on_holiday = np.isin(np.array(SEGMENTS)[scenario.segment], list(BREAKS))
    all_along = (scenario.rhythm.first == 0) & (scenario.rhythm.last == scenario.days.n)
    all_along &= ~scenario.rhythm.slow & ~on_holiday
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
    """Return up to n customers with that many order days, in proportion to their taste for the members."""
    liking = scenario.tastes[:, :, members].mean(axis=2)[scenario.segment, scenario.style]
    return favourites(liking * (scenario.n_order_days >= least_days), n, rng)


def _bundles(scenario: Scenario, rng: np.random.Generator) -> tuple[list[PlantedBundle], list[Pairs]]:
    bundles, parts = [], []
    for number, members in enumerate(sets(scenario, "bundle")):
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
    for members in sets(scenario, "substitute"):
        users = _users(scenario, members, 3, round(SUBSTITUTE_USERS * len(scenario.customer_ids)), rng)
        main = rng.integers(0, len(members), len(users))
        parts.append(pairs(users, members[main], rng.uniform(0.15, 0.45, len(users))))
        both = users[(rng.random(len(users)) < BOTH_USERS) & (scenario.n_order_days[users] <= REGULARS)]
        other = members[1 - main[np.isin(users, both)]]
        parts.append(pairs(both, other, np.full(len(both), 0.1)))
    return joined(parts)


def _newcomers(scenario: Scenario, rng: np.random.Generator) -> Pairs:
    """Return pairs of new products, taken up by some customers of the styles that like them, ever fewer a week."""
    parts = []
    for product in np.flatnonzero(scenario.with_role("new")):
        liked_by = np.isin(scenario.style, best_styles(scenario.tastes[:, :, product]))
        liking = scenario.tastes[scenario.segment, scenario.style, product]
        n = max(8, round(NEWCOMER_SHARE * len(scenario.customer_ids)))
        users = favourites(liking * (liked_by & (scenario.n_order_days >= 20)), n, rng)
        begun = scenario.opens[product] + rng.exponential(LAG_DAYS, len(users)).astype(int)
        parts.append(pairs(users, np.full(len(users), product), np.full(len(users), 0.6), first=begun))
    return joined(parts)
