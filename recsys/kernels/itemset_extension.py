"""Extending frequent itemsets by one product: the exact, compiled kernel of the itemset mining.

Frequent products are numbered by falling frequency, so a set's last member is its rarest. A set's baskets are the
baskets of its last member that its other members marked, and only the rarer products after it are counted in them:
each larger set is found once, and the most frequent products are rarely counted.
"""

from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.runtime.jit import compiled
from recsys.runtime.parallel import THREADS, parallel_map

Labels: TypeAlias = NDArray[np.int32]

_BLOCKS_A_THREAD = 8  # blocks are of about equal work, not of equal time
_INITIAL_ROWS = 1_024
_STRIDE = 64  # counts compared together


class Transactions(NamedTuple):
    """Baskets of frequent products; a label is a product's rank by falling frequency, from 0.

    products       (n_labels,) column of each label
    n_baskets      number of baskets
    labels         (n_entries,) of all baskets, one after the other; ascending within a basket
    label_starts   (n_labels + 1,) where each label begins in the arrays below
    baskets        (n_entries,) ascending for each label
    positions      (n_entries,) where the entry is in `labels`
    ends           (n_entries,) where its basket ends in `labels`
    """

    products: NDArray[np.int32]
    n_baskets: int
    labels: Labels
    label_starts: NDArray[np.int64]
    baskets: NDArray[np.int32]
    positions: NDArray[np.int32]
    ends: NDArray[np.int32]

    def frequencies(self) -> NDArray[np.int64]:
        """Return (n_labels,) the number of baskets with each label."""
        return np.diff(self.label_starts)


def transactions(baskets: csr_matrix, min_count: int) -> Transactions:
    """Return the baskets without the products that are in fewer than `min_count` of them; ties by column."""
    counts = np.bincount(baskets.indices, minlength=baskets.shape[1])
    products = np.flatnonzero(counts >= min_count)
    products = products[np.argsort(-counts[products], kind="stable")].astype(np.int32)
    label_of = np.full(len(counts), -1, dtype=np.int32)
    label_of[products] = np.arange(len(products))
    label_starts = np.concatenate(([0], np.cumsum(counts[products]))).astype(np.int64)
    labels, *of_entries = _filled(baskets.indptr, baskets.indices, label_of, label_starts)
    return Transactions(np.asarray(products), baskets.shape[0], labels, label_starts, *of_entries)


def extensions(of: Transactions, members: Labels, min_count: int) -> tuple[Labels, NDArray[np.int64]]:
    """Return all sets with one more member that are in at least `min_count` baskets, and the number of baskets of each.

    members  (n, size) labels of sets, ascending in each; sets with the same first members follow each other

    The result, (m, size + 1) and (m,), is grouped the same way. Blocks of sets are counted in parallel.
    """
    work = np.cumsum(of.frequencies()[members[:, -1]])
    cuts = np.searchsorted(work, np.linspace(0, work[-1] if len(work) else 0, THREADS * _BLOCKS_A_THREAD + 1)[1:-1])
    bounds = [0, *cuts.tolist(), len(members)]
    parts = parallel_map(lambda block: _extended(of, members, block[0], block[1], min_count), pairwise(bounds))
    found = np.concatenate(list(parts))
    return np.column_stack([members[found[:, 0]], found[:, 1]]).astype(np.int32), found[:, 2].astype(np.int64)


def extendable(members: Labels, pairs: Labels) -> Labels:
    """Return the frequent sets that may be the beginning of a frequent set with one more member.

    members  (n, size) all frequent sets of a size      pairs  (m, 2) all frequent pairs; both ordered by their labels

    A set P + b can be extended by c only if P + c and the pair b, c are frequent too: most sets cannot.
    """
    n_labels = int(pairs.max(initial=-1)) + 1
    return np.asarray(members[_extendable(members, np.searchsorted(pairs[:, 0], np.arange(n_labels + 1)), pairs[:, 1])])


@compiled
def _extendable(members: Labels, pair_starts: NDArray[np.int64], seconds: Labels) -> NDArray[np.bool_]:
    can_extend = np.zeros(len(members), dtype=np.bool_)
    for at in range(len(members)):
        pair, end = pair_starts[members[at, -1]], pair_starts[members[at, -1] + 1]
        other = at + 1
        while other < len(members) and pair < end and np.array_equal(members[other, :-1], members[at, :-1]):
            if members[other, -1] == seconds[pair]:
                can_extend[at] = True
                break
            if members[other, -1] < seconds[pair]:
                other += 1
            else:
                pair += 1
    return can_extend


