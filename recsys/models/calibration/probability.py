"""From scores to chances: how likely a customer buys a listed product with such a score within 28 days.

A score ranks a customer's products in case the customer orders. How likely the customer orders within 28 days is
predicted from their previous orders. Both together are calibrated to the observed frequencies.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from recsys.models.ranker.regression import fit_regression
from recsys.models.ranker.signals import Signals

_WEAK_PRIOR = 1e3  # scikit-learn's C: a handful of coefficients on thousands of rows
_MAX_GAPS = 10.0
_EPSILON = 1e-9
KNOT_ROWS = 50  # least rows that a frequency is counted over, if there are so many


@dataclass(frozen=True)
class Logistic:
    """A fitted logistic regression on a few columns, standardised by means and scales."""

    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    intercept: float

    def logits(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (m,) log odds of the rows of a table (m, p).

        Summed row by row: a product of matrices could round a row differently beside other rows.
        """
        return np.asarray(((table - self.means) / self.scales * self.coefficients).sum(axis=1) + self.intercept)


@dataclass(frozen=True)
class Calibrator:
    """Chances from scores: a logistic regression, then an increasing piecewise linear function of its log odds.

    regression   on the score's log odds and the log odds that the customer orders
    knots        ascending log odds of the regression
    frequencies  the chance at each knot, never decreasing
    """

    regression: Logistic
    knots: NDArray[np.float64]
    frequencies: NDArray[np.float64]

    def chances(self, score_logits: NDArray[np.float64], order_logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (m,) chances, 0 to 1, from log odds of scores and of the customers' ordering, (m,) each."""
        logits = self.regression.logits(np.stack([score_logits, order_logits], axis=1))
        return np.asarray(np.interp(logits, self.knots, self.frequencies))


def fit_calibrator(
    score_logits: NDArray[np.float64], order_logits: NDArray[np.float64], bought: NDArray[np.bool_]
) -> Calibrator:
    """Return the calibrator fitted to log odds of scores and of ordering, and to what was bought, (m,) each.

    Frequencies are counted over at least KNOT_ROWS neighbouring rows, so that no handful of rows makes a certainty;
    where none or all of them were bought, half a row is added or taken away.
    """
    table = np.stack([score_logits, order_logits], axis=1)
    regression = fit_logistic(table, bought)
    logits = regression.logits(table)
    groups = np.array_split(np.argsort(logits, kind="stable"), max(len(logits) // KNOT_ROWS, 1))
    knots = np.array([logits[rows].mean() for rows in groups])
    frequencies = np.array([bought[rows].mean() for rows in groups])
    return Calibrator(regression, knots, _increasing(frequencies, np.array([len(rows) for rows in groups])))


def _increasing(frequencies: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the nearest frequencies that never decrease, above 0 and below 1: nothing is ever certain.

    rows  how many rows each frequency was counted over

    Where none was bought, half a row counts as bought (Jeffreys' prior), but at most the next higher frequency; where
    all were bought, half a row counts as not bought.
    """
    found = np.asarray(isotonic_regression(frequencies, weights=rows).x)
    none, everything = found == 0, found == 1
    some = found[~none & ~everything]
    found[none] = np.minimum(0.5 / (rows[none].sum() + 1), some.min(initial=1))
    found[everything] = np.maximum(1 - 0.5 / (rows[everything].sum() + 1), some.max(initial=0))
    return found


def fit_logistic(table: NDArray[np.float64], happened: NDArray[np.bool_]) -> Logistic:
    """Return the logistic regression of `happened`, (m,), on a few columns, (m, p)."""
    means, scales = table.mean(axis=0), table.std(axis=0)
    scales = np.where(scales > _EPSILON, scales, 1.0)
    standard = ((table - means) / scales).astype(np.float32)
    n = len(standard)
    fitted = fit_regression(standard, np.zeros(n, dtype=bool), happened, np.ones(n), _WEAK_PRIOR)
    return Logistic(means, scales, fitted.everywhere, fitted.intercept)


def order_features(signals: Signals) -> NDArray[np.float64]:
    """Return (n_customers, 5) features that predict whether a customer with orders will order within 28 days.

    The logarithms of: baskets, days since the last one, mean gap, overdue in gaps, products.
    """
    known: dict[str, NDArray[Any]] = signals.customers
    overdue = np.minimum(known["last_age"] / known["gap"], _MAX_GAPS)
    columns = (known["n_baskets"], known["last_age"], known["gap"], overdue, known["n_products"])
    return np.asarray(np.log(np.maximum(np.stack(columns, axis=1).astype(float), _EPSILON)))


def log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log(p / (1 - p)) of probabilities, 0 to 1; 0 and 1 give finite values."""
    clipped = np.clip(probabilities, _EPSILON, 1 - _EPSILON)
    return np.asarray(np.log(clipped / (1 - clipped)))
