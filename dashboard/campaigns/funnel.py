"""From sent to ordered: how many customers got the mail, opened it, clicked, ordered, each counted once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboard.activity.campaign_records import CLICKED, MAILED, OPENED, SENT, UNSUBSCRIBED, Member
from dashboard.campaigns.orders import Ordered

Firsts = Mapping[str, Mapping[str, datetime]]


@dataclass(frozen=True)
class Steps:
    """Customers of the group that gets the mail.

    n           in the group: what the others are out of
    mailed      to whom the mailing tool says it sent; 0 where it says nothing of that
    opened      who opened it, by loaded pictures, or clicked
    clicked     who clicked
    ordered     who ordered what they were offered: `after_click` on the day of their first click or later
    unsubscribed    who want no more mail
    """

    n: int
    mailed: int
    opened: int
    clicked: int
    ordered: int
    after_click: int
    unsubscribed: int

    @property
    def without_click(self) -> int:
        return self.ordered - self.after_click


@dataclass(frozen=True)
class Funnel:
    """The steps of all, and by segment and by product; by product of those who were offered it, with its own orders."""

    overall: Steps
    segments: tuple[tuple[str, Steps], ...]
    products: tuple[tuple[str, Steps], ...]


def funnel(
    members: Sequence[Member],
    offered: Mapping[str, frozenset[str]],
    firsts: Firsts,
    orders: Sequence[Ordered],
    zone: ZoneInfo,
    product_ids: Sequence[str] = (),
) -> Funnel:
    """Return the steps.

    firsts  by kind of event and customer when it happened first; `zone` is where the days of orders begin
    product_ids     the order of the products; those that are not among them follow by number
    """
    mailed = [one for one in members if one.arm == SENT]
    clicks = {who: at.astimezone(zone).date() for who, at in firsts.get(CLICKED, {}).items()}
    all_products = {product for one in mailed for product in offered.get(one.customer_id, ())}
    in_order = [*(one for one in product_ids if one in all_products), *sorted(all_products - set(product_ids))]

    def of(some: Iterable[Member], bought: Iterable[Ordered]) -> Steps:
        return _steps({one.customer_id for one in some}, firsts, clicks, bought)

    return Funnel(
        overall=of(mailed, orders),
        segments=tuple(
            (name, of((one for one in mailed if one.stratum == name), orders))
            for name in sorted({one.stratum for one in mailed})
        ),
        products=tuple(
            (
                product,
                of(
                    (one for one in mailed if product in offered.get(one.customer_id, ())),
                    [one for one in orders if one.product_id == product],
                ),
            )
            for product in in_order
        ),
    )


def open_to_call(firsts: Firsts, members: Iterable[Member], orders: Iterable[Ordered]) -> tuple[str, ...]:
    """Return who clicked and has not ordered, the latest first click first: their reps may call them."""
    ordered = {one.customer_id for one in orders}
    mailed = {one.customer_id for one in members if one.arm == SENT}
    left = firsts.get(UNSUBSCRIBED, {})
    clicks = {
        who: at
        for who, at in firsts.get(CLICKED, {}).items()
        if who in mailed and who not in ordered and who not in left
    }
    return tuple(sorted(clicks, key=lambda who: (-clicks[who].timestamp(), who)))


def _steps(who: Collection[str], firsts: Firsts, clicks: Mapping[str, date], orders: Iterable[Ordered]) -> Steps:
    def those(*kinds: str) -> int:
        return len({one for kind in kinds for one in firsts.get(kind, {}) if one in who})

    last: dict[str, date] = {}
    for one in orders:
        if one.customer_id in who:
            last[one.customer_id] = max(one.on, last.get(one.customer_id, one.on))
    after_click = sum(one in clicks and clicks[one] <= day for one, day in last.items())
    return Steps(
        n=len(who),
        mailed=those(MAILED),
        opened=those(OPENED, CLICKED),
        clicked=those(CLICKED),
        ordered=len(last),
        after_click=after_click,
        unsubscribed=those(UNSUBSCRIBED),
    )
