"""The interface of a model, and one customer's best products by it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.sparse import csr_matrix

from recsys.array_types import Positions
from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse import best, without


class Fitted(Protocol):
    """A fitted model; immutable."""

    def score(self, rows: Positions) -> csr_matrix:
        """Return (len(rows), n_products) scores above 0 of a block of customers.

        rows  of the interactions that the model was fitted on

        A product without a stored score is not recommended. Products that the customer has bought may have one.
        """
        ...


class Model(Protocol):
    """A way to score products for customers, and its options."""

    @property
    def name(self) -> str:
        """Its key in the registry."""
        ...

    def fit(self, interactions: Interactions) -> Fitted:
        """Return the model fitted on all customers. The order of the lines makes no difference."""
        ...


@dataclass(frozen=True)
class Answer:
    """One customer's products, best first, each with its score; `note` says why if there are none."""

    products: tuple[tuple[str, float], ...]
    note: str | None = None


def recommend(fitted: Fitted, interactions: Interactions, customer_id: str, n: int, *, only_new: bool = True) -> Answer:
    """Return the n best products of one customer; `only_new` leaves out what the customer ever bought.

    For a customer who is not in the data, or for whom the model has no product, the answer is empty and has a note.
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
