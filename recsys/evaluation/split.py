"""The two protocols of a test: which orders are held out, and which customers are tested."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from recsys.array_types import Positions
from recsys.dataset.hold_out import HeldOut, hold_out_last_baskets, hold_out_window
from recsys.dataset.interactions import Interactions
from recsys.errors import TableError

Protocol = Literal["calendar", "last-basket"]
WINDOW_DAYS = 28
LEAST_BASKETS_BEFORE = 2  # calendar: a customer with fewer before the cut is not tested
LEAST_BASKETS = 3  # last basket: a customer with fewer in all is left out of the data


@dataclass(frozen=True)
class Split:
    """Orders split into a history and what is held out.

    tested  rows of held_out.history: the customers who are tested, each with a held-out product
    learn   splits the history again in the same way: a model learns its weights from the window, or basket, before
    cut     first day held out; None for the last-basket protocol, where it is each customer's own
    days    days held out from the cut on; None likewise
    """

    protocol: Protocol
    held_out: HeldOut
    tested: Positions
    learn: Callable[[Interactions], HeldOut]
    cut: date | None
    days: int | None


def calendar(interactions: Interactions, cut: date | None = None, days: int = WINDOW_DAYS) -> Split:
    """Hold out [cut, cut + days); the history is all before, tested are customers with two baskets or more in it.

    cut  None: the last `days` days of the orders are held out
    Raises ValueError for days < 1; TableError if no customer can be tested.
    """
    start = cut or interactions.as_of - timedelta(days - 1)
    held_out = hold_out_window(interactions, start, days)
    n_baskets = np.bincount(held_out.history.basket_customers, minlength=held_out.history.n_customers)
    tested = np.flatnonzero((n_baskets >= LEAST_BASKETS_BEFORE) & (np.diff(held_out.truth.indptr) > 0))
    if not len(tested):
        raise TableError(
            f"no customer has {LEAST_BASKETS_BEFORE} order days before {start} and a known product in the {days} days "
            f"from then on; the orders go from {interactions.first_day} to {interactions.as_of}, name another cut"
        )

    def learn(history: Interactions) -> HeldOut:
        return window_before(history, days)

    return Split("calendar", held_out, tested.astype(np.int32), learn, start, days)


def last_basket(interactions: Interactions) -> Split:
    """Hold out the last basket of each customer with three or more; other customers are left out.

    Raises TableError if no customer can be tested.
    """
    held_out = hold_out_last_baskets(interactions, LEAST_BASKETS)
    tested = np.flatnonzero(np.diff(held_out.truth.indptr) > 0)
    if not len(tested):
        raise TableError(
            f"no customer has {LEAST_BASKETS} order days with a known product on the last; there is nothing to test"
        )
    return Split("last-basket", held_out, tested.astype(np.int32), basket_before, None, None)


def window_before(history: Interactions, days: int) -> HeldOut:
    """Hold out the last `days` days up to and including as_of: a model learns from them and is tested on the next."""
    return hold_out_window(history, history.as_of - timedelta(days - 1), days)


def basket_before(history: Interactions) -> HeldOut:
    """Hold out each customer's last basket of the history: the last but one of all orders."""
    return hold_out_last_baskets(history, 2)
