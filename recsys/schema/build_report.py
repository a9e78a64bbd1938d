"""What a build says of its own recommendations: the `evaluation` of a manifest, and the object of `evaluate --json`.

The writer constructs these models; a wrong value raises pydantic.ValidationError. `read` takes what any build wrote,
in full, in part or in another form: what is missing or malformed has its default, and is never an error.
Only fields that were set are written, in the order that they have here.
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

PARTS = ("all", "new")  # of the products that a model is judged by: all, or those that are new to the customer
_LENIENT = "lenient"  # the context of a validation that raises for nothing

T = TypeVar("T")


def _lenient(instead: Callable[[], Any]) -> Callable[[Any, ValidatorFunctionWrapHandler, ValidationInfo], Any]:
    """Return a validator that while reading takes what `instead` returns or raises for a malformed value."""

    def validated(value: Any, validate: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return validate(value)
        except ValidationError:
            if info.context != _LENIENT:
                raise
        return instead()

    return validated


def _left_out() -> None:
    raise PydanticOmit


def _default() -> None:
    raise PydanticUseDefault


Number = Annotated[float, Strict(), AllowInfNan(False)]
Whole = Annotated[int, Strict()]
Listed = tuple[Annotated[T, WrapValidator(_lenient(_left_out))], ...]  # a malformed element is left out
Named = dict[str, Annotated[T, WrapValidator(_lenient(_left_out))]]


class ReportPart(BaseModel):
    """A part of what a build says. Every field has a default."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    _or_default = field_validator("*", mode="wrap")(_lenient(_default))

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Return what was written, as far as it is there and well formed."""
        return cls.model_validate(told, context=_LENIENT)

    def as_json(self) -> dict[str, Any]:
        """Return JSON values: the fields that were set."""
        return self.model_dump(mode="json", exclude_unset=True)


# ---- how well chances hold ----


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
    """How well the chances of a list hold, or why it has none.

    ece    expected calibration error: the mean over the bins, weighted by n, of |predicted - bought|
    folds  of customers: each was judged by a model that had not seen them
    bins   of equally many suggestions, from the lowest chance to the highest
    """

    why_not: str = ""
    folds: Whole | None = None
    n: Whole = 0
    ece: Number | None = None
    bins: Listed[Bin] = ()

    def bin_of(self, chance: float) -> Bin:
        """Return the bin that a chance falls in, or else the nearest: bins end at the chances that were seen.

        Raises ValueError where there are no bins.
        """
        return min(self.bins, key=lambda one: max(one.low - chance, chance - one.high, 0.0))


class Calibrations(Reliability):
    """How well the chances of the usual lists hold, and under `new` those of the lists of new products."""

    new: Reliability = Reliability()

    def by_list(self) -> dict[str, Reliability]:
        """Return the lists whose chances were calibrated."""
        return {name: one for name, one in (("usual", self), ("new", self.new)) if one.bins}


# ---- the back-test ----


class MetricMeans(ReportPart):
    """Means over n customers: a field a metric, such as `recall@10`, 0-1; None where it is not known."""

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
    """How much more a model reaches than a reference: the mean over n customers with its 95 % interval."""

    difference: Number | None = None
    low: Number | None = None
    high: Number | None = None
    n: Whole = 0


class HeldOutData(ReportPart):
    """The orders that were split, and how.

    products_pattern  which product ids were kept       history_*  what was known before the cut
    cut, days         None where there is no one day    tested     customers by part
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
    """The version that is served, where it was one of the models; compared_by its lists or by its options."""

    version: str = ""
    as_of: date | None = None
    code_version: str = ""
    compared_by: str = ""


class EvaluationReport(ReportPart):
    """What each model's lists were worth on the same customers, or why that was not measured.

    paired           by model, reference, part and metric
    intervals        by model, part and metric: the lowest and the highest value of the 95 % interval
    bands, segments  by part, group of customers and model
    peak_mb          by model, the process's memory in megabytes when it was done
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


class Breadth(ReportPart):
    """How far a product spreads over the lists of new products, and what bounding that costs.

    max_share, widest_share  of those lists: what one product may be in, and the most that one is in
    products, lists          how many
    recall, recall_cost      recall@10 of new products without the bound, and how much of it the bound costs
    n                        customers whom that was measured on
    """

    max_share: Number | None = None
    widest_share: Number | None = None
    products: Whole | None = None
    lists: Whole | None = None
    recall: Number | None = None
    recall_cost: Number | None = None
    n: Whole | None = None


class Seasonal(ReportPart):
    """How many customers have a list of seasonal products, or why there is none."""

    why_not: str = ""
    customers: Whole | None = None


class BuildReport(ReportPart):
    """All that a build says of its recommendations.

    held_back       by list, products that are not listed because they cannot be had
    not_sellable    products that cannot be had
    bundle_baskets  by segment, the fewest baskets that a bundle was in
    feature_shares  by list and family of features, the mean share of the scores, 0-1
    """

    held_back: Named[Whole] = {}
    not_sellable: Whole | None = None
    bundle_baskets: Named[Whole] = {}
    calibration: Calibrations = Calibrations()
    breadth: Breadth = Breadth()
    feature_shares: Named[Named[Number]] = {}
    seasonal: Seasonal = Seasonal()
    evaluation: EvaluationReport = EvaluationReport()
