"""What a version says of its own recommendations, and what it was built from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from recsys.schema.build_report import BuildReport, Reliability
from recsys.schema.published import SCORE_FAMILIES

RANKER = "ranker"  # the model that makes the lists, by its name among the models


@dataclass(frozen=True)
class MetricMean:
    """A metric's mean over customers with its 95 % interval, where that was measured."""

    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ModelFigures:
    """One model on one part of the products: metrics by name, 0-1, and n, the customers they are means over."""

    name: str
    part: str
    metrics: Mapping[str, MetricMean]
    n: int


@dataclass(frozen=True)
class Gain:
    """How much more the ranker reaches than a reference, customer by customer; metrics by name."""

    reference: str
    part: str
    metrics: Mapping[str, MetricMean]
    n: int


@dataclass(frozen=True)
class Report:
    """All that one version says of itself.

    models, gains  what was measured; the ranker first
    build          everything else that the build says of its lists; defaults where it does not
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
    models: tuple[ModelFigures, ...]
    gains: tuple[Gain, ...]
    build: BuildReport

    def figures(self, name: str, part: str) -> ModelFigures | None:
        """Return a model's figures; None where it was not measured."""
        return next((one for one in self.models if (one.name, one.part) == (name, part)), None)

    @property
    def calibrations(self) -> Mapping[str, Reliability]:
        """Return the reliability of chances by list, of the lists that could be calibrated."""
        return self.build.calibration.by_list()

    @property
    def tested_chances(self) -> Mapping[str, Reliability]:
        """Return by list the reliability of chances that were learned before the days they were compared with.

        A version that was built without that has the reliability of `calibrations` instead.
        """
        return self.build.evaluation.calibration.by_list() or self.calibrations

    @property
    def feature_shares(self) -> Mapping[str, Mapping[str, float]]:
        """Return shares of 0-1 by list and family, in the order of SCORE_FAMILIES; lists without any are left out."""
        shares_of = {
            name: {family: of[family] for family in SCORE_FAMILIES if family in of}
            for name, of in self.build.feature_shares.items()
        }
        return {name: shares for name, shares in shares_of.items() if shares}
