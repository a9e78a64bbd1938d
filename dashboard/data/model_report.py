"""What a version says of its own recommendations: the figures of its manifest as records, as far as it has them.

A manifest's evaluation is free JSON that older builds wrote in part or not at all: what is missing or of another
form is None or empty here, and never an error.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from recsys.artifacts.manifest import Manifest
from recsys.schema.published import FAMILIES

RANKER = "ranker"
PARTS = ("all", "new")
INTERVALS = ("recall@10", "ndcg@10")  # metrics that are shown with their interval


@dataclass(frozen=True)
class Estimate:
    """A mean over customers with its 95 % interval, where that was measured."""

    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ModelFigures:
    """One model on one part of the products: metrics by name, 0-1, and n, the customers they are means over.

    version     the version that was built with it, where it is not the one that was asked for
    """

    name: str
    part: str
    metrics: Mapping[str, Estimate]
    n: int
    version: str = ""


@dataclass(frozen=True)
class Gain:
    """How much more the ranker reaches than a reference, customer by customer; metrics by name."""

    reference: str
    part: str
    metrics: Mapping[str, Estimate]
    n: int


@dataclass(frozen=True)
class Bin:
    """Suggestions with a chance from low to high: how many, their mean chance, the share that was bought."""

    low: float
    high: float
    n: int
    predicted: float
    bought: float

    @property
    def n_bought(self) -> int:
        return round(self.n * self.bought)


@dataclass(frozen=True)
class Calibration:
    """How well chances hold. `ece` is the expected calibration error, the mean distance over all suggestions."""

    n: int
    ece: float | None
    folds: int | None
    bins: tuple[Bin, ...]

    def bin_of(self, chance: float) -> Bin:
        """The bin that a chance falls in, or else the nearest: bins end at the chances that were seen."""
        return min(self.bins, key=lambda one: max(one.low - chance, chance - one.high, 0.0))


@dataclass(frozen=True)
class Report:
    """All that one version says of itself.

    models, gains       what was measured; the ranker first
    about               what was held out: protocol, cut, days, products pattern, as far as known
    not_evaluated       why nothing was measured, where the version says so
    calibrations        by list, as far as chances could be calibrated; else `not_calibrated` says why
    feature_shares      by list and family, 0-1
    held_back           by list, products not listed as they cannot be had
    has_seasonal        whether there is a seasonal list
    seasonal_why_not    why there is none, where the version says so
    """

    version: str
    built_at: datetime
    code_version: str
    as_of: date
    first_order_on: date
    last_order_on: date
    fingerprint: str
    source_rows: Mapping[str, int]
    options: Mapping[str, Any]
    seed: int
    seconds: Mapping[str, float]
    models: tuple[ModelFigures, ...] = ()
    gains: tuple[Gain, ...] = ()
    about: Mapping[str, Any] | None = None
    not_evaluated: str = ""
    calibrations: Mapping[str, Calibration] | None = None
    not_calibrated: str = ""
    feature_shares: Mapping[str, Mapping[str, float]] | None = None
    breadth: Mapping[str, float] | None = None
    held_back: Mapping[str, int] | None = None
    not_sellable: int | None = None
    seasonal_why_not: str = ""
    has_seasonal: bool = False

    def figures(self, name: str, part: str) -> ModelFigures | None:
        return next((one for one in self.models if (one.name, one.part) == (name, part)), None)

    def calibration(self, list_name: str) -> Calibration | None:
        """How well chances of a list hold; None where it has none."""
        return (self.calibrations or {}).get(list_name)


def report_of(manifest: Manifest) -> Report:
    """Read a manifest."""
    facts = manifest.facts
    said = _mapping(facts.evaluation)
    evaluation, calibration = _mapping(said.get("evaluation")), _mapping(said.get("calibration"))
    return Report(
        version=manifest.version,
        built_at=manifest.built_at,
        code_version=manifest.code_version,
        as_of=facts.as_of,
        first_order_on=facts.first_order_on,
        last_order_on=facts.last_order_on,
        fingerprint=facts.fingerprint,
        source_rows=facts.source_rows,
        options=facts.options,
        seed=facts.seed,
        seconds=facts.seconds,
        models=_models(evaluation),
        gains=_gains(evaluation),
        about=_mapping(evaluation.get("data")) | {"protocol": evaluation.get("protocol")},
        not_evaluated=_text(evaluation.get("why_not")),
        calibrations=_calibrations(calibration),
        not_calibrated=_text(calibration.get("why_not")),
        feature_shares={name: _shares(of) for name, of in _mapping(said.get("feature_shares")).items() if _shares(of)},
        breadth=_numbers(said.get("breadth")),
        held_back={name: int(n) for name, n in _numbers(said.get("held_back")).items()},
        not_sellable=_whole(said.get("not_sellable")),
        has_seasonal=_whole(_mapping(said.get("seasonal")).get("customers")) is not None,
        seasonal_why_not=_text(_mapping(said.get("seasonal")).get("why_not")),
    )


# ---- inner ----


def _models(evaluation: Mapping[str, Any]) -> tuple[ModelFigures, ...]:
    found = []
    for name, model in _mapping(evaluation.get("models")).items():
        for part in PARTS:
            told = _numbers(_mapping(model).get(part))
            if told:
                found.append(ModelFigures(name, part, _estimates(evaluation, name, part, told), int(told.get("n", 0))))
    return tuple(sorted(found, key=lambda one: one.name != RANKER))


def _estimates(
    evaluation: Mapping[str, Any], name: str, part: str, told: Mapping[str, float]
) -> Mapping[str, Estimate]:
    intervals = _mapping(_mapping(_mapping(evaluation.get("intervals")).get(name)).get(part))
    return {metric: Estimate(mean, *_ends(intervals.get(metric))) for metric, mean in told.items() if metric != "n"}


def _ends(interval: Any) -> tuple[float | None, float | None]:
    low, high = interval if isinstance(interval, list) and len(interval) == 2 else (None, None)
    return _number(low), _number(high)


def _gains(evaluation: Mapping[str, Any]) -> tuple[Gain, ...]:
    found = []
    for reference, parts in _mapping(_mapping(evaluation.get("paired")).get(RANKER)).items():
        for part in PARTS:
            metrics = {
                metric: Estimate(mean, _number(one.get("low")), _number(one.get("high")))
                for metric, one in _mapping(_mapping(parts).get(part)).items()
                if (mean := _number(_mapping(one).get("difference"))) is not None
            }
            if metrics:
                n = max(_whole(one.get("n")) or 0 for one in _mapping(parts[part]).values())
                found.append(Gain(reference, part, metrics, n))
    return tuple(found)


def _calibrations(calibration: Mapping[str, Any]) -> Mapping[str, Calibration]:
    parts = {"usual": calibration, "new": _mapping(calibration.get("new"))}
    return {
        part: Calibration(_whole(one.get("n")) or 0, _number(one.get("ece")), _whole(one.get("folds")), bins)
        for part, one in parts.items()
        if (bins := _bins(one.get("bins")))
    }


def _bins(bins: Any) -> tuple[Bin, ...]:
    rows = [_numbers(one) for one in bins] if isinstance(bins, list) else []
    wanted = ("low", "high", "n", "predicted", "bought")
    return tuple(
        Bin(row["low"], row["high"], int(row["n"]), row["predicted"], row["bought"])
        for row in rows
        if all(name in row for name in wanted) and row["n"] > 0
    )


def _shares(shares: Any) -> Mapping[str, float]:
    known = _numbers(shares)
    return {family: known[family] for family in FAMILIES if family in known}


def _numbers(told: Any) -> dict[str, float]:
    """What of a mapping is a number."""
    return {name: number for name, one in _mapping(told).items() if (number := _number(one)) is not None}


def _mapping(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}


def _number(told: Any) -> float | None:
    is_number = isinstance(told, int | float) and not isinstance(told, bool) and math.isfinite(told)
    return told if is_number else None


def _whole(told: Any) -> int | None:
    number = _number(told)
    return None if number is None else int(number)


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""
