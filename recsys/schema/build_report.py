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
    folds  of customers, in versions whose chances were learned in the days that they were compared with; now None:
           they are learned before
    bins   of suggestions, from the lowest chances to the highest
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
    """The reliability of the usual lists' chances, as `new` and `lost` that of those of new and of silent products."""

    new: Reliability = Reliability()
    lost: Reliability = Reliability()

    def by_list(self) -> dict[str, Reliability]:
        """Return by list the reliability of its chances; lists that have none are left out."""
        return {name: one for name, one in (("usual", self), ("new", self.new), ("lost", self.lost)) if one.bins}


# ---- the back-test ----


class MetricMeans(ReportPart):
    """Means over n customers: one field for each metric, such as `recall@10`, 0-1; None where unknown.

    lists  how many lists the fields of breadth are over, such as `coverage@10`; None where there are none
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[Number | None, WrapValidator(_lenient(lambda: None))]]
    n: Whole = 0
    lists: Whole | None = None

    @property
    def means(self) -> dict[str, float | None]:
        return self.__pydantic_extra__

    @model_serializer
    def _metrics_first(self) -> dict[str, float | int | None]:
        lists = {} if self.lists is None else {"lists": self.lists}
        return {**self.means, "n": self.n, **lists}


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


class Spread(ReportPart):
    """A metric's means by several seeds: their mean, standard deviation (n - 1), lowest and highest."""

    mean: Number | None = None
    sd: Number | None = None
    lowest: Number | None = None
    highest: Number | None = None


class Seeds(ReportPart):
    """How far the ranker's metrics depend on the seed that its examples are drawn by.

    n        seeds, each of which gave a ranker of its own; 0 if that was not measured
    spreads  by part and metric
    """

    n: Whole = 0
    spreads: Named[Named[Spread]] = {}


class ListHits(ReportPart):
    """What became of lists that were made before the held-out days, or why there were none.

    lists   customers with such a list      bought  rows that the customer bought in the days held out
    rows    rows of all lists               wanted  purchases in those days that such a list could have named
    """

    why_not: str = ""
    lists: Whole | None = None
    rows: Whole | None = None
    bought: Whole | None = None
    wanted: Whole | None = None


class HeldOutData(ReportPart):
    """The orders that were split, and how.

    products_pattern  regular expression of the kept product ids      history_*  sizes of the history
    cut, days         None where each customer has an own cut         tested     customers by part
    bought            by part, what the tested customers bought of what was held out
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
    bought: Named[Whole] = {}


class ListFigures(ReportPart):
    """All published lists of one kind together; what is said of places is of the first ten.

    lists          customers who have such a list      rows        rows of all lists
    own_share      share of the rows whose reason is the customer's own orders, 0-1
    products       different products                  coverage    their share of all products, 0-1
    largest_share  share of the lists that the most frequent product is in, 0-1
    overlap        mean Jaccard overlap of two customers' lists, 0-1
    novelty        mean share of the other products that have more buyers, 0-1
    """

    lists: Whole = 0
    rows: Whole = 0
    own_share: Number | None = None
    products: Whole | None = None
    coverage: Number | None = None
    largest_share: Number | None = None
    overlap: Number | None = None
    novelty: Number | None = None

    @property
    def rows_per_list(self) -> float | None:
        """Mean rows of a list; None without lists."""
        return self.rows / self.lists if self.lists else None


class ServedReport(ReportPart):
    """The served version as one of the models.

    compared_by  text: its own lists, or its options with today's code
    lists        by kind of list, its own lists together
    """

    version: str = ""
    as_of: date | None = None
    code_version: str = ""
    compared_by: str = ""
    lists: Named[ListFigures] = {}


class EvaluationReport(ReportPart):
    """The metrics of each model's lists on the same customers, or why there are none.

    paired           by model, reference, part and metric
    intervals        by model, part and metric, the ends of the 95 % interval
    bands, segments  by part, group of customers and model
    peak_mb          by model, the process's peak memory in megabytes after it
    seeds            the ranker with other seeds
    seasonal         the lists of seasonal products
    unsold           the rows of products that nobody had bought before the days held out
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
    seeds: Seeds = Seeds()
    seasonal: ListHits = ListHits()
    unsold: ListHits = ListHits()
    published: ServedReport | None = None


# ---- the lists ----


