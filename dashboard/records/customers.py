"""What the repository answers with: plain frozen records, no Dash, no formats."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, NamedTuple, Self

from recsys.reasons import Reason


@dataclass(frozen=True)
class Rep:
    """A sales rep and how many customers name them."""

    name: str
    n_customers: int


@dataclass(frozen=True)
class Customer:
    """A customer's row of the published table; recsys/schema says what each column means.

    What the viewer may not see is None; of one whose name they may not see `name` is the id.
    """

    customer_id: str
    name: str
    segment: str | None
    region: str | None
    rep: str | None
    phone: str | None
    email: str | None
    may_contact: bool | None
    status: str | None
    first_order_on: date | None
    last_order_on: date | None
    n_orders: int
    n_order_days: int
    usual_gap_days: float | None
    longest_gap_days: int | None
    revenue_12m: float | None
    revenue_12m_before: float | None
    orders_12m: int
    orders_12m_before: int
    active_products: int
    similar_active_products: float | None
    top_category: str | None
    top_category_share: float | None
    usual_left_out: int | None
    new_left_out: int | None
    recent_gap_days: float | None = None
    order_days_90d: int | None = None
    order_days_90d_before: int | None = None
    revenue_90d: float | None = None
    revenue_90d_before: float | None = None
    stopped: int | None = None
    as_silent: int | None = None
    stopped_then: int | None = None
    as_silent_then: int | None = None
    due_products: int | None = None
    due_expected: float | None = None
    new_products: int | None = None
    new_expected: float | None = None
    lost_products: int | None = None
    lost_expected: float | None = None
    rfm_recency: int | None = None
    rfm_frequency: int | None = None
    rfm_monetary: int | None = None
    rfm_segment: str | None = None
    rfm_segment_before: str | None = None
    cluster: int | None = None
    cluster_before: int | None = None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        return cls(**{one.name: row[one.name] for one in fields(cls)})

    def left_out(self, list_name: str) -> int:
        """Return how many products a list leaves out as not worth it; 0 where that is not known."""
        return {"usual": self.usual_left_out, "new": self.new_left_out}.get(list_name) or 0

    @property
    def is_pitched_to(self) -> bool:
        """Return whether the customer gets lists: blocked and closed ones do not."""
        return self.status in (None, "active")


@dataclass(frozen=True)
class Recommendation:
    """One line of a list: what to pitch, how many, at which price, and why.

    model       whose score ranks it
    quantity_before_cap  what was bought, where `quantity` is less because that is unusual for the product
    chance      that it is bought within 28 days, 0-1; None where that is not calibrated
    expected    chance x value
    shares      of its score by family, adding up to 1; empty where the ranker did not score it
    due_on      a usual gap after the last purchase; None where no gap is known
    worth       of what fell silent: revenue in the year up to the last purchase; `at_stake` what of it is gone by now
    substitute_id, substitute_n   what similar customers buy of its category, and how many; None where none is known
    """

    list: str
    rank: int
    product_id: str
    product_name: str
    quantity: float | None
    quantity_from: str | None
    price: float | None
    price_from: str | None
    value: float | None
    reason: Reason
    model: str = ""
    chance: float | None = None
    expected: float | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    quantity_before_cap: float | None = None
    due_on: date | None = None
    worth: float | None = None
    at_stake: float | None = None
    substitute_id: str | None = None
    substitute_n: int | None = None


@dataclass(frozen=True)
class Neighbour:
    """A similar customer whom the viewer sees."""

    customer_id: str
    name: str
    n_shared: int
    n_products: int
    n_order_days: int
    similarity: float


@dataclass(frozen=True)
class Neighbours:
    """The similar customers whom the viewer sees, nearest first, and how many more belong to other reps.

    of_products     products that the customer in question ever bought: what the shared ones are out of
    """

    shown: tuple[Neighbour, ...] = ()
    others: int = 0
    of_products: int = 0


@dataclass(frozen=True)
class Buyer:
    """A similar customer who buys the product, and how they buy it."""

    customer_id: str
    name: str
    n_shared: int
    n_baskets: int
    usual_quantity: float
    last_on: date
    similarity: float


@dataclass(frozen=True)
class Buyers:
    """The buyers whom the viewer sees, nearest first, and how many more belong to other reps.

    of_products     products that the customer in question ever bought: what the shared ones are out of
    of_similar      similar customers, whether they buy it or not
    """

    shown: tuple[Buyer, ...] = ()
    others: int = 0
    of_products: int = 0
    of_similar: int = 0


@dataclass(frozen=True)
class Purchase:
    """One order day with one product."""

    on: date
    quantity: float


class PastLine(NamedTuple):
    """A product of a past order; `revenue` is None for who may not see it. The price is of one unit, that day."""

    product_id: str
    product_name: str
    quantity: float
    price: float
    revenue: float | None
    is_first: bool


class PastOrder(NamedTuple):
    """What a customer ordered on one day.

    gap_days  since the order day before; None for the first
    lines     most revenue first; `is_first`: never bought before that day
    """

    on: date
    gap_days: int | None
    lines: tuple[PastLine, ...]

    @property
    def revenue(self) -> float | None:
        known = [line.revenue for line in self.lines if line.revenue is not None]
        return sum(known) if known else None


class CategoryGap(NamedTuple):
    """A category that similar customers buy and this one hardly does.

    n of `of` similar customers bought it in 12 months; `median` is what they spent, `own` what this one did
    """

    category: str
    n: int
    of: int
    median: float
    own: float


class CustomerGroups(NamedTuple):
    """A viewer's customers together: what there is to tell them apart by.

    n_active     with orders in the last 12 months
    has_revenue  whether what anyone spends is shown
    """

    n: int
    n_active: int
    regions: tuple[str, ...]
    segments: tuple[str, ...]
    reps: tuple[str, ...]
    has_revenue: bool


@dataclass(frozen=True)
class Bought:
    """A product that a customer ever bought, and how; recsys/schema says what each column means.

    What the viewer may not see of it is None.
    """

    product_id: str
    product_name: str
    category: str | None
    n_baskets: int
    first_on: date
    last_on: date
    usual_gap_days: float | None
    usual_quantity: float
    revenue: float | None
    revenue_12m: float | None


@dataclass(frozen=True)
class Returned:
    """One line that a customer gave back; quantity and revenue are positive, revenue None for who may not see it."""

    on: date
    order_id: str
    product_id: str
    product_name: str
    quantity: float
    revenue: float | None


@dataclass(frozen=True)
class BestSeller:
    """How a product sells in a segment, or among all customers where `segment` is empty."""

    segment: str
    rank: int
    n_customers: int
    of_customers: int
    n_baskets: int
