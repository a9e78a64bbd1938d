"""Examples, which are candidates with whether they were bought, and the weights that are learned from them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.kernels.ranker_loops import add_parts
from recsys.kernels.sparse_lookup import at
from recsys.models.ranker.features import Candidates
from recsys.models.ranker.regression import Coefficients, fit_regression


@dataclass(frozen=True)
class Weights:
    """A logistic regression on log(1 + f) and the root of f of each feature, standardised by means and scales.

    coefficients  of the logarithms, of the roots, of both once more for new products, and of being new
    lows, highs   the range of the examples: values beyond it are clipped to it. Ages and counts grow from window to
                  window, and the regression knows nothing of values it has not seen.
    """

    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    lows: NDArray[np.float32]
    highs: NDArray[np.float32]
    coefficients: NDArray[np.float64]
    intercept: float

    def regression(self) -> Coefficients:
        """Return the coefficients as the regression had them."""
        everywhere, for_new = np.split(self.coefficients[:-1], 2)
        return Coefficients(everywhere, for_new, float(self.coefficients[-1]), self.intercept)

    def scores(self, found: Candidates) -> NDArray[np.float64]:
        """Return each candidate's score, above 0 and below 1; not calibrated."""
        return self.scores_from(self.contributions(found), found.is_new)

    def scores_from(self, contributions: NDArray[np.float64], is_new: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the scores of candidates from what each feature adds, see `contributions`."""
        logits = contributions.sum(axis=1) + self.intercept + float(self.coefficients[-1]) * is_new
        return np.asarray(1 / (1 + np.exp(-logits)))

    def contributions(self, found: Candidates) -> NDArray[np.float64]:
        """Return (m, n_features): what each feature adds to the logit, compared with its mean."""
        lows, highs, means = (edge.astype(np.float64) for edge in (self.lows, self.highs, self.means))
        everywhere, for_new = np.split(self.coefficients[:-1], 2)
        added = np.empty(found.values.shape)
        add_parts(
            found.values, found.is_new, np.stack([lows, highs, means, 1 / self.scales]), everywhere, for_new, added
        )
        return added


@dataclass
class Examples:
    """Candidates of customers and whether they were bought, block by block.

    customers   row of the history, of each candidate
    values      features, see Candidates
    importance  weight in the regression
    """

    customers: list[Counts] = field(default_factory=list)
    values: list[NDArray[np.float32]] = field(default_factory=list)
    is_new: list[NDArray[np.bool_]] = field(default_factory=list)
    bought: list[NDArray[np.bool_]] = field(default_factory=list)
    importance: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, rows: Counts, found: Candidates, truth: csr_matrix) -> None:
        """Add a block of customers with the products that they bought, (len(rows), n_products).

        A candidate weighs 1 / root of the number of them, so that customers who buy much do not dominate.
        """
        n_bought = np.diff(truth.indptr)
        self.customers.append(rows[found.owners])
        self.values.append(found.values)
        self.is_new.append(found.is_new)
        self.bought.append(at(truth, found.owners, found.items) > 0)
        self.importance.append(1 / np.sqrt(n_bought[found.owners]))

    def of_customers(self, keep: NDArray[np.bool_]) -> "Examples":
        """Return the examples of the customers that `keep` selects, a mask over the rows of the history."""
        return self._where([keep[customers] for customers in self.customers], self.importance)

    def sampled(self, max_rows: int, rng: np.random.Generator) -> "Examples":
        """Return about `max_rows` examples at most: all that were bought, and a random sample of the others.

        The sampled ones weigh as much as all the others did. About as many are kept as were bought, or more, even if
        that exceeds `max_rows`.
        """
        n_bought, n = sum(int(each.sum()) for each in self.bought), sum(map(len, self.bought))
        share = min(1.0, max(max_rows - n_bought, n_bought) / max(n - n_bought, 1))
        if share == 1:
            return self
        kept = [bought | (rng.random(len(bought)) < share) for bought in self.bought]
        reweighted = [
            np.where(bought, importance, importance / share)
            for bought, importance in zip(self.bought, self.importance, strict=True)
        ]
        return self._where(kept, reweighted)

    def fit(self, strength: float, start: Weights | None = None) -> Weights | None:
        """Return the weights by regression; None if all or none of the examples were bought.

        start  weights of nearly the same examples: the same result in fewer steps
        """
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
        near = start.regression() if start else None
        fitted = fit_regression(table, is_new, bought, importance, strength, near)
        coefficients = np.concatenate([fitted.everywhere, fitted.for_new, [fitted.new]])
        return Weights(means, scales, lows, highs, coefficients, fitted.intercept)

    def _where(self, keep: list[NDArray[np.bool_]], importance: list[NDArray[np.float64]]) -> "Examples":
        def kept(values: list[NDArray[Any]]) -> list[NDArray[Any]]:
            return [each[rows] for each, rows in zip(values, keep, strict=True)]

        return Examples(kept(self.customers), kept(self.values), kept(self.is_new), kept(self.bought), kept(importance))


def _transformed(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (m, 2 * n_features): log(1 + f) of all features, then their roots."""
    return np.hstack([np.log1p(values), np.sqrt(values)])