@compiled
def _filled(
    starts: NDArray[np.int32], columns: NDArray[np.int32], label_of: Labels, label_starts: NDArray[np.int64]
) -> tuple[Labels, NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return labels, baskets, positions and ends, see Transactions; filled by label, so each basket is sorted."""
    n_baskets = len(starts) - 1
    basket_starts = np.zeros(n_baskets + 1, dtype=np.int32)
    baskets = np.empty(label_starts[-1], dtype=np.int32)
    filled = label_starts[:-1].copy()
    for basket in range(n_baskets):
        basket_starts[basket + 1] = basket_starts[basket]
        for entry in range(starts[basket], starts[basket + 1]):
            label = label_of[columns[entry]]
            if label >= 0:
                baskets[filled[label]] = basket
                filled[label] += 1
                basket_starts[basket + 1] += 1
    labels = np.empty(label_starts[-1], dtype=np.int32)
    positions = np.empty(label_starts[-1], dtype=np.int32)
    ends = np.empty(label_starts[-1], dtype=np.int32)
    free = basket_starts[:-1].copy()
    for label in range(len(label_starts) - 1):
        for entry in range(label_starts[label], label_starts[label + 1]):
            basket = baskets[entry]
            positions[entry], ends[entry] = free[basket], basket_starts[basket + 1]
            labels[free[basket]] = label
            free[basket] += 1
    return labels, baskets, positions, ends


@compiled
def _extended(of: Transactions, members: Labels, first: int, end: int, min_count: int) -> NDArray[np.int64]:
    """Return (m, 3): position of a set in [first, end), label that extends it, number of baskets with both."""
    n_prefix = members.shape[1] - 1
    marks = np.zeros((n_prefix + 1, of.n_baskets), dtype=np.int32)  # mark 0 means all baskets
    current = np.zeros(n_prefix + 1, dtype=np.int32)
    counts = np.zeros(-(-len(of.products) // _STRIDE) * _STRIDE, dtype=np.int32)
    found = np.empty((_INITIAL_ROWS, 3), dtype=np.int64)
    n = 0
    for at in range(first, end):
        for depth in range(n_prefix):
            if at == first or not np.array_equal(members[at, : depth + 1], members[at - 1, : depth + 1]):
                _mark(of, members[at, depth], marks[depth : depth + 2], current[depth : depth + 2])
        label, marked = members[at, -1], (marks[n_prefix], current[n_prefix])
        _count(of, label, marked[0], marked[1], counts)
        found, n = _collect(at, label, counts.reshape(len(counts) // _STRIDE, _STRIDE), min_count, found, n)
    return found[:n]


@compiled
def _mark(of: Transactions, label: int, marks: NDArray[np.int32], current: NDArray[np.int32]) -> None:
    """Mark in row 1 the baskets with the label that have the current mark in row 0."""
    current[1] += 1
    for entry in range(of.label_starts[label], of.label_starts[label + 1]):
        basket = of.baskets[entry]
        if marks[0, basket] == current[0]:
            marks[1, basket] = current[1]


@compiled
def _count(of: Transactions, label: int, marks: NDArray[np.int32], mark: int, counts: NDArray[np.int32]) -> None:
    """Count the labels after `label` in the marked baskets."""
    for entry in range(of.label_starts[label], of.label_starts[label + 1]):
        if mark == 0 or marks[of.baskets[entry]] == mark:
            for place in range(np.uint32(of.positions[entry] + 1), np.uint32(of.ends[entry])):
                counts[np.uint32(of.labels[place])] += 1


@compiled
def _collect(
    at: int, label: int, counts: NDArray[np.int32], min_count: int, found: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], int]:
    """Append the labels with a count of at least `min_count`, and reset all counts to zero."""
    for line in range((label + 1) // _STRIDE, len(counts)):
        enough = 0
        for place in range(_STRIDE):  # without a branch, this loop is vectorized to sixteen counts at a time
            enough += counts[line, place] >= min_count
        if enough:
            for place in range(_STRIDE):
                if counts[line, place] >= min_count:
                    found, n = _appended(found, n, at, line * _STRIDE + place, counts[line, place])
        counts[line] = 0
    return found, n


@compiled
def _appended(found: NDArray[np.int64], n: int, at: int, label: int, count: int) -> tuple[NDArray[np.int64], int]:
    if n == len(found):
        larger = np.empty((2 * n, 3), dtype=np.int64)
        larger[:n] = found
        found = larger
    found[n, 0], found[n, 1], found[n, 2] = at, label, count
    return found, n + 1
