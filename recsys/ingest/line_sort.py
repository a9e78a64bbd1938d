"""Sorting order lines by customer, day, order, product, quantity and revenue. Compiled.

A counting sort groups the lines by customer, then a merge sort orders each customer's lines. Exports are usually
sorted already, by day or by order number: neighbouring parts that are in order are not merged again.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys.runtime.jit import compiled
from recsys.runtime.parallel import THREADS, parallel_map

_BLOCKS_A_THREAD = 8
_RUN = 12  # lines that are sorted by insertion before runs are merged


class LineKeys(NamedTuple):
    """The sort keys, one value a line. Customers and products are positions in the sorted ids.

    order_starts  (n + 1,) where each line's order id begins in order_bytes
    order_bytes   the bytes of all order ids, one after the other; ids compare by byte
    """

    customers: NDArray[np.int32]
    days: NDArray[np.int32]
    order_starts: NDArray[np.int64]
    order_bytes: NDArray[np.uint8]
    products: NDArray[np.int32]
    quantities: NDArray[np.float64]
    revenues: NDArray[np.float64]


def line_order(keys: LineKeys, n_customers: int) -> NDArray[np.int64]:
    """Return (n,) the line that comes first, second, and so on; equal lines keep the order of the input."""
    order, starts = _grouped_by_customer(keys.customers, n_customers)
    cuts = np.searchsorted(starts, np.linspace(0, len(order), THREADS * _BLOCKS_A_THREAD + 1)[1:-1])
    blocks = pairwise([0, *cuts.tolist(), n_customers])
    for _ in parallel_map(lambda block: _order_customers(keys, starts, order, block[0], block[1]), blocks):
        pass
    return order


@compiled
def text_starts(lengths: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return (n + 1,) where each of n consecutive texts begins, and where the last one ends."""
    starts = np.empty(len(lengths) + 1, dtype=np.int64)
    starts[0] = 0
    for text in range(len(lengths)):
        starts[text + 1] = starts[text] + lengths[text]
    return starts


@compiled
def hash_order_id(keys: LineKeys, line: int) -> int:
    """Return a non-negative hash of an order id's bytes (FNV-1a, upper and lower half combined)."""
    number = np.uint64(0xCBF29CE484222325)
    for at in range(keys.order_starts[line], keys.order_starts[line + 1]):
        number = (number ^ np.uint64(keys.order_bytes[at])) * np.uint64(0x100000001B3)
    return int((number ^ (number >> np.uint64(32))) & np.uint64(0x7FFFFFFF))


@compiled
def _grouped_by_customer(customers: NDArray[np.int32], n_customers: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the lines grouped by customer, in the order of the input, and where each customer's lines begin."""
    starts = np.zeros(n_customers + 1, dtype=np.int64)
    for customer in customers:
        starts[customer + 1] += 1
    starts = np.cumsum(starts)
    free = starts[:-1].copy()
    order = np.empty(len(customers), dtype=np.int64)
    for line in range(len(customers)):
        order[free[customers[line]]] = line
        free[customers[line]] += 1
    return order, starts


@compiled
def _order_customers(keys: LineKeys, starts: NDArray[np.int64], order: NDArray[np.int64], first: int, end: int) -> None:
    buffer = np.empty(0, dtype=np.int64)
    for customer in range(first, end):
        own = order[starts[customer] : starts[customer + 1]]
        if len(own) > len(buffer):
            buffer = np.empty(2 * len(own), dtype=np.int64)
        _merge_sort(keys, own, buffer)


@compiled
def _merge_sort(keys: LineKeys, own: NDArray[np.int64], buffer: NDArray[np.int64]) -> None:
    for low in range(0, len(own), _RUN):
        _insert(keys, own[low : low + _RUN])
    width = _RUN
    while width < len(own):
        for low in range(0, len(own) - width, 2 * width):
            if _precedes(keys, own[low + width], own[low + width - 1]):
                _merge(keys, own[low : low + 2 * width], width, buffer)
        width *= 2


@compiled
def _insert(keys: LineKeys, own: NDArray[np.int64]) -> None:
    for at in range(1, len(own)):
        line, free = own[at], at
        while free > 0 and _precedes(keys, line, own[free - 1]):
            own[free] = own[free - 1]
            free -= 1
        own[free] = line


@compiled
def _merge(keys: LineKeys, own: NDArray[np.int64], width: int, buffer: NDArray[np.int64]) -> None:
    """Merge the first `width` lines with the lines after them; equal lines keep their order."""
    buffer[:width] = own[:width]
    left, right = 0, width
    for at in range(len(own)):
        if left == width:
            break
        if right < len(own) and _precedes(keys, own[right], buffer[left]):
            own[at] = own[right]
            right += 1
        else:
            own[at] = buffer[left]
            left += 1


@compiled
def _precedes(keys: LineKeys, line: int, other: int) -> bool:
    if keys.days[line] != keys.days[other]:
        return bool(keys.days[line] < keys.days[other])
    by_order = compare_order_ids(keys, line, other)
    if by_order != 0:
        return bool(by_order < 0)
    if keys.products[line] != keys.products[other]:
        return bool(keys.products[line] < keys.products[other])
    if keys.quantities[line] != keys.quantities[other]:
        return bool(keys.quantities[line] < keys.quantities[other])
    return bool(keys.revenues[line] < keys.revenues[other])


@compiled
def compare_order_ids(keys: LineKeys, line: int, other: int) -> np.int64:
    """Return a number below 0 if the line's order id comes before the other's, 0 if both are the same."""
    start, other_start = keys.order_starts[line], keys.order_starts[other]
    length, other_length = keys.order_starts[line + 1] - start, keys.order_starts[other + 1] - other_start
    for at in range(min(length, other_length)):
        difference = np.int64(keys.order_bytes[start + at]) - np.int64(keys.order_bytes[other_start + at])
        if difference != 0:
            return difference
    return np.int64(length - other_length)
