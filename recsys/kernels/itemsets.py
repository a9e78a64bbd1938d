"""Frequent itemsets of two to four products, exact: the sets of each size extend those of the size before."""

from dataclasses import dataclass
from itertools import pairwise
from math import floor

import numpy as np
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.kernels.itemset_extension import Labels, Transactions, extendable, extensions, transactions
from recsys.runtime.jit import compiled
from recsys.runtime.parallel import THREADS, parallel_map

MAX_SIZE = 4
_PARTS_A_THREAD = 8


@dataclass(frozen=True)
class Level:
    """All frequent itemsets of one size; in the result of `mine` they are ordered by their members.

    members  (n, size) products, ascending in each row      counts  (n,) baskets with all of them
    """

    members: Counts
    counts: Counts

    def at_least(self, baskets: int) -> "Level":
        """Return the itemsets that are in at least so many baskets."""
        keep = self.counts >= baskets
        return Level(self.members[keep], self.counts[keep])


@dataclass(frozen=True)
class Mined:
    """Frequent itemsets by size (two, three, four products): all that are in at least `min_count` baskets."""

    levels: tuple[Level, ...]
    min_count: int

    @property
    def n(self) -> int:
        """The number of itemsets."""
        return sum(len(level.counts) for level in self.levels)


def count_threshold(n_baskets: int, min_support: float, min_baskets: int) -> int:
    """Return the smallest count with count / n_baskets >= min_support and count >= min_baskets, both inclusive."""
    min_count = floor(min_support * n_baskets)
    while n_baskets and min_count / n_baskets < min_support:
        min_count += 1
    return max(min_count, min_baskets)


def mine(baskets: csr_matrix, min_count: int, max_itemsets: int, max_size: int = MAX_SIZE) -> Mined:
    """Return every set of two to `max_size` products that is in at least `min_count` baskets.

    baskets  (n_baskets, n_products) ones      max_itemsets  of all sizes together

    If there are more than `max_itemsets`, `min_count` is raised to the lowest count that leaves few enough, so the
    result is always all itemsets above one threshold. Only frequent sets are extended (a set is in no more baskets
    than its subsets), which bounds the work by `max_itemsets`.
    """
    min_count = max(min_count, 1)
    frequent = transactions(baskets, min_count)
    singles = np.arange(len(frequent.products), dtype=np.int32)[:, np.newaxis]
    mined = _limited(Mined((_extended(frequent, singles, min_count),), min_count), max_itemsets)
    while len(mined.levels) < max_size - 1:
        prefixes = extendable(mined.levels[-1].members, mined.levels[0].members)
        mined = _limited(
            Mined((*mined.levels, _extended(frequent, prefixes, mined.min_count)), mined.min_count), max_itemsets
        )
    return Mined(tuple(_by_product(level, frequent) for level in mined.levels), mined.min_count)


def pair_counts(left: Counts, right: Counts, sets: csr_matrix) -> Counts:
    """Return for each pair of rows of `sets` (ones) how many columns both have; fast if equal `left` are adjacent."""
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


def co_occurrences(baskets: csr_matrix, min_count: int) -> tuple[Counts, Counts, Counts]:
    """Return `left`, `right`, `counts` of the pairs of products in at least `min_count` baskets, in both directions.

    baskets  (n_baskets, n_products) ones
    """
    frequent = transactions(baskets, min_count)
    singles = np.arange(len(frequent.products), dtype=np.int32)[:, np.newaxis]
    pairs, counts = extensions(frequent, singles, min_count)
    left, right = frequent.products[pairs].T
    return np.concatenate([left, right]), np.concatenate([right, left]), np.concatenate([counts, counts])


def _extended(frequent: Transactions, prefixes: Labels, min_count: int) -> Level:
    """Return the frequent sets that extend those given by one member, by labels."""
    return _in_order(*extensions(frequent, prefixes, min_count))


def _by_product(level: Level, frequent: Transactions) -> Level:
    return _in_order(np.sort(frequent.products[level.members], axis=1), level.counts)


def _in_order(members: Counts, counts: Counts) -> Level:
    order = np.lexsort(members.T[::-1])
    return Level(members[order], counts[order])


def _limited(mined: Mined, max_itemsets: int) -> Mined:
    if mined.n <= max_itemsets:
        return mined
    counts = np.sort(np.concatenate([level.counts for level in mined.levels]))[::-1]
    min_count = int(counts[max_itemsets]) + 1
    return Mined(tuple(level.at_least(min_count) for level in mined.levels), min_count)
