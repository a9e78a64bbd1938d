"""Exposure cap: no product is in more than a share of the lists; it stays with the customers who score it highest."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts

MIN_LISTS = 50  # with fewer lists the cap does not apply
_MIN_EVEN_SHARES = 2  # the cap is at least twice the share that all products would have if spread evenly


def effective_max_share(max_share: float, length: int, n_products: int) -> float:
    """Return the share of the lists that a product may be in, 0 to 1: `max_share`, or more if there are few products.

    length  places in each list
    """
    return min(1.0, max(max_share, _MIN_EVEN_SHARES * length / max(n_products, 1)))


def max_lists(share: float, n_lists: int) -> int:
    """Return how many lists a product may be in, at least 1; of fewer than MIN_LISTS lists it may be in all."""
    return n_lists if n_lists < MIN_LISTS else max(int(share * n_lists), 1)


def keep_within_capacity(
    owners: Counts, items: Counts, priorities: tuple[NDArray[Any], ...], slots: Counts, capacity: int
) -> NDArray[np.bool_]:
    """Return (m,) a mask of the candidates to keep: each list takes its best, each product at most `capacity` lists.

    owners, items  (m,) of the candidates, ordered by owner, then best first
    priorities     sort keys, (m,) each, of the lists that request a product beyond its capacity: highest first, the
                   last key counts first as in np.lexsort, ties go by owner
    slots          (n_owners,) places in each list

    Each list requests its best candidates; a product requested too often stays with the highest priorities, and the
    other lists request their next one. So no list could take a product that it ranks higher from a list with a lower
    priority, and the result does not depend on the order of the requests. Source: Gale and Shapley (1962).
    """
    is_open = np.ones(len(owners), dtype=bool)
    first = np.searchsorted(owners, owners)
    while True:
        before = np.concatenate([[0], np.cumsum(is_open)])
        requested = np.flatnonzero(is_open & (before[:-1] - before[first] < slots[owners]))
        counts = np.bincount(items[requested], minlength=int(items.max(initial=-1)) + 1)
        contested = requested[counts[items[requested]] > capacity]
        if not len(contested):
            kept = np.zeros(len(owners), dtype=bool)
            kept[requested] = True
            return kept
        keys = tuple(-priority[contested] for priority in priorities)
        contested = contested[np.lexsort((owners[contested], *keys, items[contested]))]
        place = np.arange(len(contested)) - np.searchsorted(items[contested], items[contested])
        is_open[contested[place >= capacity]] = False
