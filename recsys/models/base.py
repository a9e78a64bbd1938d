"""What a model is, and how scores become ranks."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.sparse import csr_matrix

from recsys.array_types import Positions
from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse import best, without


class Fitted(Protocol):
    """A model with what it learned; never changes."""

    def score(self, rows: Positions) -> csr_matrix:
        """Return (len(rows), n_products) scores above 0 of a block of customers; what is not stored is not offered.

        Products that the customer has bought may be scored too.
        """
        ...


class Model(Protocol):
    """A way to score products for customers, with its options."""

    @property
    def name(self) -> str:
        """Its key in the registry."""
        ...

    def fit(self, interactions: Interactions) -> Fitted:
        """Learn from all customers. The order in which the lines came makes no difference."""
        ...


@dataclass(frozen=True)
class Answer:
    """One customer's products, best first, each with its score; `note` says why there are none."""

    products: tuple[tuple[str, float], ...]
    note: str | None = None


def recommend(fitted: Fitted, interactions: Interactions, customer_id: str, n: int, *, only_new: bool = True) -> Answer:
    """Return the n best products of one customer; `only_new` leaves out what the customer ever bought.

    A customer whom the data do not know, or whom the model has nothing for, gets an empty answer with a note.
    """
    position = np.searchsorted(np.array(interactions.customer_ids), customer_id)
    if position == interactions.n_customers or interactions.customer_ids[position] != customer_id:
        return Answer((), f"customer '{customer_id}' is not in the data")
    rows = np.array([position], dtype=np.int32)
    scores = fitted.score(rows)
    if only_new:
        scores = without(scores, interactions.counts[rows])
    ranked = best(scores, n)
    if not len(ranked.items):
        return Answer((), f"nothing is known that customer '{customer_id}' could be offered")
    names = (interactions.product_ids[item] for item in ranked.items)
    return Answer(tuple(zip(names, map(float, ranked.scores), strict=True)))
