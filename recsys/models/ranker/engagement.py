"""Engagement: what a customer looked at or left in the cart, and which mails that offered a product they opened."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.dataset.dates import day_number
from recsys.dataset.events import LOOKS, TAKEN_OUT, Events
from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse_lookup import at

LOOK_HALF_LIFE, MAIL_HALF_LIFE = 14, 30  # days


@dataclass(frozen=True)
class Engagement:
    """What customers did with products that they did not buy since, (n_customers, n_products) each.

    clicked   clicks on its row in a list or a mail, half as much after 14 days
    viewed    its page looked at, likewise
    carted    put into the cart and left there, likewise: what was taken out on that day or later does not count
    look_age  1 / days since the last click, view or cart, 1 on the day as_of
    mailed    mails that offered it, half as much after 30 days
    opened    those that were opened, likewise: one that was not opened is in `mailed` alone

    The first four count only what came after the day on which the customer last bought the product. On an order day
    shops record a view and a cart of all that is ordered, which says no more than the order. Mails count as they are.
    """

    clicked: csr_matrix
    viewed: csr_matrix
    carted: csr_matrix
    look_age: csr_matrix
    mailed: csr_matrix
    opened: csr_matrix

    def signals(self) -> dict[str, csr_matrix]:
        """Return the matrices by the names that features have for them."""
        return {name: getattr(self, name) for name in ENGAGEMENT_SIGNALS}


ENGAGEMENT_SIGNALS = ("clicked", "viewed", "carted", "look_age", "mailed", "opened")


def learn_engagement(interactions: Interactions, last_age: csr_matrix) -> Engagement | None:
    """Return what the events say as of the interactions' last day; None without events.

    last_age  see Profiles
    """
    events = interactions.events
    if events is None:
        return None
    shape, today = interactions.counts.shape, day_number(interactions.as_of)
    looks = _since_bought(events.of(*LOOKS), last_age, today)
    taken_out = _inverse_age(events.of(TAKEN_OUT), shape, today)
    return Engagement(
        _decayed(looks.of("click"), shape, today, LOOK_HALF_LIFE),
        _decayed(looks.of("view"), shape, today, LOOK_HALF_LIFE),
        _decayed(_left_in_cart(looks.of("cart"), taken_out, today), shape, today, LOOK_HALF_LIFE),
        _inverse_age(looks, shape, today),
        _decayed(events.of("mailed"), shape, today, MAIL_HALF_LIFE),
        _decayed(events.of("opened"), shape, today, MAIL_HALF_LIFE),
    )


def _since_bought(looks: Events, last_age: csr_matrix, today: int) -> Events:
    bought = at(last_age, looks.customers, looks.products)
    return looks.where((bought == 0) | (today + 1 - looks.days < bought))


def _left_in_cart(carts: Events, taken_out: csr_matrix, today: int) -> Events:
    """Return the carts after the day on which the product was last taken out, of which 1 / days since is given."""
    return carts.where(1 / (today + 1.0 - carts.days) > at(taken_out, carts.customers, carts.products))


def _decayed(events: Events, shape: tuple[int, int], today: int, half_life: float) -> csr_matrix:
    weights = events.n * np.exp2((events.days - today) / half_life)
    return csr_matrix((weights, (events.customers, events.products)), shape)


def _inverse_age(events: Events, shape: tuple[int, int], today: int) -> csr_matrix:
    keys = events.customers * shape[1] + events.products
    pairs, place = np.unique(keys, return_inverse=True)
    last: Counts = np.zeros(len(pairs), dtype=np.int64)
    np.maximum.at(last, place, events.days)
    return csr_matrix((1 / (today + 1.0 - last), (pairs // max(shape[1], 1), pairs % max(shape[1], 1))), shape)
