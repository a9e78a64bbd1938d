"""Small exports as companies wrote them, each of one kind of trouble; the folder of each is beside this file."""

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables

CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 11, 26)


@pytest.fixture
def imported(tmp_path):
    """Import a case, with its map or another one, and return the report and the order lines by (order, day)."""

    def run(name, *map_lines, **options):
        folder, table_map = CASES / name, CASES / name / "map.toml"
        if map_lines:
            table_map = tmp_path / "map.toml"
            table_map.write_text("\n".join(map_lines), encoding="utf-8")
        source = OwnTables(folder, table_map if table_map.is_file() else None)
        report = clean(source, tmp_path / "clean", today=TODAY, **options)
        return report, duckdb.sql(f"FROM '{tmp_path / 'clean'}/order_lines.parquet'").fetchall()

    return run


def refusal(imported, *arguments, **options):
    with pytest.raises(SourceError) as caught:
        imported(*arguments, **options)
    return str(caught.value)


def days(lines):
    return sorted({line[3] for line in lines})


def test_undeclared_thousands_mark_is_refused_with_row_value_and_remedy(imported):
    message = refusal(imported, "01-thousands-undeclared")
    assert message.startswith("order_lines.csv, row 7: column 'revenue' holds '12.345,00'")
    assert message.endswith('declare thousands = "."')


def test_declared_thousands_mark_reads_all_lines(imported):
    report, lines = imported("01-thousands-undeclared", "[order_lines]", 'delimiter = ";"', 'decimal = ","',
                             'thousands = "."')  # fmt: skip
    assert (len(lines), report.revenue) == (40, 25_070)


def test_a_day_is_the_day_as_written_whatever_its_offset(imported):
    _, lines = imported("02-zone-shifts-day")
    assert days(lines) == [date(2026, 3, day) for day in (1, 2, 3, 4)]


def test_a_declared_zone_says_whose_day_it_is(imported):
    _, lines = imported("02-zone-shifts-day", "[order_lines]", 'date_format = "%Y-%m-%d %H:%M:%S %z"',
                        'day_zone = "UTC"')  # fmt: skip
    assert days(lines) == [date(2026, 2, 28), *(date(2026, 3, day) for day in (1, 2, 3))]


def test_format_that_reads_the_whole_column_is_the_remedy(imported):
    message = refusal(imported, "03-us-dates-declared-eu")
    assert message.endswith('declare date_format = "%m/%d/%Y", which reads all 3')
    _, lines = imported("03-us-dates-declared-eu", "[order_lines]", 'date_format = "%m/%d/%Y"')
    assert days(lines) == [date(2026, 3, 4), date(2026, 3, 15), date(2026, 5, 6)]


def test_declared_blank_is_any_blank(imported):
    assert imported("04-thousands-blank-is-nbsp")[0].revenue == 3_243.5


def test_undeclared_blank_is_named_by_its_code(imported):
    message = refusal(imported, "04-thousands-blank-is-nbsp", "[order_lines]", 'delimiter = ";"', 'decimal = ","')
    assert "thousands are marked by a blank (any width) (U+00A0)" in message
    assert message.endswith('declare thousands = " "')


def test_date_cells_of_a_spreadsheet_need_no_format(imported):
    _, lines = imported("05-xlsx-date-cells-and-text-dates")
    assert days(lines) == [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)]


RESTART = "07-order-numbers-restart"


def test_order_numbers_that_restart_are_told_with_what_makes_them_unique(imported):
    report, _ = imported(RESTART)
    [warning] = report.warnings
    assert warning.startswith("order_lines: 3 of 3 order numbers come again for another customer or 60 days later")
    assert warning.endswith('[order_lines] order_id_parts = ["customer_id", "ordered_on"]')


def test_declared_parts_make_order_numbers_unique(imported):
    report, lines = imported(RESTART, "[order_lines]", 'order_id_parts = ["customer_id", "ordered_on"]')
    assert (report.orders, report.warnings) == (24, ())
    assert Counter(line[1] for line in lines) == {"C1": 12, "C2": 12}
    assert min(line[0] for line in lines) == "C1/2024-01-10/1"


