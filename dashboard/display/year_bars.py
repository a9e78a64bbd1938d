"""Two years of months side by side: the last twelve full months, and the same months of the year before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from dashboard.display.formats import Formats
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of

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


def year_heads(bars: YearBars, formats: Formats) -> tuple[str, str, str]:
    """Return the column heads of the bars' table."""
    return "Month", f"12 months to {formats.month(bars.months[-1], year=True)}", "Year before"


def year_table(name: str, title: str, bars: YearBars, formats: Formats) -> TableRows:
    """Return the bars as a table for the CSV; the keys are the months' first days."""
    month, now, before = year_heads(bars, formats)
    columns = (
        TableColumn("month", month, "date"),
        TableColumn("now", now, "number"),
        TableColumn("before", before, "number"),
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
