"""Bundles: sets of two to four products that are often in one basket, and pairs that are so beyond chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import association_rules
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.interactions import Interactions
from recsys.kernels.itemsets import Mined, co_occurrences, count_threshold, mine
from recsys.models.substitutes import Kinds, Substitutes, no_substitutes, substitutes
from recsys.schema.bundle_groups import EVERYBODY, Members
from recsys.schema.intervals import lift_interval

_DIGITS = 9  # to which lifts are compared: rounding makes equal ones differ from the 15th digit on


@dataclass(frozen=True)
class Bundle:
    """One frequent itemset with its best rule: the other products -> `consequent`.

    products    columns, ascending       n_baskets    baskets with all of them
    confidence  n_baskets / baskets with the others
    lift        confidence / the consequent's support; 1 if the others and the consequent are independent
    leverage    support minus the support if they were independent
    conviction  how many times as often the rule would fail if they were independent; infinite if it never fails
    zhangs_metric  -1 (never together) to 1 (never apart); 0 if independent
    redundant   a larger bundle is in nearly as many baskets
    lift_low, lift_high  the ends of the lift's 95 % interval
    substitutes two products of one kind that are bought instead of each other; such a pair may be in no basket
    """

    products: tuple[int, ...]
    n_baskets: int
    of_baskets: int
    consequent: int
    confidence: float
    lift: float
    leverage: float
    conviction: float
    zhangs_metric: float
    redundant: bool
    lift_low: float
    lift_high: float
    substitutes: bool = False


class _Measures(NamedTuple):
    """The measures of one rule, by mlxtend's names and in the order of Bundle's fields."""

    confidence: float
    lift: float
    leverage: float
    conviction: float
    zhangs_metric: float


@dataclass(frozen=True)
class Bundles:
    """Frequent itemsets over all customers and by group; score = sum of the confidences of pairs beyond chance."""

    min_support: float = 0.005
    min_baskets: int = 20
    max_bundles: int = 2_000
    min_segment_baskets: int = 200
    pair_baskets: int = 5
    pair_lift: float = 2.0
    covered_share: float = 0.9
    name: str = "bundles"

    def fit(
        self,
        interactions: Interactions,
        groups: Mapping[str, Sequence[str | None]] | None = None,
        kinds: Kinds | None = None,
    ) -> "FittedBundles":
        """Mine all baskets, then those of each name of each group with at least `min_segment_baskets`.

        groups  by group (n_customers,) the name of each customer in it, None without one; None: by segment alone
        kinds   by which substitutes are found; None: they are not looked for
        """
        members = group_members(interactions, {"segment": interactions.segments} if groups is None else groups)
        sizes = {each: int(np.isin(interactions.basket_customers, rows).sum()) for each, rows in members.items()}
        mined = {
            each: self._mined(interactions, None if each == EVERYBODY else rows, kinds)
            for each, rows in members.items()
            if each == EVERYBODY or sizes[each] >= self.min_segment_baskets
        }
        return FittedBundles(
            {each: bundles for each, (bundles, _) in mined.items()},
            {each: min_count for each, (_, min_count) in mined.items()},
            pairs_beyond_chance(interactions.baskets, self.pair_baskets, self.pair_lift),
            interactions.baskets_with(),
            interactions.bought,
            members,
            sizes,
        )

    def _mined(
        self, interactions: Interactions, customers: Positions | None, kinds: Kinds | None
    ) -> tuple[tuple[Bundle, ...], int]:
        """Return the bundles of some customers' baskets, None for all, and the least number of baskets of each."""
        baskets, days = interactions.baskets, interactions.basket_days
        if customers is not None:
            own = np.flatnonzero(np.isin(interactions.basket_customers, customers))
            baskets, days = baskets[own], days[own]
        min_count = count_threshold(baskets.shape[0], self.min_support, self.min_baskets)
        mined = mine(baskets, min_count, self.max_bundles)
        instead = substitutes(baskets, days, kinds, self.min_baskets) if kinds else no_substitutes()
        item_counts = np.bincount(baskets.indices, minlength=baskets.shape[1])
        found = rules(mined, item_counts, baskets.shape[0], covered_share=self.covered_share, instead=instead)
        return found, mined.min_count


def group_members(interactions: Interactions, groups: Mapping[str, Sequence[str | None]]) -> dict[Members, Positions]:
    """Return the rows of the customers of each name of each group, all customers first, then in the groups' order."""
    found = {EVERYBODY: np.arange(interactions.n_customers, dtype=np.int32)}
    for group, names in groups.items():
        of_name: dict[str, list[int]] = {}
        for row, name in enumerate(names):
            if name:
                of_name.setdefault(name, []).append(row)
        found |= {(group, name): np.array(of_name[name], dtype=np.int32) for name in sorted(of_name)}
    return found


