"""How well chances hold that were learned before the days they are about.

history of the window before | window before | days held out
  scored, five folds         | bought? ------> chances of the lists as of the cut: bought?
"""

import numpy as np

from recsys.evaluation.split import Split
from recsys.kernels.sparse import best, masked, stored_in
from recsys.kernels.sparse_lookup import at
from recsys.models.calibration.cross_fit import MAX_CUSTOMERS, calibrate, reliability, score_out_of_fold
from recsys.models.ranker.ranker import FittedRanker, Ranker, TrainingData
from recsys.schema.build_report import Calibrations, Reliability


def forward_calibration(
    split: Split, ranker: Ranker, training_data: TrainingData, fitted: FittedRanker, length: int
) -> Calibrations:
    """Return the reliability of the chances of lists of `length` rows, usual and new, in the days held out.

    training_data  ranker.training_data(split.held_out.history): all that the chances are learned from
    fitted         ranker fitted on the history

    Looks at the lists of at most MAX_CUSTOMERS customers of the history, drawn by the ranker's seed from all, whether
    they ordered in the days held out or not.
    """
    if fitted.weights is None:
        why = "too little was ordered in the four weeks before to learn from"
        return Calibrations(why_not=why, new=Reliability(why_not=why))
    calibration = calibrate(score_out_of_fold(ranker, training_data, fitted.weights), training_data, length)
    history, truth = split.held_out.history, split.held_out.truth
    rows = np.sort(np.random.default_rng(ranker.seed).permutation(history.n_customers)[:MAX_CUSTOMERS]).astype(np.int32)
    scores, order_logits = fitted.score(rows), calibration.order_logits(fitted.signals)[rows]
    is_own = stored_in(scores, history.bought[rows])
    found = {}
    for name, keep in (("usual", is_own), ("new", ~is_own)):
        if name not in calibration.calibrators:
            found[name] = Reliability(why_not=calibration.reliability[name].why_not)
            continue
        listed = best(masked(scores, keep), length)
        chances = calibration.calibrators[name].chances(listed.scores, order_logits[listed.owners])
        found[name] = reliability(chances, at(truth[rows], listed.owners, listed.items) > 0)
    return Calibrations.model_validate({**found["usual"].as_json(), "new": found["new"]})
