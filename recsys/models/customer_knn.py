"""Customer nearest neighbours: recent purchases of customers with similar baskets, and of the customer."""

from dataclasses import dataclass

from scipy.sparse import csr_matrix

from recsys.array_types import Positions
from recsys.dataset.interactions import Interactions
from recsys.kernels.neighbours import Nearest, all_nearest, mean_weights, tf_idf, unit_rows


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
