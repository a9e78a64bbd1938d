"""The orders that count for a campaign: of what a customer was offered, from the sending to the window's end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from dashboard.activity.campaign_records import Campaign, Member, Offer
from dashboard.data.snapshot import Snapshot


class Ordered(NamedTuple):
    """What a customer ordered of a product on one day within the window."""

    customer_id: str
    product_id: str
    on: date
    revenue: float


@dataclass(frozen=True)
class Window:
    """The days in which orders count, [sent_on, ends_on), and how far the data reach into them.

    n_days  of the window
    day     the day of the window that the data reach, 1 is that of the sending; 0 before it, at most n_days
    """

    sent_on: date
    n_days: int
    as_of: date

    @property
    def ends_on(self) -> date:
        """Return the day after the last one: that on which the result is final."""
        return self.sent_on + timedelta(self.n_days)

    @property
    def day(self) -> int:
        return min(max((self.as_of - self.sent_on).days + 1, 0), self.n_days)

    @property
    def is_final(self) -> bool:
        return self.day >= self.n_days

    def holds(self, day: date) -> bool:
        """Return whether an order of a day counts."""
        return self.sent_on <= day < self.ends_on


def window_of(campaign: Campaign, as_of: date) -> Window | None:
    """Return a campaign's window in data up to a day; None for one that was not sent yet."""
    return Window(campaign.sent_on, campaign.window_days, as_of) if campaign.sent_on else None


def offered_to(offers: Iterable[Offer]) -> dict[str, frozenset[str]]:
    """Return by customer the products that they are offered."""
    found: dict[str, set[str]] = {}
    for one in offers:
        found.setdefault(one.customer_id, set()).add(one.product_id)
    return {customer_id: frozenset(products) for customer_id, products in found.items()}


def orders_of(
    snapshot: Snapshot, members: Iterable[Member], offered: Mapping[str, frozenset[str]], window: Window
) -> tuple[Ordered, ...]:
    """Return what members ordered of their own offers within the window, by day.

    The customers are read whether the viewer sees them or not: what is counted of a campaign is the same for all.
    """
    if not window.day:
        return ()  # the data end before it begins
    ids = tuple(sorted(one.customer_id for one in members if one.customer_id in offered))
    lines = snapshot.cache.window_lines(snapshot.version, ids, window.sent_on, window.ends_on)
    found = (Ordered(*line) for line in lines if line[1] in offered[line[0]])
    return tuple(sorted(found, key=lambda one: (one.on, one.customer_id, one.product_id)))
