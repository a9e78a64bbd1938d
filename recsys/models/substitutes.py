"""Substitutes: two products of one kind that are bought instead of each other, not together.

Of one kind are products of the same leaf category, or, where that is unknown, whose names share half of their words.
Each month the order days with both are compared with those that chance would give in that month, so that a product that
took another one's place, and Easter and Christmas, are no substitutes:

    month    order days   with a   with b   by chance   with both
    March          200       40       30    40*30/200           1
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.kernels.itemsets import pair_counts
from recsys.schema.intervals import count_most

LEAST_ALIKE = 0.5  # of the words of two names that both have
_MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class Kinds:
    """What products are of one kind: their leaf categories, and the words of their names.

    categories  (n_products,) equal for products of one category, -1 where unknown
    words       (n_products, n_words) 1 where a word describes the product; None: unknown
    """

    categories: NDArray[np.int64]
    words: csr_matrix | None = None


@dataclass(frozen=True)
class Substitutes:
    """Pairs (n, 2) of products, ascending, by product; and the number of baskets with both."""

    pairs: Counts
    counts: Counts


def no_substitutes() -> Substitutes:
    """Return no pairs."""
    return Substitutes(np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64))


def substitutes(baskets: csr_matrix, days: Counts, kinds: Kinds, least: int) -> Substitutes:
    """Return the pairs of one kind that are on fewer order days than by chance, for certain.

    baskets  (n_baskets, n_products) ones
    days     (n_baskets,) days since 1970-01-01
    least    order days with both that chance would give, inclusive: where it would give few, few say nothing

    A pair counts if the upper end of the 95 % interval of its order days is below what chance would give.
    """
    products = np.bincount(baskets.indices, minlength=baskets.shape[1])
    pairs = _alike(kinds, products, least * baskets.shape[0])
    if not len(pairs):
        return no_substitutes()
    together = pair_counts(pairs[:, 0], pairs[:, 1], baskets.T.tocsr())
    by_chance = _by_chance(baskets, days, pairs)
    most = np.array([count_most(int(n)) for n in together])
    keep = (by_chance >= least) & (most < by_chance)
    return Substitutes(pairs[keep], together[keep])


def _by_chance(baskets: csr_matrix, days: Counts, pairs: Counts) -> NDArray[np.float64]:
    """Return (n,) the order days with both products of each pair that chance would give, month by month."""
    _, month = np.unique((days / _MONTH_DAYS).astype(np.int64), return_inverse=True)
    sizes = np.bincount(month)
    of_month = csr_matrix((np.ones(len(month)), (month, np.arange(len(month)))), shape=(len(sizes), len(month)))
    counts = np.asarray((of_month @ baskets).tocsc()[:, np.unique(pairs)].toarray())
    at = np.searchsorted(np.unique(pairs), pairs)
    return np.asarray((counts[:, at[:, 0]] * counts[:, at[:, 1]] / sizes[:, None]).sum(axis=0))


def _alike(kinds: Kinds, n_baskets: Counts, least: float) -> Counts:
    """Return (n, 2) the pairs of one kind whose numbers of baskets have a product of `least` or more."""
    often = np.flatnonzero(n_baskets * n_baskets.max(initial=0) >= least)
    often = often[n_baskets[often] > 0]
    found = [*_of_one_category(kinds, often), *_of_like_names(kinds, often)]
    pairs = np.concatenate([np.zeros((0, 2), dtype=np.int64), *found])
    pairs = pairs[n_baskets[pairs[:, 0]] * n_baskets[pairs[:, 1]] >= least]
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))])


def _of_one_category(kinds: Kinds, often: Counts) -> Iterator[Counts]:
    known = often[kinds.categories[often] >= 0]
    order = known[np.argsort(kinds.categories[known], kind="stable")]
    for members in _runs(order, kinds.categories[order]):
        left, right = np.triu_indices(len(members), k=1)
        yield np.column_stack([members[left], members[right]]).astype(np.int64)


def _of_like_names(kinds: Kinds, often: Counts) -> Iterator[Counts]:
    unknown = often[kinds.categories[often] < 0]
    if kinds.words is None or not len(unknown):
        return
    words = kinds.words[unknown]
    shared = csr_matrix(words @ words.T).tocoo()
    n_words = np.asarray(words.sum(axis=1)).ravel()
    either = n_words[shared.row] + n_words[shared.col] - shared.data
    keep = (shared.row < shared.col) & (shared.data >= LEAST_ALIKE * either)
    yield np.column_stack([unknown[shared.row[keep]], unknown[shared.col[keep]]]).astype(np.int64)


def _runs(values: Counts, of: Sequence[int] | Counts) -> list[Counts]:
    """Return the values divided where `of` changes."""
    return list(np.split(values, np.flatnonzero(np.diff(of)) + 1)) if len(values) else []
