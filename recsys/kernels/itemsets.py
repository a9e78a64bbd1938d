"""Frequent itemsets of two to four products, exact: each size is grown from the one before."""

from dataclasses import dataclass
from itertools import pairwise
from math import floor

import numpy as np
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.kernels.itemset_extension import Labels, Transactions, extensions, promising, transactions
from recsys.runtime.jit import compiled
from recsys.runtime.parallel import THREADS, parallel_map

MAX_SIZE = 4
_PARTS_A_THREAD = 8


@dataclass(frozen=True)
class Level:
    """All frequent itemsets of one size; those that `mine` returns are in the order of their members.

    members  (n, size) products, ascending in each row      counts  (n,) baskets with all of them
    """

    members: Counts
    counts: Counts

    def at_least(self, baskets: int) -> "Level":
        """Return the itemsets that stand in so many baskets or more."""
        keep = self.counts >= baskets
        return Level(self.members[keep], self.counts[keep])


@dataclass(frozen=True)
class Mined:
    """Frequent itemsets: `levels` of two, three, four products, all that stand in `least` baskets or more."""

    levels: tuple[Level, ...]
    least: int

    @property
    def n(self) -> int:
        """How many itemsets there are."""
        return sum(len(level.counts) for level in self.levels)


def least_baskets(n_baskets: int, min_support: float, min_baskets: int) -> int:
    """Return the smallest count with count / n_baskets >= min_support and count >= min_baskets, both inclusive."""
    least = floor(min_support * n_baskets)
    while n_baskets and least / n_baskets < min_support:
        least += 1
    return max(least, min_baskets)


def mine(baskets: csr_matrix, least: int, most: int, max_size: int = MAX_SIZE) -> Mined:
    """Return every set of two to `max_size` products that stands in `least` baskets or more.

    baskets  (n_baskets, n_products) ones      most  itemsets at most, for all sizes together

    If there are more than `most`, `least` rises to the lowest count at which they fit: the result is always
    all itemsets above one threshold. Supersets are grown from frequent sets only (a set is never in more baskets
    than its parts), so the work is bounded by `most`.
    """
    least = max(least, 1)
    frequent = transactions(baskets, least)
    singles = np.arange(len(frequent.products), dtype=np.int32)[:, np.newaxis]
    mined = _fitted(Mined((_extended(frequent, singles, least),), least), most)
    while len(mined.levels) < max_size - 1:
        begun = promising(mined.levels[-1].members, mined.levels[0].members)
        mined = _fitted(Mined((*mined.levels, _extended(frequent, begun, mined.least)), mined.least), most)
    return Mined(tuple(_by_product(level, frequent) for level in mined.levels), mined.least)


def pair_counts(left: Counts, right: Counts, sets: csr_matrix) -> Counts:
    """Return for each pair of rows of `sets` (ones) how many columns both hold; quickest with equal `left` together."""
    found = np.zeros(len(left), dtype=np.int64)
    cuts = np.linspace(0, len(left), THREADS * _PARTS_A_THREAD + 1).astype(int).tolist()
    counts = parallel_map(
        lambda part: _shared(sets.indptr, sets.indices, left[slice(*part)], right[slice(*part)], sets.shape[1]),
        pairwise(cuts),
    )
    for part, shared in zip(pairwise(cuts), counts, strict=True):
        found[slice(*part)] = shared
    return found


@compiled
def _shared(starts: Counts, columns: Counts, left: Counts, right: Counts, n_columns: int) -> Counts:
    marks = np.full(n_columns, -1, dtype=np.int64)  # the last row of `left` that holds a column
    found = np.zeros(len(left), dtype=np.int64)
    for pair in range(len(left)):
        row, other = left[pair], right[pair]
        if pair == 0 or row != left[pair - 1]:
            for at in range(starts[row], starts[row + 1]):
                marks[columns[at]] = row
        for at in range(starts[other], starts[other + 1]):
            found[pair] += marks[columns[at]] == row
    return found


def co_occurrences(baskets: csr_matrix, least: int) -> tuple[Counts, Counts, Counts]:
    """Return `left`, `right`, `counts` of the pairs of different products in `least` baskets or more, both ways round.

    baskets  (n_baskets, n_products) ones
    """
    frequent = transactions(baskets, least)
    singles = np.arange(len(frequent.products), dtype=np.int32)[:, np.newaxis]
    pairs, counts = extensions(frequent, singles, least)
    left, right = frequent.products[pairs].T
    return np.concatenate([left, right]), np.concatenate([right, left]), np.concatenate([counts, counts])


def _extended(frequent: Transactions, begun: Labels, least: int) -> Level:
    """Return the frequent sets that begin with those given, by labels."""
    return _in_order(*extensions(frequent, begun, least))


def _by_product(level: Level, frequent: Transactions) -> Level:
    return _in_order(np.sort(frequent.products[level.members], axis=1), level.counts)


def _in_order(members: Counts, counts: Counts) -> Level:
    order = np.lexsort(members.T[::-1])
    return Level(members[order], counts[order])


def _fitted(mined: Mined, most: int) -> Mined:
    if mined.n <= most:
        return mined
    counts = np.sort(np.concatenate([level.counts for level in mined.levels]))[::-1]
    least = int(counts[most]) + 1
    return Mined(tuple(level.at_least(least) for level in mined.levels), least)
