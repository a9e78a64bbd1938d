"""The two protocols: which orders a list is made from, and which customers it is tested on."""

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
LEAST_BASKETS_BEFORE = 2  # calendar: who has fewer before the cut is not tested
LEAST_BASKETS = 3  # last basket: who has fewer in all is not in the data


@dataclass(frozen=True)
class Split:
    """One test of the lists.

    tested  rows of held_out.history: customers with something to find
    learn   how a model holds out, from the history alone, what it learns from: the window, or the basket, before
    cut     first day held out; None where every customer has an own one
    """

    protocol: Protocol
    held_out: HeldOut
    tested: Positions
    learn: Callable[[Interactions], HeldOut]
    cut: date | None
    days: int | None


def calendar(interactions: Interactions, cut: date | None = None, days: int = WINDOW_DAYS) -> Split:
    """Hold out [cut, cut + days): history is everything before, tested are customers with two baskets or more in it.

    cut  None stands for the last day but `days` - 1: the last `days` days are held out
    Raises ValueError for days < 1; TableError if nobody can be tested.
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
    """Hold out the last basket of everyone with three or more; others are not in the data.

    Raises TableError if nobody can be tested.
    """
    held_out = hold_out_last_baskets(interactions, LEAST_BASKETS)
    tested = np.flatnonzero(np.diff(held_out.truth.indptr) > 0)
    if not len(tested):
        raise TableError(
            f"no customer has {LEAST_BASKETS} order days with a known product on the last; there is nothing to test"
        )
    return Split("last-basket", held_out, tested.astype(np.int32), basket_before, None, None)


def window_before(history: Interactions, days: int) -> HeldOut:
    """Hold out the last `days` days up to and with as_of: what a model learns from when it is tested on the next."""
    return hold_out_window(history, history.as_of - timedelta(days - 1), days)


def basket_before(history: Interactions) -> HeldOut:
    """Hold out everyone's last basket of the history: the last but one of the data."""
    return hold_out_last_baskets(history, 2)
