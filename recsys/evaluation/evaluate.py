"""Fit each model on the history, make each tested customer's list, and compare it with what was bought afterwards."""

import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.evaluation.breadth import coverage
from recsys.evaluation.intervals import Estimate, estimates
from recsys.evaluation.metrics import LIST_LENGTH, METRICS, metric_values
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
    """The metrics of one model's lists, of all products or of new ones.

    values    (n, len(METRICS)), a row for each customer of Evaluation.rows[part]
    coverage  share of all products that are among the first ten of any list, 0-1
    """

    values: NDArray[np.float64]
    coverage: float


@dataclass(frozen=True)
class Result:
    """One model: its metrics by part, seconds to fit and to score, and the process's peak memory so far, in MB."""

    parts: Mapping[str, PartResult]
    fit_s: float
    score_s: float
    peak_mb: float


@dataclass(frozen=True)
class Evaluation:
    """The results of every model, on the same customers.

    rows     by part, rows of split.held_out.history: `all` tested customers, and those who bought something `new`
    results  by name of the model
    """

    split: Split
    rows: Mapping[str, Counts]
    results: Mapping[str, Result]

    def subgroup(self, part: str, keep: NDArray[np.bool_]) -> dict[str, list[Estimate]]:
        """Return by model an estimate for each of METRICS, over the part's customers that `keep` marks.

        keep  (n_customers,) a mask of the history's rows
        """
        chosen = keep[self.rows[part]]
        return {name: estimates(result.parts[part].values[chosen]) for name, result in self.results.items()}

    def overall(self, part: str) -> dict[str, list[Estimate]]:
        """Return by model an estimate for each of METRICS, over all customers of the part."""
        return self.subgroup(part, np.ones(self.split.held_out.history.n_customers, dtype=bool))

    def paired(self, name: str, reference: str, part: str) -> list[Estimate]:
        """Return, for each of METRICS, the mean of a model's value less the reference's, customer by customer."""
        baseline = self.results[reference].parts[part].values
        return estimates(self.results[name].parts[part].values - baseline)

    def bands(self) -> dict[str, NDArray[np.bool_]]:
        """Return by band of activity a mask of the history's rows: the customers with that many baskets."""
        history = self.split.held_out.history
        n_baskets = np.bincount(history.basket_customers, minlength=history.n_customers)
        return {
            name: (n_baskets >= least) & (n_baskets <= (most or n_baskets.max(initial=0)))
            for name, (least, most) in BANDS.items()
        }

    def segments(self) -> dict[str, NDArray[np.bool_]]:
        """Return by segment a mask of the history's rows; no segment if none is known."""
        segments = np.array([segment or "" for segment in self.split.held_out.history.segments])
        return {str(name): segments == name for name in np.unique(segments) if name}


def evaluate(split: Split, models: Mapping[str, Model], progress: Progress) -> Evaluation:
    """Fit every model on the history of a split and return the metrics of its lists for the tested customers."""
    history, tested = split.held_out.history, split.tested
    truth = {"all": split.held_out.truth[tested]}
    truth["new"] = without(truth["all"], history.bought[tested])
    buyers = {part: np.flatnonzero(np.diff(truth[part].indptr)) for part in PARTS}
    results = {}
    for name, model in models.items():
        with progress.step(f"Evaluating {name}"):
            start = time.perf_counter()
            fitted = model.fit(history)
            fit_s = time.perf_counter() - start
            start = time.perf_counter()
            ranked = lists(split, fitted)
            score_s = time.perf_counter() - start
        parts = {part: _part(ranked[part][buyers[part]], truth[part][buyers[part]]) for part in PARTS}
        results[name] = Result(parts, fit_s, score_s, _peak_mb())
    return Evaluation(split, {part: tested[buyers[part]] for part in PARTS}, results)


def lists(split: Split, fitted: Fitted) -> dict[str, Counts]:
    """Return by part each tested customer's list: (n_tested, LIST_LENGTH) products, best first, -1 where it ends."""
    bought = split.held_out.history.bought
    ranked: dict[str, list[Counts]] = {part: [] for part in PARTS}
    for block in blocks(len(split.tested), BLOCK_CUSTOMERS):
        rows = split.tested[block]
        scores = fitted.score(rows)
        ranked["all"].append(_ranked(scores))
        ranked["new"].append(_ranked(without(scores, bought[rows])))
    return {part: np.concatenate(tables) for part, tables in ranked.items()}


def _ranked(scores: csr_matrix) -> Counts:
    ranked = best(scores, LIST_LENGTH)
    table = np.full((scores.shape[0], LIST_LENGTH), -1, dtype=np.int32)
    table[ranked.owners, ranked.ranks - 1] = ranked.items
    return table


def _part(ranked: Counts, truth: csr_matrix) -> PartResult:
    values = metric_values(ranked, truth)
    return PartResult(np.stack([values[name] for name in METRICS], axis=1), coverage(ranked, truth.shape[1], 10))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
