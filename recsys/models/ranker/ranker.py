"""The ranker: candidates of all other models, ordered by what was bought in the window before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.hold_out import HeldOut, hold_out_window
from recsys.dataset.interactions import Interactions
from recsys.models.customer_knn import CustomerKnn
from recsys.models.ease import Ease
from recsys.models.item_cosine import ItemCosine
from recsys.models.ranker.features import candidates
from recsys.models.ranker.signals import Signals, learn_signals
from recsys.models.ranker.training import Examples, Weights
from recsys.runtime.parallel import blocks, parallel_map

WINDOW_DAYS = 28


def last_window(interactions: Interactions) -> HeldOut:
    """Hold out the last 28 days up to and with as_of."""
    return hold_out_window(interactions, interactions.as_of - timedelta(WINDOW_DAYS - 1), WINDOW_DAYS)


@dataclass(frozen=True)
class Lesson:
    """What was held out last, all that was known before, and what can be learned from it.

    examples  of customers drawn by seed; None where there is too little to learn from
    """

    held_out: HeldOut
    signals: Signals
    examples: Examples | None


@dataclass(frozen=True)
class Ranker:
    """Logistic regression over features of candidates, for products bought before and for new ones at once.

    learn          holds out what is learned from
    strength       of the regression's evidence against its prior; scikit-learn's C
    max_customers  drawn by `seed` to learn from
    max_rows       of the regression; what was not bought is thinned evenly down to it, and weighs the more
    least_customers, least_bought  below either nothing is learned, and customer_knn's scores stand
    """

    customer_knn: CustomerKnn = CustomerKnn()
    item_cosine: ItemCosine = ItemCosine()
    ease: Ease = Ease()
    learn: Callable[[Interactions], HeldOut] = last_window
    strength: float = 0.01
    max_customers: int = 4_000
    max_rows: int = 150_000
    least_customers: int = 50
    least_bought: int = 200
    block_rows: int = 500
    seed: int = 0
    name: str = "ranker"

    def fit(self, interactions: Interactions) -> "FittedRanker":
        """Learn the weights on the window before, and everything they are applied to from all interactions."""
        return self.applied_to(self.signals(interactions), self.weights(self.lesson(interactions)))

    def lesson(self, interactions: Interactions) -> Lesson:
        """Hold out what is learned from, and learn the signals of what was before."""
        held_out = self.learn(interactions)
        signals = self.signals(held_out.history)
        return Lesson(held_out, signals, self._examples(held_out, signals))

    def signals(self, interactions: Interactions) -> Signals:
        """Learn all that features are read from."""
        return learn_signals(interactions, self.customer_knn, self.item_cosine, self.ease)

    def weights(self, lesson: Lesson, keep: NDArray[np.bool_] | None = None) -> Weights | None:
        """Fit the regression to a lesson's examples, or to those of the customers whom `keep` marks.

        keep  (n_customers of the lesson's history,)
        None where there is too little to learn from, or where all or nothing was bought.
        """
        if lesson.examples is None:
            return None
        examples = lesson.examples if keep is None else lesson.examples.of(keep)
        return examples.thinned(self.max_rows, np.random.default_rng(self.seed)).weights(self.strength)

    def applied_to(self, signals: Signals, weights: Weights | None) -> "FittedRanker":
        """Return the model that orders by what is known and what was learned."""
        return FittedRanker(signals, weights, self.block_rows)

    def _examples(self, held_out: HeldOut, signals: Signals) -> Examples | None:
        rows = np.flatnonzero(np.diff(held_out.truth.indptr)).astype(np.int32)
        if len(rows) < self.least_customers or held_out.truth.nnz < self.least_bought:
            return None
        rows = np.sort(np.random.default_rng(self.seed).permutation(rows)[: self.max_customers])
        examples = Examples()
        parts = list(blocks(len(rows), self.block_rows))
        for part, found in zip(parts, parallel_map(lambda part: candidates(signals, rows[part]), parts), strict=True):
            examples.add(rows[part], found, held_out.truth[rows[part]])
        return examples


@dataclass(frozen=True)
class FittedRanker:
    """What was learned; without weights, for want of anything to learn from, customer_knn's scores stand."""

    signals: Signals
    weights: Weights | None
    block_rows: int

    def score(self, rows: Positions) -> csr_matrix:
        """Score the candidates; a customer without orders has none."""
        if self.weights is None:
            return self.signals.neighbours.customer_knn.score(rows)
        weights = self.weights
        parts = blocks(len(rows), self.block_rows)
        found = parallel_map(lambda part: self._scored(rows[part], int(part[0]), weights), parts)
        owners, items, scores = zip(*found, strict=True)
        shape = (len(rows), self.signals.interactions.n_products)
        return csr_matrix((np.concatenate(scores), (np.concatenate(owners), np.concatenate(items))), shape)

    def _scored(self, rows: Positions, first: int, weights: Weights) -> tuple[Counts, Counts, NDArray[np.float64]]:
        found = candidates(self.signals, rows)
        return found.owners + first, found.items, weights.chances(found)
