"""Logistic regression on every feature twice, for all products and again for new ones alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, cho_factor, cho_solve
from threadpoolctl import threadpool_limits

_MOST_STEPS = 30
_SMALL_STEP = 1e-4  # of any coefficient: the next step would be about its square
_HALVINGS = 12


@dataclass(frozen=True)
class Coefficients:
    """Coefficients on standardised features: `everywhere` for all rows, `for_new` on top of it for new ones."""

    everywhere: NDArray[np.float64]
    for_new: NDArray[np.float64]
    new: float
    intercept: float


@dataclass(frozen=True)
class _Part:
    """Rows of one kind: features with a column of ones, what became of them, and how much each counts."""

    table: NDArray[np.float32]
    bought: NDArray[np.bool_]
    importance: NDArray[np.float64]

    def loss(self, line: NDArray[np.float64]) -> float:
        scores = self.scores(line)
        return float(self.importance @ (np.logaddexp(0, scores) - self.bought * scores))

    def scores(self, line: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.table @ line.astype(np.float32), dtype=np.float64)

    def slopes(self, line: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return gradient and Hessian."""
        chances = 1 / (1 + np.exp(-self.scores(line)))
        gradient = self.table.T @ (self.importance * (chances - self.bought)).astype(np.float32)
        roots = np.sqrt(self.importance * chances * (1 - chances)).astype(np.float32)
        # As columns in Fortran's order, so that BLAS takes it as it is.
        half = blas.ssyrk(1.0, (self.table * roots[:, None]).T).astype(np.float64)
        return gradient.astype(np.float64), np.triu(half) + np.triu(half, 1).T


def fit_regression(
    table: NDArray[np.float32],
    is_new: NDArray[np.bool_],
    bought: NDArray[np.bool_],
    importance: NDArray[np.float64],
    strength: float,
) -> Coefficients:
    """Return the line with the least loss, by Newton's method.

    table       (m, p) standardised features       strength  scikit-learn's C, with the importance scaled to mean 1
    The same as scikit-learn's LogisticRegression on the features, the features times is_new, and is_new; the two
    halves of that table are never laid side by side, which is a quarter of the work.
    """
    parts = [
        _Part(_with_ones(table[rows]), bought[rows], importance[rows] / importance.mean()) for rows in (~is_new, is_new)
    ]
    p = table.shape[1] + 1
    prior = np.full(2 * p, 1 / strength)
    prior[p - 1] = 0  # the intercept is free
    found = np.zeros(2 * p)
    # One thread: beside other work, threads that wait for each other by spinning took eight times the processor.
    with threadpool_limits(1, user_api="blas"):
        for _ in range(_MOST_STEPS):
            step = _newton_step(parts, found, prior)
            found = _downhill(parts, found, step, prior)
            if np.abs(step).max() < _SMALL_STEP:
                break
    return Coefficients(found[: p - 1], found[p:-1], float(found[-1]), float(found[p - 1]))


def _with_ones(table: NDArray[Any]) -> NDArray[np.float32]:
    return np.hstack([table, np.ones((len(table), 1), dtype=np.float32)])


def _newton_step(parts: list[_Part], found: NDArray[np.float64], prior: NDArray[np.float64]) -> NDArray[np.float64]:
    everywhere, for_new = np.split(found, 2)
    (old_gradient, old_hessian), (gradient, hessian) = (
        part.slopes(line) for part, line in zip(parts, (everywhere, everywhere + for_new), strict=True)
    )
    down = np.concatenate([old_gradient + gradient, gradient]) + prior * found
    bend = np.block([[old_hessian + hessian, hessian], [hessian, hessian]])
    bend[np.diag_indices(len(found))] += prior + 1e-9  # nothing of one kind leaves its intercept without a bend
    return np.asarray(-cho_solve(cho_factor(bend), down))


def _downhill(
    parts: list[_Part], found: NDArray[np.float64], step: NDArray[np.float64], prior: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the end of the step, or of half of it and so on, where the loss has not grown."""

    def loss(at: NDArray[np.float64]) -> float:
        everywhere, for_new = np.split(at, 2)
        return parts[0].loss(everywhere) + parts[1].loss(everywhere + for_new) + float(prior @ at**2) / 2

    before = loss(found)
    for halving in range(_HALVINGS):
        reached = found + step * 0.5**halving
        if loss(reached) <= before * (1 + 1e-7):
            return reached
    return found
