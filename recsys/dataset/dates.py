"""Spans of days: half-open to the left, (start, end], so that the day of `end` counts."""

import calendar
from datetime import date

EPOCH = date(1970, 1, 1).toordinal()


def months_before(day: date, months: int) -> date:
    """Return the same day so many calendar months earlier, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def day_number(day: date) -> int:
    """Return the days since 1970-01-01, as Parquet and numpy count them."""
    return day.toordinal() - EPOCH
