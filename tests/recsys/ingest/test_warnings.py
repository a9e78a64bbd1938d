"""What an import warns of: possible, and so improbable that someone should look."""

from datetime import date, timedelta

import pytest

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables

TODAY = date(2026, 6, 30)
HEADER = "order_id,customer_id,product_id,ordered_on,quantity,revenue"


@pytest.fixture
def warned(tmp_path):
    """Import order lines of customers and products, and return the report."""

    def run(*lines, customers=("c1", "c2"), products=("p1",), table_map="", **options):
        folder = tmp_path / "mine"
        folder.mkdir(exist_ok=True)
        (folder / "map.toml").write_text(table_map)
        (folder / "customers.csv").write_text("\n".join(["customer_id", *customers, ""]))
        (folder / "products.csv").write_text("\n".join(["product_id", *products, ""]))
        (folder / "order_lines.csv").write_text("\n".join([HEADER, *lines, ""]))
        return clean(OwnTables(folder, folder / "map.toml"), tmp_path / "clean", today=TODAY, **options)

    return run


def daily(n, first=date(2026, 1, 1), start=0):
    return [f"{start + at},c1,p1,{first + timedelta(days=at)},1,5" for at in range(n)]


def test_usual_lines_are_nothing_to_warn_of(warned):
    assert warned(*daily(100)).warnings == ()


def test_years_with_many_lines_are_far_and_yet_no_mistake(warned):
    assert warned(*daily(10, date(2010, 1, 1), 100), *daily(10)).warnings == ()


def test_last_month_far_below_the_others_is_told(warned):
    [warning] = warned(*daily(151), "999,c1,p1,2026-06-28,1,5").warnings
    assert warning == (
        "order_lines: the last month, 2026-06, has 1 line up to 2026-06-28, 31 are usual in a whole month; is the "
        "export cut off, or a day mistyped?"
    )


@pytest.mark.parametrize(("last", "n"), [(date(2026, 6, 6), 0), (date(2026, 6, 7), 1)])
def test_first_days_of_a_month_say_nothing_of_it(warned, last, n):
    lines = [f"{line[:-1]}{sale}" for line in daily(151) for sale in range(5)]
    assert len(warned(*lines, f"999,c1,p1,{last},1,5").warnings) == n


def test_a_season_that_was_low_a_year_before_is_none(warned):
    lines = [f"{line}{sale}" for line in daily(516, date(2025, 1, 1)) for sale in range(5)]
    quiet = [line for line in lines if "-05-" not in line or line.endswith(("50", "51"))]
    assert warned(*quiet).warnings == ()


def test_month_that_has_only_begun_is_not_far_below(warned):
    assert warned(*daily(152)).warnings == ()


def test_lines_that_are_alike_in_all_columns_are_told_with_an_example(warned):
    [warning] = warned(*daily(3), daily(3)[1]).warnings
    assert warning == (
        "order_lines: 1 of 4 lines is there before already, alike in all columns, such as order 1 of c1 on 2026-01-02 "
        "(p1); all lines of 1 order are: was a file exported or added twice?"
    )


def test_lines_twice_in_orders_whose_others_are_there_once_are_no_file_twice(warned):
    lines = [line.replace(",1,5", f",{quantity},5") for line in daily(20) for quantity in (1, 2)]
    [warning] = warned(*lines, lines[0], lines[10]).warnings
    assert warning.startswith("order_lines: 2 of 42 lines are there before already")
    assert "Other lines of their orders are there once, so that it is no file that was added twice" in warning


def test_ids_that_differ_only_in_case_are_told(warned):
    [warning] = warned(*daily(1), customers=("c1", "ab", "AB")).warnings
    assert warning == ("customers: 1 id is there in capital and in small letters, such as 'AB' and 'ab'; are they one?")


def test_ids_that_end_as_a_spreadsheet_writes_numbers_are_told(warned):
    [warning] = warned(*daily(1), products=("p1", "7001.0")).warnings
    assert warning.startswith("products: 1 id ends in .0, such as '7001.0'")


def test_shifted_decimal_is_told_with_price_and_median(warned):
    [warning] = warned(*daily(20), "999,c1,p1,2026-01-25,1,5000").warnings
    assert "such as order 999 of c1 on 2026-01-25 (p1): 5,000 a unit, the median is 5; is a decimal mark" in warning
    assert warning.startswith("order_lines: 1 line has a price")


