"""What requests and answers look like; the OpenAPI description is made of these. Answers are checked in the tests."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

LISTS = ("new", "usual", "due", "lost", "seasonal")
MOST_ITEMS = 100
MOST_LINES = 500
MOST_EVENTS = 1_000
MOST_PUSHED = 1_000

Id = Annotated[str, Field(min_length=1, max_length=200)]
Moment = Annotated[AwareDatetime, BeforeValidator(lambda value: _text(value))]
Limit = Annotated[int, Field(ge=1, le=MOST_ITEMS, description="How many at most.")]


def _text(value: object) -> object:
    """Return a text as it is; numbers are no times, whatever pydantic makes of them."""
    if not isinstance(value, str):
        raise ValueError("must be a time with a zone, such as 2026-03-02T09:30:00Z")
    return value


class Model(BaseModel):
    """Fields that nobody asked for are refused: a name that is spelled wrongly would be ignored else."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    @cache  # flask-openapi3 asks for it with each request
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:  # type: ignore[override]
        """Return the schema, made once."""
        return super().model_json_schema(*args, **options)


# ---- requests ----


class CustomerPath(Model):
    customer_id: Id = Field(
        description="As in the orders; one that is not there gets best sellers.", json_schema_extra={"example": "10482"}
    )


class ProductPath(Model):
    product_id: Id = Field(description="As in the orders.", json_schema_extra={"example": "31127"})


class SegmentPath(Model):
    name: Id = Field(description="A named segment of RFM, such as `At risk`.", json_schema_extra={"example": "At risk"})


class RecommendationsQuery(Model):
    list: Literal["new", "usual", "due", "lost", "seasonal"] = Field(
        "new",
        description="new: never bought. usual: bought before. due: of the usual what is due within a week. "
        "lost: bought again and again, and not any more. seasonal: what the season brings back.",
    )
    limit: Limit = 20
    segment: str = Field(
        "", max_length=200, description="Given segment of a customer who is not in the data, such as `Cafe`."
    )


class LimitQuery(Model):
    limit: Limit = 8


class BundlesQuery(Model):
    segment: str = Field("", max_length=200, description="A given segment; empty: of all customers.")
    limit: Limit = 20


class PageQuery(Model):
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    after: int = Field(0, ge=0, le=10**9, description="How many to skip: `next` of the page before.")


class BasketLine(Model):
    product_id: Id
    quantity: float = Field(1, gt=0, le=1e9)


class BasketBody(Model):
    """A basket, whose it is if that is known, and how many products to add."""

    lines: list[BasketLine] = Field(min_length=1, max_length=MOST_LINES)
    customer_id: str = Field("", max_length=200)
    segment: str = Field("", max_length=200, description="Of a customer who is not in the data.")
    limit: Annotated[int, Field(ge=1, le=20)] = 4


class Event(Model):
    """Something that happened in the shop; without `customer_id` it needs a `session`.

    A view, click, cart, uncart and order needs a `product_id`, a search a `text`.
    """

    event_id: Id = Field(description="The shop's own: sent again it is known.", examples=["8f3e2c"])
    kind: Literal["view", "click", "search", "cart", "uncart", "order", "shown"]
    at: datetime = Field(description="With a zone, at most 30 days ago.", examples=["2026-11-16T09:30:00Z"])
    customer_id: Id | None = None
    session: Id | None = None
    product_id: Id | None = None
    quantity: float | None = Field(None, gt=0, le=1e9)
    list: Id | None = Field(None, description="Of a list that was shown.")
    text: Id | None = Field(None, description="That was searched for.")
    arm: Id | None = Field(None, description="Of an experiment.")


# Each is checked by itself: a wrong one is refused in the answer, and is no reason to refuse the others.
AnyEvent = Annotated[Any, WithJsonSchema({"anyOf": [Event.model_json_schema(), {}]})]


class EventsBody(Model):
    events: list[AnyEvent] = Field(min_length=1, max_length=MOST_EVENTS)


class Availability(Model):
    """What the stock system says of a product at a time."""

    product_id: Id
    is_available: bool = Field(strict=True)
    at: Moment = Field(description="When it was so; an older word than the one known changes nothing.")
    stock: float | None = Field(None, ge=0, le=1e12, strict=True, description="Units, where they are counted.")


class AvailabilityBody(Model):
    products: list[Availability] = Field(min_length=1, max_length=MOST_PUSHED)


