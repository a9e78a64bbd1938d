"""Customer nearest neighbours: recent purchases of customers with similar baskets, and of the customer."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from recsys.array_types import Positions
from recsys.dataset.interactions import Interactions
from recsys.kernels.itemsets import pair_counts
from recsys.kernels.neighbours import Nearest, all_nearest, mean_weights, tf_idf, unit_rows

SHRINK_BY = 5  # shared products at which a cosine counts half


@dataclass(frozen=True)
class CustomerKnn:
    """Cosine on tf-idf of basket counts; score = neighbours' weighted mean of decayed purchases + own share."""

    k: int = 300
    half_life_days: float = 14.0
    own_half_life_days: float = 120.0
    own_weight: float = 0.2
    block_rows: int = 1_000
    name: str = "customer_knn"

    def fit(self, interactions: Interactions) -> "FittedCustomerKnn":
        """Find the k nearest customers of each."""
        units = unit_rows(tf_idf(interactions.counts))
        near = all_nearest(units, self.k, self.block_rows)
        return FittedCustomerKnn(
            near,
            mean_weights(near),
            interactions.decayed(self.half_life_days),
            self.own_weight * interactions.decayed(self.own_half_life_days),
        )


@dataclass(frozen=True)
class FittedCustomerKnn:
    """Neighbours and purchases of all customers.

    near     the neighbours of each customer, nearest first
    weights  (n_customers, n_customers) similarities divided by their sum over the neighbours
    lately   (n_customers, n_products) decayed purchases that a neighbour contributes
    own      (n_customers, n_products) the customer's own decayed purchases, times own_weight
    """

    near: Nearest
    weights: csr_matrix
    lately: csr_matrix
    own: csr_matrix

    def score(self, rows: Positions) -> csr_matrix:
        """Score what the neighbours or the customer bought; a customer without orders has no scores."""
        return csr_matrix(self.weights[rows] @ self.lately + self.own[rows])


def shrunk(near: Nearest, bought: csr_matrix) -> Nearest:
    """Return the same neighbours by cosine x shared / (shared + SHRINK_BY), highest first.

    bought  (n_customers, n_products) 1 where ever bought

    Two customers who share the only product that either bought have a cosine of 1, and are like each other by accident:
    shrunk it is 1/6. Ties keep the order of `near`.
    """
    owners, places = np.nonzero(near.rows >= 0)
    shared = np.zeros(near.rows.shape)
    shared[owners, places] = pair_counts(owners, near.rows[owners, places], bought)
    similarities = near.similarities * shared / (shared + SHRINK_BY)
    order = np.argsort(-similarities, axis=1, kind="stable")
    return Nearest(np.take_along_axis(near.rows, order, axis=1), np.take_along_axis(similarities, order, axis=1))
