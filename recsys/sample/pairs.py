"""Pairs of a customer and a product: the chance of a purchase on an order day, and the first and last day."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

FOREVER = 1 << 20  # a day after every other


@dataclass(frozen=True)
class Pairs:
    """One entry for each customer and product; days are numbers of Workdays.

    chance       of a purchase on an order day, 0 to 1; in a bundle, that of the bundle
    first, last  half-open: [first, last)
    gap          days of the reorder cycle, used instead of the chance; 0 without a cycle
    bundle       number of the bundle, whose products are bought together; -1 without a bundle
    staple       True if bought on order days on which nothing else is
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
        """Return some of the pairs, by positions or a mask."""
        return Pairs(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def where(self, **changed: np.ndarray) -> "Pairs":
        """Return the pairs with other values in some fields."""
        return Pairs(**{field.name: changed.get(field.name, getattr(self, field.name)) for field in fields(self)})


def pairs(customer: np.ndarray, product: np.ndarray, chance: np.ndarray, **others: np.ndarray) -> Pairs:
    """Return pairs; fields not given have defaults: no end, no cycle, no bundle, no staple."""
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
    """Return all pairs, ordered by customer; the pairs of a customer keep their order."""
    columns = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Pairs)}
    return Pairs(**columns).take(np.argsort(columns["customer"], kind="stable"))
