"""Fit each model on history, list for every tested customer, and look at what was bought then."""

import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.evaluation.intervals import Estimate, estimates
from recsys.evaluation.metrics import LENGTH, METRICS, coverage, figures
from recsys.evaluation.split import Split
from recsys.kernels.sparse import best, without
from recsys.models.base import Fitted, Model
from recsys.runtime.parallel import blocks
from recsys.runtime.progress import Progress
from recsys.schema.build_report import PARTS

BLOCK_CUSTOMERS = 1_000
BANDS = {"1-2": (1, 2), "3-9": (3, 9), "10+": (10, None)}  # baskets in the history


@dataclass(frozen=True)
class PartResult:
    """What one model's lists were worth, for all items or for new ones.

    values    (n, len(METRICS)), a row for each customer of Evaluation.rows[part]
    coverage  share of all products among the first ten of any list
    """

    values: NDArray[np.float64]
    coverage: float


@dataclass(frozen=True)
class Result:
    """One model: its parts, and what they took. peak_mb is the process's highest memory until then."""

    parts: Mapping[str, PartResult]
    fit_s: float
    score_s: float
    peak_mb: float


@dataclass(frozen=True)
class Evaluation:
    """Every model on the same customers.

    rows  of split.held_out.history by part: `all` tested customers, and those who bought something `new`
    """

    split: Split
    rows: Mapping[str, Counts]
    results: Mapping[str, Result]

    def within(self, part: str, keep: NDArray[np.bool_]) -> dict[str, list[Estimate]]:
        """Return each model's estimates over the customers of the part whom `keep`, by row of the history, marks."""
        chosen = keep[self.rows[part]]
        return {name: estimates(result.parts[part].values[chosen]) for name, result in self.results.items()}

    def everyone(self, part: str) -> dict[str, list[Estimate]]:
        """Return each model's estimates over all customers of the part."""
        return self.within(part, np.ones(self.split.held_out.history.n_customers, dtype=bool))

    def paired(self, name: str, reference: str, part: str) -> list[Estimate]:
        """Return what a model is worth above another one, customer by customer, a value a metric."""
        theirs = self.results[reference].parts[part].values
        return estimates(self.results[name].parts[part].values - theirs)

    def bands(self) -> dict[str, NDArray[np.bool_]]:
        """Return who, by row of the history, stands in which band of activity."""
        history = self.split.held_out.history
        n_baskets = np.bincount(history.basket_customers, minlength=history.n_customers)
        return {
            name: (n_baskets >= least) & (n_baskets <= (most or n_baskets.max(initial=0)))
            for name, (least, most) in BANDS.items()
        }

    def segments(self) -> dict[str, NDArray[np.bool_]]:
        """Return who, by row of the history, stands in which segment; nothing where none is known."""
        segments = np.array([segment or "" for segment in self.split.held_out.history.segments])
        return {str(name): segments == name for name in np.unique(segments) if name}


def evaluate(split: Split, models: Mapping[str, Model], progress: Progress) -> Evaluation:
    """Return what every model's lists would have been worth."""
    history, tested = split.held_out.history, split.tested
    truth = {"all": split.held_out.truth[tested]}
    truth["new"] = without(truth["all"], history.bought[tested])
    has = {part: np.flatnonzero(np.diff(truth[part].indptr)) for part in PARTS}
    results = {}
    for name, model in models.items():
        with progress.step(f"Evaluating {name}"):
            start = time.perf_counter()
            fitted = model.fit(history)
            fit_s = time.perf_counter() - start
            start = time.perf_counter()
            ranked = lists(split, fitted)
            score_s = time.perf_counter() - start
        parts = {part: _part(ranked[part][has[part]], truth[part][has[part]]) for part in PARTS}
        results[name] = Result(parts, fit_s, score_s, _peak_mb())
    return Evaluation(split, {part: tested[has[part]] for part in PARTS}, results)


def lists(split: Split, fitted: Fitted) -> dict[str, Counts]:
    """Return (n_tested, LENGTH) products of each tested customer's lists by part, best first, -1 where one ends."""
    bought = split.held_out.history.bought
    found: dict[str, list[Counts]] = {part: [] for part in PARTS}
    for part in blocks(len(split.tested), BLOCK_CUSTOMERS):
        rows = split.tested[part]
        scores = fitted.score(rows)
        found["all"].append(_ranked(scores))
        found["new"].append(_ranked(without(scores, bought[rows])))
    return {part: np.concatenate(tables) for part, tables in found.items()}


def _ranked(scores: csr_matrix) -> Counts:
    ranked = best(scores, LENGTH)
    table = np.full((scores.shape[0], LENGTH), -1, dtype=np.int32)
    table[ranked.owners, ranked.ranks - 1] = ranked.items
    return table


def _part(ranked: Counts, truth: csr_matrix) -> PartResult:
    told = figures(ranked, truth)
    return PartResult(np.stack([told[name] for name in METRICS], axis=1), coverage(ranked, truth.shape[1], 10))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
