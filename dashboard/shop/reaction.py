"""What a customer did in the shop lately, and how their list changes by it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dashboard.activity.database import shop_events
from dashboard.activity.database.connect import Reading
from dashboard.activity.shop_records import CART, CLICK, ORDER, UNCART, VIEW, ShopEvent

LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True)
class Reaction:
    """A customer's last days in the shop.

    in_cart     products       ordered     products, since the data's last day
    looked_at   by product how often in 7 days, and when last
    """

    in_cart: frozenset[str] = frozenset()
    ordered: frozenset[str] = frozenset()
    looked_at: Mapping[str, tuple[int, datetime]] = field(default_factory=dict)


def read(at: Reading, customer_id: str, as_of: datetime, now: datetime) -> Reaction:
    """Return what a customer did since 7 days ago, or since the data end where that is earlier."""
    return reaction(shop_events.of_customer(at, customer_id, min(as_of, now - LOOKED_BACK)), as_of, now)


def reaction(events: Iterable[ShopEvent], as_of: datetime, now: datetime) -> Reaction:
    """Return what events of one customer, the oldest first, come to; an order takes its product out of the cart."""
    in_cart: set[str] = set()
    ordered: set[str] = set()
    times: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for one in events:
        product_id = one.product_id
        if product_id is None:
            continue
        if one.kind == CART:
            in_cart.add(product_id)
        elif one.kind in (UNCART, ORDER):
            in_cart.discard(product_id)
        if one.kind == ORDER and one.at >= as_of:
            ordered.add(product_id)
        if one.kind in (VIEW, CLICK) and one.at >= now - LOOKED_BACK:
            times[product_id] += 1
            last[product_id] = one.at
    return Reaction(frozenset(in_cart), frozenset(ordered), {one: (n, last[one]) for one, n in times.items()})


def reordered(
    product_ids: Iterable[str], shop: Reaction, similar: Callable[[str], Collection[str]], *, is_new: bool
) -> tuple[str, ...]:
    """Return a list's products as the shop's last days change it.

    similar     the nearest neighbours of a product
    is_new      whether it is the list `new`, which what was ordered leaves

    Out: what is in the cart. First: what was looked at, the last one first; then its neighbours; then the rest. What
    is equal keeps its place.
    """
    gone = shop.in_cart | (shop.ordered if is_new else frozenset())
    near = {other for product_id in shop.looked_at for other in similar(product_id)}

    def place(product_id: str) -> tuple[int, float]:
        if product_id in shop.looked_at:
            return 0, -shop.looked_at[product_id][1].timestamp()
        return (1 if product_id in near else 2), 0.0

    return tuple(sorted((one for one in product_ids if one not in gone), key=place))
