"""Chances and their reliability, by cross-fitting over five folds of customers within the last window."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts, Positions
from recsys.kernels.sparse_lookup import at
from recsys.models.calibration.probability import Calibrator, Logistic, fit_calibrator, fit_logistic, order_features
from recsys.models.ranker.features import candidates
from recsys.models.ranker.ranker import Ranker, TrainingData
from recsys.models.ranker.signals import Signals
from recsys.models.ranker.training import Weights
from recsys.runtime.parallel import blocks, parallel_map
from recsys.schema.build_report import Bin, Reliability

FOLDS = 5
BINS = 10
MAX_CUSTOMERS = 1_500  # drawn from all with orders before the window, whether they ordered in it or not
MIN_BOUGHT = 100  # suggestions of a list that were bought; with fewer a bin has too few of them


@dataclass(frozen=True)
class OutOfFoldScores:
    """Candidates of drawn customers, scored by models that were fitted without the customer; (m,) each.

    customers     rows of the training data's history, ascending
    items         columns
    scores        of a ranker fitted on the other folds
    order_logits  the customer's log odds to order in the window, by a regression on the other folds
    is_new        never bought before the window
    bought        bought in the window
    fold          of the customer
    """

    customers: Counts
    items: Counts
    scores: NDArray[np.float64]
    order_logits: NDArray[np.float64]
    is_new: NDArray[np.bool_]
    bought: NDArray[np.bool_]
    fold: Counts

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "OutOfFoldScores":
        """Return the rows that `keep` selects."""
        return OutOfFoldScores(*(getattr(self, field.name)[keep] for field in fields(self)))

    def listed(self, length: int) -> "OutOfFoldScores":
        """Return the `length` best rows of each customer by score, ties by column."""
        order = np.lexsort((self.items, -self.scores, self.customers))
        owners = self.customers[order]
        return self.where(order[np.arange(len(owners)) - np.searchsorted(owners, owners) < length])


@dataclass(frozen=True)
class Calibration:
    """What the chances of each list are computed with, and how reliable they are.

    ordering     predicts whether a customer orders within 28 days
    calibrators  by list; a list with too few purchases has none
    reliability  by list, measured out of fold; or why the list has no chances
    """

    ordering: Logistic
    calibrators: dict[str, Calibrator]
    reliability: dict[str, Reliability]

    def order_logits(self, signals: Signals) -> NDArray[np.float64]:
        """Return (n_customers,) log odds that each customer orders within 28 days."""
        return self.ordering.logits(order_features(signals))


def score_out_of_fold(ranker: Ranker, training_data: TrainingData, start: Weights | None = None) -> OutOfFoldScores:
    """Return the candidates of at most MAX_CUSTOMERS customers, drawn by the ranker's seed, with out-of-fold scores.

    start  the ranker's weights of all folds together: the same result in fewer steps
    """
    history = training_data.held_out.history
    rng = np.random.default_rng(ranker.seed)
    fold = rng.permutation(np.arange(history.n_customers) % FOLDS)
    rows = np.sort(rng.permutation(history.n_customers)[:MAX_CUSTOMERS]).astype(np.int32)
    smaller = replace(ranker, max_rows=ranker.max_rows // 2)
    weights = [smaller.weights(training_data, fold != one, start) for one in range(FOLDS)]
    features, did_order = order_features(training_data.signals), np.diff(training_data.held_out.truth.indptr) > 0
    ordering = [fit_logistic(features[fold != one], did_order[fold != one]) for one in range(FOLDS)]
    order_logits = np.choose(fold, [regression.logits(features) for regression in ordering])
    parts = blocks(len(rows), ranker.block_rows)
    found = parallel_map(lambda part: _score_block(training_data, weights, rows[part], fold), parts)
    customers, items, scores, is_new, bought = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return OutOfFoldScores(customers, items, scores, order_logits[customers], is_new, bought, fold[customers])


def _score_block(
    training_data: TrainingData, weights: list[Any], rows: Positions, fold: Counts
) -> tuple[NDArray[Any], ...]:
    found = candidates(training_data.signals, rows)
    customers = rows[found.owners]
    scores = np.zeros(len(customers))
    for one, fitted in enumerate(weights):
        own = np.flatnonzero(fold[customers] == one)
        if fitted is not None:
            scores[own] = fitted.scores(found.where(own))
    bought = at(training_data.held_out.truth[rows], found.owners, found.items) > 0
    return customers, found.items, scores, found.is_new, bought


def calibrate(out_of_fold: OutOfFoldScores, training_data: TrainingData, length: int) -> Calibration:
    """Return the calibration fitted to the lists of `length` that customers would have had, and its reliability."""
    ordering = fit_logistic(order_features(training_data.signals), np.diff(training_data.held_out.truth.indptr) > 0)
    calibrators: dict[str, Calibrator] = {}
    reliabilities: dict[str, Reliability] = {}
    for name, rows in (("usual", ~out_of_fold.is_new), ("new", out_of_fold.is_new)):
        listed = out_of_fold.where(rows).listed(length)
        n_bought = int(listed.bought.sum())
        if n_bought < MIN_BOUGHT or n_bought == len(listed.bought):
            why = f"{n_bought} of {len(listed.bought)} suggestions were bought; from {MIN_BOUGHT} on a chance is told"
            reliabilities[name] = Reliability(why_not=why)
            continue
        calibrators[name] = _fitted(listed)
        predicted = np.zeros(len(listed.scores))
        for one in range(FOLDS):
            inside = listed.fold == one
            predicted[inside] = _fitted(listed.where(~inside)).chances(
                listed.scores[inside], listed.order_logits[inside]
            )
        reliabilities[name] = reliability(predicted, listed.bought, folds=FOLDS)
    return Calibration(ordering, calibrators, reliabilities)


def _fitted(listed: OutOfFoldScores) -> Calibrator:
    return fit_calibrator(listed.scores, listed.order_logits, listed.bought)


def reliability(predicted: NDArray[np.float64], bought: NDArray[np.bool_], folds: int | None = None) -> Reliability:
    """Return the reliability of predicted chances: their expected calibration error, and ten bins of equal size.

    predicted  (m,) chances, 0 to 1
    bought     (m,) whether it was bought
    folds      number of folds they were predicted in, for the report; None: they were learned before
    """
    order = np.argsort(predicted, kind="stable")
    bins = [
        Bin(
            low=float(predicted[rows].min()),
            high=float(predicted[rows].max()),
            n=len(rows),
            predicted=float(predicted[rows].mean()),
            bought=float(bought[rows].mean()),
        )
        for rows in np.array_split(order, BINS)
        if len(rows)
    ]
    error = sum(each.n * abs(each.predicted - each.bought) for each in bins) / max(len(order), 1)
    return Reliability(folds=folds, n=len(order), ece=error, bins=tuple(bins))
