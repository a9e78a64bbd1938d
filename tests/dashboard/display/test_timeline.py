"""Where purchases are on a line of time."""

from datetime import date, timedelta

import pytest

from dashboard.display.timeline import MOST_DOTS, timeline


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


def test_dots_are_placed_in_percent_from_the_first_purchase_to_the_end() -> None:
    line = timeline([day(0), day(50)], day(200))
    assert (line.start, line.dots, line.gap_from, line.total) == (day(0), (0.0, 25.0), 25.0, 2)


def test_ticks_are_spread_evenly_and_hold_both_ends() -> None:
    line = timeline([day(0)], day(90))
    assert line.ticks == ((0.0, day(0)), (33.33, day(30)), (66.67, day(60)), (100.0, day(90)))


def test_only_the_newest_dots_are_shown_and_all_are_counted() -> None:
    line = timeline([day(number) for number in range(30)], day(30))
    assert (len(line.dots), line.total, line.start) == (MOST_DOTS, 30, day(30 - MOST_DOTS))


def test_a_purchase_on_the_last_day_is_at_the_end_without_a_gap() -> None:
    line = timeline([day(5)], day(5))
    assert (line.dots, line.gap_from, line.ticks) == ((100.0,), 100.0, ((0.0, day(4)), (100.0, day(5))))


@pytest.mark.parametrize("days", [[], [day(3)]])
def test_no_purchase_by_the_end_has_no_line(days: list[date]) -> None:
    with pytest.raises(ValueError, match="needs a purchase by then"):
        timeline(days, day(2))
