"""Chances that were checked: five folds of customers within the last window, each judged by what did not see it."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts, Positions
from recsys.kernels.sparse_lookup import at
from recsys.models.calibration.probability import Chances, Logistic, fit_chances, fit_logistic, rhythm
from recsys.models.ranker.features import candidates
from recsys.models.ranker.ranker import Lesson, Ranker
from recsys.models.ranker.signals import Signals
from recsys.runtime.parallel import blocks, parallel_map
from recsys.schema.build_report import Bin, Reliability

FOLDS = 5
BINS = 10
MOST_CUSTOMERS = 1_500  # drawn from all who had ordered before, whether they ordered in the window or not
LEAST_BOUGHT = 100  # suggestions of a list that were bought; fewer tell too little about a tenth of them


@dataclass(frozen=True)
class Judged:
    """Candidates of customers drawn by seed from all who had ordered before the window, and what became of them.

    customers  (m,) rows of the lesson's history, ascending        items   (m,) columns
    scores     of a ranker that saw nothing of the customer        orders  the customer's log odds to order, likewise
    is_new     never bought before        bought  in the window        fold  of the customer
    """

    customers: Counts
    items: Counts
    scores: NDArray[np.float64]
    orders: NDArray[np.float64]
    is_new: NDArray[np.bool_]
    bought: NDArray[np.bool_]
    fold: Counts

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "Judged":
        """Return some of the rows."""
        return Judged(*(getattr(self, field.name)[keep] for field in fields(self)))

    def listed(self, length: int) -> "Judged":
        """Return the first `length` of each customer by score, ties by column."""
        order = np.lexsort((self.items, -self.scores, self.customers))
        owners = self.customers[order]
        return self.where(order[np.arange(len(owners)) - np.searchsorted(owners, owners) < length])


@dataclass(frozen=True)
class Calibration:
    """Chances by list, as far as there was enough to learn them from, and what they were worth.

    ordering  whether a customer orders within the window
    chances   by list
    figures   by list
    """

    ordering: Logistic
    chances: dict[str, Chances]
    figures: dict[str, Reliability]

    def orders(self, signals: Signals) -> NDArray[np.float64]:
        """Return (n_customers,) the log odds that each customer orders."""
        return self.ordering.logits(rhythm(signals))


def judge(ranker: Ranker, lesson: Lesson) -> Judged:
    """Return the candidates of customers drawn by seed with scores of rankers that did not see the customer."""
    history = lesson.held_out.history
    rng = np.random.default_rng(ranker.seed)
    fold = rng.permutation(np.arange(history.n_customers) % FOLDS)
    rows = np.sort(rng.permutation(history.n_customers)[:MOST_CUSTOMERS]).astype(np.int32)
    smaller = replace(ranker, max_rows=ranker.max_rows // 2)
    weights = [smaller.weights(lesson, fold != one) for one in range(FOLDS)]
    facts, did_order = rhythm(lesson.signals), np.diff(lesson.held_out.truth.indptr) > 0
    ordering = [fit_logistic(facts[fold != one], did_order[fold != one]) for one in range(FOLDS)]
    orders = np.choose(fold, [line.logits(facts) for line in ordering])
    parts = blocks(len(rows), ranker.block_rows)
    found = parallel_map(lambda part: _judged(lesson, weights, rows[part], fold), parts)
    customers, items, scores, is_new, bought = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return Judged(customers, items, scores, orders[customers], is_new, bought, fold[customers])


def _judged(lesson: Lesson, weights: list[Any], rows: Positions, fold: Counts) -> tuple[NDArray[Any], ...]:
    found = candidates(lesson.signals, rows)
    customers = rows[found.owners]
    scores = np.zeros(len(customers))
    for one, learned in enumerate(weights):
        own = np.flatnonzero(fold[customers] == one)
        if learned is not None:
            scores[own] = learned.chances(found.where(own))
    bought = at(lesson.held_out.truth[rows], found.owners, found.items) > 0
    return customers, found.items, scores, found.is_new, bought


def calibrate(judged: Judged, lesson: Lesson, length: int) -> Calibration:
    """Learn the chances of what would have stood in the lists of `length`, and check them fold by fold."""
    ordering = fit_logistic(rhythm(lesson.signals), np.diff(lesson.held_out.truth.indptr) > 0)
    chances: dict[str, Chances] = {}
    figures: dict[str, Reliability] = {}
    for name, rows in (("usual", ~judged.is_new), ("new", judged.is_new)):
        listed = judged.where(rows).listed(length)
        n_bought = int(listed.bought.sum())
        if n_bought < LEAST_BOUGHT or n_bought == len(listed.bought):
            why = f"{n_bought} of {len(listed.bought)} suggestions were bought; from {LEAST_BOUGHT} on a chance is told"
            figures[name] = Reliability(why_not=why)
            continue
        chances[name] = _fitted(listed)
        predicted = np.zeros(len(listed.scores))
        for one in range(FOLDS):
            inside = listed.fold == one
            predicted[inside] = _fitted(listed.where(~inside)).of(listed.scores[inside], listed.orders[inside])
        figures[name] = reliability(predicted, listed.bought, folds=FOLDS)
    return Calibration(ordering, chances, figures)


def _fitted(listed: Judged) -> Chances:
    return fit_chances(listed.scores, listed.orders, listed.bought)


def reliability(predicted: NDArray[np.float64], bought: NDArray[np.bool_], folds: int) -> Reliability:
    """Return how well predicted chances hold, in ten bins of equally many; `folds` they were predicted in."""
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
