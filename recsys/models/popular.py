"""Best sellers of all customers and of each segment: the model for customers without orders."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from recsys.array_types import Positions
from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse import masked
from recsys.schema.published import EVERYONE


@dataclass(frozen=True)
class Popular:
    """Best sellers of the customer's segment, then everyone's; one with too few buying customers counts as none."""

    length: int = 100
    min_customers: int = 10
    name: str = "popular"

    def fit(self, interactions: Interactions) -> "FittedPopular":
        """Count buyers and baskets, for everyone and for each segment with enough buying customers."""
        buying = np.diff(interactions.counts.indptr) > 0
        names = np.array([segment or EVERYONE for segment in interactions.segments], dtype=object)
        segments, sizes = np.unique(names[buying & (names != EVERYONE)].astype(str), return_counts=True)
        known = (EVERYONE, *map(str, segments[sizes >= self.min_customers]))
        rows = {name: row for row, name in enumerate(known)}
        group = np.array([rows.get(name, 0) for name in names], dtype=np.int32)
        members = _members(group, len(known))
        n_customers, n_baskets = csr_matrix(members @ interactions.bought), csr_matrix(members @ interactions.counts)
        best = [_best(n_customers[row], n_baskets[row], self.length) for row in range(len(known))]
        scores = vstack([_scores(own, best[0], self.length, interactions.n_products) for own in best], format="csr")
        return FittedPopular(known, group, n_customers, n_baskets, members @ buying.astype(int), tuple(best), scores)


@dataclass(frozen=True)
class FittedPopular:
    """Buyers of each product by segment.

    segments      names; the first is EVERYONE
    group         (n_customers,) row of `segments` of the customer's segment; 0: none, or one with too few customers
    n_customers   (n_segments, n_products) customers who ever bought it
    n_baskets     (n_segments, n_products) baskets with it
    of_customers  (n_segments,) customers with orders
    best          a segment's best sellers: most customers first, then most baskets, then product id
    scores        (n_segments, n_products) of the segment's best sellers, above 1, then of everyone's, above 0
    """

    segments: tuple[str, ...]
    group: Positions
    n_customers: csr_matrix
    n_baskets: csr_matrix
    of_customers: NDArray[np.int64]
    best: tuple[Positions, ...]
    scores: csr_matrix

    def score(self, rows: Positions) -> csr_matrix:
        """Score the segment's best sellers, then everyone's below them; the same for all customers of a segment."""
        return csr_matrix(self.scores[self.group[rows]])

    def segment_scores(self, rows: Positions) -> csr_matrix:
        """Score only the best sellers of the customers' own segments; a customer without a segment has no scores."""
        scores = self.score(rows)
        own = np.repeat(self.group[rows] > 0, np.diff(scores.indptr))
        return masked(scores, own & (scores.data > 1))

    def overall_scores(self, rows: Positions) -> csr_matrix:
        """Score everyone's best sellers, the same for all customers."""
        return csr_matrix(self.scores[np.zeros(len(rows), dtype=int)])


def _members(group: Positions, n: int) -> csr_matrix:
    """Return (n, n_customers) 1 where the customer is in the segment of the row; all are in row 0, everyone."""
    everyone = np.arange(len(group))
    grouped = np.flatnonzero(group > 0)
    rows = np.concatenate([np.zeros(len(group), dtype=int), group[grouped]])
    return csr_matrix((np.ones(len(rows)), (rows, np.concatenate([everyone, grouped]))), shape=(n, len(group)))


def _best(n_customers: csr_matrix, n_baskets: csr_matrix, length: int) -> Positions:
    """Return the first `length` products of one row by customers, baskets and product id."""
    for counts in (n_customers, n_baskets):
        counts.sort_indices()
    order = np.lexsort((n_customers.indices, -n_baskets.data, -n_customers.data))
    return n_customers.indices[order[:length]]


def _scores(own: Positions, everyone: Positions, length: int, n_products: int) -> csr_matrix:
    """Return (1, n_products) scores by place, 1 down to above 0, and 1 more for the segment's own best sellers."""
    places = 1 - np.arange(length) / length
    row = dict(zip(everyone, places, strict=False)) | {
        item: 1 + place for item, place in zip(own, places, strict=False)
    }
    items = sorted(row)
    return csr_matrix(([row[item] for item in items], items, [0, len(items)]), shape=(1, n_products))
