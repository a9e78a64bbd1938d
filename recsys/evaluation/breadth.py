"""Breadth of all customers' lists together: how many products they have, how alike they are, how well known.

In every function `ranked` is an (n_lists, m) table of product columns, best first, -1 where a list ends, and `n` is how
many of its first places count. A list without a product in them is no list: it is left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import rankdata

from recsys.array_types import Counts
from recsys.runtime.parallel import blocks

MAX_JACCARD_LISTS = 5_000  # of more lists a random sample is compared: 12 million pairs, a fifth of a second
BREADTH_MEASURES = ("coverage", "largest_share", "overlap", "novelty")
_BLOCK_LISTS = 500


@dataclass(frozen=True)
class Breadth:
    """The breadth of the first places of all lists: how many lists there are, and what the functions below return."""

    lists: int
    coverage: float
    largest_share: float
    overlap: float
    novelty: float


def breadth(ranked: Counts, n_buyers: Counts, n: int) -> Breadth:
    """Return every measure of the first n places; n_buyers (n_products,) customers who bought each product."""
    return Breadth(
        lists=int((ranked[:, :n] >= 0).any(axis=1).sum()),
        coverage=coverage(ranked, len(n_buyers), n),
        largest_share=largest_share(ranked, n),
        overlap=mean_jaccard(ranked, n),
        novelty=novelty(ranked, n_buyers, n),
    )


def coverage(ranked: Counts, n_products: int, n: int) -> float:
    """Return the share of all products that are among the first n of any list, 0-1; 0 without products."""
    listed = np.unique(ranked[:, :n])
    return float((listed >= 0).sum() / n_products) if n_products else 0.0


def largest_share(ranked: Counts, n: int) -> float:
    """Return the share of the lists that have the most frequent product among their first n, 0-1; 0 without lists.

    A product counts once in a list.
    """
    listed = _listed(ranked, n)
    return float(listed.getnnz(axis=0).max(initial=0) / max(listed.shape[0], 1))


def mean_jaccard(ranked: Counts, n: int, *, seed: int = 0) -> float:
    """Return the mean overlap of two customers' lists: products that both have over products that either has, 0-1.

    Over all pairs of lists; of more than MAX_JACCARD_LISTS lists, over all pairs of a random sample of so many, by
    seed. NaN for fewer than two lists. Source: Jaccard (1912).
    """
    listed = _listed(ranked, n)
    if listed.shape[0] > MAX_JACCARD_LISTS:
        sample = np.random.default_rng(seed).permutation(listed.shape[0])[:MAX_JACCARD_LISTS]
        listed = listed[np.sort(sample)]
    n_lists = listed.shape[0]
    if n_lists < 2:
        return float("nan")
    lengths, products = np.diff(listed.indptr), listed.T.tocsr()
    total = 0.0
    for rows in blocks(n_lists, _BLOCK_LISTS):
        shared = (listed[rows] @ products).tocoo()
        either = lengths[rows[shared.row]] + lengths[shared.col] - shared.data
        total += float((shared.data / either).sum())
    return (total - n_lists) / (n_lists * (n_lists - 1))  # each list is its own whole overlap


def novelty(ranked: Counts, n_buyers: Counts, n: int) -> float:
    """Return how little known the first n products are, 0-1: a mean over each list's mean; NaN without lists.

    n_buyers  (n_products,) customers who bought each product

    A product's novelty is the share of the other products that have more buyers, where as many buyers count half:
    0 is the best seller, 1 the product that the fewest bought, and 0.5 what lists drawn by lot have.
    """
    listed = _listed(ranked, n, len(n_buyers))
    if not listed.shape[0]:
        return float("nan")
    others_above = (len(n_buyers) - rankdata(n_buyers)) / max(len(n_buyers) - 1, 1)
    return float((listed @ others_above / np.diff(listed.indptr)).mean())


def _listed(ranked: Counts, n: int, n_products: int | None = None) -> csr_matrix:
    """Return (n_lists, n_products) with a 1 for each product among the first n of a list, and no empty list."""
    first = ranked[:, :n]
    rows, places = np.nonzero(first >= 0)
    columns = first[rows, places]
    width = n_products or int(columns.max(initial=-1)) + 1
    ones: NDArray[np.float64] = np.ones(len(rows))
    listed = csr_matrix((ones, (rows, columns)), shape=(len(first), width))
    listed.data[:] = 1.0
    return listed[np.flatnonzero(np.diff(listed.indptr))]
