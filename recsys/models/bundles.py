"""Bundles: sets of two to four products that are often in one basket, and pairs that are so beyond chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import association_rules
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.interactions import Interactions
from recsys.kernels.itemsets import Mined, co_occurrences, count_threshold, mine
from recsys.schema.published import EVERYONE

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
    redundant   a larger bundle is in exactly the same number of baskets
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


class _Measures(NamedTuple):
    """The measures of one rule, by mlxtend's names and in the order of Bundle's fields."""

    confidence: float
    lift: float
    leverage: float
    conviction: float
    zhangs_metric: float


@dataclass(frozen=True)
class Bundles:
    """Frequent itemsets over all customers and per segment; score = sum of the confidences of pairs beyond chance."""

    min_support: float = 0.005
    min_baskets: int = 20
    max_bundles: int = 2_000
    min_segment_baskets: int = 200
    pair_baskets: int = 5
    pair_lift: float = 2.0
    name: str = "bundles"

    def fit(self, interactions: Interactions) -> "FittedBundles":
        """Mine all baskets, then those of each segment with at least `min_segment_baskets`."""
        names = np.array([segment or EVERYONE for segment in interactions.segments], dtype=object)
        of_basket = names[interactions.basket_customers]
        segments, sizes = np.unique(of_basket[of_basket != EVERYONE].astype(str), return_counts=True)
        found = {EVERYONE: self._mined(interactions.baskets)}
        for segment in segments[sizes >= self.min_segment_baskets]:
            found[str(segment)] = self._mined(interactions.baskets[np.flatnonzero(of_basket == segment)])
        return FittedBundles(
            {segment: bundles for segment, (bundles, _) in found.items()},
            {segment: min_count for segment, (_, min_count) in found.items()},
            pairs_beyond_chance(interactions.baskets, self.pair_baskets, self.pair_lift),
            interactions.baskets_with(),
            interactions.bought,
        )

    def _mined(self, baskets: csr_matrix) -> tuple[tuple[Bundle, ...], int]:
        min_count = count_threshold(baskets.shape[0], self.min_support, self.min_baskets)
        mined = mine(baskets, min_count, self.max_bundles)
        item_counts = np.bincount(baskets.indices, minlength=baskets.shape[1])
        return rules(mined, item_counts, baskets.shape[0]), mined.min_count


@dataclass(frozen=True)
class FittedBundles:
    """The mined bundles, and the pairs that products are scored by.

    bundles      by segment, highest lift first; EVERYONE is always a key
    min_baskets  by segment, the least number of baskets that each of its bundles is in
    pairs        (n_products, n_products) baskets with both, of pairs beyond chance; symmetric
    item_counts  (n_products,) baskets with the product
    bought       (n_customers, n_products) 1 where ever bought
    """

    bundles: Mapping[str, tuple[Bundle, ...]]
    min_baskets: Mapping[str, int]
    pairs: csr_matrix
    item_counts: Counts
    bought: csr_matrix

    def score(self, rows: Positions) -> csr_matrix:
        """Score products that are paired with what the customer bought; a customer without orders has no scores."""
        return csr_matrix(self.bought[rows] @ self.confidences())

    def confidences(self) -> csr_matrix:
        """Return (n_products, n_products): the share of the row product's baskets that have the column product too."""
        owners = np.repeat(np.arange(self.pairs.shape[0]), np.diff(self.pairs.indptr))
        shares = self.pairs.data / self.item_counts[owners]
        return csr_matrix((shares, self.pairs.indices, self.pairs.indptr), shape=self.pairs.shape)


def rules(mined: Mined, item_counts: Counts, of_baskets: int) -> tuple[Bundle, ...]:
    """Return the itemsets with their best rules, by lift, then baskets, then products.

    item_counts  (n_products,) baskets with each product
    The best rule has the highest confidence; ties go to the consequent that is first by product id.
    """
    counts: dict[tuple[int, ...], int] = {}
    for level in mined.levels:
        counts.update(zip(map(tuple, level.members.tolist()), level.counts.tolist(), strict=True))
    if not counts:
        return ()
    counts |= {(item,): int(item_counts[item]) for item in sorted({item for products in counts for item in products})}
    redundant = {
        subset
        for products, count in counts.items()
        for subset in _subsets(products)
        if len(products) > 2 and counts[subset] == count
    }
    measures = _measures(counts, of_baskets)
    bundles = []
    for products, n_baskets in counts.items():
        if len(products) > 1:
            consequent = _best_consequent(products, counts)
            of_rule = measures[products, consequent]
            bundles.append(Bundle(products, n_baskets, of_baskets, consequent, *of_rule, products in redundant))
    return tuple(sorted(bundles, key=lambda bundle: (-round(bundle.lift, _DIGITS), -bundle.n_baskets, bundle.products)))


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
