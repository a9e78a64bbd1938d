"""The figures that each version carries: its own back-test, on the four weeks before as_of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from recsys.dataset.interactions import Interactions
from recsys.errors import TableError
from recsys.evaluation.baselines import contenders
from recsys.evaluation.evaluate import evaluate
from recsys.evaluation.report import evaluation_report
from recsys.evaluation.split import Split, calendar
from recsys.models.base import Fitted, Model
from recsys.models.ranker.ranker import Ranker, TrainingData
from recsys.runtime.progress import Progress
from recsys.schema.build_report import EvaluationReport

MOST_CUSTOMERS = 5_000
_BESIDE = ("popular", "own_frequent", "tifu_knn")
_MOST_PAIRS = 100_000_000  # tested customers x customers that tifu_knn measures: some ten seconds


@dataclass(frozen=True)
class _Known:
    """A model whose signals are known already: only its weights are learned."""

    ranker: Ranker
    training_data: TrainingData
    name: str = "ranker"

    def fit(self, interactions: Interactions) -> Fitted:
        weights = self.ranker.weights(self.ranker.training_data(interactions))
        return self.ranker.applied_to(self.training_data.signals, weights)


def backtest(
    interactions: Interactions, ranker: Ranker, training_data: TrainingData, progress: Progress, *, seed: int = 0
) -> EvaluationReport:
    """Return what `evaluate` reports of the 28 days up to and with as_of, or why nothing can be tested.

    ranker         the model that is built
    training_data  ranker.training_data(interactions): its history is the history here

    What is listed is learned on the window before: history up to 56 days before as_of, bought or not in the 28 after.
    At most MOST_CUSTOMERS customers are tested, drawn by seed. Where tifu_knn would measure too many pairs of
    customers it is left out.
    """
    try:
        split = calendar(interactions)
    except TableError as error:
        return EvaluationReport(why_not=str(error))
    split = _drawn(split, seed)
    found = evaluate(split, _models(split, ranker, training_data), progress)
    return evaluation_report(found, interactions)


def _models(split: Split, ranker: Ranker, training_data: TrainingData) -> Mapping[str, Model]:
    known = contenders(split)
    chosen: dict[str, Model] = {name: known[name] for name in _BESIDE}
    if len(split.tested) * split.held_out.history.n_customers > _MOST_PAIRS:
        del chosen["tifu_knn"]
    chosen["ranker"] = _Known(replace(ranker, hold_out=split.learn), training_data)
    return chosen


def _drawn(split: Split, seed: int) -> Split:
    drawn = np.random.default_rng(seed).permutation(split.tested)[:MOST_CUSTOMERS]
    return replace(split, tested=np.sort(drawn))
