"""The report of a build on its recommendations: `evaluation` in a manifest, and the object of `evaluate --json`.

A build constructs these models; a wrong value raises pydantic.ValidationError. `read` accepts the report of any
version of the code: a missing or malformed value gets its default and is never an error.
Only fields that were set are written, in the order of their definition.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_serializer,
)
from pydantic_core import PydanticOmit, PydanticUseDefault

PARTS = ("all", "new")  # the products that a model is evaluated on: all, or those new to the customer
_LENIENT = "lenient"  # validation context: a malformed value is replaced or left out, not an error

T = TypeVar("T")


def _lenient(fallback: Callable[[], Any]) -> Callable[[Any, ValidatorFunctionWrapHandler, ValidationInfo], Any]:
    """Return a validator that calls `fallback` for a malformed value while a report is read, else raises."""

    def validated(value: Any, validate: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return validate(value)
        except ValidationError:
            if info.context != _LENIENT:
                raise
        return fallback()

    return validated


def _left_out() -> None:
    raise PydanticOmit


def _default() -> None:
    raise PydanticUseDefault


Number = Annotated[float, Strict(), AllowInfNan(False)]
Whole = Annotated[int, Strict()]
Listed = tuple[Annotated[T, WrapValidator(_lenient(_left_out))], ...]  # without malformed elements, if read leniently
Named = dict[str, Annotated[T, WrapValidator(_lenient(_left_out))]]


class ReportPart(BaseModel):
    """A part of a build's report. Every field has a default."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    _or_default = field_validator("*", mode="wrap")(_lenient(_default))

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Return a stored report; missing and malformed values get their defaults."""
        return cls.model_validate(stored, context=_LENIENT)

    def as_json(self) -> dict[str, Any]:
        """Return the fields that were set, as JSON values."""
        return self.model_dump(mode="json", exclude_unset=True)


# ---- calibration of the chances ----


class Bin(BaseModel):
    """Suggestions with a chance from low to high: how many, their mean chance, the share that was bought."""

    model_config = ConfigDict(frozen=True)

    low: Number
    high: Number
    n: Annotated[Whole, Field(gt=0)]
    predicted: Number
    bought: Number

    @property
    def n_bought(self) -> int:
        return round(self.n * self.bought)


class Reliability(ReportPart):
    """How well the chances of a list agree with what was bought, or why it has none.

    ece    expected calibration error: the mean over the bins, weighted by n, of |predicted - bought|
    folds  groups of customers; each got its chances from a model fitted without it
    bins   of equally many suggestions each, from the lowest chances to the highest
    """

    why_not: str = ""
    folds: Whole | None = None
    n: Whole = 0
    ece: Number | None = None
    bins: Listed[Bin] = ()

    def bin_of(self, chance: float) -> Bin:
        """Return the bin that contains a chance, else the nearest one: bins cover only chances that occurred.

        Raises ValueError without bins.
        """
        return min(self.bins, key=lambda one: max(one.low - chance, chance - one.high, 0.0))


class Calibrations(Reliability):
    """The reliability of the usual lists' chances, and as `new` that of the lists of new products."""

    new: Reliability = Reliability()

    def by_list(self) -> dict[str, Reliability]:
        """Return by list the reliability of its chances; lists that have none are left out."""
        return {name: one for name, one in (("usual", self), ("new", self.new)) if one.bins}


# ---- the back-test ----


class MetricMeans(ReportPart):
    """Means over n customers: one field for each metric, such as `recall@10`, 0-1; None where unknown."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[Number | None, WrapValidator(_lenient(lambda: None))]]
    n: Whole = 0

    @property
    def means(self) -> dict[str, float | None]:
        return self.__pydantic_extra__

    @model_serializer
    def _metrics_first(self) -> dict[str, float | int | None]:
        return {**self.means, "n": self.n}


class ModelReport(ReportPart):
    """One model: its metrics by part of the products, and the seconds that it took to fit and to score."""

    all: MetricMeans = MetricMeans()
    new: MetricMeans = MetricMeans()
    fit_s: Number | None = None
    score_s: Number | None = None

    def part(self, name: str) -> MetricMeans:
        """Return the metrics of one of PARTS."""
        return {"all": self.all, "new": self.new}[name]


class Difference(ReportPart):
    """A model's metric less a reference's: the mean over n customers with its 95 % interval."""

    difference: Number | None = None
    low: Number | None = None
    high: Number | None = None
    n: Whole = 0


class HeldOutData(ReportPart):
    """The orders that were split, and how.

    products_pattern  regular expression of the kept product ids      history_*  sizes of the history
    cut, days         None where each customer has an own cut         tested     customers by part
    """

    products_pattern: str | None = None
    customers: Whole | None = None
    products: Whole | None = None
    baskets: Whole | None = None
    basket_lines: Whole | None = None
    first_order_on: date | None = None
    last_order_on: date | None = None
    cut: date | None = None
    days: Whole | None = None
    history_customers: Whole | None = None
    history_products: Whole | None = None
    history_baskets: Whole | None = None
    tested: Named[Whole] = {}


class ServedReport(ReportPart):
    """The served version as one of the models.

    compared_by  text: its own lists, or its options with today's code
    """

    version: str = ""
    as_of: date | None = None
    code_version: str = ""
    compared_by: str = ""


class EvaluationReport(ReportPart):
    """The metrics of each model's lists on the same customers, or why there are none.

    paired           by model, reference, part and metric
    intervals        by model, part and metric, the ends of the 95 % interval
    bands, segments  by part, group of customers and model
    peak_mb          by model, the process's peak memory in megabytes after it
    """

    why_not: str = ""
    protocol: str = ""
    data: HeldOutData = HeldOutData()
    models: Named[ModelReport] = {}
    paired: Named[Named[Named[Named[Difference]]]] = {}
    intervals: Named[Named[Named[tuple[Number | None, Number | None]]]] = {}
    bands: Named[Named[Named[MetricMeans]]] = {}
    segments: Named[Named[Named[MetricMeans]]] = {}
    peak_mb: Named[Number] = {}
    published: ServedReport | None = None


# ---- the lists ----


class Exposure(ReportPart):
    """How many lists of new products one product is in, and what the cap on that share costs.

    max_share     largest share of the lists that one product may be in: the cap
    widest_share  largest share of the lists that one product is in
    products      how many products are in any of the lists
    lists         how many lists there are
    recall        recall@10 of new products without the cap
    recall_cost   how much lower it is with the cap
    n             customers that the recall was measured on
    """

    max_share: Number | None = None
    widest_share: Number | None = None
    products: Whole | None = None
    lists: Whole | None = None
    recall: Number | None = None
    recall_cost: Number | None = None
    n: Whole | None = None


class Seasonal(ReportPart):
    """How many customers have a list of seasonal products, or why none has one."""

    why_not: str = ""
    customers: Whole | None = None


class BuildReport(ReportPart):
    """All that a build reports on its recommendations.

    held_back       by list, products that would be listed if they were available, not replaced, of normal priority
    not_sellable    products that are unavailable, replaced or of low priority
    bundle_baskets  by segment, the least number of baskets of a bundle
    breadth         exposure of products in the lists of new products
    feature_shares  by list and family of features, the mean share of the score, 0-1
    """

    held_back: Named[Whole] = {}
    not_sellable: Whole | None = None
    bundle_baskets: Named[Whole] = {}
    calibration: Calibrations = Calibrations()
    breadth: Exposure = Exposure()
    feature_shares: Named[Named[Number]] = {}
    seasonal: Seasonal = Seasonal()
    evaluation: EvaluationReport = EvaluationReport()
