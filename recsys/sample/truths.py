"""The truths planted in the sample, as data: tests look for them in the orders and in the models' results."""

import json
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True)
class Taste:
    """Customers of the segment put products of the top category into their baskets far more often than others."""

    segment: str
    category: str


@dataclass(frozen=True)
class Cycle:
    """The customer buys the product every `gap_days`, on the order day nearest after it is due."""

    customer_id: str
    product_id: str
    gap_days: int


@dataclass(frozen=True)
class PlantedSeason:
    """Nearly all of the product's sales fall into these months, 1 to 12."""

    product_id: str
    months: tuple[int, ...]


@dataclass(frozen=True)
class PlantedBundle:
    """Products that are ordered together; `lift` is the lowest expected lift of its pairs, over all baskets."""

    product_ids: tuple[str, ...]
    lift: float


@dataclass(frozen=True)
class Substitutes:
    """Interchangeable products of one category: hardly anyone orders both on a day."""

    product_ids: tuple[str, ...]


@dataclass(frozen=True)
class Drop:
    """The customer bought the product on most order days, and never from `since` on, but goes on ordering."""

    customer_id: str
    product_id: str
    since: date


@dataclass(frozen=True)
class SlowDown:
    """From `since` on, the days between the customer's orders are about three times as many."""

    customer_id: str
    since: date


@dataclass(frozen=True)
class Newcomer:
    """The customer has no order before `since`, and few since."""

    customer_id: str
    since: date


@dataclass(frozen=True)
class Stopped:
    """The customer ordered weekly or more often before `since`, and not since."""

    customer_id: str
    since: date


@dataclass(frozen=True)
class NewProduct:
    """First sold in the last weeks, to more customers each week, all of them of these styles."""

    product_id: str
    introduced_on: date
    styles: tuple[str, ...]


@dataclass(frozen=True)
class OutOfStock:
    """Not available, and not sold from `since` on."""

    product_id: str
    since: date


@dataclass(frozen=True)
class Replacement:
    """Not available; from `since` on its buyers get the product that replaces it."""

    product_id: str
    replaced_by: str
    since: date


@dataclass(frozen=True)
class Style:
    """Customers of all segments who buy these families of products, in `value` or `premium` brands, more than others.

    families  last levels of categories
    """

    name: str
    families: tuple[str, ...]
    customer_ids: tuple[str, ...]


@dataclass(frozen=True)
class Holiday:
    """Customers of the segment order nothing; both days are part of it."""

    segment: str
    since: date
    until: date


@dataclass(frozen=True)
class Feast:
    """A purchase of the top category is `uplift` times as likely as on other days; both days are part of it."""

    category: str
    since: date
    until: date
    uplift: float


@dataclass(frozen=True)
class PlantedPromotions:
    """What a promotion does: a purchase is 1 + `uplift` x discount times as likely. The table has all of them."""

    uplift: float


@dataclass(frozen=True)
class StockOut:
    """Nothing of the product was delivered; both days are part of it."""

    product_id: str
    since: date
    until: date


@dataclass(frozen=True)
class Campaign:
    """Chances that a customer buys within `days` days after `sent_on`: one who got the mail, and one who did not."""

    name: str
    product_id: str
    sent_on: date
    days: int
    mailed: float
    control: float


@dataclass(frozen=True)
class PlantedCarts:
    """Products that were put into the cart, not ordered at that visit, and not taken out of it.

    carted   share of first purchases that were left in a cart in the `days` days before
    ordered  share of what was left in a cart that was ordered in the `days` days after; the rest was never ordered
    """

    carted: float
    ordered: float
    days: int


@dataclass(frozen=True)
class PlantedShop:
    """What the sessions of the shop tell, from `since` on.

    customer_ids  who order there
    viewed        share of their first purchases that were viewed in the `days` days before
    clicked       by arm, share of the impressions that were clicked
    carts         what they left in the cart
    """

    since: date
    customer_ids: tuple[str, ...]
    viewed: float
    days: int
    clicked: dict[str, float]
    carts: PlantedCarts


@dataclass(frozen=True)
class NotRelevant:
    """The customer said so of the product at a pitch, and never bought it."""

    customer_id: str
    product_id: str


@dataclass(frozen=True)
class PlantedPitches:
    """What reps pitched from `since` on: a pitch ends in an order as often as its `chance` says."""

    since: date
    not_relevant: tuple[NotRelevant, ...]


@dataclass(frozen=True)
class Truths:
    """All that is planted; no product has two of the roles season, bundle, substitute, new, out of stock, replaced."""

    tastes: tuple[Taste, ...]
    cycles: tuple[Cycle, ...]
    seasons: tuple[PlantedSeason, ...]
    bundles: tuple[PlantedBundle, ...]
    substitutes: tuple[Substitutes, ...]
    drops: tuple[Drop, ...]
    slow_downs: tuple[SlowDown, ...]
    newcomers: tuple[Newcomer, ...]
    stopped: tuple[Stopped, ...]
    new_products: tuple[NewProduct, ...]
    out_of_stock: tuple[OutOfStock, ...]
    replacements: tuple[Replacement, ...]
    styles: tuple[Style, ...]
    holidays: tuple[Holiday, ...]
    feasts: tuple[Feast, ...]
    promotions: PlantedPromotions
    stock_outs: tuple[StockOut, ...]
    campaigns: tuple[Campaign, ...]
    shop: PlantedShop
    pitches: PlantedPitches
    low_priority: tuple[str, ...]
    without_orders: tuple[str, ...]
    one_or_two_order_days: tuple[str, ...]

    def to_json(self) -> str:
        """Return the truths as JSON, dates as `2025-01-31`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=date.isoformat) + "\n"
