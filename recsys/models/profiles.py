"""Which customers a product fits that nobody bought yet: those who buy what is described by the same words.

Words are those of the name, the category and the supplier, see dataset.product_terms. Nothing that is counted of the
product itself is looked at: who buys it later cannot change whom it fits.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from recsys.array_types import Counts

NEAREST = 200  # bought products that a new one is compared with


@dataclass(frozen=True)
class Profiles:
    """What customers bought, by which they are ranked for a product that is known by its words alone.

    bought      (n_customers, n_products) 1 where ever bought
    order_days  (n_customers,) of those whom a product fits equally, who ordered on more days comes first
    words       (n_products, n_words), see Interactions
    """

    bought: csr_matrix
    order_days: Counts
    words: csr_matrix

    def ranked(self, products: Counts) -> Counts:
        """Return (n asked, n_customers) rows of customers, whom each product fits best first; see scores."""
        return self.ranked_by(self.scores(products))

    def ranked_by(self, scores: NDArray[np.float64]) -> Counts:
        """Return (n asked, n_customers) rows of customers by scores, the best first; see scores."""
        ranked: Counts = np.lexsort((np.broadcast_to(self.order_days, scores.shape), scores), axis=1)[:, ::-1]
        return ranked

    def scores(self, products: Counts) -> NDArray[np.float64]:
        """Return (n asked, n_customers): the share of the nearest products that the customer bought, 0 to 1.

        Each counts by its weight, see nearest.
        """
        return self.scores_of(self.nearest(products))

    def scores_of(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n asked, n_customers) scores by the weights of the nearest products; see scores and nearest."""
        sums = weights.sum(axis=1)[:, None]
        found: NDArray[np.float64] = (self.bought @ csr_matrix(weights.T)).toarray().T
        scores: NDArray[np.float64] = np.divide(found, sums, out=np.zeros_like(found), where=sums > 0)
        return np.minimum(scores, 1.0)  # sums of the same weights in another order are not the same to the last digit

    def nearest(self, products: Counts) -> NDArray[np.float64]:
        """Return (n asked, n_products): the squared cosine of the words to each of the NEAREST nearest, else 0.

        A word weighs log((1 + bought products) / (1 + those with it)) + 1. Products that are asked for together, or
        that nobody bought, are not compared with.
        """
        is_known = self._is_bought.copy()
        is_known[products] = False
        n_with = np.asarray(self.words[np.flatnonzero(is_known)].sum(axis=0)).ravel()
        weighted = csr_matrix(self.words @ diags_array(np.log((1 + is_known.sum()) / (1 + n_with)) + 1))
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        rows = csr_matrix(diags_array(np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)) @ weighted)
        weights: NDArray[np.float64] = (rows[products] @ rows.T).toarray() ** 2
        weights[:, ~is_known] = 0
        n_over = weights.shape[1] - NEAREST
        if n_over > 0:
            bounds = np.partition(weights, n_over, axis=1)[:, n_over]
            weights[weights < bounds[:, None]] = 0  # all that are as near as the last one count
        return weights

    @cached_property
    def _is_bought(self) -> NDArray[np.bool_]:
        return np.bincount(self.bought.indices, minlength=self.bought.shape[1]) > 0


def most_alike(weights: NDArray[np.float64], bought: csr_matrix) -> Counts:
    """Return (n_customers,): the nearest product that each customer bought, -1 where there is none.

    weights  (n_products,) of one asked product, see Profiles.nearest; of equal ones the first in the order of the ids
    """
    near = np.flatnonzero(weights)
    if not len(near):
        return np.full(bought.shape[0], -1, dtype=np.int64)
    near = near[np.lexsort((near, -weights[near]))]
    has = bought[:, near].toarray() > 0
    return np.where(has.any(axis=1), near[has.argmax(axis=1)], -1)
