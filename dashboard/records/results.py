"""What came of one person's pitches: plain frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from dashboard.activity.records import NextStep, Outcome, Pitched


class Pitch(NamedTuple):
    """One customer who was pitched to on one day, under the product that was raised first.

    state      DUE, LOST or NEW, by the list of that product
    recorded   whether the person recorded an order that day
    found_on   the first day within 30 days on which an order has one of the products pitched; None without one yet
    value      of the products pitched: what the orders say, else what was recorded
    is_open    whether 30 days are not over and no order is known
    """

    customer_id: str
    on: date
    first: Pitched
    state: str
    recorded: bool
    found_on: date | None
    value: float
    is_open: bool

    @property
    def is_ordered(self) -> bool:
        return self.recorded or self.found_on is not None


@dataclass(frozen=True)
class Share:
    """n of `of`, and the ends of its 95 % interval (Wilson)."""

    n: int
    of: int
    low: float
    high: float


@dataclass(frozen=True)
class Results:
    """A person's pitches of a span of days, [since, until], and of the 12 weeks up to its end.

    outcomes   of the span, the newest first
    steps      next steps that were due in the span
    why_not    by reason, how many were not relevant or snoozed
    """

    since: date
    until: date
    pitches: tuple[Pitch, ...] = ()
    long_run: Share = Share(0, 0, 0.0, 1.0)
    outcomes: tuple[Outcome, ...] = ()
    steps: tuple[NextStep, ...] = ()
    why_not: Mapping[str, int] = field(default_factory=dict)
    unread: str = ""

    @property
    def ordered(self) -> tuple[Pitch, ...]:
        return tuple(pitch for pitch in self.pitches if pitch.is_ordered)

    @property
    def value(self) -> float:
        return sum(pitch.value for pitch in self.ordered)
