"""An evaluation as one JSON object."""

import math
from typing import Any

from recsys.dataset.interactions import Interactions
from recsys.evaluation.baselines import REFERENCES
from recsys.evaluation.evaluate import PARTS, Evaluation
from recsys.evaluation.intervals import Estimate
from recsys.evaluation.metrics import METRICS
from recsys.evaluation.served_version import Published


def as_json(
    evaluation: Evaluation, orders: Interactions, products: str | None = None, published: Published | None = None
) -> dict[str, Any]:
    """Return everything that was measured; an unknown number is None.

    orders     what was split            products  the pattern that chose its products
    published  what stood for the serving version, if it was among the models
    Intervals hold 95 %, as [low, high]; memory is the process's peak in megabytes when the model was done.
    """
    return {
        "protocol": evaluation.split.protocol,
        "data": _data(evaluation, orders, products),
        "models": {name: _model(evaluation, name) for name in evaluation.results},
        "paired": paired(evaluation),
        "intervals": {
            name: {part: _intervals(evaluation.everyone(part)[name]) for part in PARTS} for name in evaluation.results
        },
        "bands": _groups(evaluation, "bands"),
        "segments": _groups(evaluation, "segments"),
        "peak_mb": {name: round(result.peak_mb, 1) for name, result in evaluation.results.items()},
        "published": published.as_json() if published else None,
    }


def paired(evaluation: Evaluation) -> dict[str, Any]:
    """Return by model, reference, part and metric the mean difference, its interval and n; references among others."""
    return {
        name: {
            reference: {part: _differences(evaluation.paired(name, reference, part)) for part in PARTS}
            for reference in REFERENCES
            if reference in evaluation.results and reference != name
        }
        for name in evaluation.results
    }


def _data(evaluation: Evaluation, orders: Interactions, products: str | None) -> dict[str, Any]:
    split, history = evaluation.split, evaluation.split.held_out.history
    return {
        "products_pattern": products,
        "customers": orders.n_customers,
        "products": orders.n_products,
        "baskets": len(orders.basket_days),
        "basket_lines": int(orders.baskets.nnz),
        "first_order_on": orders.first_day.isoformat(),
        "last_order_on": orders.as_of.isoformat(),
        "cut": split.cut.isoformat() if split.cut else None,
        "days": split.days,
        "history_customers": history.n_customers,
        "history_products": history.n_products,
        "history_baskets": len(history.basket_days),
        "tested": {part: len(evaluation.rows[part]) for part in PARTS},
    }


def _model(evaluation: Evaluation, name: str) -> dict[str, Any]:
    result = evaluation.results[name]
    parts = {
        part: {
            **_means(evaluation.everyone(part)[name]),
            "coverage@10": result.parts[part].coverage,
            "n": len(result.parts[part].values),
        }
        for part in PARTS
    }
    return {**parts, "fit_s": round(result.fit_s, 3), "score_s": round(result.score_s, 3)}


def _groups(evaluation: Evaluation, kind: str) -> dict[str, Any]:
    """Return by part, group and model the means and n."""
    groups = evaluation.bands() if kind == "bands" else evaluation.segments()
    return {
        part: {
            group: {name: {**_means(found), "n": found[0].n} for name, found in evaluation.within(part, keep).items()}
            for group, keep in groups.items()
        }
        for part in PARTS
    }


def _means(found: list[Estimate]) -> dict[str, float | None]:
    return {metric: _known(estimate.mean) for metric, estimate in zip(METRICS, found, strict=True)}


def _intervals(found: list[Estimate]) -> dict[str, list[float | None]]:
    return {
        metric: [_known(estimate.low), _known(estimate.high)] for metric, estimate in zip(METRICS, found, strict=True)
    }


def _differences(found: list[Estimate]) -> dict[str, Any]:
    return {
        metric: {
            "difference": _known(estimate.mean),
            "low": _known(estimate.low),
            "high": _known(estimate.high),
            "n": estimate.n,
        }
        for metric, estimate in zip(METRICS, found, strict=True)
    }


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number
