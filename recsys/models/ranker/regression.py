"""Logistic regression with each feature twice: once for all products, once more for new ones."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, cho_factor, cho_solve
from threadpoolctl import threadpool_limits

_MAX_STEPS = 30
_SMALL_STEP = 1e-4  # of any coefficient: Newton's next step would be about its square
_HALVINGS = 12


@dataclass(frozen=True)
class Coefficients:
    """Coefficients on standardised features: `everywhere` for all rows, `for_new` on top of it for new ones."""

    everywhere: NDArray[np.float64]
    for_new: NDArray[np.float64]
    new: float
    intercept: float


@dataclass(frozen=True)
class _Rows:
    """Examples that are all new or all not: features with a column of ones, whether each was bought, and its weight."""

    table: NDArray[np.float32]
    bought: NDArray[np.bool_]
    importance: NDArray[np.float64]

    def loss(self, coefficients: NDArray[np.float64]) -> float:
        logits = self.logits(coefficients)
        return float(self.importance @ (np.logaddexp(0, logits) - self.bought * logits))

    def logits(self, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.table @ coefficients.astype(np.float32), dtype=np.float64)

    def derivatives(self, coefficients: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the gradient (p,) and the Hessian (p, p) of the loss."""
        chances = 1 / (1 + np.exp(-self.logits(coefficients)))
        gradient = self.table.T @ (self.importance * (chances - self.bought)).astype(np.float32)
        roots = np.sqrt(self.importance * chances * (1 - chances)).astype(np.float32)
        # Transposed it is in Fortran's order, which BLAS takes without a copy.
        half = blas.ssyrk(1.0, (self.table * roots[:, None]).T).astype(np.float64)
        return gradient.astype(np.float64), np.triu(half) + np.triu(half, 1).T


def fit_regression(
    table: NDArray[np.float32],
    is_new: NDArray[np.bool_],
    bought: NDArray[np.bool_],
    importance: NDArray[np.float64],
    strength: float,
    start: Coefficients | None = None,
) -> Coefficients:
    """Return the coefficients with the least regularized loss, by Newton's method.

    table       (m, p) standardised features
    is_new, bought, importance  (m,) never bought before the window; bought in it; weight of the example
    strength    inverse regularization, scikit-learn's C, with the importance scaled to mean 1
    start       where to begin; None: at zero. The result is the same, and a near start saves half of the steps.

    The same as scikit-learn's LogisticRegression on three blocks of columns: the features, the features times is_new,
    and is_new. That wide table is never built, which leaves a quarter of the work.
    """
    parts = [
        _Rows(_with_ones(table[rows]), bought[rows], importance[rows] / importance.mean()) for rows in (~is_new, is_new)
    ]
    p = table.shape[1] + 1
    prior = np.full(2 * p, 1 / strength)
    prior[p - 1] = 0  # the intercept is free
    solution = np.zeros(2 * p)
    if start is not None:
        solution = np.concatenate([start.everywhere, [start.intercept], start.for_new, [start.new]])
    # One thread: beside other work, threads that wait for each other by spinning took eight times the processor.
    with threadpool_limits(1, user_api="blas"):
        for _ in range(_MAX_STEPS):
            step = _newton_step(parts, solution, prior)
            solution = _line_search(parts, solution, step, prior)
            if np.abs(step).max() < _SMALL_STEP:
                break
    return Coefficients(solution[: p - 1], solution[p:-1], float(solution[-1]), float(solution[p - 1]))


def _with_ones(table: NDArray[Any]) -> NDArray[np.float32]:
    return np.hstack([table, np.ones((len(table), 1), dtype=np.float32)])


def _newton_step(parts: list[_Rows], solution: NDArray[np.float64], prior: NDArray[np.float64]) -> NDArray[np.float64]:
    everywhere, for_new = np.split(solution, 2)
    (old_gradient, old_hessian), (gradient, hessian) = (
        part.derivatives(own) for part, own in zip(parts, (everywhere, everywhere + for_new), strict=True)
    )
    gradient_sum = np.concatenate([old_gradient + gradient, gradient]) + prior * solution
    hessian_sum = np.block([[old_hessian + hessian, hessian], [hessian, hessian]])
    # Without new rows, or without others, an intercept has no curvature of its own.
    hessian_sum[np.diag_indices(len(solution))] += prior + 1e-9
    return np.asarray(-cho_solve(cho_factor(hessian_sum), gradient_sum))


def _line_search(
    parts: list[_Rows], solution: NDArray[np.float64], step: NDArray[np.float64], prior: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the solution after the step, halved until the loss does not grow; unchanged if it always does."""

    def loss(at: NDArray[np.float64]) -> float:
        everywhere, for_new = np.split(at, 2)
        return parts[0].loss(everywhere) + parts[1].loss(everywhere + for_new) + float(prior @ at**2) / 2

    before = loss(solution)
    for halving in range(_HALVINGS):
        reached = solution + step * 0.5**halving
        if loss(reached) <= before * (1 + 1e-7):
            return reached
    return solution
