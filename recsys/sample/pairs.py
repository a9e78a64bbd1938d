"""Which customer buys which product, how likely on an order day, and from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

FOREVER = 1 << 20  # a day after every other


@dataclass(frozen=True)
class Pairs:
    """One entry a customer and product; days are those of Workdays.

    chance       of a purchase on an order day, 0 to 1; of the whole bundle where there is one
    first, last  half-open: [first, last)
    gap          days of the reorder cycle, which then counts instead of the chance; 0 without one
    bundle       its number, bought as a whole; -1 without one
    staple       stands in for an order day on which nothing else was bought
    """

    customer: np.ndarray
    product: np.ndarray
    chance: np.ndarray
    first: np.ndarray
    last: np.ndarray
    gap: np.ndarray
    bundle: np.ndarray
    staple: np.ndarray

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: np.ndarray) -> "Pairs":
        """Some of them: positions or a mask."""
        return Pairs(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def where(self, **changed: np.ndarray) -> "Pairs":
        """The same with other values in some fields."""
        return Pairs(**{field.name: changed.get(field.name, getattr(self, field.name)) for field in fields(self)})


def pairs(customer: np.ndarray, product: np.ndarray, chance: np.ndarray, **others: np.ndarray) -> Pairs:
    """Return pairs of these; what is not named lasts for ever, has no cycle, no bundle and is no staple."""
    n = len(customer)
    usual = {
        "first": np.zeros(n, dtype=int),
        "last": np.full(n, FOREVER),
        "gap": np.zeros(n, dtype=int),
        "bundle": np.full(n, -1),
        "staple": np.zeros(n, dtype=bool),
    }
    return Pairs(customer, product, chance, **{**usual, **others})


def joined(parts: Sequence[Pairs]) -> Pairs:
    """All of them, ordered by customer; those of one customer stay in their order."""
    columns = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Pairs)}
    return Pairs(**columns).take(np.argsort(columns["customer"], kind="stable"))