class RuleTrial(ReportPart):
    """An order and cap of the lists of new products, and the share of recall@10 and NDCG@10 that they cost."""

    popularity_discount: Number | None = None
    max_share: Number | None = None
    recall_loss: Number | None = None
    ndcg_loss: Number | None = None


class Exposure(ReportPart):
    """How many lists of new products one product is in, and what the order and the cap on that share cost.

    max_share     largest share of the lists that one product may be in: the cap
    popularity_discount  how much what scores high for everybody comes later, see lists.new_order
    widest_share  largest share of the lists that one product is in
    products      how many products are in any of the lists
    lists         how many lists there are
    recall        recall@10 of new products in the windows before, in the ranker's own order without a cap
    recall_cost   how much lower it is with order and cap
    n             customers that the recall was measured on
    trials        what was tried
    """

    max_share: Number | None = None
    popularity_discount: Number | None = None
    widest_share: Number | None = None
    products: Whole | None = None
    lists: Whole | None = None
    recall: Number | None = None
    recall_cost: Number | None = None
    n: Whole | None = None
    trials: Listed[RuleTrial] = ()


class ListFloor(ReportPart):
    """Where a list ends: its rows' least chance, 0-1, and least expected value, in the currency.

    lost_hits  share of what was bought from the lists of the weeks before that the floor would have left out
    left_out   rows of today's lists that it leaves out
    """

    chance: Number | None = None
    expected: Number | None = None
    lost_hits: Number | None = None
    left_out: Whole | None = None


class Seasonal(ReportPart):
    """How many customers have a list of seasonal products, or why none has one."""

    why_not: str = ""
    customers: Whole | None = None


class AlertRule(ReportPart):
    """How often one rule was right at the day of the test.

    kind       lost: a product of a customer; slowing: a customer
    looked_at  pairs or customers       true  those of them of whom it came true, whether a rule said so or not
    alerts     those of whom the rule said so       right  and of whom it came true
    precision  right / alerts       recall  right / true; each with the ends of its 95 % interval (Wilson)
    told_after_days  of those of whom it came true: the median day of the silence on which the rule speaks
    """

    kind: str = ""
    name: str = ""
    looked_at: Whole = 0
    true: Whole = 0
    alerts: Whole = 0
    right: Whole = 0
    precision: Number | None = None
    precision_low: Number | None = None
    precision_high: Number | None = None
    recall: Number | None = None
    recall_low: Number | None = None
    recall_high: Number | None = None
    told_after_days: Number | None = None


class AlertSample(ReportPart):
    """How much is published of what rules look at: the rows of some customers out of all that have rows."""

    rows: Whole = 0
    customers: Whole = 0
    of_customers: Whole = 0

    @property
    def is_complete(self) -> bool:
        """Whether the rows of all customers are published, and not those of a random sample."""
        return self.customers == self.of_customers


class AlertTest(ReportPart):
    """The rules for lost products and slowing customers, asked at `cut`, beside naive ones; or why they were not.

    days         after the cut in which a product was bought again, or not
    n_customers  who had ordered before the cut
    pairs        of the published table alert_pairs
    customers    of the published table alert_customers
    """

    why_not: str = ""
    cut: date | None = None
    days: Whole | None = None
    n_customers: Whole | None = None
    rules: Listed[AlertRule] = ()
    pairs: AlertSample = AlertSample()
    customers: AlertSample = AlertSample()


class AnswerEffect(ReportPart):
    """One kind of answer to pitches that were not ordered.

    answer    see dataset.outcomes.ANSWERS
    pitches   those of the last four weeks' candidates       bought    of them, in these weeks
    expected  purchases by their scores alone
    odds      what the odds of such a product are multiplied by; 1 where there are too few pitches
    """

    answer: str = ""
    pitches: Whole = 0
    bought: Whole = 0
    expected: Number | None = None
    odds: Number | None = None


class AnswerTest(ReportPart):
    """What pitches without an order teach, or why they teach nothing.

    The rest is a test on the last four weeks of what the four weeks before taught; None if that could not be tested.

    rows              rows of the first ten places of the lists of new products
    hits_before       of them bought, without what was taught           hits_after  with it
    expected, bought  purchases of pitched products, by the changed chances and indeed
    """

    why_not: str = ""
    effects: Listed[AnswerEffect] = ()
    rows: Whole | None = None
    hits_before: Whole | None = None
    hits_after: Whole | None = None
    expected: Number | None = None
    bought: Whole | None = None


