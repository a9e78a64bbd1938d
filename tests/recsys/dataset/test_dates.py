from datetime import date

import pytest

from recsys.dataset.dates import day_number, months_before


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2011, 12, 9), 12, date(2010, 12, 9)),
        (date(2012, 2, 29), 12, date(2011, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 5, 5), 24, date(2024, 5, 5)),
    ],
)
def test_months_before_keep_the_day_or_end_with_the_month(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def test_days_are_numbered_from_1970() -> None:
    assert day_number(date(1970, 1, 2)) == 1
