"""The ranker: orders the candidates of the other models, learned from what was bought in the last window."""

from collections.abc import Callable
from dataclasses import dataclass, replace
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
    """Return the interactions with the last 28 days, up to and with as_of, held out."""
    return hold_out_window(interactions, interactions.as_of - timedelta(WINDOW_DAYS - 1), WINDOW_DAYS)


@dataclass(frozen=True)
class TrainingData:
    """The held-out window, the signals from before it, and the examples that the weights are learned from.

    examples  of customers drawn by seed; None if there are too few
    """

    held_out: HeldOut
    signals: Signals
    examples: Examples | None


@dataclass(frozen=True)
class Ranker:
    """Logistic regression over features of candidates, for products bought before and for new ones at once.

    hold_out       splits off the window to learn from
    strength       inverse regularization, scikit-learn's C
    max_customers  most customers to learn from, drawn by `seed`
    max_rows       most examples; those not bought are sampled down to it, and weigh more in return
    min_customers, min_bought  with fewer customers or purchases in the window no weights are learned, and customer_knn
                   gives the scores
    """

    customer_knn: CustomerKnn = CustomerKnn()
    item_cosine: ItemCosine = ItemCosine()
    ease: Ease = Ease()
    hold_out: Callable[[Interactions], HeldOut] = last_window
    strength: float = 0.01
    max_customers: int = 4_000
    max_rows: int = 150_000
    min_customers: int = 50
    min_bought: int = 200
    block_rows: int = 500
    seed: int = 0
    name: str = "ranker"

    def fit(self, interactions: Interactions) -> "FittedRanker":
        """Return the ranker with weights from the held-out window and signals from all interactions."""
        return self.applied_to(self.signals(interactions), self.weights(self.training_data(interactions)))

    def training_data(self, interactions: Interactions) -> TrainingData:
        """Return the held-out window, the signals from before it and the examples."""
        held_out = self.hold_out(interactions)
        signals = self.signals(held_out.history)
        return TrainingData(held_out, signals, self._examples(held_out, signals))

    def redrawn(self, training_data: TrainingData) -> TrainingData:
        """Return the same training data with the examples of the customers that this ranker's seed draws."""
        held_out = training_data.held_out
        if (np.diff(held_out.truth.indptr) > 0).sum() <= self.max_customers:
            return training_data  # every seed draws them all
        return replace(training_data, examples=self._examples(held_out, training_data.signals))

    def without_events(self, training_data: TrainingData) -> TrainingData:
        """Return the training data as they are if no events are known; the same ones if none are."""
        signals, held_out = training_data.signals, training_data.held_out
        if signals.engagement is None:
            return training_data
        plain = signals.without_events()
        held_out = replace(held_out, history=plain.interactions)
        return TrainingData(held_out, plain, self._examples(held_out, plain))

    def signals(self, interactions: Interactions) -> Signals:
        """Return the signals that features are computed from."""
        return learn_signals(interactions, self.customer_knn, self.item_cosine, self.ease)

    def weights(
        self, training_data: TrainingData, keep: NDArray[np.bool_] | None = None, start: Weights | None = None
    ) -> Weights | None:
        """Return the weights fitted to all examples, or to those of the customers that `keep` selects.

        keep   (n_customers,) mask over the rows of the training data's history
        start  weights of nearly the same examples: the same result in fewer steps

        None if there are too few examples, or if all or none of them were bought.
        """
        if training_data.examples is None:
            return None
        examples = training_data.examples if keep is None else training_data.examples.of_customers(keep)
        return examples.sampled(self.max_rows, np.random.default_rng(self.seed)).fit(self.strength, start)

    def applied_to(self, signals: Signals, weights: Weights | None) -> "FittedRanker":
        """Return the fitted ranker that applies the weights to features from the signals."""
        return FittedRanker(signals, weights, self.block_rows)

    def _examples(self, held_out: HeldOut, signals: Signals) -> Examples | None:
        rows = np.flatnonzero(np.diff(held_out.truth.indptr)).astype(np.int32)
        if len(rows) < self.min_customers or held_out.truth.nnz < self.min_bought:
            return None
        rows = np.sort(np.random.default_rng(self.seed).permutation(rows)[: self.max_customers])
        examples = Examples()
        parts = list(blocks(len(rows), self.block_rows))
        for part, found in zip(parts, parallel_map(lambda part: candidates(signals, rows[part]), parts), strict=True):
            examples.add(rows[part], found, held_out.truth[rows[part]])
        return examples


@dataclass(frozen=True)
class FittedRanker:
    """Signals and weights; without weights, if there was too little to learn from, its scores are customer_knn's."""

    signals: Signals
    weights: Weights | None
    block_rows: int

    def score(self, rows: Positions) -> csr_matrix:
        """Score the candidates; a customer without orders has no scores."""
        if self.weights is None:
            return self.signals.neighbours.customer_knn.score(rows)
        weights = self.weights
        parts = blocks(len(rows), self.block_rows)
        found = parallel_map(lambda part: self._score_block(rows[part], int(part[0]), weights), parts)
        owners, items, scores = zip(*found, strict=True)
        shape = (len(rows), self.signals.interactions.n_products)
        return csr_matrix((np.concatenate(scores), (np.concatenate(owners), np.concatenate(items))), shape)

    def _score_block(self, rows: Positions, first: int, weights: Weights) -> tuple[Counts, Counts, NDArray[np.float64]]:
        found = candidates(self.signals, rows)
        return found.owners + first, found.items, weights.scores(found)
