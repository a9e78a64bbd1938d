"""Converts an evaluation to the report in the manifest and of `evaluate --json`."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from recsys.dataset.interactions import Interactions
from recsys.evaluation.baselines import REFERENCES
from recsys.evaluation.breadth import BREADTH_MEASURES, Breadth
from recsys.evaluation.evaluate import BREADTH_AT, Evaluation, truth
from recsys.evaluation.intervals import Estimate
from recsys.evaluation.metrics import METRICS
from recsys.evaluation.served_version import ServedVersion
from recsys.schema.build_report import PARTS, Difference, EvaluationReport, HeldOutData, MetricMeans, ModelReport


def evaluation_report(
    evaluation: Evaluation, orders: Interactions, products: str | None = None, served: ServedVersion | None = None
) -> EvaluationReport:
    """Return the report of an evaluation; a number that is NaN becomes None.

    orders  what was split      products  the regular expression that selected its products
    served  the version that is served, if it was one of the models
    """
    return EvaluationReport(
        protocol=evaluation.split.protocol,
        data=_data(evaluation, orders, products),
        models={name: _model(evaluation, name) for name in evaluation.results},
        paired=paired(evaluation),
        intervals={
            name: {part: _intervals(evaluation.overall(part)[name]) for part in PARTS} for name in evaluation.results
        },
        bands=_groups(evaluation, evaluation.bands()),
        segments=_groups(evaluation, evaluation.segments()),
        peak_mb={name: round(result.peak_mb, 1) for name, result in evaluation.results.items()},
        published=served.report() if served else None,
    )


def paired(evaluation: Evaluation) -> dict[str, dict[str, dict[str, dict[str, Difference]]]]:
    """Return by model, reference, part and metric the mean difference with its interval and n."""
    return {
        name: {
            reference: {part: _differences(evaluation.paired(name, reference, part)) for part in PARTS}
            for reference in REFERENCES
            if reference in evaluation.results and reference != name
        }
        for name in evaluation.results
    }


def _data(evaluation: Evaluation, orders: Interactions, products: str | None) -> HeldOutData:
    split, history = evaluation.split, evaluation.split.held_out.history
    return HeldOutData(
        products_pattern=products,
        customers=orders.n_customers,
        products=orders.n_products,
        baskets=len(orders.basket_days),
        basket_lines=int(orders.baskets.nnz),
        first_order_on=orders.first_day,
        last_order_on=orders.as_of,
        cut=split.cut,
        days=split.days,
        history_customers=history.n_customers,
        history_products=history.n_products,
        history_baskets=len(history.basket_days),
        tested={part: len(evaluation.rows[part]) for part in PARTS},
        bought={part: bought.nnz for part, bought in truth(split).items()},
    )


def _model(evaluation: Evaluation, name: str) -> ModelReport:
    result = evaluation.results[name]
    parts = {
        part: _means(evaluation.overall(part)[name], len(result.parts[part].values), result.parts[part].breadth)
        for part in PARTS
    }
    return ModelReport(**parts, fit_s=round(result.fit_s, 3), score_s=round(result.score_s, 3))


def _groups(
    evaluation: Evaluation, groups: Mapping[str, NDArray[np.bool_]]
) -> dict[str, dict[str, dict[str, MetricMeans]]]:
    """Return by part, group of customers and model the means and n."""
    return {
        part: {
            group: {name: _means(found, found[0].n) for name, found in evaluation.subgroup(part, keep).items()}
            for group, keep in groups.items()
        }
        for part in PARTS
    }


def _means(found: list[Estimate], n: int, of_lists: Breadth | None = None) -> MetricMeans:
    means: dict[str, float | None] = {
        metric: _none_if_nan(estimate.mean) for metric, estimate in zip(METRICS, found, strict=True)
    }
    if of_lists is None:
        return MetricMeans.model_validate({**means, "n": n})
    more = {f"{name}@{BREADTH_AT}": _none_if_nan(getattr(of_lists, name)) for name in BREADTH_MEASURES}
    return MetricMeans.model_validate({**means, **more, "n": n, "lists": of_lists.lists})


def _intervals(found: list[Estimate]) -> dict[str, tuple[float | None, float | None]]:
    return {
        metric: (_none_if_nan(estimate.low), _none_if_nan(estimate.high))
        for metric, estimate in zip(METRICS, found, strict=True)
    }


def _differences(found: list[Estimate]) -> dict[str, Difference]:
    return {
        metric: Difference(
            difference=_none_if_nan(estimate.mean),
            low=_none_if_nan(estimate.low),
            high=_none_if_nan(estimate.high),
            n=estimate.n,
        )
        for metric, estimate in zip(METRICS, found, strict=True)
    }


def _none_if_nan(number: float) -> float | None:
    return None if math.isnan(number) else number
