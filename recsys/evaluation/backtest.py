"""The back-test in each version's manifest: its ranker and baselines on the last four weeks up to as_of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from recsys.dataset.interactions import Interactions
from recsys.errors import TableError
from recsys.evaluation.baselines import compared_models
from recsys.evaluation.evaluate import evaluate
from recsys.evaluation.report import evaluation_report
from recsys.evaluation.split import Split, calendar
from recsys.models.base import Fitted, Model
from recsys.models.ranker.ranker import Ranker, TrainingData
from recsys.runtime.progress import Progress
from recsys.schema.build_report import EvaluationReport

MAX_CUSTOMERS = 5_000
_BASELINES = ("popular", "own_frequent", "tifu_knn")
_MAX_PAIRS = 100_000_000  # tested customers x customers that tifu_knn compares: about ten seconds


@dataclass(frozen=True)
class _RankerWithSignals:
    """A ranker whose signals are computed already: fitting it learns only its weights."""

    ranker: Ranker
    training_data: TrainingData
    name: str = "ranker"

    def fit(self, interactions: Interactions) -> Fitted:
        weights = self.ranker.weights(self.ranker.training_data(interactions))
        return self.ranker.applied_to(self.training_data.signals, weights)


def backtest(
    interactions: Interactions, ranker: Ranker, training_data: TrainingData, progress: Progress, *, seed: int = 0
) -> EvaluationReport:
    """Return the evaluation on the 28 days up to and including as_of; only `why_not` if no customer can be tested.

    ranker         the model of the build
    training_data  ranker.training_data(interactions); its history is the history of this test

    The weights are learned on the window before: history up to 56 days before as_of, purchases of the 28 days after.
    At most MAX_CUSTOMERS customers are tested, a random sample by seed. tifu_knn is left out where it would compare
    more than _MAX_PAIRS pairs of customers.
    """
    try:
        split = calendar(interactions)
    except TableError as error:
        return EvaluationReport(why_not=str(error))
    split = _sampled(split, seed)
    evaluation = evaluate(split, _models(split, ranker, training_data), progress)
    return evaluation_report(evaluation, interactions)


def _models(split: Split, ranker: Ranker, training_data: TrainingData) -> Mapping[str, Model]:
    available = compared_models(split)
    chosen: dict[str, Model] = {name: available[name] for name in _BASELINES}
    if len(split.tested) * split.held_out.history.n_customers > _MAX_PAIRS:
        del chosen["tifu_knn"]
    chosen["ranker"] = _RankerWithSignals(replace(ranker, hold_out=split.learn), training_data)
    return chosen


def _sampled(split: Split, seed: int) -> Split:
    sample = np.random.default_rng(seed).permutation(split.tested)[:MAX_CUSTOMERS]
    return replace(split, tested=np.sort(sample))
