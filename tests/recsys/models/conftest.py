"""Interactions from a few visible rows."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions, interactions

Rows = Iterable[tuple[str, int, str]]  # customer, day, products as letters
START = date(2026, 1, 1)


@pytest.fixture
def interactions_of() -> Callable[..., Interactions]:
    """Return interactions of rows (customer, day number, products as one letter each)."""

    def made(rows: Rows, segments: dict[str, str] | None = None, also: str = "", shuffle: int = 0) -> Interactions:
        lines = [(customer, product, day) for customer, day, products in rows for product in products]
        lines = [lines[place] for place in np.random.default_rng(shuffle).permutation(len(lines))]
        customers = sorted({customer for customer, _, _ in lines} | set(segments or {}))
        products = sorted({product for _, product, _ in lines} | set(also))
        return interactions(
            (
                np.array([customers.index(customer) for customer, _, _ in lines], dtype=np.int32),
                np.array([products.index(product) for _, product, _ in lines], dtype=np.int32),
                np.array([(START + timedelta(day) - date(1970, 1, 1)).days for _, _, day in lines], dtype=np.int32),
            ),
            customers,
            products,
            [(segments or {}).get(customer) for customer in customers],
            START + timedelta(max((day for _, _, day in lines), default=0)),
        )

    return made


def made_interactions(lines: Iterable[tuple[str, int, str]]) -> Interactions:
    """Return interactions of lines (customer, day number, product), duplicates included."""
    rows = list(lines)
    customers, products = sorted({one for one, _, _ in rows}), sorted({one for _, _, one in rows})
    first = (START - date(1970, 1, 1)).days
    return interactions(
        (
            np.array([customers.index(customer) for customer, _, _ in rows], dtype=np.int32),
            np.array([products.index(product) for _, _, product in rows], dtype=np.int32),
            np.array([first + day for _, day, _ in rows], dtype=np.int32),
        ),
        customers,
        products,
        [None] * len(customers),
        START + timedelta(max(day for _, day, _ in rows)),
    )
