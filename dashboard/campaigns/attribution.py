"""Whose an order is where a customer was in several campaigns, or was touched several times: first and last touch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashboard.activity.campaign_records import CLICKED, MAILED, OPENED, Campaign, CampaignEvent
from dashboard.campaigns.orders import Ordered

TOUCHING = (MAILED, OPENED, CLICKED)


class Touch(NamedTuple):
    """Something that a customer had of a campaign, and when; of a kind of TOUCHING."""

    at: datetime
    campaign_id: int
    kind: str


class Attributed(NamedTuple):
    """An order with the first and the last touch before it, each within the window of its campaign."""

    order: Ordered
    first: Touch
    last: Touch


@dataclass(frozen=True)
class Credit:
    """What one campaign gets: customers who ordered, and their revenue."""

    customers: int
    revenue: float


@dataclass(frozen=True)
class Credits:
    """What a campaign gets by its first and by its last touches, and by which kind of touch.

    first, last     orders whose first, or last, touch is of this campaign
    first_kinds, last_kinds   by kind of touch of this campaign
    shared      customers of these orders whom another campaign touched as well
    """

    first: Credit
    last: Credit
    first_kinds: Mapping[str, Credit]
    last_kinds: Mapping[str, Credit]
    shared: int


def touches_of(
    campaigns: Iterable[Campaign],
    mailed: Mapping[int, Iterable[str]],
    events: Iterable[CampaignEvent],
    zone: ZoneInfo,
) -> dict[str, list[Touch]]:
    """Return by customer their touches, the earliest first.

    mailed  by campaign who gets its mail: where the mailing tool does not say when, it is the begin of the day of the
            sending
    """
    sent = {one.id: one.sent_on for one in campaigns if one.sent_on is not None}
    found: dict[str, list[Touch]] = {}
    said: set[tuple[int, str]] = set()
    for event in events:
        if event.campaign_id in sent and event.kind in TOUCHING:
            found.setdefault(event.customer_id, []).append(Touch(event.at, event.campaign_id, event.kind))
            if event.kind == MAILED:
                said.add((event.campaign_id, event.customer_id))
    for campaign_id, day in sent.items():
        begin = datetime.combine(day, time(), zone)
        for customer_id in mailed.get(campaign_id, ()):
            if (campaign_id, customer_id) not in said:
                found.setdefault(customer_id, []).append(Touch(begin, campaign_id, MAILED))
    return {customer_id: sorted(touches) for customer_id, touches in found.items()}


def attributed(
    orders: Iterable[Ordered],
    touches: Mapping[str, Sequence[Touch]],
    window_days: Mapping[int, int],
    offered: Mapping[int, Mapping[str, frozenset[str]]],
    zone: ZoneInfo,
) -> tuple[Attributed, ...]:
    """Return the orders that a touch precedes, with their first and last one; an order without a touch is left out.

    window_days     by campaign: a touch counts on its own day and for so many days in all
    offered         by campaign and customer what was offered: a touch counts for that alone
    """

    def counts(touch: Touch, order: Ordered) -> bool:
        products = offered.get(touch.campaign_id, {}).get(order.customer_id, frozenset())
        day = touch.at.astimezone(zone).date()
        return order.product_id in products and day <= order.on < day + timedelta(window_days[touch.campaign_id])

    found = []
    for order in orders:
        before = [touch for touch in touches.get(order.customer_id, ()) if counts(touch, order)]
        if before:
            found.append(Attributed(order, before[0], before[-1]))
    return tuple(found)


def credits_of(campaign_id: int, found: Iterable[Attributed]) -> Credits:
    """Return what a campaign gets of attributed orders."""
    mine = [one for one in found if campaign_id in (one.first.campaign_id, one.last.campaign_id)]
    by_first = [one for one in mine if one.first.campaign_id == campaign_id]
    by_last = [one for one in mine if one.last.campaign_id == campaign_id]
    shared = {one.order.customer_id for one in mine if one.first.campaign_id != one.last.campaign_id}
    return Credits(
        first=_credit(by_first),
        last=_credit(by_last),
        first_kinds={kind: _credit(one for one in by_first if one.first.kind == kind) for kind in TOUCHING},
        last_kinds={kind: _credit(one for one in by_last if one.last.kind == kind) for kind in TOUCHING},
        shared=len(shared),
    )


def _credit(found: Iterable[Attributed]) -> Credit:
    orders = [one.order for one in found]
    return Credit(len({one.customer_id for one in orders}), sum(one.revenue for one in orders))
