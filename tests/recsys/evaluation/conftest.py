"""Interactions from a few visible rows: (customer, day number, products as one letter each)."""

from collections.abc import Callable, Iterable
from datetime import date

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions, interactions

START = date(2026, 1, 1)
Rows = Iterable[tuple[str, int, str]]


@pytest.fixture
def orders_of() -> Callable[..., Interactions]:
    """Return a function that makes interactions from rows; day 0 is 1 January 2026."""

    def made(rows: Rows, segments: dict[str, str] | None = None) -> Interactions:
        lines = [(customer, product, day) for customer, day, products in rows for product in products]
        customers = sorted({customer for customer, _, _ in lines})
        products = sorted({product for _, product, _ in lines})
        first = (START - date(1970, 1, 1)).days
        arrays = (
            np.array([customers.index(customer) for customer, _, _ in lines], dtype=np.int32),
            np.array([products.index(product) for _, product, _ in lines], dtype=np.int32),
            np.array([first + day for _, _, day in lines], dtype=np.int32),
        )
        last = date.fromordinal(START.toordinal() + max(day for _, _, day in lines))
        return interactions(arrays, customers, products, [(segments or {}).get(name) for name in customers], last)

    return made


@pytest.fixture
def tastes(orders_of: Callable[..., Interactions]) -> Callable[[], Interactions]:
    """Return a function: 80 customers of two tastes, four to nine baskets each in 120 days; enough for the ranker."""

    def made() -> Interactions:
        rng = np.random.default_rng(3)
        rows = []
        for n in range(80):
            letters = "abcdefghij" if n % 2 else "klmnopqrst"
            for day in sorted(rng.choice(120, size=4 + n % 6, replace=False)):
                chosen = rng.choice(list(letters), size=3, replace=False, p=np.arange(10, 0, -1) / 55)
                rows.append((f"c{n:02}", int(day), "".join(chosen)))
        return orders_of(rows, {f"c{n:02}": ("cafe", "hotel")[n % 2] for n in range(60)})

    return made
