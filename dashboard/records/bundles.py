"""Bundles, whose they are, and who misses which of their products."""

from dataclasses import dataclass
from functools import cached_property

from dashboard.records.customers import Customer
from recsys.schema.bundle_groups import Members


@dataclass(frozen=True)
class Part:
    """One product of a bundle; `category` is its top level, `price` the list price, else the last."""

    product_id: str
    name: str
    category: str | None
    price: float | None


@dataclass(frozen=True)
class Bundle:
    """A published bundle; recsys/schema says what each column means.

    members     whose order days it is of: a group, and a name within it; see recsys/schema/bundle_groups.py
    lift_low, lift_high  of a version of an earlier release computed here: it published the lift alone
    zhangs_metric, leverage, n_miss_two  None in such a version
    cost        None also for who may not see margins
    """

    key: str
    members: Members
    parts: tuple[Part, ...]
    n_baskets: int
    of_baskets: int
    support: float
    consequent_id: str
    confidence: float
    lift: float
    lift_low: float
    lift_high: float
    zhangs_metric: float | None
    leverage: float | None
    redundant: bool
    substitutes: bool
    price: float | None
    cost: float | None
    n_have_all: int
    n_miss_one: int
    n_miss_two: int | None
    typical: float

    @property
    def group(self) -> str:
        return self.members[0]

    @property
    def segment(self) -> str:
        """Return the name within the group; empty for all customers."""
        return self.members[1]

    @property
    def product_ids(self) -> tuple[str, ...]:
        return tuple(part.product_id for part in self.parts)

    @property
    def margin(self) -> float | None:
        """Return what a set brings above its cost; None where either is unknown or not shown."""
        return None if self.price is None or self.cost is None else self.price - self.cost

    @property
    def size(self) -> int:
        return len(self.parts)

    @property
    def name(self) -> str:
        return " + ".join(part.name for part in self.parts)

    @property
    def consequent(self) -> Part:
        """Return the product that the others predict best."""
        return next(part for part in self.parts if part.product_id == self.consequent_id)

    @cached_property
    def predicting(self) -> tuple[str, ...]:
        """Return the products that predict the consequent."""
        return tuple(part.product_id for part in self.parts if part.product_id != self.consequent_id)

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(part.category for part in self.parts if part.category)


@dataclass(frozen=True)
class MembersOf:
    """Customers whose bundles can be asked for.

    n_bundles   sets that are bought together      n_substitutes  pairs that are bought instead of each other
    n_baskets   order days that they have; None in a version of an earlier release
    """

    members: Members
    n_bundles: int
    n_substitutes: int
    n_baskets: int | None

    @property
    def name(self) -> str:
        return self.members[1]


@dataclass(frozen=True)
class Gap:
    """A customer, and which products of a bundle they never bought: none for who has all.

    chance    that they buy the likeliest of the missing within four weeks; None where it is in no list of theirs
    expected  of all missing that have a chance, in the currency
    """

    customer: Customer
    missing: tuple[Part, ...]
    chance: float | None = None
    expected: float | None = None

    @property
    def price(self) -> float | None:
        """Return the price of one unit of each missing product; None where one is unknown, or nothing is missing."""
        prices = [part.price for part in self.missing if part.price is not None]
        return sum(prices) if prices and len(prices) == len(self.missing) else None

    @property
    def is_contactable(self) -> bool:
        return self.customer.may_contact is not False


@dataclass(frozen=True)
class Gaps:
    """Those whom the viewer sees, most expected first, then most revenue; how many more belong to other reps.

    lacks  how many products of the bundle each of them lacks
    """

    shown: tuple[Gap, ...] = ()
    others: int = 0
    lacks: int = 1

    @property
    def n_not_contactable(self) -> int:
        return sum(not gap.is_contactable for gap in self.shown)
