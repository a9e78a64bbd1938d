"""Two years of months: which months are full, and when the two years can be compared."""

from datetime import date

import pytest

from dashboard.display.year_bars import year_bars


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        (date(2026, 11, 15), date(2026, 10, 1)),
        (date(2026, 11, 30), date(2026, 11, 1)),
        (date(2026, 1, 1), date(2025, 12, 1)),
        (date(2028, 2, 28), date(2028, 1, 1)),
        (date(2028, 2, 29), date(2028, 2, 1)),
    ],
)
def test_the_last_month_is_the_last_full_one(as_of: date, last: date) -> None:
    months = year_bars({}, as_of, date(2020, 1, 1)).months
    assert (len(months), months[-1]) == (12, last)
    assert months[0] == date(last.year - (last.month < 12), last.month % 12 + 1, 1)


def test_each_month_is_beside_the_same_one_of_the_year_before() -> None:
    values = {date(2025, 11, 1): 1.0, date(2026, 10, 1): 5.0, date(2025, 10, 1): 3.0, date(2026, 11, 1): 9.0}
    bars = year_bars(values, date(2026, 11, 15), date(2024, 1, 1))
    assert (bars.now[0], bars.now[-1], bars.before[-1], bars.total, bars.total_before) == (1.0, 5.0, 3.0, 6.0, 3.0)


@pytest.mark.parametrize(
    ("first_on", "before", "total"),
    [(date(2024, 11, 1), 2.0, 2.0), (date(2024, 11, 2), None, None), (date(2026, 3, 1), None, None)],
)
def test_a_month_that_the_data_do_not_hold_whole_is_not_known(
    first_on: date, before: float | None, total: float | None
) -> None:
    bars = year_bars({date(2024, 11, 1): 2.0}, date(2026, 11, 15), first_on)
    assert (bars.before[0], bars.total_before) == (before, total)


def test_years_compare_the_months_that_both_have() -> None:
    values = {date(2026, 10, 1): 8.0, date(2026, 9, 1): 2.0, date(2025, 10, 1): 5.0, date(2025, 9, 1): 99.0}
    both = year_bars(values, date(2026, 11, 15), date(2025, 9, 20)).comparison
    assert both is not None
    assert (both.first, both.last, both.now, both.before) == (date(2026, 10, 1), date(2026, 10, 1), 8.0, 5.0)
    assert year_bars(values, date(2026, 11, 15), date(2026, 9, 20)).comparison is None
