"""Two years of months side by side: the last twelve full months, and the same months of the year before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import itemgetter

from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.display.tile import Tile, Trend

MONTHS = 12


@dataclass(frozen=True)
class YearBars:
    """Twelve months, oldest first, what each had and what the same month had the year before.

    months  first days of the last twelve full months
    now     0 for a month without any
    before  None for a month that the data do not hold whole
    """

    months: tuple[date, ...]
    now: tuple[float, ...]
    before: tuple[float | None, ...]

    @property
    def total(self) -> float:
        return sum(self.now)

    @property
    def total_before(self) -> float | None:
        """Return the sum of the year before; None where a month is missing, as the sums do not compare."""
        known = [value for value in self.before if value is not None]
        return sum(known) if len(known) == MONTHS else None

    @property
    def comparison(self) -> "Comparison | None":
        """Return the months that the data hold of both years; None without any."""
        both = [at for at, value in enumerate(self.before) if value is not None]
        if not both:
            return None
        now, before = sum(self.now[at] for at in both), sum(self.before[at] or 0.0 for at in both)
        return Comparison(self.months[both[0]], self.months[both[-1]], now, before)


@dataclass(frozen=True)
class Comparison:
    """The same full months of two years: from the first to the last of them, and what each year had in them."""

    first: date
    last: date
    now: float
    before: float


def year_bars(values: Mapping[date, float], as_of: date, first_on: date) -> YearBars:
    """Return the bars of values by the first day of their month.

    as_of       the day that the data reach to; its month counts only from its last day on
    first_on    the day that they begin; the month of it counts only if it is its first
    """
    end = _month(as_of + timedelta(days=1), -1)
    months = tuple(_month(end, at - MONTHS + 1) for at in range(MONTHS))
    before = tuple(_month(month, -MONTHS) for month in months)
    return YearBars(
        months,
        tuple(values.get(month, 0.0) for month in months),
        tuple(values.get(month, 0.0) if month >= first_on else None for month in before),
    )


def compared_by_months(tile: Tile, bars: YearBars, first_on: date, formats: Formats) -> Tile:
    """Return a tile that says how the full months of both years compare, and which these are.

    first_on    the day that the data begin, which is said where no month has one of the year before
    """
    both = bars.comparison
    if both is None:
        return replace(tile, note=f"data from {formats.day(first_on)}", trend=None)
    months = "\N{EN DASH}".join(dict.fromkeys((formats.month(both.first), formats.month(both.last))))
    if not both.before:
        return replace(tile, note=f"nothing a year before, {months}", trend=None)
    change = formats.change_size(both.now, both.before)
    trend: Trend | None = None if both.now == both.before else "up" if both.now > both.before else "down"
    return replace(tile, note=f"{change} on a year before, {months}", trend=trend)


def year_heads(bars: YearBars, formats: Formats) -> tuple[str, str, str]:
    """Return the column heads of the bars' table."""
    return "Month", f"12 months to {formats.month(bars.months[-1], year=True)}", "Year before"


def year_table(name: str, title: str, bars: YearBars, formats: Formats) -> TableRows:
    """Return the bars as a table for the CSV; the keys are the months' first days."""
    month, now, before = year_heads(bars, formats)
    columns = (
        TableColumn("month", month, "date", meaning=MEANINGS["Month"]),
        TableColumn("now", now, "number", meaning=MEANINGS["12 months"], decimals=2),
        TableColumn("before", before, "number", meaning=MEANINGS["Year before"], decimals=2),
    )
    return table_of(
        (name, title, ("month", "months")),
        columns,
        tuple(zip(bars.months, bars.now, bars.before, strict=True)),
        lambda row: row[0].isoformat(),
        {"month": CellOf(itemgetter(0)), "now": CellOf(itemgetter(1)), "before": CellOf(itemgetter(2))},
    )


def _month(day: date, by: int) -> date:
    """Return the first day of the month that is `by` months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + by, 12)
    return date(year, month + 1, 1)
