"""Frequent itemsets of two to four products, exact, from sparse co-occurrence: the mining kernel, alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

import numpy as np
from scipy.sparse import csr_matrix

from recsys.interactions import Counts
from recsys.neighbours import blocks

MAX_SIZE = 4
_BLOCK = 256


@dataclass(frozen=True)
class Level:
    """All frequent itemsets of one size, in the order of their members.

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
    """Frequent itemsets: `levels` of two, three and four products, all that stand in `least` baskets or more."""

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


def mine(baskets: csr_matrix, least: int, most: int) -> Mined:
    """Return every set of two to four products that stands in `least` baskets or more.

    baskets  (n_baskets, n_products) ones      most  itemsets at most, for all sizes together

    If there are more than `most`, `least` rises to the lowest count at which they fit: the result is always
    all itemsets above one threshold. Supersets are grown from frequent sets only (a set is never in more baskets
    than its parts), so the work is bounded by `most`.
    """
    buyers = baskets.T.tocsr()
    mined = _fitted(Mined((_pairs(baskets, buyers, least),), least), most)
    while len(mined.levels) < MAX_SIZE - 1:
        larger = _grown(mined.levels[-1], baskets, buyers, mined.least)
        mined = _fitted(Mined((*mined.levels, larger), mined.least), most)
    return mined


def pair_counts(left: Counts, right: Counts, sets: csr_matrix) -> Counts:
    """Return for each pair of rows of `sets` (ones) how many columns both hold."""
    found = np.zeros(len(left), dtype=np.int64)
    for block in blocks(len(left), 16 * _BLOCK):
        both = sets[left[block]].multiply(sets[right[block]])
        found[block] = np.asarray(both.sum(axis=1)).ravel().astype(np.int64)
    return found


def co_occurrences(baskets: csr_matrix, buyers: csr_matrix, least: int) -> Iterator[tuple[Counts, ...]]:
    """Yield `left`, `right`, `counts` of the ordered pairs of different products in `least` baskets or more.

    baskets  (n_baskets, n_products) ones      buyers  the same, transposed, as CSR
    """
    frequent = np.flatnonzero(np.diff(buyers.indptr) >= least).astype(np.int32)
    narrow = baskets[:, frequent]
    for block in blocks(len(frequent), _BLOCK):
        found = (buyers[frequent[block]] @ narrow).tocoo()
        left, right = frequent[block][found.row], frequent[found.col]
        keep = (found.data >= least) & (left != right)
        yield left[keep], right[keep], found.data[keep].astype(np.int64)


def _pairs(baskets: csr_matrix, buyers: csr_matrix, least: int) -> Level:
    found = [
        (np.column_stack([left, right])[left < right], counts[left < right])
        for left, right, counts in co_occurrences(baskets, buyers, least)
    ]
    return _level(found, 2)


def _grown(level: Level, baskets: csr_matrix, buyers: csr_matrix, least: int) -> Level:
    """Return the frequent itemsets with one product more, each found once: from its first members."""
    size = level.members.shape[1]
    found = []
    for block in blocks(len(level.counts), _BLOCK):
        members = level.members[block]
        together = buyers[members[:, 0]]
        for column in range(1, size):
            together = together.multiply(buyers[members[:, column]]).tocsr()
        larger = (together @ baskets).tocoo()
        keep = (larger.data >= least) & (larger.col > members[larger.row, -1])
        rows, added = larger.row[keep], larger.col[keep]
        found.append((np.column_stack([members[rows], added]), larger.data[keep].astype(np.int64)))
    return _level(found, size + 1)


def _level(found: list[tuple[Counts, Counts]], size: int) -> Level:
    members = np.concatenate([np.zeros((0, size), dtype=np.int32), *(part for part, _ in found)])
    counts = np.concatenate([np.zeros(0, dtype=np.int64), *(part for _, part in found)])
    order = np.lexsort(members.T[::-1])
    return Level(members[order].astype(np.int32), counts[order])


def _fitted(mined: Mined, most: int) -> Mined:
    if mined.n <= most:
        return mined
    counts = np.sort(np.concatenate([level.counts for level in mined.levels]))[::-1]
    least = int(counts[most]) + 1
    return Mined(tuple(level.at_least(least) for level in mined.levels), least)
