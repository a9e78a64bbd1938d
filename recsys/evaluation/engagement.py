"""Whether opens and clicks pay: the ranker with and without them, on the same customers in the last four weeks."""

import numpy as np
from numpy.typing import NDArray

from recsys.dataset.interactions import Interactions
from recsys.errors import TableError
from recsys.evaluation.backtest import sampled
from recsys.evaluation.evaluate import lists, metrics_by_part
from recsys.evaluation.intervals import Estimate, estimates
from recsys.evaluation.metrics import METRICS
from recsys.evaluation.split import Split, calendar
from recsys.models.ranker.ranker import FittedRanker, Ranker, TrainingData
from recsys.schema.build_report import Difference, EventsTest

RULE_METRIC = "recall@10"
SHOWN_METRICS = (RULE_METRIC, "ndcg@10")
_TOO_LITTLE = "too little was ordered before the last four weeks to learn from"


def events_test(
    interactions: Interactions, ranker: Ranker, training: TrainingData, before: TrainingData, asked: str
) -> EventsTest:
    """Return how much better lists are with the events of the interactions, and whether the build uses them.

    training  ranker.training_data(interactions); its history is the history of this test
    before    ranker.training_data(training.held_out.history), which the weights are learned from
    asked     the option: auto, always or never

    Both rankers learn from the same orders of the same customers. The customers are those of the back-test.
    """
    events = interactions.events
    facts = {"asked": asked, "rows": events.rows if events else 0}
    try:
        split = sampled(calendar(interactions), ranker.seed)
    except TableError as error:
        return EventsTest(**facts, used=asked == "always", why_not=str(error))
    values = [
        _values(split, fitted)
        for fitted in (
            ranker.applied_to(training.signals, ranker.weights(before)),
            ranker.applied_to(training.signals.without_events(), ranker.weights(ranker.without_events(before))),
        )
        if fitted.weights is not None
    ]
    if len(values) < 2:
        return EventsTest(**facts, used=asked == "always", why_not=_TOO_LITTLE)
    paired = {part: estimates(values[0][part] - values[1][part]) for part in values[0]}
    return EventsTest(
        **facts,
        used=asked == "always" or pays({part: found[METRICS.index(RULE_METRIC)] for part, found in paired.items()}),
        cut=split.cut,
        paired={part: _differences(found) for part, found in paired.items()},
    )


def pays(recall: dict[str, Estimate]) -> bool:
    """Return the rule: the interval of a part's difference lies above 0, and no other part's lies below it."""
    return any(one.low > 0 for one in recall.values()) and not any(one.high < 0 for one in recall.values())


def _values(split: Split, fitted: FittedRanker) -> dict[str, NDArray[np.float64]]:
    return metrics_by_part(split, lists(split, fitted))


def _differences(found: list[Estimate]) -> dict[str, Difference]:
    """Return by metric the differences that are reported; an interval of one customer is None."""
    by_name = dict(zip(METRICS, found, strict=True))
    return {
        name: Difference(difference=_known(one.mean), low=_known(one.low), high=_known(one.high), n=one.n)
        for name, one in by_name.items()
        if name in SHOWN_METRICS
    }


def _known(number: float) -> float | None:
    return None if np.isnan(number) else number
