"""Breadth: no product stands in more than a share of the lists; who needs it most keeps it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts

LEAST_LISTS = 50  # fewer lists are too few to speak of shares of them
_TWICE = 2  # a share is never below twice what spreading the places evenly over all products would need


def widest(max_share: float, length: int, n_products: int) -> float:
    """Return the share of the lists that a product may stand in: `max_share`, or more where products are few."""
    return min(1.0, max(max_share, _TWICE * length / max(n_products, 1)))


def capacity(share: float, n_lists: int) -> int:
    """Return in how many lists a product may stand; of fewer than LEAST_LISTS lists in all."""
    return n_lists if n_lists < LEAST_LISTS else max(int(share * n_lists), 1)


def spread(
    owners: Counts, items: Counts, needs: tuple[NDArray[Any], ...], slots: Counts, most: int
) -> NDArray[np.bool_]:
    """Return which offers stand when every list takes its best and no product is taken more than `most` times.

    owners, items  (m,) of the offers, ordered by owner and then as the owner's list has them, the best first
    needs          what a product that too many lists want goes by: the last key first, as in np.lexsort, the highest
                   first; what is equal in all goes by owner
    slots          (n_owners,) places in each list

    Each list asks for its best; a product asked for too often stays with those who need it most, and the others ask
    for their next. So no list could take a product that it ranks higher from one that needs it less, and the result
    does not depend on the order in which lists ask. Source: Gale and Shapley (1962).
    """
    stands = np.ones(len(owners), dtype=bool)
    first = np.searchsorted(owners, owners)
    while True:
        before = np.concatenate([[0], np.cumsum(stands)])
        asked = np.flatnonzero(stands & (before[:-1] - before[first] < slots[owners]))
        counts = np.bincount(items[asked], minlength=int(items.max(initial=-1)) + 1)
        crowded = asked[counts[items[asked]] > most]
        if not len(crowded):
            taken = np.zeros(len(owners), dtype=bool)
            taken[asked] = True
            return taken
        keys = tuple(-need[crowded] for need in needs)
        crowded = crowded[np.lexsort((owners[crowded], *keys, items[crowded]))]
        place = np.arange(len(crowded)) - np.searchsorted(items[crowded], items[crowded])
        stands[crowded[place >= most]] = False
