"""Two years of months as bars."""

from datetime import date

import pytest

from dashboard.components.year_chart import Wording, axis_ticks, year_chart
from dashboard.display.table import table_csv
from dashboard.display.year_bars import year_bars, year_table
from tests.support.screens import FORMATS, of_type, plain_csv, prop, with_class, words

MONEY = Wording("months", "Revenue by month", "", FORMATS.money, FORMATS.compacts)
AS_OF = date(2026, 11, 15)


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (7, [0, 2, 4, 6, 8]),
        (9000, [0, 2500, 5000, 7500, 10000]),
        (16500, [0, 5000, 10000, 15000, 20000]),
        (0.4, [0, 0.1, 0.2, 0.3, 0.4]),
    ],
)
def test_axis_has_round_values_up_to_the_highest_bar(most: float, ticks: list[float]) -> None:
    assert axis_ticks(most) == ticks


def test_sentence_says_total_best_month_and_the_year_before() -> None:
    bars = year_bars({date(2026, 10, 1): 128.0, date(2025, 1, 1): 24.0}, AS_OF, date(2024, 11, 1))
    card = year_chart(bars, MONEY, date(2024, 11, 1), FORMATS)
    assert prop(with_class(card, "rp-chart-place")[0], "aria-label") == (
        "Revenue by month: €128 from Nov 2025 to Oct 2026, most in Oct (€128); €24 in the 12 months before."
    )
    assert words(of_type(card, "Tr")[-1]) == "Oct 2026|€128|€0"
    assert len(of_type(card, "Store")[0].data["data"]) == 2
    on_screen = [prop(row, "data-rp-key") for row in of_type(card, "Tr")[1:]]
    lines = plain_csv(table_csv(year_table("months", "Revenue by month", bars, FORMATS), on_screen)).splitlines()
    assert lines[0] == "\ufeffMonth,12 months to Oct 2026,Year before"
    assert (len(lines), lines[3], lines[-1]) == (13, "2026-01-01,0,24", "2026-10-01,128,0")


def test_without_a_year_before_there_is_one_row_of_bars() -> None:
    bars = year_bars({date(2026, 10, 1): 128.0}, AS_OF, date(2026, 1, 10))
    card = year_chart(bars, MONEY, date(2026, 1, 10), FORMATS)
    assert "the data begin on 10 Jan 2026" in prop(with_class(card, "rp-chart-place")[0], "aria-label")
    assert len(of_type(card, "Store")[0].data["data"]) == 1


def test_a_year_without_any_has_no_best_month() -> None:
    bars = year_bars({}, AS_OF, date(2024, 1, 1))
    label = prop(with_class(year_chart(bars, MONEY, date(2024, 1, 1), FORMATS), "rp-chart-place")[0], "aria-label")
    assert label == "Revenue by month: €0 from Nov 2025 to Oct 2026; €0 in the 12 months before."
