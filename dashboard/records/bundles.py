"""Bundles, and who misses one product of one."""

from dataclasses import dataclass
from functools import cached_property

from dashboard.records.customers import Customer


@dataclass(frozen=True)
class Part:
    """One product of a bundle; `category` is its top level, `price` the list price, else the last."""

    product_id: str
    name: str
    category: str | None
    price: float | None


@dataclass(frozen=True)
class Bundle:
    """A published bundle; recsys/schema says what each column means. `segment` is empty for all customers."""

    key: str
    segment: str
    parts: tuple[Part, ...]
    n_baskets: int
    of_baskets: int
    support: float
    consequent_id: str
    confidence: float
    lift: float
    redundant: bool
    price: float | None
    n_have_all: int
    n_miss_one: int

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
    def above_chance(self) -> float:
        """Return the order days with all of it beyond those expected by chance: what is typical has many."""
        return self.n_baskets - self.n_baskets / self.lift

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(part.category for part in self.parts if part.category)


@dataclass(frozen=True)
class Gap:
    """A customer who bought every product of a bundle but this one."""

    customer: Customer
    missing: Part


@dataclass(frozen=True)
class Gaps:
    """Those whom the viewer sees, most revenue first, and how many more belong to other reps."""

    shown: tuple[Gap, ...] = ()
    others: int = 0
