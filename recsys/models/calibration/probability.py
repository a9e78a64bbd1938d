"""From scores to chances: how often a customer buys, within 28 days, what stands in a list with such a score.

A score says which of a customer's products come first if the customer orders at all. Whether they order within 28
days is told from their rhythm. Both together are brought to the frequencies that were seen.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from recsys.models.ranker.regression import fit_regression
from recsys.models.ranker.signals import Signals

_WEAK_PRIOR = 1e3  # scikit-learn's C: a handful of coefficients on thousands of rows
_MOST_GAPS = 10.0
_EDGE = 1e-9
KNOT_ROWS = 50


@dataclass(frozen=True)
class Logistic:
    """A logistic regression on a few columns."""

    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    intercept: float

    def logits(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (m,) log odds; a sum a row, so that a row's does not depend on the others."""
        return np.asarray(((table - self.means) / self.scales * self.coefficients).sum(axis=1) + self.intercept)


@dataclass(frozen=True)
class Chances:
    """Log odds by two inputs, then steps that only rise, as far as the frequencies do.

    line    of the score's log odds and of the log odds that the customer orders
    knots   ascending log odds of the line, and the frequency at each; between two of them a straight line
    """

    line: Logistic
    knots: NDArray[np.float64]
    frequencies: NDArray[np.float64]

    def of(self, scores: NDArray[np.float64], orders: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (m,) chances, 0 to 1, of scores and of their customers' log odds to order."""
        logits = self.line.logits(_inputs(scores, orders))
        return np.asarray(np.interp(logits, self.knots, self.frequencies))


def fit_chances(scores: NDArray[np.float64], orders: NDArray[np.float64], bought: NDArray[np.bool_]) -> Chances:
    """Fit to scores, their customers' log odds to order, and what became of it.

    Frequencies are counted over KNOT_ROWS neighbouring rows at a time, so that no handful of them makes a certainty;
    where none or all of them were bought, half a row more or less is told.
    """
    table = _inputs(scores, orders)
    line = fit_logistic(table, bought)
    logits = line.logits(table)
    groups = np.array_split(np.argsort(logits, kind="stable"), max(len(logits) // KNOT_ROWS, 1))
    knots = np.array([logits[rows].mean() for rows in groups])
    frequencies = np.array([bought[rows].mean() for rows in groups])
    return Chances(line, knots, _rising(frequencies, np.array([len(rows) for rows in groups])))


def _rising(frequencies: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return frequencies that only rise, above 0 and below 1: no number of rows shows that something never happens.

    Half a row is Jeffreys' prior for a block without any; what follows bounds it, so that steps still only rise.
    """
    told = np.asarray(isotonic_regression(frequencies, weights=rows).x)
    none, everything = told == 0, told == 1
    some = told[~none & ~everything]
    told[none] = np.minimum(0.5 / (rows[none].sum() + 1), some.min(initial=1))
    told[everything] = np.maximum(1 - 0.5 / (rows[everything].sum() + 1), some.max(initial=0))
    return told


def fit_logistic(table: NDArray[np.float64], happened: NDArray[np.bool_]) -> Logistic:
    """Fit a logistic regression to a few columns."""
    means, scales = table.mean(axis=0), table.std(axis=0)
    scales = np.where(scales > _EDGE, scales, 1.0)
    standard = ((table - means) / scales).astype(np.float32)
    n = len(standard)
    fitted = fit_regression(standard, np.zeros(n, dtype=bool), happened, np.ones(n), _WEAK_PRIOR)
    return Logistic(means, scales, fitted.everywhere, fitted.intercept)


def rhythm(signals: Signals) -> NDArray[np.float64]:
    """Return (n_customers, 5) what tells whether a customer with orders will order soon."""
    told: dict[str, NDArray[Any]] = signals.customers
    overdue = np.minimum(told["last_age"] / told["gap"], _MOST_GAPS)
    columns = (told["n_baskets"], told["last_age"], told["gap"], overdue, told["n_products"])
    return np.asarray(np.log(np.maximum(np.stack(columns, axis=1).astype(float), _EDGE)))


def _inputs(scores: NDArray[np.float64], orders: NDArray[np.float64]) -> NDArray[np.float64]:
    edged = np.clip(scores, _EDGE, 1 - _EDGE)
    return np.stack([np.log(edged / (1 - edged)), orders], axis=1)
