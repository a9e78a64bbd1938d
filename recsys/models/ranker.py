"""The ranker: candidates of all other models, ordered by what was bought in the window before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from recsys.hold_out import HeldOut, hold_out_window
from recsys.interactions import Counts, Interactions, Positions
from recsys.models.customer_knn import CustomerKnn
from recsys.models.ease import Ease
from recsys.models.features import Candidates, at, candidates
from recsys.models.item_cosine import ItemCosine
from recsys.models.signals import Signals, learn_signals
from recsys.neighbours import blocks

WINDOW_DAYS = 28


def last_window(interactions: Interactions) -> HeldOut:
    """Hold out the last 28 days up to and with as_of."""
    return hold_out_window(interactions, interactions.as_of - timedelta(WINDOW_DAYS - 1), WINDOW_DAYS)


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
    strength: float = 0.003
    max_customers: int = 4_000
    max_rows: int = 150_000
    least_customers: int = 50
    least_bought: int = 200
    block_rows: int = 500
    seed: int = 0
    name: str = "ranker"

    def fit(self, interactions: Interactions) -> "FittedRanker":
        """Learn the weights on the window before, and everything they are applied to from all interactions."""
        weights = self._weights(self.learn(interactions))
        return FittedRanker(self._signals(interactions), weights, self.block_rows)

    def _signals(self, interactions: Interactions) -> Signals:
        return learn_signals(interactions, self.customer_knn, self.item_cosine, self.ease)

    def _weights(self, held_out: HeldOut) -> "Weights | None":
        rng = np.random.default_rng(self.seed)
        rows = np.flatnonzero(np.diff(held_out.truth.indptr)).astype(np.int32)
        if len(rows) < self.least_customers or held_out.truth.nnz < self.least_bought:
            return None
        rows = np.sort(rng.permutation(rows)[: self.max_customers])
        signals = self._signals(held_out.history)
        examples = _Examples()
        for part in blocks(len(rows), self.block_rows):
            examples.add(candidates(signals, rows[part]), held_out.truth[rows[part]])
        return examples.thinned(self.max_rows, rng).weights(self.strength)


@dataclass(frozen=True)
class Weights:
    """A logistic regression on `_expanded` features, standardised by means and scales.

    lows, highs  the range that was learned from: beyond it a feature counts as at its end. Ages and counts grow from
                 window to window, and a line drawn through the old range says nothing about the new one.
    """

    names: tuple[str, ...]
    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    lows: NDArray[np.float32]
    highs: NDArray[np.float32]
    coefficients: NDArray[np.float64]
    intercept: float

    def chances(self, found: Candidates) -> NDArray[np.float64]:
        """Return each candidate's score, above 0 and below 1; not calibrated."""
        standard = (np.clip(_transformed(found.values), self.lows, self.highs) - self.means) / self.scales
        # A sum a row, not a matrix product: a row's score must not depend on its block.
        logits = (_expanded(standard, found.is_new) * self.coefficients).sum(axis=1) + self.intercept
        return np.asarray(1 / (1 + np.exp(-logits)))


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
        owners, items, scores = zip(*self._blocks(rows, self.weights), strict=True)
        shape = (len(rows), self.signals.interactions.n_products)
        return csr_matrix((np.concatenate(scores), (np.concatenate(owners), np.concatenate(items))), shape)

    def _blocks(self, rows: Positions, weights: Weights) -> Iterator[tuple[Counts, Counts, NDArray[np.float64]]]:
        for part in blocks(len(rows), self.block_rows):
            found = candidates(self.signals, rows[part])
            yield found.owners + part[0], found.items, weights.chances(found)


@dataclass
class _Examples:
    """Candidates with what became of them, gathered block by block."""

    values: list[NDArray[np.float32]] = field(default_factory=list)
    is_new: list[NDArray[np.bool_]] = field(default_factory=list)
    bought: list[NDArray[np.bool_]] = field(default_factory=list)
    importance: list[NDArray[np.float64]] = field(default_factory=list)
    names: tuple[str, ...] = ()

    def add(self, found: Candidates, truth: csr_matrix) -> None:
        """Add a block. A customer weighs by the root of what they bought, so that large ones do not drown the rest."""
        n_bought = np.diff(truth.indptr)
        self.values.append(found.values)
        self.is_new.append(found.is_new)
        self.bought.append(at(truth, found.owners, found.items) > 0)
        self.importance.append(1 / np.sqrt(n_bought[found.owners]))
        self.names = found.names

    def thinned(self, most: int, rng: np.random.Generator) -> "_Examples":
        """Return at most about so many rows: all that was bought, and an even share of what was not."""
        n_bought, n = sum(int(each.sum()) for each in self.bought), sum(map(len, self.bought))
        share = min(1.0, max(most - n_bought, n_bought) / max(n - n_bought, 1))
        if share == 1:
            return self
        thin = _Examples(names=self.names)
        for values, is_new, bought, importance in zip(
            self.values, self.is_new, self.bought, self.importance, strict=True
        ):
            keep = bought | (rng.random(len(bought)) < share)
            thin.values.append(values[keep])
            thin.is_new.append(is_new[keep])
            thin.bought.append(bought[keep])
            thin.importance.append(np.where(bought, importance, importance / share)[keep])
        return thin

    def weights(self, strength: float) -> Weights | None:
        """Fit the regression; None if all or nothing of the candidates was bought."""
        bought, importance = np.concatenate(self.bought), np.concatenate(self.importance)
        if bought.all() or not bought.any():
            return None
        table = _transformed(np.concatenate(self.values))
        lows, highs = table.min(axis=0), table.max(axis=0)
        means, scales = table.mean(axis=0, dtype=np.float64), table.std(axis=0, dtype=np.float64)
        scales = np.where(scales > 1e-6, scales, 1.0)
        table -= means.astype(np.float32)
        table /= scales.astype(np.float32)
        model = LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-4, max_iter=50)
        model.fit(_expanded(table, np.concatenate(self.is_new)), bought, importance / importance.mean())
        coefficients = model.coef_[0].astype(np.float64)
        return Weights(self.names, means, scales, lows, highs, coefficients, float(model.intercept_[0]))


def _transformed(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log(1 + f) and the root of f of every feature, side by side."""
    return np.hstack([np.log1p(values), np.sqrt(values)])


def _expanded(standard: NDArray[Any], is_new: NDArray[np.bool_]) -> NDArray[Any]:
    """Return every feature, the same again for new products alone, and whether the product is new."""
    new = is_new[:, None].astype(standard.dtype)
    return np.hstack([standard, standard * new, new])
