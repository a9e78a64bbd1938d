"""A build's metrics of its own lists: exposure of products, calibration, feature shares, seasonal lists."""

import numpy as np

from recsys.lists.inputs import ListInputs
from recsys.lists.recommendations import Lists
from recsys.lists.rule_choice import RuleChoice
from recsys.lists.selection import max_share
from recsys.models.seasonal import MONTHS
from recsys.schema.build_report import Calibrations, Exposure, ListFloor, Reliability, RuleTrial, Seasonal
from recsys.schema.published import SCORE_FAMILIES


def exposure(inputs: ListInputs, lists: Lists, n_lists: int) -> Exposure:
    """Return how lists of new products are ordered and capped, what that costs, and how wide they became.

    Recall and costs are of the windows before, learned strictly before them; missing if too few could be tested.
    """
    counts = np.bincount(lists.by_name["new"].items, minlength=1)
    found = Exposure(
        max_share=max_share(inputs),
        popularity_discount=inputs.learned.choice.rules.popularity_discount,
        widest_share=float(counts.max() / max(n_lists, 1)),
        products=int((counts > 0).sum()),
        lists=n_lists,
    )
    cost = choice_cost(inputs.learned.choice)
    return found.model_copy(update={name: getattr(cost, name) for name in cost.model_fields_set})


def choice_cost(choice: RuleChoice) -> Exposure:
    """Return the recall@10 of the ranker's own order, and how much of it the chosen rules cost; empty if untested."""
    if not choice.trials:
        return Exposure(n=choice.n_tested)
    reference = choice.trials[0].means.mean(axis=0)
    chosen = choice.trial(choice.rules).means.mean(axis=0)
    return Exposure(
        recall=float(reference[0]),
        recall_cost=float(reference[0] - chosen[0]),
        n=choice.n_tested,
        trials=tuple(
            RuleTrial(
                popularity_discount=trial.rules.popularity_discount,
                max_share=trial.rules.max_share,
                recall_loss=float(choice.loss(trial.rules)[0]),
                ndcg_loss=float(choice.loss(trial.rules)[1]),
            )
            for trial in choice.trials
        ),
    )


def floors(inputs: ListInputs, lists: Lists) -> dict[str, ListFloor]:
    """Return by list where it ends, what share of the hits that costs, and how many rows were left out."""
    return {
        name: ListFloor(
            chance=floor.chance,
            expected=floor.expected,
            lost_hits=floor.lost_hits,
            left_out=int(lists.left_out[name].sum()),
        )
        for name, floor in inputs.learned.floors.items()
    }


def calibration(inputs: ListInputs) -> Calibrations:
    """Return the reliability of each list's chances, or why it has none."""
    if inputs.learned.calibration is None:
        why = "too little was ordered in the weeks before to learn from"
        return Calibrations(why_not=why, new=Reliability(why_not=why))
    figures = inputs.learned.calibration.reliability
    return Calibrations.model_validate({**figures["usual"].as_json(), "new": figures["new"], "lost": figures["lost"]})


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
