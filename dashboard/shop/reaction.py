"""How a customer's list in the shop changes by what they did there lately."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from dashboard.activity.database import shop_events
from dashboard.activity.database.connect import Reading
from dashboard.activity.shop_records import CART, CLICK, ORDER, UNCART, VIEW, Done, Reaction

LOOKED_BACK = timedelta(days=7)
LONGEST = timedelta(days=30)  # so long an order counts that no build has


def read(at: Reading, customer_ids: Collection[str], as_of: date, now: datetime) -> dict[str, Reaction]:
    """Return by customer what they did in 7 days, and what they ordered since the data's last day.

    Of who did nothing nothing.
    """
    lately = now - LOOKED_BACK
    since = max(min(datetime.combine(as_of, time(), UTC), lately), now - LONGEST)
    done: dict[str, list[Done]] = {}
    for one in shop_events.done(at, customer_ids, since, lately):
        done.setdefault(one.customer_id, []).append(one)
    return {one: reaction(of_one, lately) for one, of_one in done.items()}


def reaction(done: Iterable[Done], lately: datetime) -> Reaction:
    """Return what one customer's doings come to; an order or a removal takes a product out of the cart."""
    last = {(one.product_id, one.kind): one.last_at for one in done}
    carts = {one.product_id: one.last_at for one in done if one.kind == CART and one.last_at >= lately}
    in_cart = {one: at for one, at in carts.items() if not _is_out(last, one, at)}
    times: dict[str, tuple[int, datetime]] = {}
    for one in done:
        if one.kind in (VIEW, CLICK) and one.n_lately:
            n, at = times.get(one.product_id, (0, one.last_at))
            times[one.product_id] = n + one.n_lately, max(at, one.last_at)
    return Reaction(in_cart, frozenset(product for product, kind in last if kind == ORDER), times)


def reordered(
    product_ids: Iterable[str], shop: Reaction, similar: Callable[[str], Collection[str]], *, is_new: bool
) -> tuple[str, ...]:
    """Return a list's products as the shop's last days change it.

    similar     the nearest neighbours of a product
    is_new      whether it is the list `new`, which what was ordered leaves

    Out: what is in the cart. First: what was looked at, the last one first; then its neighbours; then the rest. What
    is equal keeps its place.
    """
    gone = shop.in_cart.keys() | (shop.ordered if is_new else frozenset())
    near = {other for product_id in shop.looked_at for other in similar(product_id)}

    def place(product_id: str) -> tuple[int, float]:
        if product_id in shop.looked_at:
            return 0, -shop.looked_at[product_id][1].timestamp()
        return (1 if product_id in near else 2), 0.0

    return tuple(sorted((one for one in product_ids if one not in gone), key=place))


def _is_out(last: Mapping[tuple[str, str], datetime], product_id: str, since: datetime) -> bool:
    """Return whether a product left the cart since a time."""
    return any(one is not None and one >= since for one in (last.get((product_id, kind)) for kind in (UNCART, ORDER)))
