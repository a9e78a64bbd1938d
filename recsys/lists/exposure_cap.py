"""Exposure cap: no product is in more than a share of the lists; it stays where it is missed most."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts
from recsys.kernels.list_choice import choose
from recsys.lists.variety import VARIED_PLACES

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


@dataclass(frozen=True)
class Offers:
    """Candidates of lists, ordered by owner, then best first; (m,) each.

    owners      the list                  items   the product
    priorities  sort keys of the lists that request a product beyond its capacity: highest first, the last key counts
                first as in np.lexsort, ties go by owner
    categories  of the product, -1 for none
    limits      most products of the category among the first VARIED_PLACES of the list
    twins       equal for near-duplicates, of which a list takes one
    """

    owners: Counts
    items: Counts
    priorities: tuple[NDArray[Any], ...]
    categories: Counts
    limits: Counts
    twins: Counts


def keep_within_capacity(offers: Offers, slots: Counts, capacity: int) -> NDArray[np.int64]:
    """Return (m,) the place of each offer in its list from 0, -1 for none; a product is in `capacity` lists at most.

    slots  (n_owners,) places in each list

    Each list requests its best candidates, see kernels.list_choice.choose; a product requested too often stays with
    the highest priorities, and the other lists request their next one. So no list could take a product that it ranks
    higher from a list with a lower priority, and the result does not depend on the order of the requests.
    Source: Gale and Shapley (1962).
    """
    owners, items = offers.owners, offers.items
    is_open = np.ones(len(owners), dtype=bool)
    starts = np.searchsorted(owners, np.arange(len(slots) + 1)).astype(np.int64)
    places = np.full(len(owners), -1, dtype=np.int64)
    groups, limits, twins = (
        np.ascontiguousarray(each, dtype=np.int64) for each in (offers.categories, offers.limits, offers.twins)
    )
    n_slots = slots.astype(np.int64)
    while True:
        choose(starts, is_open, groups, limits, twins, n_slots, VARIED_PLACES, places)
        requested = np.flatnonzero(places >= 0)
        counts = np.bincount(items[requested], minlength=int(items.max(initial=-1)) + 1)
        contested = requested[counts[items[requested]] > capacity]
        if not len(contested):
            return places
        keys = tuple(-priority[contested] for priority in offers.priorities)
        contested = contested[np.lexsort((owners[contested], *keys, items[contested]))]
        place = np.arange(len(contested)) - np.searchsorted(items[contested], items[contested])
        is_open[contested[place >= capacity]] = False