def test_price_among_two_lines_has_no_usual_one(warned):
    assert warned("1,c1,p1,2026-01-01,1,5", "2,c1,p1,2026-01-02,1,5000").warnings == ()


def test_order_numbers_that_restart_each_year_need_the_year(warned):
    lines = [*daily(5, date(2025, 1, 1)), *(line.replace(",c1,", ",c2,") for line in daily(5, date(2026, 1, 1)))]
    [warning] = warned(*lines).warnings
    assert "5 of 5 order numbers come again" in warning
    assert warning.endswith('[order_lines] order_id_parts = ["year"]')


def test_one_order_number_of_two_customers_may_be_mistyped(warned):
    [warning] = warned(*daily(150), "7,c2,p1,2026-01-08,1,5").warnings
    assert "1 of 150 order numbers comes again" in warning
    assert "is a customer or a number mistyped there? If numbers restart, say" in warning


def test_order_numbers_of_each_customer_need_the_customer(warned):
    lines = [*daily(5), *(line.replace(",c1,", ",c2,") for line in daily(5))]
    [warning] = warned(*lines).warnings
    assert warning.endswith('[order_lines] order_id_parts = ["customer_id"]')


def test_parts_of_an_order_that_come_some_days_later_are_one_order(warned):
    assert warned("1,c1,p1,2026-01-01,1,5", "1,c1,p1,2026-02-15,2,5").warnings == ()


def test_rejected_rows_count_by_their_revenue_too(warned):
    with pytest.raises(SourceError) as caught:
        warned(*daily(39), "99,c1,p9,2026-01-01,1,805")
    assert str(caught.value).startswith(
        "the 1 rejected rows of order_lines have 805.00 of 1,000.00 of the revenue (80.5%), at most 5.0% may be"
    )


def exchanged(line):
    """Return a line with day and month exchanged, if the day can be a month."""
    number, customer, product, day, *rest = line.split(",")
    year, month, day_of_month = day.split("-")
    day = f"{year}-{day_of_month}-{month}" if int(day_of_month) <= 12 else day
    return ",".join([number, customer, product, day, *rest])


def test_days_and_months_exchanged_in_a_part_of_a_file_are_told(warned):
    lines = daily(120, date(2025, 1, 13))
    [warning] = warned(*lines[:31], *map(exchanged, lines[31:])).warnings
    assert warning == (
        "order_lines: 26 lines on 26 days up to the 12th of a month lie among orders of another, where they belong "
        "if day and month are exchanged, such as order 47 of c1 on 2025-01-03 (p1), between lines of 2025-02-28 and "
        "2025-03-03: is it 2025-03-01? A spreadsheet may have read the dates month first; export the file again, and "
        "do not open it in one before the import"
    )


def test_what_is_told_to_read_exchanged_days_reads_them(warned):
    days = [date(2025, 1, 13) + timedelta(at) for at in range(120)]
    written = [f"{day:%m/%d/%Y}" if day.day <= 12 else f"{day:%d/%m/%Y}" for day in days]
    lines = [f"{at},c1,p1,{day},1,5" for at, day in enumerate(written)]
    assert len(warned(*lines, table_map='[order_lines]\ndate_format = "%d/%m/%Y"\n').warnings) == 1
    told = '[order_lines]\ndate_format = ["%m/%d/%Y", "%d/%m/%Y"]\n'
    assert warned(*lines, table_map=told).warnings == ()


def test_days_are_exchanged_by_order_numbers_where_rows_have_no_order(warned):
    lines = [exchanged(line) for line in daily(120, date(2025, 1, 13))]
    shuffled = [lines[at * 77 % 120] for at in range(120)]
    [warning] = warned(*shuffled).warnings
    assert "lie among orders of another" in warning


def test_rows_sorted_by_the_text_of_their_days_are_nothing_to_warn_of(warned):
    assert warned(*sorted(daily(365, date(2025, 1, 1)), key=lambda line: line.split("-")[::-1])).warnings == ()


def test_a_delivery_on_the_first_of_each_month_is_no_exchanged_day(warned):
    days = [date(2023 + at // 12, at % 12 + 1, 1) for at in range(36)]
    assert warned(*(f"{at},c1,p1,{day},1,5" for at, day in enumerate(days))).warnings == ()