@dataclass(frozen=True)
class FittedBundles:
    """The mined bundles, and the pairs that products are scored by.

    bundles       by whose they are, highest lift first; EVERYBODY is always a key
    min_baskets   by whose they are, the least number of baskets that each bundle is in, substitutes apart
    pairs         (n_products, n_products) baskets with both, of pairs beyond chance; symmetric
    item_counts   (n_products,) baskets with the product
    bought        (n_customers, n_products) 1 where ever bought
    members       the customers of each, also of those with too few baskets for bundles
    group_baskets the number of baskets of each
    """

    bundles: Mapping[Members, tuple[Bundle, ...]]
    min_baskets: Mapping[Members, int]
    pairs: csr_matrix
    item_counts: Counts
    bought: csr_matrix
    members: Mapping[Members, Positions] = field(default_factory=dict)
    group_baskets: Mapping[Members, int] = field(default_factory=dict)

    def score(self, rows: Positions) -> csr_matrix:
        """Score products that are paired with what the customer bought; a customer without orders has no scores."""
        return csr_matrix(self.bought[rows] @ self.confidences())

    def confidences(self) -> csr_matrix:
        """Return (n_products, n_products): the share of the row product's baskets that have the column product too."""
        owners = np.repeat(np.arange(self.pairs.shape[0]), np.diff(self.pairs.indptr))
        shares = self.pairs.data / self.item_counts[owners]
        return csr_matrix((shares, self.pairs.indices, self.pairs.indptr), shape=self.pairs.shape)


def rules(
    mined: Mined,
    item_counts: Counts,
    of_baskets: int,
    *,
    covered_share: float = 1.0,
    instead: Substitutes | None = None,
) -> tuple[Bundle, ...]:
    """Return the itemsets with their best rules, by lift, then baskets, then products.

    item_counts    (n_products,) baskets with each product
    covered_share  a bundle is redundant if a larger one is in at least this share of its baskets
    instead        pairs that are substitutes, frequent or not
    The best rule has the highest confidence; ties go to the consequent that is first by product id.
    """
    counts: dict[tuple[int, ...], int] = {}
    for level in mined.levels:
        counts.update(zip(map(tuple, level.members.tolist()), level.counts.tolist(), strict=True))
    apart = instead or no_substitutes()
    replacing = dict(zip(map(tuple, apart.pairs.tolist()), apart.counts.tolist(), strict=True))
    redundant = covered(counts, covered_share)
    counts |= replacing
    if not counts:
        return ()
    counts |= {(item,): int(item_counts[item]) for item in sorted({item for products in counts for item in products})}
    measures = _measures(counts, of_baskets)
    bundles = []
    for products, n_baskets in counts.items():
        if len(products) > 1:
            consequent = _best_consequent(products, counts)
            others = counts[tuple(item for item in products if item != consequent)]
            ends = lift_interval(n_baskets, others, counts[(consequent,)], of_baskets)
            is_covered, is_apart = products in redundant, products in replacing
            of_rule = measures[products, consequent]
            bundles.append(
                Bundle(products, n_baskets, of_baskets, consequent, *of_rule, is_covered, *ends, substitutes=is_apart)
            )
    return tuple(sorted(bundles, key=lambda bundle: (-round(bundle.lift, _DIGITS), -bundle.n_baskets, bundle.products)))


def covered(counts: Mapping[tuple[int, ...], int], share: float) -> set[tuple[int, ...]]:
    """Return the itemsets of which a larger one is in at least this share of their baskets.

    counts  baskets by itemset; every subset of two or more of an itemset is a key too
    """
    found: set[tuple[int, ...]] = set()
    most: dict[tuple[int, ...], int] = {}  # baskets of the best larger set, also of one with two products more
    for products in sorted(counts, key=len, reverse=True):
        if products in most and most[products] >= share * counts[products]:
            found.add(products)
        for subset in _subsets(products) if len(products) > 2 else []:
            most[subset] = max(most.get(subset, 0), counts[products])
    return found


def _measures(counts: dict[tuple[int, ...], int], of_baskets: int) -> dict[tuple[tuple[int, ...], int], _Measures]:
    """Return the measures of every rule with one consequent, by itemset and consequent.

    counts  baskets by itemset; every subset of an itemset is a key too
    """
    supports = [count / of_baskets for count in counts.values()]
    itemsets = pd.DataFrame({"support": supports, "itemsets": pd.Series(list(counts), dtype=object)})
    names = list(_Measures._fields)
    found = association_rules(itemsets, metric="support", min_threshold=0.0, return_metrics=names)
    rows = zip(found["antecedents"], found["consequents"], found[names].itertuples(index=False), strict=True)
    return {(tuple(sorted(left | right)), *right): _Measures(*row) for left, right, row in rows if len(right) == 1}


def _best_consequent(products: tuple[int, ...], counts: dict[tuple[int, ...], int]) -> int:
    """Return the consequent with the highest confidence: the one whose other products are in the fewest baskets."""
    others = _subsets(products)
    return products[min(range(len(products)), key=lambda place: counts[others[place]])]


def _subsets(products: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the subsets with one product less, in the order of the product left out."""
    return [products[:place] + products[place + 1 :] for place in range(len(products))]


def pairs_beyond_chance(baskets: csr_matrix, min_baskets: int, min_lift: float) -> csr_matrix:
    """Return (n_products, n_products), symmetric: baskets with both, for pairs that reach both bounds, inclusive."""
    item_counts = np.bincount(baskets.indices, minlength=baskets.shape[1])
    left, right, counts = co_occurrences(baskets, min_baskets)
    keep = lift(counts, item_counts[left], item_counts[right], baskets.shape[0]) >= min_lift
    pairs = csr_matrix((counts[keep].astype(float), (left[keep], right[keep])), shape=(baskets.shape[1],) * 2)
    pairs.sort_indices()
    return pairs


def lift(together: Counts, left: Counts, right: Counts, of_baskets: int) -> NDArray[np.float64]:
    """Return how many times as often as by chance two products are in one basket; 1 for independent ones.

    together     baskets with both       left, right  baskets with either one
    of_baskets   baskets in all
    """
    return np.asarray(together * of_baskets / (left * right.astype(float)))
