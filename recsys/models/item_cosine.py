"""Item cosine: products whose buyers overlap with the buyers of what the customer buys."""

from dataclasses import dataclass

from scipy.sparse import csr_matrix

from recsys.array_types import Positions
from recsys.dataset.interactions import Interactions
from recsys.kernels.neighbours import Nearest, all_nearest, similarity_matrix, unit_rows


@dataclass(frozen=True)
class ItemCosine:
    """Cosine between products' sets of buyers; score = sum over the customer's decayed purchases.

    Each purchase counts by its decayed weight times the similarity to the power of `sharpness`, so that a few near
    products outweigh many far ones.
    """

    k: int = 100
    half_life_days: float = 60.0
    sharpness: float = 3.0
    block_rows: int = 1_000
    name: str = "item_cosine"

    def fit(self, interactions: Interactions) -> "FittedItemCosine":
        """Find every product's k nearest products by cosine of their sets of buyers."""
        near = all_nearest(unit_rows(interactions.bought.T.tocsr()), self.k, self.block_rows)
        closeness = similarity_matrix(near)
        closeness.data **= self.sharpness
        return FittedItemCosine(near, closeness, interactions.decayed(self.half_life_days))


@dataclass(frozen=True)
class FittedItemCosine:
    """Neighbours of all products, and the purchases of all customers.

    near       the neighbours of each product, nearest first
    closeness  (n_products, n_products) similarity ** sharpness, row: product, column: neighbour
    profiles   (n_customers, n_products), see Interactions.decayed
    """

    near: Nearest
    closeness: csr_matrix
    profiles: csr_matrix

    def score(self, rows: Positions) -> csr_matrix:
        """Score the neighbours of what the customer bought; a customer without orders has no scores."""
        return csr_matrix(self.profiles[rows] @ self.closeness)
