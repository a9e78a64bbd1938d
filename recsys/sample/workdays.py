"""The days of the two years of orders, and which of them are workdays."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

Values: TypeAlias = Any  # an Arrow array; pyarrow's functions do not have precise types
SATURDAY, SUNDAY = 5, 6
HOLIDAYS = frozenset({(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)})  # month, day: those with a fixed date


Span = tuple[tuple[int, int], tuple[int, int]]  # first and last day of the year, (month, day); may go over New Year


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

    def dates(self, day: np.ndarray) -> Values:
        """Return the dates of days' numbers as an Arrow array."""
        return pa.array((day + self.epoch).astype(np.int32)).cast(pa.date32())

    def moments(self, day: np.ndarray, second: np.ndarray) -> Values:
        """Return the moments, in UTC, so many seconds after the begin of the days, as an Arrow array."""
        return pa.array(((day + self.epoch) * 86_400 + second) * 1_000_000).cast(pa.timestamp("us"))

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

    def occasions(self, span: Span) -> list[tuple[int, int]]:
        """Return the first and last day, both inclusive, of each time that a yearly span falls into the two years."""
        begin, end = span
        found = []
        for year in range(self.first.year - 1, self.last.year + 1):
            first = date(year, *begin)
            last = date(year + (end < begin), *end)
            if first <= self.last and last >= self.first:
                found.append((max(0, (first - self.first).days), min(self.n - 1, (last - self.first).days)))
        return found

    def next_open(self, *, saturdays: bool) -> np.ndarray:
        """Return (n,) the first workday on or after each day; the last day is chosen to be a workday."""
        closed = {SUNDAY} if saturdays else {SATURDAY, SUNDAY}
        days = [self.date(day) for day in range(self.n)]
        is_open = np.array([day.weekday() not in closed and (day.month, day.day) not in HOLIDAYS for day in days])
        following = np.where(is_open, np.arange(self.n), self.n)
        return np.minimum.accumulate(following[::-1])[::-1]
