"""What a campaign brought: who of those who got the mail ordered, against those held out, with intervals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from dashboard.activity.campaign_records import HELD, SENT, Member
from dashboard.campaigns.intervals import Interval, needed, newcombe, of_means
from dashboard.campaigns.orders import Ordered, Window

LEAST = 30  # customers in each group: of fewer nothing is told
STATED = 0.05  # the difference of shares that a number is named for where none is seen
LEAST_SEEN = 0.01  # a smaller one counts as none


@dataclass(frozen=True)
class Arm:
    """One group: how many customers, how many of them ordered, and for how much."""

    n: int
    ordered: int
    revenue: float

    @property
    def share(self) -> float | None:
        """Return the share who ordered; None of nobody."""
        return self.ordered / self.n if self.n else None

    @property
    def revenue_each(self) -> float | None:
        """Return the revenue per customer, whether they ordered or not; None of nobody."""
        return self.revenue / self.n if self.n else None


@dataclass(frozen=True)
class Comparison:
    """Both groups, and what is told of their difference: nothing where one of them has fewer than LEAST customers.

    difference  of the shares who ordered, by Newcombe; None: too few to tell
    revenue     of the revenue per customer, by the wider of Welch's and Student's; None: too few to tell
    needed      how many would have to be held out to find `for_difference` in eight tries of ten; None where no
                number is needed, as the difference is clear, or where nobody got the mail
    for_difference  the difference that was seen, or STATED where none was
    """

    sent: Arm
    held: Arm
    difference: Interval | None
    revenue: Interval | None
    needed: int | None
    for_difference: float

    @property
    def is_told(self) -> bool:
        return self.difference is not None

    def extra(self) -> tuple[int, int, int] | None:
        """Return how many of the orders come from the campaign: about, at least, at most; None: too few to tell.

        Between none and all who ordered: a campaign can lose orders, but it does not name them.
        """
        if self.difference is None:
            return None
        value, low, high = (
            min(max(round(part * self.sent.n), 0), self.sent.ordered)
            for part in (self.difference.value, self.difference.low, self.difference.high)
        )
        return value, low, high


@dataclass(frozen=True)
class Curve:
    """Which share of a group has ordered before each day begins, from the day of the sending on."""

    days: tuple[date, ...]
    sent: tuple[float, ...]
    held: tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """The comparison of some of the customers: those who were offered a product, or are of a segment."""

    key: str
    found: Comparison


@dataclass(frozen=True)
class Effects:
    """What a campaign brought up to the day that the data reach.

    overall     customers who ordered anything that they were offered
    products    by product, of the customers who were offered it, in the order of the campaign
    segments    by segment, by name
    n_offers    products offered to customers who got the mail, counted for each customer
    """

    window: Window
    overall: Comparison
    products: tuple[Row, ...]
    segments: tuple[Row, ...]
    curve: Curve
    n_offers: int


def effects(
    members: Sequence[Member],
    offered: Mapping[str, frozenset[str]],
    orders: Sequence[Ordered],
    window: Window,
    product_ids: Sequence[str] = (),
) -> Effects:
    """Return what a campaign brought.

    product_ids  the order of the products; those that are not among them follow by number
    """
    arms = {one.customer_id: one.arm for one in members}
    names = sorted({one.stratum for one in members})
    of_segment = {name: [one for one in members if one.stratum == name] for name in names}
    offers_of: dict[str, list[Member]] = {}
    for one in members:
        for product in offered.get(one.customer_id, ()):
            offers_of.setdefault(product, []).append(one)
    in_order = [*(one for one in product_ids if one in offers_of), *sorted(set(offers_of) - set(product_ids))]
    sent_offers = sum(len(offered.get(one.customer_id, ())) for one in members if one.arm == SENT)
    return Effects(
        window=window,
        overall=compared(members, orders),
        products=tuple(
            Row(product, compared(offers_of[product], [one for one in orders if one.product_id == product]))
            for product in in_order
        ),
        segments=tuple(Row(name, compared(some, orders)) for name, some in of_segment.items()),
        curve=curve(arms, orders, window),
        n_offers=sent_offers,
    )


def compared(members: Iterable[Member], orders: Iterable[Ordered]) -> Comparison:
    """Return both groups of some members, by what these ordered; orders of others do not count."""
    revenue: dict[str, dict[str, float]] = {SENT: {}, HELD: {}}
    for one in members:
        revenue[one.arm][one.customer_id] = 0.0
    who: dict[str, set[str]] = {SENT: set(), HELD: set()}
    for order in orders:
        for arm, sums in revenue.items():
            if order.customer_id in sums:
                sums[order.customer_id] += order.revenue
                who[arm].add(order.customer_id)
    sent, held = (Arm(len(revenue[arm]), len(who[arm]), sum(revenue[arm].values())) for arm in (SENT, HELD))
    return _comparison(sent, held, [list(revenue[arm].values()) for arm in (SENT, HELD)])


def curve(arms: Mapping[str, str], orders: Iterable[Ordered], window: Window) -> Curve:
    """Return the shares by day up to the end of the day that the data reach; they begin with nobody."""
    first: dict[str, date] = {}
    for one in orders:
        if one.customer_id in arms:
            first[one.customer_id] = min(one.on, first.get(one.customer_id, one.on))
    days = [window.sent_on + timedelta(at) for at in range(window.day + 1)]
    shares = {}
    for arm in (SENT, HELD):
        n = sum(each == arm for each in arms.values())
        by_day: dict[date, int] = {}
        for customer_id, day in first.items():
            if arms[customer_id] == arm:
                by_day[day] = by_day.get(day, 0) + 1
        before = accumulate([by_day.get(day - timedelta(1), 0) for day in days])
        shares[arm] = tuple(each / n if n else 0.0 for each in before)
    return Curve(tuple(days), shares[SENT], shares[HELD])


def _comparison(sent: Arm, held: Arm, revenue: Sequence[Sequence[float]]) -> Comparison:
    is_told = min(sent.n, held.n) >= LEAST
    difference = newcombe(sent.ordered, sent.n, held.ordered, held.n) if is_told else None
    seen = (sent.share or 0.0) - (held.share or 0.0)
    least, for_difference = None, STATED
    if held.n and sent.n and not (difference and difference.is_clear):
        # None of a few is not none at all, nor are all of them all.
        before = min(max(held.share or 0.0, 1 / (held.n + 2)), 1 - LEAST_SEEN)
        for_difference = seen if seen >= LEAST_SEEN else STATED
        least = max(needed(min(before + for_difference, 1.0), before, sent.n / held.n), LEAST)
    return Comparison(sent, held, difference, of_means(*revenue) if is_told else None, least, for_difference)