# ---- answers ----


class Chance(Model):
    """Share of such suggestions that were bought within four weeks, calibrated on `n` held-out suggestions."""

    value: float = Field(ge=0, le=1)
    n: int = Field(ge=0)


class Reason(Model):
    """Why, in numbers and in words; no other customer is named. See the glossary for the kinds."""

    kind: str
    sentence: str
    n: int
    of: int | None = None
    lift: float | None = None
    on: date | None = None
    gap_days: float | None = None
    since_days: int | None = None
    product_id: str | None = None
    segment: str | None = None
    region: str | None = None
    attribute: str | None = None


PriceFrom = Annotated[
    Literal["own_last", "list", "last"],
    Field(description="What this customer paid last, the list price, or what anyone paid last."),
]


class Item(Model):
    """A product to offer: `quantity` x `price` is `value`, `chance` x `value` is `expected`, net of VAT."""

    rank: int
    product_id: str
    name: str
    category: str | None
    quantity: float | None
    price: float | None
    price_from: PriceFrom | None
    value: float | None
    chance: Chance | None
    expected: float | None
    reason: Reason


class Versioned(Model):
    """`version` is of the data, which reach to `as_of`."""

    version: str
    as_of: date


Basis = Literal["customer", "segment", "everyone"]


class Recommendations(Versioned):
    """A customer's list; `basis` is whose orders it is made from: of an unknown customer the segment's, or all."""

    customer_id: str
    list: str
    basis: Basis
    items: Sequence[Item]


class ProductFacts(Versioned):
    """A product: its list price, else the price paid last, of a `unit` such as `case`, that holds `pack_size`."""

    product_id: str
    name: str
    category: str | None
    price: float | None
    unit: str | None
    pack_size: str | None
    is_available: bool = Field(description="Whether it can be ordered now; what takes its place: `substitutes`.")


class AlsoBoughtItem(Model):
    rank: int
    product_id: str
    name: str
    category: str | None
    price: float | None
    n_order_days: int
    of_order_days: int
    lift: float
    sentence: str


class AlsoBought(Versioned):
    """What is on the same order days as the product more often than by chance."""

    product_id: str
    items: list[AlsoBoughtItem]


class SubstituteItem(Model):
    rank: int
    product_id: str
    name: str
    category: str | None
    price: float | None
    n_customers: int | None = Field(description="Who ever bought both; null where that is not known.")
    is_successor: bool


class Substitutes(Versioned):
    """What can be had in place of the product."""

    product_id: str
    items: list[SubstituteItem]


class Completion(Versioned):
    """What goes with a basket, without what is in it; `unknown` are the products of it that the data do not have."""

    basis: Basis
    unknown: list[str]
    items: list[Item]


class BundlePart(Model):
    product_id: str
    name: str
    price: float | None


class BundleItem(Model):
    key: str
    products: list[BundlePart]
    n_order_days: int
    support: float
    consequent: str
    confidence: float
    lift: float
    lift_low: float
    lift_high: float
    price: float | None


class Bundles(Versioned):
    """Products bought together, the most typical first; support, confidence and lift of the segment's order days."""

    segment: str
    items: list[BundleItem]


class SegmentCustomer(Model):
    customer_id: str
    segment: str | None
    region: str | None
    last_order_on: date | None
    orders_12m: int


class SegmentCustomers(Versioned):
    """A page of a named segment's customers, by what they spent in the year before; `next` is null on the last."""

    name: str
    total: int
    next: int | None
    items: list[SegmentCustomer]


class RefusedEvent(Model):
    """An event that was not saved: its place in the request, from 0, and why."""

    index: int
    event_id: str
    reason: str


class EventsTaken(Model):
    """What became of the events: saved, known before, refused."""

    n_new: int
    n_known: int
    refused: list[RefusedEvent]


class RefusedWord(Model):
    """What was said of a product and not taken: its place in the request, from 0, and why."""

    index: int
    product_id: str
    reason: str


class AvailabilityTaken(Model):
    """Of how many products something newer was said; `unknown` are those that the data do not have."""

    n_changed: int
    unknown: list[str]
    refused: list[RefusedWord]


class CurrentVersion(Versioned):
    """The version that is served, and when it was built."""

    built_at: datetime


class Health(Model):
    status: Literal["ok"]


class ProblemField(Model):
    field: str
    message: str


class Problem(Model):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemField] | None = None
