"""What the questions about products are answered with: plain frozen records, no Dash, no formats."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Self

from dashboard.records.customers import Customer, Recommendation


@dataclass(frozen=True)
class Product:
    """A product's row of the published table; recsys/schema says what each column means.

    `revenue_12m`, `cost`, of a unit, and `stock` with its day are None for who may not see them; without a count
    there is no stock. `away_since` is no column: since when it cannot be had, as the stock system says.
    """

    product_id: str
    name: str
    category: str | None
    supplier: str | None
    unit: str | None
    pack_size: str | None
    unit_price: float | None
    available: bool | None
    introduced_on: date | None
    replaced_by: str | None
    first_sold_on: date | None
    last_sold_on: date | None
    n_customers: int
    n_baskets: int
    last_price: float | None
    units_12m: float
    revenue_12m: float | None
    cost: float | None = None
    stock: float | None = None
    stock_on: date | None = None
    away_since: datetime | None = None

    @classmethod
    def columns(cls) -> list[str]:
        """Return the names of the published columns."""
        return [one.name for one in fields(cls) if one.name != "away_since"]

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        return cls(**{name: row[name] for name in cls.columns()})

    @property
    def can_be_sold(self) -> bool:
        """Return whether it can be sold; True where the data do not say."""
        return self.available is not False

    @property
    def is_offered(self) -> bool:
        """Return whether it is put into a basket or suggested: it can be sold, and nothing has taken its place."""
        return self.can_be_sold and not self.replaced_by

    @property
    def is_used_up(self) -> bool:
        """Return whether it cannot be had now, or the last count found none, as far as the viewer may see it."""
        return self.away_since is not None or self.stock == 0

    @property
    def price(self) -> float | None:
        """Return the list price, else the price paid last."""
        return self.unit_price if self.unit_price is not None else self.last_price

    @property
    def price_from(self) -> str | None:
        """Return what the price is, as lists say it: `list`, or `last`, what anyone paid last; None without one."""
        if self.unit_price is not None:
            return "list"
        return None if self.last_price is None else "last"


def margin_share(price: float | None, cost: float | None) -> float | None:
    """Return which share of a price is left after the cost of a unit; None where either is unknown."""
    return (price - cost) / price if price and cost is not None else None


@dataclass(frozen=True)
class Pair:
    """Another product that the same customers buy.

    n_customers     who bought both, ever          n_baskets   order days with both
    lift            times what chance would give; None where never on one day
    """

    other: Product
    n_customers: int
    n_baskets: int
    lift: float | None


@dataclass(frozen=True)
class ProductMonth:
    """What was sold in a month with a sale; `month` is its first day, `revenue` None for who may not see it."""

    month: date
    units: float
    revenue: float | None


@dataclass(frozen=True)
class SegmentBuyers:
    """How many of a segment's customers with orders ever bought a product; `segment` is empty for all customers."""

    segment: str
    n_customers: int
    of_customers: int
    n_baskets: int


@dataclass(frozen=True)
class ProductBuyer:
    """A customer whom the viewer sees, and how they buy the product; `revenue_12m` as the viewer may see it."""

    customer: Customer
    n_baskets: int
    last_on: date
    usual_quantity: float
    revenue_12m: float | None


@dataclass(frozen=True)
class ProductBuyers:
    """The buyers whom the viewer sees, most order days first, and how many more belong to other reps.

    usual_quantity      median of the usual quantities of all buyers; None without any
    """

    shown: tuple[ProductBuyer, ...] = ()
    others: int = 0
    usual_quantity: float | None = None


@dataclass(frozen=True)
class Prospect:
    """A customer whose list of new products holds the product: whom the viewer sees, and the line of the list."""

    customer: Customer
    line: Recommendation


@dataclass(frozen=True)
class Prospects:
    """The first of those who should have a product; `total` is how many the viewer sees, `others` other reps'."""

    shown: tuple[Prospect, ...] = ()
    total: int = 0
    others: int = 0


@dataclass(frozen=True)
class TookBoth:
    """A customer whom the viewer sees with the order days that hold both products of a pair, newest first."""

    customer: Customer
    days: tuple[date, ...]


@dataclass(frozen=True)
class PairProof:
    """What a pair rests on: order days of either product, and customers who took both on one day."""

    product: Product
    pair: Pair
    customers: tuple[TookBoth, ...]