def test_quantity_too_small_to_divide_by_is_rejected(imported):
    report, _ = imported("08-tiny-quantity", max_rejected=1)
    assert [str(example) for example in report.examples] == [
        "order_lines.csv, row 2: quantity is below 0.000001 ('4e-07')"
    ]


def test_quantity_that_no_warehouse_holds_is_rejected(imported):
    report, _ = imported("09-huge-quantity", max_rejected=1)
    assert [str(example) for example in report.examples] == [
        "order_lines.csv, row 2: quantity is above 1,000,000,000 ('1e+40')"
    ]


def test_error_cell_of_a_spreadsheet_is_shown_as_it_is(imported):
    report, lines = imported("12-xlsx-error-cells")
    assert len(lines) == 24
    assert [str(example) for example in report.examples] == [
        "order_lines.xlsx, sheet Lines, row 5: revenue is no number ('#N/A')"
    ]


def test_columns_without_head_and_values_are_none(imported):
    assert len(imported("13-xlsx-blank-extra-column")[1]) == 3


def test_columns_that_the_map_does_not_name_may_repeat(imported):
    assert len(imported("14-repeated-unused-header")[1]) == 3


def test_years_far_from_the_others_are_told_with_an_example(imported):
    report, _ = imported("15-century-typo")
    assert report.warnings == (
        "order_lines: 1 line is 110 years away from all others, in 1916, such as order 0 of C1 on 1916-01-01 (P1); "
        "is the year mistyped?",
    )


def test_strict_refuses_an_import_with_warnings_and_writes_nothing(imported, tmp_path):
    message = refusal(imported, "15-century-typo", strict=True)
    assert message.startswith(
        "--strict refuses an import with warnings; nothing was written:\n  order_lines: 1 line is"
    )
    assert not (tmp_path / "clean").exists()


def test_line_above_the_header_that_names_the_separator_is_skipped(imported):
    assert len(imported("17-excel-sep-line")[1]) == 1


RETURNS = ("[order_lines]", 'returns_when = "quantity < 0"')


def test_minus_behind_a_number_counts_and_is_told(imported):
    report, lines = imported("18-sap-trailing-minus")
    assert len(lines) == 24
    assert [example.value for example in report.examples] == ["-2"]
    [note] = report.notes
    assert note.startswith("1 line has a minus (2- counts as -2)")
    assert imported("18-sap-trailing-minus", *RETURNS)[0].rows_out["returns"] == 1


def test_remedy_for_negative_lines_exists(imported, tmp_path):
    message = refusal(imported, "19-negative-lines")
    assert "row 2: quantity is not above 0 ('-1')" in message
    assert RETURNS[1] in message
    report, _ = imported("19-negative-lines", *RETURNS)
    assert (report.rows_out["order_lines"], report.rows_out["returns"]) == (21, 3)
    returns = duckdb.sql(f"SELECT DISTINCT quantity, revenue FROM '{tmp_path / 'clean'}/returns.parquet'").fetchall()  # noqa: S608
    assert returns == [(1, 5)]


def test_ids_that_a_spreadsheet_turned_into_numbers_are_recognised(imported):
    message = refusal(imported, "20-csv-ids-dot-zero")
    assert "The customer_ids of order_lines end in .0 ('17850.0'), and customers has them without ('17850')" in message
    remedy = """customer_id = "part(customer_id, '.', 1)\""""
    assert f"[order_lines.computed] {remedy}" in message
    _, lines = imported("20-csv-ids-dot-zero", "[order_lines.computed]", remedy)
    assert sorted(line[1] for line in lines) == ["17850", "17851"]


def test_header_below_blank_rows_is_found(imported):
    report, lines = imported("21-xlsx-blank-rows-above-header")
    assert len(lines) == 3
    assert report.notes == ("order_lines.xlsx, sheet Lines: the header is row 3; the rows above it are left out",)
