"""Candidates with what became of them, and the weights that are learned from them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.kernels.ranker_loops import add_parts
from recsys.kernels.sparse_lookup import at
from recsys.models.ranker.features import Candidates
from recsys.models.ranker.regression import fit_regression


@dataclass(frozen=True)
class Weights:
    """A logistic regression on log(1 + f) and the root of f of each of FEATURES, standardised by means and scales.

    coefficients  of the logarithms, the roots, both again for new products alone, and of being new
    lows, highs   the range that was learned from: beyond it a feature counts as at its end. Ages and counts grow from
                  window to window, and a line drawn through the old range says nothing about the new one.
    """

    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    lows: NDArray[np.float32]
    highs: NDArray[np.float32]
    coefficients: NDArray[np.float64]
    intercept: float

    def chances(self, found: Candidates) -> NDArray[np.float64]:
        """Return each candidate's score, above 0 and below 1; not calibrated."""
        return self.summed(self.parts(found), found.is_new)

    def summed(self, parts: NDArray[np.float64], is_new: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the scores of candidates whose `parts` are known."""
        logits = parts.sum(axis=1) + self.intercept + float(self.coefficients[-1]) * is_new
        return np.asarray(1 / (1 + np.exp(-logits)))

    def parts(self, found: Candidates) -> NDArray[np.float64]:
        """Return (m, len(FEATURES)): what each feature adds to the logit, above that of a candidate with its mean."""
        lows, highs, means = (edge.astype(np.float64) for edge in (self.lows, self.highs, self.means))
        everywhere, for_new = np.split(self.coefficients[:-1], 2)
        told = np.empty(found.values.shape)
        add_parts(
            found.values, found.is_new, np.stack([lows, highs, means, 1 / self.scales]), everywhere, for_new, told
        )
        return told


@dataclass
class Examples:
    """Candidates of customers with what became of them, gathered block by block.

    customers  rows of the history that the candidates stand for
    """

    customers: list[Counts] = field(default_factory=list)
    values: list[NDArray[np.float32]] = field(default_factory=list)
    is_new: list[NDArray[np.bool_]] = field(default_factory=list)
    bought: list[NDArray[np.bool_]] = field(default_factory=list)
    importance: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, rows: Counts, found: Candidates, truth: csr_matrix) -> None:
        """Add a block. A customer weighs by the root of what they bought, so that large ones do not drown the rest."""
        n_bought = np.diff(truth.indptr)
        self.customers.append(rows[found.owners])
        self.values.append(found.values)
        self.is_new.append(found.is_new)
        self.bought.append(at(truth, found.owners, found.items) > 0)
        self.importance.append(1 / np.sqrt(n_bought[found.owners]))

    def of(self, keep: NDArray[np.bool_]) -> "Examples":
        """Return the examples of the customers that `keep`, by row of the history, marks."""
        return self._where([keep[customers] for customers in self.customers], self.importance)

    def thinned(self, most: int, rng: np.random.Generator) -> "Examples":
        """Return at most about so many rows: all that was bought, and an even share of what was not."""
        n_bought, n = sum(int(each.sum()) for each in self.bought), sum(map(len, self.bought))
        share = min(1.0, max(most - n_bought, n_bought) / max(n - n_bought, 1))
        if share == 1:
            return self
        kept = [bought | (rng.random(len(bought)) < share) for bought in self.bought]
        heavier = [
            np.where(bought, importance, importance / share)
            for bought, importance in zip(self.bought, self.importance, strict=True)
        ]
        return self._where(kept, heavier)

    def weights(self, strength: float) -> Weights | None:
        """Fit the regression; None if all or nothing of the candidates was bought."""
        bought = np.concatenate(self.bought) if self.bought else np.zeros(0, dtype=bool)
        if bought.all() or not bought.any():
            return None
        table = _transformed(np.concatenate(self.values))
        lows, highs = table.min(axis=0), table.max(axis=0)
        means, scales = table.mean(axis=0, dtype=np.float64), table.std(axis=0, dtype=np.float64)
        scales = np.where(scales > 1e-6, scales, 1.0)
        table -= means.astype(np.float32)
        table /= scales.astype(np.float32)
        is_new, importance = np.concatenate(self.is_new), np.concatenate(self.importance)
        fitted = fit_regression(table, is_new, bought, importance, strength)
        coefficients = np.concatenate([fitted.everywhere, fitted.for_new, [fitted.new]])
        return Weights(means, scales, lows, highs, coefficients, fitted.intercept)

    def _where(self, keep: list[NDArray[np.bool_]], importance: list[NDArray[np.float64]]) -> "Examples":
        def kept(values: list[NDArray[Any]]) -> list[NDArray[Any]]:
            return [each[rows] for each, rows in zip(values, keep, strict=True)]

        return Examples(kept(self.customers), kept(self.values), kept(self.is_new), kept(self.bought), kept(importance))


def _transformed(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log(1 + f) and the root of f of every feature, side by side."""
    return np.hstack([np.log1p(values), np.sqrt(values)])
