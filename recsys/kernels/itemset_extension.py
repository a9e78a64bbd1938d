"""Which products stand together with frequent sets in enough baskets: the mining kernel, exact, compiled.

Frequent products are numbered by falling frequency, so a set's last member is its rarest. A set's baskets are found
among those of the last member, by marks that its other members left, and only the rarer products after it in those
baskets are counted: each larger set is found once, and the most frequent products are hardly ever looked at.
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
_FIRST_ROOM = 1_024
_STRIDE = 64  # counts looked at together


class Transactions(NamedTuple):
    """Baskets of frequent products; a label is a product's place by falling frequency.

    products       (n_labels,) column of each label
    n_baskets      number of baskets
    labels         (n_entries,) basket after basket, ascending in each
    label_starts   (n_labels + 1,) where each label begins in the arrays below
    baskets        (n_entries,) ascending for each label
    places, ends   (n_entries,) where in `labels` the entry stands and where its basket ends
    """

    products: NDArray[np.int32]
    n_baskets: int
    labels: Labels
    label_starts: NDArray[np.int64]
    baskets: NDArray[np.int32]
    places: NDArray[np.int32]
    ends: NDArray[np.int32]

    def frequencies(self) -> NDArray[np.int64]:
        """Return (n_labels,): in how many baskets each stands."""
        return np.diff(self.label_starts)


def transactions(baskets: csr_matrix, least: int) -> Transactions:
    """Return the baskets without the products that stand in fewer than `least` of them; ties by column."""
    counts = np.bincount(baskets.indices, minlength=baskets.shape[1])
    products = np.flatnonzero(counts >= least)
    products = products[np.argsort(-counts[products], kind="stable")].astype(np.int32)
    label_of = np.full(len(counts), -1, dtype=np.int32)
    label_of[products] = np.arange(len(products))
    label_starts = np.concatenate(([0], np.cumsum(counts[products]))).astype(np.int64)
    labels, *of_entries = _filled(baskets.indptr, baskets.indices, label_of, label_starts)
    return Transactions(np.asarray(products), baskets.shape[0], labels, label_starts, *of_entries)


def extensions(of: Transactions, members: Labels, least: int) -> tuple[Labels, NDArray[np.int64]]:
    """Return all sets with one member more that stand in `least` baskets or more, and in how many each stands.

    members  (n, size) labels of sets, ascending in each; those with the same first members follow each other
    The result is grouped alike, (m, size + 1) and (m,). Blocks of sets are counted side by side.
    """
    work = np.cumsum(of.frequencies()[members[:, -1]])
    cuts = np.searchsorted(work, np.linspace(0, work[-1] if len(work) else 0, THREADS * _BLOCKS_A_THREAD + 1)[1:-1])
    bounds = [0, *cuts.tolist(), len(members)]
    parts = parallel_map(lambda block: _extended(of, members, block[0], block[1], least), pairwise(bounds))
    found = np.concatenate(list(parts))
    return np.column_stack([members[found[:, 0]], found[:, 1]]).astype(np.int32), found[:, 2].astype(np.int64)


def promising(members: Labels, pairs: Labels) -> Labels:
    """Return those of the frequent sets that a frequent set with one member more can begin with.

    members  (n, size) all frequent sets of a size      pairs  (m, 2) all frequent pairs; both ordered by their labels

    A set P + b has such an extension c only if P + c is frequent too, and b with c: most sets have none.
    """
    n_labels = int(pairs.max(initial=-1)) + 1
    return np.asarray(members[_promising(members, np.searchsorted(pairs[:, 0], np.arange(n_labels + 1)), pairs[:, 1])])


@compiled
def _promising(members: Labels, pair_starts: NDArray[np.int64], seconds: Labels) -> NDArray[np.bool_]:
    promise = np.zeros(len(members), dtype=np.bool_)
    for at in range(len(members)):
        pair, end = pair_starts[members[at, -1]], pair_starts[members[at, -1] + 1]
        other = at + 1
        while other < len(members) and pair < end and np.array_equal(members[other, :-1], members[at, :-1]):
            if members[other, -1] == seconds[pair]:
                promise[at] = True
                break
            if members[other, -1] < seconds[pair]:
                other += 1
            else:
                pair += 1
    return promise


@compiled
def _filled(
    starts: NDArray[np.int32], columns: NDArray[np.int32], label_of: Labels, label_starts: NDArray[np.int64]
) -> tuple[Labels, NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return labels, baskets, places and ends: filled label after label, so each basket comes out sorted."""
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
    places = np.empty(label_starts[-1], dtype=np.int32)
    ends = np.empty(label_starts[-1], dtype=np.int32)
    free = basket_starts[:-1].copy()
    for label in range(len(label_starts) - 1):
        for entry in range(label_starts[label], label_starts[label + 1]):
            basket = baskets[entry]
            places[entry], ends[entry] = free[basket], basket_starts[basket + 1]
            labels[free[basket]] = label
            free[basket] += 1
    return labels, baskets, places, ends


@compiled
def _extended(of: Transactions, members: Labels, first: int, end: int, least: int) -> NDArray[np.int64]:
    """Return (m, 3): position of a set from first to end, label that extends it, baskets with both."""
    n_prefix = members.shape[1] - 1
    marks = np.zeros((n_prefix + 1, of.n_baskets), dtype=np.int32)  # mark 0 stands for all baskets
    current = np.zeros(n_prefix + 1, dtype=np.int32)
    counts = np.zeros(-(-len(of.products) // _STRIDE) * _STRIDE, dtype=np.int32)
    found = np.empty((_FIRST_ROOM, 3), dtype=np.int64)
    n = 0
    for at in range(first, end):
        for depth in range(n_prefix):
            if at == first or not np.array_equal(members[at, : depth + 1], members[at - 1, : depth + 1]):
                _mark(of, members[at, depth], marks[depth : depth + 2], current[depth : depth + 2])
        label, marked = members[at, -1], (marks[n_prefix], current[n_prefix])
        _count(of, label, marked[0], marked[1], counts)
        found, n = _taken(at, label, counts.reshape(len(counts) // _STRIDE, _STRIDE), least, found, n)
    return found[:n]


@compiled
def _mark(of: Transactions, label: int, marks: NDArray[np.int32], current: NDArray[np.int32]) -> None:
    """Mark anew in the second line the baskets with a label that bear the current mark of the first line."""
    current[1] += 1
    for entry in range(of.label_starts[label], of.label_starts[label + 1]):
        basket = of.baskets[entry]
        if marks[0, basket] == current[0]:
            marks[1, basket] = current[1]


@compiled
def _count(of: Transactions, label: int, marks: NDArray[np.int32], mark: int, counts: NDArray[np.int32]) -> None:
    """Count what comes after a label in the marked baskets."""
    for entry in range(of.label_starts[label], of.label_starts[label + 1]):
        if mark == 0 or marks[of.baskets[entry]] == mark:
            for place in range(np.uint32(of.places[entry] + 1), np.uint32(of.ends[entry])):
                counts[np.uint32(of.labels[place])] += 1


@compiled
def _taken(
    at: int, label: int, counts: NDArray[np.int32], least: int, found: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], int]:
    """Append the labels that were counted often enough, and set all counts back to zero."""
    for line in range((label + 1) // _STRIDE, len(counts)):
        enough = 0
        for place in range(_STRIDE):  # without a jump in it, this loop compares sixteen counts at a time
            enough += counts[line, place] >= least
        if enough:
            for place in range(_STRIDE):
                if counts[line, place] >= least:
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
