"""Fit each model on the history, make each tested customer's list, and compare it with what was bought afterwards."""

import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.evaluation.breadth import Breadth, breadth
from recsys.evaluation.intervals import Estimate, estimates
from recsys.evaluation.metrics import LIST_LENGTH, METRICS, metric_values
from recsys.evaluation.split import Split
from recsys.kernels.sparse import best, without
from recsys.models.base import Fitted, Model
from recsys.runtime.parallel import blocks
from recsys.runtime.progress import Progress
from recsys.schema.build_report import PARTS

BLOCK_CUSTOMERS = 1_000
MAX_LISTS = 20_000
BREADTH_AT = 10  # first places of a list that its breadth is measured on
BANDS = {"1-2": (1, 2), "3-9": (3, 9), "10+": (10, None)}  # baskets in the history


@dataclass(frozen=True)
class PartResult:
    """The metrics of one model's lists, of all products or of new ones.

    values   (n, len(METRICS)), a row for each customer of Evaluation.rows[part]
    breadth  of the first ten of all lists that were made, whether the customer was tested or not
    """

    values: NDArray[np.float64]
    breadth: Breadth


@dataclass(frozen=True)
class Result:
    """One model: its metrics by part, seconds to fit and to make the lists, the process's peak memory so far in MB."""

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


def everyone(split: Split) -> Positions:
    """Return the rows of all customers of the history, at most MAX_LISTS of them, drawn by seed."""
    drawn = np.random.default_rng(0).permutation(split.held_out.history.n_customers)[:MAX_LISTS]
    return np.sort(drawn).astype(np.int32)


def evaluate(
    split: Split, models: Mapping[str, Model], progress: Progress, listed: Positions | None = None
) -> Evaluation:
    """Fit every model on the history of a split and return the metrics of its lists for the tested customers.

    listed  rows of the history whose lists the breadth is measured on, ascending; None: the tested customers
    """
    history = split.held_out.history
    listed = split.tested if listed is None else listed
    rows = np.union1d(split.tested, listed).astype(np.int32)
    n_buyers = np.diff(history.bought.tocsc().indptr)
    buyers = {part: np.flatnonzero(np.diff(bought.indptr)) for part, bought in truth(split).items()}
    results = {}
    for name, model in models.items():
        with progress.step(f"Evaluating {name}"):
            start = time.perf_counter()
            fitted = model.fit(history)
            fit_s = time.perf_counter() - start
            start = time.perf_counter()
            ranked = lists(replace(split, tested=rows), fitted)
            score_s = time.perf_counter() - start
        values = metrics_by_part(split, {part: ranked[part][np.isin(rows, split.tested)] for part in PARTS})
        breadths = {part: breadth(ranked[part][np.isin(rows, listed)], n_buyers, BREADTH_AT) for part in PARTS}
        parts = {part: PartResult(values[part], breadths[part]) for part in PARTS}
        results[name] = Result(parts, fit_s, score_s, _peak_mb())
    return Evaluation(split, {part: split.tested[buyers[part]] for part in PARTS}, results)


def truth(split: Split) -> dict[str, csr_matrix]:
    """Return by part what each tested customer bought of what was held out, (n_tested, n_products)."""
    everything = split.held_out.truth[split.tested]
    return {"all": everything, "new": without(everything, split.held_out.history.bought[split.tested])}


def metrics_by_part(split: Split, ranked: Mapping[str, Counts]) -> dict[str, NDArray[np.float64]]:
    """Return by part (n, len(METRICS)) values, a row for each tested customer who bought a product of the part.

    ranked  by part, as `lists` returns it
    """
    found = {}
    for part, bought in truth(split).items():
        buyers = np.flatnonzero(np.diff(bought.indptr))
        values = metric_values(ranked[part][buyers], bought[buyers])
        found[part] = np.stack([values[name] for name in METRICS], axis=1)
    return found


def lists(split: Split, fitted: Fitted) -> dict[str, Counts]:
    """Return by part each tested customer's list: (n_tested, LIST_LENGTH) products, best first, -1 where it ends."""
    bought = split.held_out.history.bought
    ranked: dict[str, list[Counts]] = {part: [] for part in PARTS}
    for block in blocks(len(split.tested), BLOCK_CUSTOMERS):
        rows = split.tested[block]
        scores = fitted.score(rows)
        for part, table in ranked_by_part(scores, bought[rows]).items():
            ranked[part].append(table)
    return {part: np.concatenate(tables) for part, tables in ranked.items()}


def ranked_by_part(scores: csr_matrix, bought: csr_matrix) -> dict[str, Counts]:
    """Return by part the lists of some customers, (n, LIST_LENGTH) products, from their scores and what they bought."""
    return {"all": _ranked(scores), "new": _ranked(without(scores, bought))}


def _ranked(scores: csr_matrix) -> Counts:
    ranked = best(scores, LIST_LENGTH)
    table = np.full((scores.shape[0], LIST_LENGTH), -1, dtype=np.int32)
    table[ranked.owners, ranked.ranks - 1] = ranked.items
    return table


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