# ---- who fits a new line ----


class MeanInterval(ReportPart):
    """A mean over products with its 95 % interval, by bootstrap over them."""

    mean: Number | None = None
    low: Number | None = None
    high: Number | None = None


class NewLineFigure(ReportPart):
    """How many of the first customers of a ranking bought a product that was new, over n products.

    ranking    profile: by words of what they buy; order days: who orders most often; breadth: who bought the most
               different products; category: who orders of its category most often, of products whose category is
               known; random: by lot
    first      50, 100, or 5 % of the customers
    hits       of them bought it       precision  their share, 0-1       recall  share of its buyers, 0-1
    lift       hits over those of a choice by lot
    """

    ranking: str = ""
    first: str = ""
    n: Whole = 0
    hits: MeanInterval = MeanInterval()
    precision: MeanInterval = MeanInterval()
    recall: MeanInterval = MeanInterval()
    lift: MeanInterval = MeanInterval()


class NewLineGain(ReportPart):
    """How many more of the first customers by profile bought a product than of another ranking, paired by product."""

    over: str = ""
    first: str = ""
    n: Whole = 0
    hits: MeanInterval = MeanInterval()


class NewLineTest(ReportPart):
    """Whom a new line fits: customers ranked on the day before a cut, and who bought it since; or why not tested.

    kind       first sold: in the 28 days from a cut on; held out: all their purchases before it are hidden
    weeks      from the first order on, or from the cut on, in which a purchase counts
    products   that were tested: which one of the ranked customers bought       buyers  of them, each product's summed
    customers  who were ranked, with an order in the year before; mean over the products
    """

    why_not: str = ""
    kind: str = ""
    weeks: Whole | None = None
    cuts: Listed[date] = ()
    products: Whole = 0
    buyers: Whole = 0
    customers: Number | None = None
    figures: Listed[NewLineFigure] = ()
    gains: Listed[NewLineGain] = ()

    def figure(self, ranking: str, first: str) -> NewLineFigure | None:
        """Return the figures of one ranking; None where it was not tested."""
        return next((one for one in self.figures if (one.ranking, one.first) == (ranking, first)), None)

    def gain(self, over: str, first: str) -> NewLineGain | None:
        """Return what the profile gains over a ranking; None where that was not tested."""
        return next((one for one in self.gains if (one.over, one.first) == (over, first)), None)


# ---- segments of customers ----


class VersionBefore(ReportPart):
    """The version that segments are compared with."""

    version: str = ""
    as_of: date | None = None


class Stability(ReportPart):
    """The share of customers who keep their segment when it is learned anew from customers drawn with replacement.

    n          draws; 0: not measured
    share      mean over the draws, 0-1       low, high  95 % of the draws are between them
    """

    n: Whole = 0
    share: Number | None = None
    low: Number | None = None
    high: Number | None = None


FourNumbers = tuple[Number, Number, Number, Number]
ThreeNumbers = tuple[Number, Number, Number]


class RfmLimits(ReportPart):
    """Where one score ends and the next begins; a value on a bound belongs below it.

    recency    days: up to the first bound the score is 5, beyond the last 1
    frequency  order days, monetary  revenue: up to the first bound the score is 1, beyond the last 5
    """

    recency: FourNumbers | None = None
    frequency: FourNumbers | None = None
    monetary: FourNumbers | None = None


class ClusterCentre(ReportPart):
    """One cluster of k-means; see the published table segments for its sums.

    place           its centre in standardised logs of recency, order days and revenue
    words           who is in it, made from the medians of its customers
    """

    cluster: Whole = 0
    n_customers: Whole = 0
    median_recency_days: Number | None = None
    median_order_days: Number | None = None
    median_revenue: Number | None = None
    place: ThreeNumbers | None = None
    words: str = ""


class ClusterReport(ReportPart):
    """The clusters of k-means, or why there are none.

    mean, scale  of log(1 + x) of recency, order days and revenue, by which they are standardised
    k            clusters       silhouettes  by number of clusters that was tried, the mean silhouette, -1 to 1
    same_share   share of n_compared customers in the same cluster as in the version before, where each cluster of
                 then is named after the one of today that most of its customers are in
    axes         columns of the table customers that a picture shows; points are (x, y, cluster) of a random sample
    """

    why_not: str = ""
    k: Whole | None = None
    silhouettes: Named[Number] = {}
    mean: ThreeNumbers | None = None
    scale: ThreeNumbers | None = None
    centres: Listed[ClusterCentre] = ()
    same_share: Number | None = None
    n_compared: Whole = 0
    bootstrap: Stability = Stability()
    axes: tuple[str, str] | None = None
    points: Listed[tuple[Number, Number, Whole]] = ()


