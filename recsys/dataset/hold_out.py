"""Orders split in time: a history to learn from, and the held-out orders after it.

day       1   5   9  | 14  20  | 30
Acme      o   o      | x       |          o is history, x is held out: [first, cut) and [cut, cut + days)

The history has only the customers and products of its own orders, so that no model learns anything from later ones,
not even how many there are.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.dataset.dates import EPOCH, day_number
from recsys.dataset.interactions import Interactions


@dataclass(frozen=True)
class HeldOut:
    """A history and the purchases held out after it.

    history    only the customers and products with orders in it
    truth      (history.n_customers, history.n_products) 1 where bought in the held-out baskets
    customers  (history.n_customers,) their rows in the interactions that were split
    products   (history.n_products,) their columns there
    """

    history: Interactions
    truth: csr_matrix
    customers: Counts
    products: Counts


def hold_out_window(interactions: Interactions, cut: date, days: int) -> HeldOut:
    """Hold out the baskets of [cut, cut + days); the history is what came before, as of the day before the cut.

    Raises ValueError for days < 1.
    """
    if days < 1:
        raise ValueError(f"days is {days}; it must be at min_baskets 1")
    start = day_number(cut)
    later = (interactions.basket_days >= start) & (interactions.basket_days < start + days)
    before = interactions.basket_days < start
    known_until = np.full(interactions.n_customers, start - 1)
    return _split(interactions, before, later, cut - timedelta(1), known_until)


def hold_out_last_baskets(interactions: Interactions, min_baskets: int) -> HeldOut:
    """Hold out everyone's last basket; customers with fewer than `min_baskets` baskets are left out.

    Of events the history has those up to the customer's last basket in it, for everyone's cut is their own.
    Raises ValueError for min_baskets < 2: with one basket the history would be empty.
    """
    if min_baskets < 2:
        raise ValueError(f"min_baskets is {min_baskets}; it must be at min_baskets 2")
    owners = interactions.basket_customers
    n_baskets = np.bincount(owners, minlength=interactions.n_customers)
    is_last = np.append(owners[1:] != owners[:-1], True) if len(owners) else np.zeros(0, dtype=bool)
    has_enough = n_baskets[owners] >= min_baskets
    before = has_enough & ~is_last
    last_day = int(interactions.basket_days[before].max(initial=day_number(interactions.first_day)))
    known_until = np.full(interactions.n_customers, day_number(interactions.first_day))
    np.maximum.at(known_until, owners[before], interactions.basket_days[before])
    return _split(interactions, before, has_enough & is_last, date.fromordinal(EPOCH + last_day), known_until)


def only_customers(interactions: Interactions, customers: Counts) -> Interactions:
    """Return the interactions of some customers only; all products are kept.

    customers  ascending rows
    """
    position = np.full(interactions.n_customers, -1)
    position[customers] = np.arange(len(customers))
    rows = np.flatnonzero(position[interactions.basket_customers] >= 0)
    return replace(
        interactions,
        customer_ids=tuple(interactions.customer_ids[row] for row in customers),
        segments=tuple(interactions.segments[row] for row in customers),
        baskets=interactions.baskets[rows],
        spent=None if interactions.spent is None else interactions.spent[rows],
        basket_customers=position[interactions.basket_customers[rows]].astype(np.int32),
        basket_days=interactions.basket_days[rows],
        events=None
        if interactions.events is None
        else interactions.events.renumbered(customers, np.arange(interactions.n_products)),
    )


def _split(
    interactions: Interactions, before: NDArray[np.bool_], after: NDArray[np.bool_], as_of: date, known_until: Counts
) -> HeldOut:
    """Return the baskets of `before` as the history, those of `after` as its truth.

    known_until  (n_customers,) the last day of which the history has the customer's events
    """
    early, late = np.flatnonzero(before), np.flatnonzero(after)
    customers = np.unique(interactions.basket_customers[early])
    products = np.unique(interactions.baskets[early].indices)
    known = only_customers(interactions, customers)
    kept = before[np.isin(interactions.basket_customers, customers)]
    rows = np.flatnonzero(kept)
    history = replace(
        known,
        product_ids=tuple(interactions.product_ids[column] for column in products),
        baskets=known.baskets[rows][:, products],
        spent=None if known.spent is None else known.spent[rows][:, products],
        words=None if known.words is None else known.words[products],
        basket_customers=known.basket_customers[kept],
        basket_days=known.basket_days[kept],
        as_of=as_of,
        events=None
        if interactions.events is None
        else interactions.events.until(known_until).renumbered(customers, products),
    )
    return HeldOut(history, _truth(interactions, late, customers, products), customers, products)


def _truth(interactions: Interactions, late: NDArray[np.intp], customers: Counts, products: Counts) -> csr_matrix:
    owners = interactions.basket_customers[late]
    shape = (interactions.n_customers, len(late))
    bought = csr_matrix((np.ones(len(late)), (owners, np.arange(len(late)))), shape) @ interactions.baskets[late]
    truth = csr_matrix(bought[customers][:, products])
    truth.data[:] = 1
    truth.sort_indices()
    return truth
