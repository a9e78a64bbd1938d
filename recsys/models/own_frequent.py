"""The products that a customer buys most often: the baseline of next-basket papers."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags_array

from recsys.array_types import Positions
from recsys.dataset.interactions import Interactions


@dataclass(frozen=True)
class OwnFrequent:
    """Score by own baskets; with `then_popular`, ties and products never bought go by the baskets of all customers.

    P-TopFreq without `then_popular`, GP-TopFreq with it. Only `length` best sellers are scored.
    Source: Li et al., A Next Basket Recommendation Reality Check (2023).
    """

    then_popular: bool = True
    length: int = 1_000
    name: str = "own_frequent"

    def fit(self, interactions: Interactions) -> "FittedOwnFrequent":
        """Count the baskets of each customer and product."""
        counts = interactions.counts
        if not self.then_popular:
            return FittedOwnFrequent(counts, None)
        shares = interactions.baskets_with() / (1.0 + interactions.baskets.shape[0])
        own = csr_matrix(counts + interactions.bought @ diags_array(shares))
        return FittedOwnFrequent(own, _best(interactions, self.length))


@dataclass(frozen=True)
class MostBaskets:
    """The products in the most baskets, the same for everyone with orders: the popularity baseline of the papers."""

    length: int = 1_000
    name: str = "popular"

    def fit(self, interactions: Interactions) -> "FittedOwnFrequent":
        """Count the baskets of each product."""
        no_counts = csr_matrix((interactions.n_customers, interactions.n_products))
        has_orders = np.diff(interactions.counts.indptr) > 0
        return FittedOwnFrequent(
            no_counts, _best(interactions, self.length), csr_matrix(has_orders[:, None].astype(float))
        )


@dataclass(frozen=True)
class FittedOwnFrequent:
    """Own counts and best sellers.

    counts      (n_customers, n_products) own baskets
    popular     (1, n_products) shares of all baskets, below 1, of the best sellers; None if they are not scored
    has_orders  (n_customers, 1) 1 for customers who get the best sellers; None for all with own counts
    """

    counts: csr_matrix
    popular: csr_matrix | None
    has_orders: csr_matrix | None = None

    def score(self, rows: Positions) -> csr_matrix:
        """Score what the customer bought, then best sellers; a customer without orders has no scores."""
        own = self.counts[rows]
        if self.popular is None:
            return own
        if self.has_orders is None:
            buying = csr_matrix((np.diff(own.indptr) > 0).astype(float)[:, None])
        else:
            buying = self.has_orders[rows]
        return csr_matrix(own.maximum(buying @ self.popular))


def _best(interactions: Interactions, length: int) -> csr_matrix:
    shares = interactions.baskets_with() / (1.0 + interactions.baskets.shape[0])
    best = np.sort(np.argsort(-shares, kind="stable")[: min(length, int((shares > 0).sum()))])
    return csr_matrix((shares[best], best, [0, len(best)]), shape=(1, interactions.n_products))
