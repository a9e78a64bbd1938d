"""The back-test in each version's manifest: its ranker and baselines on the last four weeks up to as_of."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from recsys.dataset.interactions import Interactions
from recsys.errors import TableError
from recsys.evaluation.baselines import compared_models
from recsys.evaluation.catalogue import Catalogue
from recsys.evaluation.evaluate import evaluate
from recsys.evaluation.list_hits import seasonal_hits, unsold_hits
from recsys.evaluation.report import evaluation_report
from recsys.evaluation.seeds import N_SEEDS, seed_spread
from recsys.evaluation.split import Split, calendar
from recsys.models.base import Fitted, Model
from recsys.models.ranker.ranker import FittedRanker, Ranker, TrainingData
from recsys.options import BuildOptions
from recsys.runtime.progress import Progress
from recsys.schema.build_report import EvaluationReport

MAX_CUSTOMERS = 5_000
_BASELINES = ("popular", "own_frequent", "tifu_knn")
_MAX_PAIRS = 100_000_000  # tested customers x customers that tifu_knn compares: about ten seconds


@dataclass(frozen=True)
class FittedBefore:
    """A ranker fitted on the history of the test, and what it learned its weights from: the window before."""

    training_data: TrainingData
    fitted: FittedRanker


@dataclass(frozen=True)
class _AlreadyFitted:
    """A ranker that is fitted already, as one of the models."""

    fitted: FittedRanker
    name: str = "ranker"

    def fit(self, interactions: Interactions) -> Fitted:
        return self.fitted


def backtest(
    interactions: Interactions,
    ranker: Ranker,
    training_data: TrainingData,
    progress: Progress,
    *,
    options: BuildOptions | None = None,
    products: Catalogue | None = None,
    before: FittedBefore | None = None,
    seed: int = 0,
) -> EvaluationReport:
    """Return the evaluation on the 28 days up to and including as_of; only `why_not` if no customer can be tested.

    ranker         the model of the build
    training_data  ranker.training_data(interactions); its history is the history of this test
    options        of the build; None: the defaults       products  None: unknown, so nothing is said of unsold ones
    before         the ranker as it was fitted before these days, if that was done already

    The weights are learned on the window before: history up to 56 days before as_of, purchases of the 28 days after.
    At most MAX_CUSTOMERS customers are tested, a random sample by seed.
    tifu_knn is left out where it would compare more than _MAX_PAIRS pairs of customers.
    """
    try:
        split = calendar(interactions)
    except TableError as error:
        return EvaluationReport(why_not=str(error))
    split, options = sampled(split, seed), options or BuildOptions()
    ranker = replace(ranker, hold_out=split.learn)
    start = time.perf_counter()
    before = before or _fitted_before(split, ranker, training_data, progress)
    fit_s = time.perf_counter() - start
    evaluation = evaluate(split, _models(split, before.fitted), progress)
    timed = replace(evaluation.results["ranker"], fit_s=fit_s)
    evaluation = replace(evaluation, results={**evaluation.results, "ranker": timed})
    with progress.step("Trying other seeds"):
        seeds = seed_spread(split, ranker, before.training_data, before.fitted, N_SEEDS)
    more = {
        "seeds": seeds,
        "seasonal": seasonal_hits(split, options.list_length),
        "unsold": unsold_hits(split, interactions, products, options.unsold_places),
    }
    return evaluation_report(evaluation, interactions).model_copy(update=more)


def _fitted_before(split: Split, ranker: Ranker, training_data: TrainingData, progress: Progress) -> FittedBefore:
    with progress.step("Learning from the four weeks before"):
        learned = ranker.training_data(split.held_out.history)
        return FittedBefore(learned, ranker.applied_to(training_data.signals, ranker.weights(learned)))


def _models(split: Split, fitted: FittedRanker) -> Mapping[str, Model]:
    available = compared_models(split)
    chosen: dict[str, Model] = {name: available[name] for name in _BASELINES}
    if len(split.tested) * split.held_out.history.n_customers > _MAX_PAIRS:
        del chosen["tifu_knn"]
    chosen["ranker"] = _AlreadyFitted(fitted)
    return chosen


def sampled(split: Split, seed: int) -> Split:
    """Return the split with at most MAX_CUSTOMERS tested customers, a random sample by seed."""
    sample = np.random.default_rng(seed).permutation(split.tested)[:MAX_CUSTOMERS]
    return replace(split, tested=np.sort(sample))
