"""Made-up order lines: Zipf products, log-normal customers, repeat purchases, segments with own tastes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

_DAYS = 730
_FIRST_DAY = 19_723  # 2024-01-01 in days since 1970-01-01
_BASKET_LINES = 10
_REPEAT_SHARE = 0.5  # of lines that buy again what the customer bought before
_OWN_SHARE = 0.5  # of first purchases that follow the segment's tastes and not everyone's
_ZIPF = 0.9
_SEGMENTS = 12


@dataclass(frozen=True)
class Size:
    """The name of a size, and its numbers of customers, products and order lines."""

    name: str
    n_customers: int
    n_products: int
    n_lines: int


SIZES = {
    size.name: size
    for size in (
        Size("S", 3_000, 4_000, 500_000),
        Size("M", 50_000, 20_000, 5_000_000),
        Size("L", 100_000, 100_000, 20_000_000),
    )
}


@dataclass(frozen=True)
class Orders:
    """Order lines by customer and day; a customer's basket may hold a product twice.

    customers, products  (n_lines,) positions      days  (n_lines,) since 1970-01-01
    segments             (n_customers,) 0 to 11
    """

    size: Size
    customers: NDArray[np.int32]
    products: NDArray[np.int32]
    days: NDArray[np.int32]
    segments: NDArray[np.int32]


def make_orders(size: Size, seed: int = 7) -> Orders:
    """Return order lines of a size; the same for the same seed."""
    rng = np.random.default_rng(seed)
    segments = rng.integers(0, _SEGMENTS, size.n_customers, dtype=np.int32)
    customers = _customers(rng, size)
    starts = np.searchsorted(customers, np.arange(size.n_customers)).astype(np.int32)
    products = _first_purchases(rng, size, segments[customers])[_first_line(rng, starts[customers])]
    days = _days(rng, np.arange(size.n_lines, dtype=np.int32) - starts[customers])
    order = np.lexsort((products, days, customers))
    return Orders(size, customers, products[order], days[order], segments)


def basket_matrix(orders: Orders) -> csr_matrix:
    """Return (n_baskets, n_products): 1 where a basket contains a product. A basket is a customer's day."""
    fresh = np.ones(orders.size.n_lines, dtype=bool)
    fresh[1:] = (np.diff(orders.customers) != 0) | (np.diff(orders.days) != 0)
    again = np.zeros(orders.size.n_lines, dtype=bool)
    again[1:] = ~fresh[1:] & (np.diff(orders.products) == 0)
    columns = orders.products[~again]
    starts = np.flatnonzero(fresh[~again])
    return csr_matrix(
        (np.ones(len(columns)), columns, np.append(starts, len(columns))), shape=(len(starts), orders.size.n_products)
    )


def count_matrix(orders: Orders) -> csr_matrix:
    """Return (n_customers, n_products): the number of a customer's lines with a product."""
    shape = (orders.size.n_customers, orders.size.n_products)
    counts = csr_matrix((np.ones(orders.size.n_lines), (orders.customers, orders.products)), shape=shape)
    counts.sort_indices()
    return counts


def _customers(rng: np.random.Generator, size: Size) -> NDArray[np.int32]:
    """Return each line's customer, ascending: log-normal numbers of lines, at least one for each customer."""
    weights = rng.lognormal(0.0, 0.9, size.n_customers)
    lines = rng.multinomial(size.n_lines - size.n_customers, weights / weights.sum()) + 1
    return np.repeat(np.arange(size.n_customers, dtype=np.int32), lines)


def _first_purchases(rng: np.random.Generator, size: Size, segments: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return a product for each line: by Zipf's law over one ranking of all customers, or over the segment's own."""
    shares = np.cumsum(np.arange(1, size.n_products + 1, dtype=np.float64) ** -_ZIPF)
    ranks = np.searchsorted(shares / shares[-1], rng.random(len(segments)))
    tastes = np.array([rng.permutation(size.n_products) for _ in range(_SEGMENTS)], dtype=np.int32)
    everyones = rng.permutation(size.n_products).astype(np.int32)
    own = rng.random(len(segments)) < _OWN_SHARE
    products: NDArray[np.int32] = np.where(own, tastes[segments, ranks], everyones[ranks])
    return products


def _first_line(rng: np.random.Generator, starts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the position of the line that each line repeats: an earlier one of the customer, or itself for none."""
    lines = np.arange(len(starts), dtype=np.int32)
    earlier = starts + (rng.random(len(starts)) * (lines - starts)).astype(np.int32)
    repeated: NDArray[np.int32] = np.where(rng.random(len(starts)) < _REPEAT_SHARE, earlier, lines)
    while not np.array_equal(further := repeated[repeated], repeated):
        repeated = further
    return np.asarray(repeated, dtype=np.int32)


def _days(rng: np.random.Generator, places: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return each line's day: ten lines in a row are a basket; two baskets may fall on one day."""
    baskets = np.cumsum(places % _BASKET_LINES == 0) - 1
    of_basket = rng.integers(_FIRST_DAY, _FIRST_DAY + _DAYS, baskets[-1] + 1, dtype=np.int32)
    return np.asarray(of_basket[baskets], dtype=np.int32)