class CohortReport(ReportPart):
    """Who is in the published table cohorts, and who is left out as the day of their first order is not known.

    from_quarter      first day of the first quarter of it; None: no quarter begins long enough after the first order
    n_customers       with a first order since                 revenue         of them, ever
    n_left_out        with one before: their first order may lie before the data
    revenue_left_out  of them, ever
    """

    from_quarter: date | None = None
    n_customers: Whole = 0
    revenue: Number = 0.0
    n_left_out: Whole = 0
    revenue_left_out: Number = 0.0


class SegmentsReport(ReportPart):
    """The segments of customers with an order day in the 12 months up to as_of.

    n_customers         of them                    revenue_12m, revenue_12m_before, orders_12m  of them
    n_without           customers without one      revenue_12m_before_without                   of these
    bounds              of the scores, learned on the day `bounds_on` and standing since
    before              the version that is compared with; None: there is none
    same_share          share of n_compared customers in the same named segment as in it; compared are those who are
                        in one in both
    """

    n_customers: Whole = 0
    n_without: Whole = 0
    revenue_12m: Number = 0.0
    revenue_12m_before: Number = 0.0
    revenue_12m_before_without: Number = 0.0
    orders_12m: Whole = 0
    bounds: RfmLimits = RfmLimits()
    bounds_on: date | None = None
    before: VersionBefore | None = None
    same_share: Number | None = None
    n_compared: Whole = 0
    bootstrap: Stability = Stability()
    clusters: ClusterReport = ClusterReport()
    cohorts: CohortReport = CohortReport()


class EventsTest(ReportPart):
    """Whether opens and clicks make better lists: the ranker with events less without, on the same customers.

    asked    the option of the build: auto, always or never      used  whether its lists were made with events
    rows     events that were read                               cut   the first of the days that it was tested on
    why_not  why nothing was measured
    paired   by part and metric
    """

    asked: str = ""
    used: bool = False
    rows: Whole = 0
    why_not: str = ""
    cut: date | None = None
    paired: Named[Named[Difference]] = {}


class BuildReport(ReportPart):
    """All that a build reports on its recommendations.

    held_back       by list, products that would be listed if they were available, not replaced, of normal priority and
                    in season
    not_sellable    products that are unavailable, replaced or of low priority
    out_of_season   products that next to nobody buys in the coming weeks of a year and that are in no list now
    services        products that are services or fees, see dataset.services
    bundle_baskets  by whose they are (see bundle_groups.members_key), the least number of baskets of a bundle
    group_baskets   by the same, the baskets of their customers; also of those with too few for bundles
    breadth         exposure of products in the lists of new products
    floors          by list, where it ends
    lists           by kind of list, the published lists together
    feature_shares  by list and family of features, the mean share of the score, 0-1
    alerts          back-test of the rules for lost products and slowing customers, and what is published to test others
    stopping        reliability of how likely a customer stops buying
    answers         what pitches without an order teach
    new_lines       back-test of who fits a new line
    segments        of customers: bounds, stability, clusters, cohorts
    events          whether opens and clicks pay; None without events
    """

    held_back: Named[Whole] = {}
    not_sellable: Whole | None = None
    out_of_season: Whole | None = None
    services: Whole | None = None
    bundle_baskets: Named[Whole] = {}
    group_baskets: Named[Whole] = {}
    calibration: Calibrations = Calibrations()
    breadth: Exposure = Exposure()
    floors: Named[ListFloor] = {}
    lists: Named[ListFigures] = {}
    feature_shares: Named[Named[Number]] = {}
    seasonal: Seasonal = Seasonal()
    alerts: AlertTest = AlertTest()
    stopping: Reliability = Reliability()
    answers: AnswerTest = AnswerTest()
    new_lines: NewLineTest = NewLineTest()
    segments: SegmentsReport = SegmentsReport()
    events: EventsTest | None = None
    evaluation: EvaluationReport = EvaluationReport()
