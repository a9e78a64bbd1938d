"""TIFU-kNN: decayed personal frequencies, mixed with those of the nearest customers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Positions
from recsys.dataset.interactions import Interactions
from recsys.runtime.parallel import blocks


@dataclass(frozen=True)
class TifuKnn:
    """The paper's model with the parameters it reports for Ta-Feng, the set nearest to a wholesaler's.

    k             nearest customers by Euclidean distance
    groups        most groups of baskets a customer has, of equal size, counted from the latest
    within_decay  weight of a basket by its place from the end of its group
    group_decay   weight of a group by its place from the latest
    own_weight    share of the customer's own vector

    Source: Hu et al., Modeling Personalized Item Frequency Information for Next-basket Recommendation (SIGIR 2020).
    """

    k: int = 300
    groups: int = 7
    within_decay: float = 0.9
    group_decay: float = 0.7
    own_weight: float = 0.7
    block_rows: int = 500
    name: str = "tifu_knn"

    def fit(self, interactions: Interactions) -> "FittedTifuKnn":
        """Compute the vector of each customer."""
        weights = basket_weights(interactions, self.groups, self.within_decay, self.group_decay)
        vectors = interactions.weighted(weights)
        return FittedTifuKnn(vectors, np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel(), self)


@dataclass(frozen=True)
class FittedTifuKnn:
    """Vectors of decayed frequencies, (n_customers, n_products), and their squared lengths."""

    vectors: csr_matrix
    squares: NDArray[np.float64]
    model: TifuKnn

    def score(self, rows: Positions) -> csr_matrix:
        """Score the mix of own and neighbours' frequencies; a customer without orders has no scores."""
        others = self._neighbours(rows)
        own = self.vectors[rows]
        mixed = csr_matrix(self.model.own_weight * own + (1 - self.model.own_weight) * (others @ self.vectors))
        mixed.sort_indices()
        return mixed

    def _neighbours(self, rows: Positions) -> csr_matrix:
        """Return (len(rows), n_customers) equal weights of the k nearest that have orders, ties by position."""
        have_orders = np.flatnonzero(self.squares > 0)
        found = []
        for part in blocks(len(rows), self.model.block_rows):
            own = rows[part]
            distances = -2 * (self.vectors[own] @ self.vectors[have_orders].T).toarray()
            distances += self.squares[have_orders]
            distances[own[:, None] == have_orders] = np.inf
            distances[self.squares[own] == 0] = np.inf
            found.append(_nearest(distances.round(12), self.model.k))
        near = np.concatenate(found) if found else np.zeros((0, 0), dtype=bool)
        owners, places = np.nonzero(near)
        shares = 1 / np.maximum(near.sum(axis=1), 1)
        return csr_matrix((shares[owners], (owners, have_orders[places])), (len(rows), len(self.squares)))


def basket_weights(
    interactions: Interactions, groups: int, within_decay: float, group_decay: float
) -> NDArray[np.float64]:
    """Return (n_baskets,) the weight of each basket in its customer's vector.

    A group is the mean of its baskets, the vector the mean of the groups; the oldest group may be the shortest.
    """
    owners = interactions.basket_customers
    n_baskets = np.bincount(owners, minlength=interactions.n_customers)
    size = np.maximum(-(-n_baskets // groups), 1)
    n_groups = -(-n_baskets // size)
    back = np.cumsum(n_baskets)[owners] - 1 - np.arange(len(owners))
    group, place = back // size[owners], back % size[owners]
    in_group = np.minimum(size[owners], n_baskets[owners] - group * size[owners])
    return np.asarray(within_decay**place * group_decay**group / (in_group * n_groups[owners]))


def _nearest(distances: NDArray[np.float64], k: int) -> NDArray[np.bool_]:
    """Return a mask of the k smallest finite values of each row, ties by column."""
    k = min(k, distances.shape[1])
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    near = np.zeros(distances.shape, dtype=bool)
    np.put_along_axis(near, order, True, axis=1)
    return near & np.isfinite(distances)
