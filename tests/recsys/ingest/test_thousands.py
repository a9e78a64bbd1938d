"""A point that may mark thousands: all numbers of a column have three digits behind it."""

from datetime import date

import pytest

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables

TODAY = date(2026, 6, 30)
HEAD = "order_id;customer_id;product_id;ordered_on;quantity;revenue"
THOUSANDS = ("1.200", "12.500", "950", "3.750", "2.480")


@pytest.fixture
def imported(tmp_path):
    """Import order lines of (quantity, revenue) and return the report."""

    def run(*lines, table_map="", products="product_id\np1\n", **options):
        files = {
            "customers.csv": "customer_id\nc1\n",
            "products.csv": products,
            "order_lines.csv": "\n".join(
                [HEAD, *(f"{at};c1;p1;2026-01-{at + 1:02};{q};{r}" for at, (q, r) in enumerate(lines)), ""]
            ),
            "map.toml": f'[format]\ndelimiter = ";"\n{table_map}',
        }
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        return clean(OwnTables(tmp_path, tmp_path / "map.toml"), tmp_path / "clean", today=TODAY, **options)

    return run


def of(quantities, revenue="10"):
    return [(quantity, revenue) for quantity in quantities]


def test_three_digits_behind_every_point_are_told_with_example_and_remedy(imported):
    assert imported(*of(THOUSANDS)).warnings == (
        "order_lines.csv: each number of column 'quantity' with a point (4) has three digits behind it, such as "
        "'1.200', "
        'so that the point may mark thousands; it is read as a decimal point. If it marks thousands, decimal = ",", '
        'thousands = "." in the map file reads it so; if it does not, say so with thousands = ""',
    )


def test_strict_refuses_them(imported):
    with pytest.raises(SourceError, match="may mark thousands"):
        imported(*of(THOUSANDS), strict=True)


def test_what_is_told_reads_them_as_thousands(imported):
    report = imported(*(("1", revenue) for revenue in THOUSANDS), table_map='decimal = ","\nthousands = "."\n')
    assert (report.revenue, report.warnings) == (20_880, ())


def test_saying_that_there_is_no_mark_is_enough(imported):
    assert imported(*of(THOUSANDS), table_map='thousands = ""\n').warnings == ()


def test_beside_a_column_with_decimals_one_column_alone_is_read_so(imported):
    lines = [("1", "12.5"), *((quantity, "2050.25") for quantity in THOUSANDS)]
    [warning] = imported(*lines).warnings
    remedy = "number(replace(quantity, '.', '')) in a computed column"
    assert f"If it marks thousands, {remedy} reads it so" in warning
    told = "[order_lines.computed]\nquantity = \"number(replace(quantity, '.', ''))\"\n"
    assert imported(*lines, table_map=told).warnings == ()


def test_a_comma_may_mark_thousands_too(imported):
    [warning] = imported(*of(number.replace(".", ",") for number in THOUSANDS), table_map='decimal = ","\n').warnings
    assert "with a comma (4)" in warning
    assert 'decimal = ".", thousands = ","' in warning


@pytest.mark.parametrize(
    "disproof", ["0.250", "1234.500", "1234", "12.5", "12.5000"],
)  # fmt: skip
def test_one_number_that_cannot_have_thousands_settles_the_column(imported, disproof):
    assert imported(*of([*THOUSANDS, disproof])).warnings == ()


def test_three_zeros_behind_every_point_are_whole_numbers(imported):
    assert imported(*of(["1.000", "12.000", "3.000", "2.000", "7.000"])).warnings == ()


def test_less_than_five_numbers_say_nothing(imported):
    assert imported(*of(THOUSANDS[:4])).warnings == ()


def test_list_prices_say_that_kilograms_are_decimals(imported):
    lines = [("1.200", "12"), ("12.500", "125"), ("3.750", "37.5"), ("2.480", "24.8"), ("1.125", "11.25")]
    assert imported(*lines, products="product_id;unit_price\np1;10\n").warnings == ()


def test_list_prices_that_are_a_thousand_times_less_do_not(imported):
    lines = [("1.200", "12000"), ("12.500", "125000"), ("3.750", "37500"), ("2.480", "24800"), ("1.125", "11250")]
    [warning] = imported(*lines, products="product_id;unit_price\np1;10\n").warnings
    assert "column 'quantity'" in warning


def test_lines_without_a_mark_say_what_a_unit_costs(imported):
    assert imported(("1.200", "12"), ("1.500", "15"), ("2", "20"), ("3", "30"), ("4", "40")).warnings == ()


def test_numbers_that_are_computed_with_are_looked_at(imported):
    told = '[order_lines.computed]\nrevenue = "quantity * revenue"\n'
    [warning] = imported(*of(["1", "2", "3", "4", "5"]), *of(THOUSANDS), table_map=told).warnings
    assert "column 'quantity'" in warning


def test_prices_of_products_are_looked_at(imported):
    rows = "".join(f"p{at};{price}\n" for at, price in enumerate(THOUSANDS))
    [warning] = imported(*of(["1"], "12500"), products=f"product_id;unit_price\n{rows}").warnings
    assert warning.startswith("products.csv: each number of column 'unit_price' with a point (4)")
