"""What a build says of its own lists: what breadth costs, what carries the scores, what could not be made and why."""

import numpy as np

from recsys.kernels.sparse import without
from recsys.lists.exposure_cap import keep_within_capacity, max_lists
from recsys.lists.inputs import ListInputs
from recsys.lists.recommendations import Lists
from recsys.lists.selection import CANDIDATES_PER_PLACE, max_share
from recsys.models.calibration.cross_fit import OutOfFoldScores
from recsys.models.ranker.ranker import TrainingData
from recsys.models.seasonal import MONTHS
from recsys.schema.build_report import Breadth, Calibrations, Reliability, Seasonal
from recsys.schema.published import SCORE_FAMILIES

_AT = 10


def breadth_cost(out_of_fold: OutOfFoldScores, training_data: TrainingData, share: float, length: int) -> Breadth:
    """Return the recall@10 of new products in the last window, and what the bound on breadth costs of it.

    share  of the lists that a product may be in       n  customers who bought something new in the window
    """
    new = out_of_fold.where(out_of_fold.is_new).listed(CANDIDATES_PER_PLACE * length)
    _, owners = np.unique(new.customers, return_inverse=True)
    n_lists = int(owners.max(initial=-1)) + 1
    slots = np.full(n_lists, length)
    held_down = keep_within_capacity(owners, new.items, (new.scores,), slots, max_lists(share, n_lists))
    truth = without(training_data.held_out.truth, training_data.held_out.history.bought)
    n_bought = np.diff(truth.indptr)[np.unique(new.customers)]
    recalls = []
    for taken in (np.ones(len(owners), dtype=bool), held_down):
        kept = np.flatnonzero(taken)
        first = kept[np.arange(len(kept)) - np.searchsorted(owners[kept], owners[kept]) < _AT]
        hits = np.bincount(owners[first], weights=new.bought[first], minlength=n_lists)
        recalls.append(hits[n_bought > 0] / n_bought[n_bought > 0])
    if not len(recalls[0]):
        return Breadth(recall=None, recall_cost=None, n=0)
    free, held = (float(values.mean()) for values in recalls)
    return Breadth(recall=free, recall_cost=free - held, n=len(recalls[0]))


def breadth(inputs: ListInputs, lists: Lists, n_lists: int) -> Breadth:
    """Return what a product's share of the lists of new products may be, and what it is at most."""
    counts = np.bincount(lists.by_name["new"].items, minlength=1)
    return Breadth(
        max_share=max_share(inputs),
        widest_share=float(counts.max() / max(n_lists, 1)),
        products=int((counts > 0).sum()),
        lists=n_lists,
    )


def calibration(inputs: ListInputs) -> Calibrations:
    """Return how far the chances of each list can be trusted, or why there are none."""
    if inputs.calibration is None:
        why = "too little was ordered in the last four weeks to learn from"
        return Calibrations(why_not=why, new=Reliability(why_not=why))
    figures = inputs.calibration.reliability
    return Calibrations.model_validate({**figures["usual"].as_json(), "new": figures["new"]})


def feature_shares(lists: Lists) -> dict[str, dict[str, float]]:
    """Return by list the mean share of each family in the scores of the ranker's rows; nothing without any."""
    found = {}
    for name, picks in lists.by_name.items():
        rows = picks.shares[~np.isnan(picks.shares[:, 0])].astype(np.float64)
        if len(rows):
            found[name] = dict(zip(SCORE_FAMILIES, map(float, rows.mean(axis=0)), strict=True))
    return found


def seasonal(inputs: ListInputs, lists: Lists) -> Seasonal:
    """Return how many customers have a list of seasonal products, or why there is none."""
    interactions = inputs.interactions
    if inputs.season is None:
        first = interactions.first_day
        wanted = f"{MONTHS} months of them up to {interactions.as_of} are needed"
        return Seasonal(why_not=f"the orders begin on {first}, and {wanted}")
    return Seasonal(customers=len(np.unique(lists.by_name["seasonal"].customers)))
