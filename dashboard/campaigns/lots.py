"""The lot: who of the drawn is held out, so that both groups are alike in segments and revenue, and how alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from dashboard.campaigns.intervals import standardised


class Drawn(NamedTuple):
    """A customer who takes part in the lot.

    stratum  the RFM segment, else the given one, else empty
    revenue  of 12 months
    """

    customer_id: str
    stratum: str
    revenue: float


@dataclass(frozen=True)
class BalanceRow:
    """A line of the balance: what is compared, how it is in both groups, and the difference in standard deviations.

    sent, held  a number of customers, or the mean revenue
    """

    name: str
    sent: float
    held: float
    difference: float | None


@dataclass(frozen=True)
class Balance:
    """How alike the groups are: customers, mean revenue (None where the viewer sees none), customers by segment."""

    customers: BalanceRow
    revenue: BalanceRow | None
    segments: tuple[BalanceRow, ...]


def held_by_lot(drawn: Sequence[Drawn], share: float, seed: int) -> frozenset[str]:
    """Return who is held out: each with the same chance, the share; equal arguments give equal answers.

    Customers are lined up by segment and, within it, by revenue. Neighbours in the line are paired up, and the lot
    decides within each pair who carries the chance of both on to the next pair. So each segment, and each part of the
    line however it is cut, has its share of the held out up to one customer, and so has the whole.
    Source: Deville and Tillé (1998), the pivotal method in a fixed order.
    Raises ValueError for a share that is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"the share held out is {share}; it must be between 0 and 1")
    line = sorted(drawn, key=attrgetter("customer_id"))  # by one column after the other: a third of the time
    line.sort(key=attrgetter("revenue"), reverse=True)
    line.sort(key=attrgetter("stratum"))
    lots = np.random.Generator(np.random.PCG64(seed)).random(len(line) + 1).tolist()
    held: set[str] = set()
    carrier, carried = "", 0.0
    for (customer_id, _, _), lot in zip(line, lots, strict=False):
        both = carried + share
        if both < 1:  # nobody is chosen: one carries the chance of both on
            if both == 0 or lot * both < share:
                carrier = customer_id
        elif lot * (2 - both) < 1 - share:
            held.add(carrier)
            carrier, both = customer_id, both - 1
        else:
            held.add(customer_id)
            both -= 1
        carried = both
    if carrier and lots[-1] < carried:
        held.add(carrier)
    return frozenset(held)


def balance(drawn: Sequence[Drawn], held: frozenset[str], *, shows_revenue: bool = True) -> Balance:
    """Return how alike the groups are that a lot made."""
    sent_ones = [one for one in drawn if one.customer_id not in held]
    held_ones = [one for one in drawn if one.customer_id in held]

    def row(name: str) -> BalanceRow:
        flags = [[float(one.stratum == name) for one in group] for group in (sent_ones, held_ones)]
        return BalanceRow(name, sum(flags[0]), sum(flags[1]), standardised(*flags))

    sums = [[one.revenue for one in group] for group in (sent_ones, held_ones)]
    means = [sum(values) / len(values) if values else 0.0 for values in sums]
    return Balance(
        customers=BalanceRow("", len(sent_ones), len(held_ones), None),
        revenue=BalanceRow("", means[0], means[1], standardised(*sums)) if shows_revenue else None,
        segments=tuple(row(name) for name in sorted({one.stratum for one in drawn})),
    )
