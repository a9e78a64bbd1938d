"""Purchases along a line of time: where each dot is, and how long nothing has come since the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MOST_DOTS = 24  # a phone has no room for more


@dataclass(frozen=True)
class Timeline:
    """Places are percent of the line from its first purchase to its end.

    dots    where the purchases are, oldest first; the newest MOST_DOTS of them
    ticks   places with their day, for the axis
    total   all purchases, also those before the line
    """

    start: date
    end: date
    dots: tuple[float, ...]
    ticks: tuple[tuple[float, date], ...]
    total: int

    @property
    def gap_from(self) -> float:
        """Return where the time since the last purchase begins, in percent; it goes on to the end."""
        return self.dots[-1]


def timeline(days: Sequence[date], end: date, n_ticks: int = 4) -> Timeline:
    """Place purchases, oldest first, on a line that ends at `end`.

    Purchases all on the last day are at the end of a line of one day.
    Raises ValueError without a purchase, or with one after the end.
    """
    if not days or days[-1] > end:
        raise ValueError(f"a timeline to {end} needs a purchase by then; there are {len(days)}")
    shown = days[-MOST_DOTS:]
    span = max((end - shown[0]).days, 1)
    start = date.fromordinal(end.toordinal() - span)
    dots = tuple(round((day - start).days / span * 100, 2) for day in shown)
    n_ticks = min(n_ticks, span + 1)
    offsets = [round(span * at / (n_ticks - 1)) for at in range(n_ticks)]
    ticks = tuple((round(offset / span * 100, 2), date.fromordinal(start.toordinal() + offset)) for offset in offsets)
    return Timeline(start, end, dots, ticks, len(days))


def timeline_since(days: Sequence[date], start: date, end: date) -> Timeline | None:
    """Place those purchases, oldest first, that are in (start, end] on a line of that span; None where there are none.

    Lines of several products can be compared: they all begin and end on the same days.
    """
    inside = [day for day in days if start < day <= end]
    if not inside:
        return None
    span = (end - start).days
    dots = tuple(round((day - start).days / span * 100, 2) for day in inside)
    return Timeline(start, end, dots, ((0.0, start), (100.0, end)), len(days))
