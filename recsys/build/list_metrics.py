"""A build's metrics of its own lists: exposure of products, calibration, feature shares, seasonal lists."""

import numpy as np

from recsys.kernels.sparse import without
from recsys.lists.exposure_cap import keep_within_capacity, max_lists
from recsys.lists.inputs import ListInputs
from recsys.lists.recommendations import Lists
from recsys.lists.selection import CANDIDATES_PER_PLACE, max_share
from recsys.models.calibration.cross_fit import OutOfFoldScores
from recsys.models.ranker.ranker import TrainingData
from recsys.models.seasonal import MONTHS
from recsys.schema.build_report import Calibrations, Exposure, Reliability, Seasonal
from recsys.schema.published import SCORE_FAMILIES

_RECALL_AT = 10


def exposure_cap_cost(out_of_fold: OutOfFoldScores, training_data: TrainingData, share: float, length: int) -> Exposure:
    """Return the recall@10 of new products in the last window, and how much of it the exposure cap costs.

    share   largest share of the lists that one product may be in      length  of each list

    A mean over the customers who bought a new product in the window: `n`. None and 0 if nobody did.
    """
    new = out_of_fold.where(out_of_fold.is_new).listed(CANDIDATES_PER_PLACE * length)
    _, owners = np.unique(new.customers, return_inverse=True)
    n_lists = int(owners.max(initial=-1)) + 1
    slots = np.full(n_lists, length)
    within_cap = keep_within_capacity(owners, new.items, (new.scores,), slots, max_lists(share, n_lists))
    truth = without(training_data.held_out.truth, training_data.held_out.history.bought)
    n_bought = np.diff(truth.indptr)[np.unique(new.customers)]
    recalls = []
    for in_list in (np.ones(len(owners), dtype=bool), within_cap):
        kept = np.flatnonzero(in_list)
        first = kept[np.arange(len(kept)) - np.searchsorted(owners[kept], owners[kept]) < _RECALL_AT]
        hits = np.bincount(owners[first], weights=new.bought[first], minlength=n_lists)
        recalls.append(hits[n_bought > 0] / n_bought[n_bought > 0])
    if not len(recalls[0]):
        return Exposure(recall=None, recall_cost=None, n=0)
    uncapped, capped = (float(values.mean()) for values in recalls)
    return Exposure(recall=uncapped, recall_cost=uncapped - capped, n=len(recalls[0]))


def exposure(inputs: ListInputs, lists: Lists, n_lists: int) -> Exposure:
    """Return the largest share of the lists of new products that one product may have, and the largest that one has."""
    counts = np.bincount(lists.by_name["new"].items, minlength=1)
    return Exposure(
        max_share=max_share(inputs),
        widest_share=float(counts.max() / max(n_lists, 1)),
        products=int((counts > 0).sum()),
        lists=n_lists,
    )


def calibration(inputs: ListInputs) -> Calibrations:
    """Return the reliability of each list's chances, or why it has none."""
    if inputs.calibration is None:
        why = "too little was ordered in the last four weeks to learn from"
        return Calibrations(why_not=why, new=Reliability(why_not=why))
    figures = inputs.calibration.reliability
    return Calibrations.model_validate({**figures["usual"].as_json(), "new": figures["new"]})


def feature_shares(lists: Lists) -> dict[str, dict[str, float]]:
    """Return by list the mean share of each feature family in the ranker's scores; lists without them are left out."""
    means = {}
    for name, ranked in lists.by_name.items():
        rows = ranked.shares[~np.isnan(ranked.shares[:, 0])].astype(np.float64)
        if len(rows):
            means[name] = dict(zip(SCORE_FAMILIES, map(float, rows.mean(axis=0)), strict=True))
    return means


def seasonal(inputs: ListInputs, lists: Lists) -> Seasonal:
    """Return how many customers have a list of seasonal products, or why there is none."""
    interactions = inputs.interactions
    if inputs.season is None:
        first = interactions.first_day
        required = f"{MONTHS} months of them up to {interactions.as_of} are needed"
        return Seasonal(why_not=f"the orders begin on {first}, and {required}")
    return Seasonal(customers=len(np.unique(lists.by_name["seasonal"].customers)))
