"""How far a ranker's metrics depend on the seed that its examples are drawn by."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.evaluation.evaluate import metrics_by_part, ranked_by_part
from recsys.evaluation.metrics import METRICS
from recsys.evaluation.split import Split
from recsys.models.ranker.features import candidates
from recsys.models.ranker.ranker import FittedRanker, Ranker, TrainingData
from recsys.models.ranker.signals import Signals
from recsys.models.ranker.training import Weights
from recsys.models.registry import ranker
from recsys.options import BuildOptions
from recsys.runtime.parallel import blocks, parallel_map
from recsys.runtime.progress import Progress
from recsys.schema.build_report import PARTS, Seeds, Spread

N_SEEDS = 5


def seed_spread(split: Split, model: Ranker, training_data: TrainingData, fitted: FittedRanker, n: int) -> Seeds:
    """Return the spread of the ranker's metrics over n seeds, its own and those after it.

    training_data  model.training_data(split.held_out.history)
    fitted         model fitted on the history: the first of the n

    Everything but the drawn examples is the same for every seed and computed once. Returns no spread if there is too
    little to learn from.
    """
    others = (replace(model, seed=seed) for seed in range(model.seed + 1, model.seed + n))
    weights = [fitted.weights, *(other.weights(other.redrawn(training_data), start=fitted.weights) for other in others)]
    learned = [each for each in weights if each is not None]
    if len(learned) < n:
        return Seeds()
    lists = _lists_by_weights(split, fitted.signals, learned, model.block_rows)
    ranked = [metrics_by_part(split, each) for each in lists]
    return Seeds(n=n, spreads={part: _spreads([values[part] for values in ranked]) for part in PARTS})


def spread_of_seeds(split: Split, n: int, progress: Progress) -> Seeds:
    """Return the spread over n seeds of a build's ranker with its default options."""
    model, history = ranker(BuildOptions()), split.held_out.history
    model = replace(model, hold_out=split.learn)
    with progress.step(f"Learning from {n} seeds"):
        training_data = model.training_data(history)
        fitted = model.applied_to(model.signals(history), model.weights(training_data))
        return seed_spread(split, model, training_data, fitted, n)


def _lists_by_weights(
    split: Split, signals: Signals, weights: Sequence[Weights], block_rows: int
) -> list[dict[str, Counts]]:
    """Return for each of the weights the tested customers' lists by part."""
    bought, width = split.held_out.history.bought, split.held_out.history.n_products

    def of_block(rows: Positions) -> list[Mapping[str, Counts]]:
        found = candidates(signals, rows)
        pairs, shape = (found.owners, found.items), (len(rows), width)
        return [ranked_by_part(csr_matrix((each.scores(found), pairs), shape), bought[rows]) for each in weights]

    parts = [split.tested[block] for block in blocks(len(split.tested), block_rows)]
    done = list(parallel_map(of_block, parts))
    return [{part: np.concatenate([block[at][part] for block in done]) for part in PARTS} for at in range(len(weights))]


def _spreads(values: Sequence[NDArray[np.float64]]) -> dict[str, Spread]:
    """Return by metric the spread of the means over customers; values (n_customers, len(METRICS)) of each seed."""
    if not len(values[0]):
        return {}
    means = np.stack([each.mean(axis=0) for each in values])
    sds = means.std(axis=0, ddof=1) if len(means) > 1 else np.full(len(METRICS), np.nan)
    return {
        metric: Spread(
            mean=float(means[:, at].mean()),
            sd=None if np.isnan(sds[at]) else float(sds[at]),
            lowest=float(means[:, at].min()),
            highest=float(means[:, at].max()),
        )
        for at, metric in enumerate(METRICS)
    }
