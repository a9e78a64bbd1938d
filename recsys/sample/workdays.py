"""The days of the two years of orders, and which of them are workdays."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

SATURDAY, SUNDAY = 5, 6
HOLIDAYS = frozenset({(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)})  # month, day: those with a fixed date


def last_workday(until: date) -> date:
    """Return the last day up to and with `until` that is no Saturday, Sunday or holiday."""
    day = until
    while day.weekday() in (SATURDAY, SUNDAY) or (day.month, day.day) in HOLIDAYS:
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True)
class Workdays:
    """The days of two years, numbered from 0 to `n - 1`.

    day    0 1 2 ...                          n-1
           |  two years, both ends with orders  |
    """

    last: date
    n: int = 731

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.n - 1)

    def date(self, day: int) -> date:
        """Return the date of a day's number."""
        return self.first + timedelta(days=int(day))

    @cached_property
    def weekday(self) -> np.ndarray:
        """(n,) 0 for Monday to 6."""
        return (np.arange(self.n) + self.first.weekday()) % 7

    @cached_property
    def month(self) -> np.ndarray:
        """(n,) 0 for January to 11."""
        return np.array([self.date(day).month - 1 for day in range(self.n)])

    @cached_property
    def epoch(self) -> int:
        """Days from 1970-01-01 to day 0: what Arrow's date32 counts."""
        return (self.first - date(1970, 1, 1)).days

    def next_open(self, *, saturdays: bool) -> np.ndarray:
        """Return (n,) the first workday on or after each day; the last day is chosen to be a workday."""
        closed = {SUNDAY} if saturdays else {SATURDAY, SUNDAY}
        days = [self.date(day) for day in range(self.n)]
        is_open = np.array([day.weekday() not in closed and (day.month, day.day) not in HOLIDAYS for day in days])
        following = np.where(is_open, np.arange(self.n), self.n)
        return np.minimum.accumulate(following[::-1])[::-1]
