"""The records of the web shop's events. All times are UTC and aware."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

VIEW, CLICK, SEARCH, CART, UNCART, ORDER, SHOWN = "view", "click", "search", "cart", "uncart", "order", "shown"
KINDS = (VIEW, CLICK, SEARCH, CART, UNCART, ORDER, SHOWN)


class ShopEvent(NamedTuple):
    """One thing that happened in the shop.

    event_id     the shop's own; the same one twice is one event
    customer_id  None: of a session whose customer nobody knows
    list, arm    of a list that was shown, of an experiment
    text         that was searched for
    """

    event_id: str
    kind: str
    at: datetime
    customer_id: str | None = None
    session: str | None = None
    product_id: str | None = None
    quantity: float | None = None
    list: str | None = None
    text: str | None = None
    arm: str | None = None


class Stock(NamedTuple):
    """What the stock system says of a product at a time."""

    product_id: str
    is_available: bool
    at: datetime
    stock: float | None = None


class Done(NamedTuple):
    """What a customer did with a product in one way: when last, and how often lately."""

    customer_id: str
    product_id: str
    kind: str
    last_at: datetime
    n_lately: int


@dataclass(frozen=True)
class Reaction:
    """A customer's last days in the shop.

    in_cart     by product since when          ordered     products, in 7 days and since the data's last day
    looked_at   by product how often in 7 days, and when last
    """

    in_cart: Mapping[str, datetime] = field(default_factory=dict)
    ordered: frozenset[str] = frozenset()
    looked_at: Mapping[str, tuple[int, datetime]] = field(default_factory=dict)


NO_REACTION = Reaction()
