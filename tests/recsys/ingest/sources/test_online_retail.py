"""Online Retail on hand-made lines: both spellings, overlap, the two cleanings, reps."""

import csv
import io
from datetime import date

import duckdb
import openpyxl
import pytest

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import OnlineRetail

TODAY = date(2025, 6, 30)
ONE = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
TWO = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
KING = "536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom"
LAMP = "536366,71053,LANTERN,2,2010-12-02 09:00:00,3.39,17850,United Kingdom"


@pytest.fixture
def imported(tmp_path):
    """Import files and return the report and a function that reads a clean table as rows."""

    def run(*files, **options):
        report = clean(OnlineRetail(tuple(files), **options), tmp_path / "clean", today=TODAY)

        def rows(table, columns="*"):
            path = tmp_path / "clean" / f"{table}.parquet"
            return duckdb.sql(f"SELECT {columns} FROM '{path}'").fetchall()  # noqa: S608

        return report, rows

    return run


def left_out(report):
    return {(part.table, part.reason): part.rows for part in report.left_out}


def lines(rows):
    return rows("order_lines", "order_id, customer_id, product_id, ordered_on::VARCHAR, quantity, revenue")


EXPECTED = [
    ("536365", "17850", "85123A", "2010-12-01", 6, 15.3),
    ("536366", "17850", "71053", "2010-12-02", 2, 6.78),
]


@pytest.mark.parametrize("header", [ONE, TWO])
def test_both_spellings_of_the_columns_are_read(imported, write, header):
    _, rows = imported(write("a.csv", header, KING, LAMP))
    assert lines(rows) == EXPECTED


def test_ids_of_a_csv_lose_their_point_zero(imported, write):
    _, rows = imported(write("a.csv", TWO, *(line.replace("17850", "17850.0") for line in (KING, LAMP))))
    assert lines(rows) == EXPECTED


def test_month_first_dates_are_found_out(imported, write):
    _, rows = imported(
        write("a.csv", ONE, KING.replace("2010-12-01 08:26:00", "12/1/2010 8:26"),
              LAMP.replace("2010-12-02 09:00:00", "12/13/2010 9:00"))
    )  # fmt: skip
    assert [line[3] for line in lines(rows)] == ["2010-12-01", "2010-12-13"]


def test_date_format_can_be_given_where_it_cannot_be_found_out(imported, write):
    path = write("a.csv", ONE, KING.replace("2010-12-01 08:26:00", "1/12/2010 8:26"))
    with pytest.raises(SourceError, match="say which with --date-format"):
        imported(path)
    _, rows = imported(path, date_format="%d/%m/%Y %H:%M")
    assert rows("order_lines", "ordered_on") == [(date(2010, 12, 1),)]


def test_both_sheets_of_a_workbook_are_read_and_their_overlap_counts_once(imported, tmp_path):
    book = openpyxl.Workbook()
    for sheet, sheet_lines in ((book.active, [KING]), (book.create_sheet("2"), [KING, LAMP])):
        for values in csv.reader(io.StringIO("\n".join([TWO, *sheet_lines]))):
            sheet.append([float(v) if v.replace(".", "").isdigit() else v for v in values])
    book.save(tmp_path / "a.xlsx")
    report, rows = imported(tmp_path / "a.xlsx")
    assert lines(rows) == EXPECTED
    assert left_out(report) == {("order_lines", "also in an earlier file"): 1}


def test_parquet_of_the_same_lines_gives_the_same_tables(imported, write, tmp_path):
    path = write("a.csv", ONE, KING, LAMP)
    duckdb.sql(f"COPY (FROM read_csv('{path}')) TO '{tmp_path / 'a.parquet'}'")
    _, rows = imported(tmp_path / "a.parquet")
    assert lines(rows) == EXPECTED


def test_identical_line_counts_as_often_as_in_the_file_that_has_it_most(imported, write):
    files = [write("a.csv", ONE, KING, KING), write("b.csv", ONE, KING, KING, KING, LAMP), write("c.csv", ONE, KING)]
    report, rows = imported(*files)
    assert [line[0] for line in lines(rows)] == ["536365"] * 3 + ["536366"]
    assert left_out(report) == {("order_lines", "also in an earlier file"): 3}


def test_exact_duplicates_within_a_file_stay(imported, write):
    report, rows = imported(write("a.csv", ONE, KING, KING), cleaning="usual")
    assert len(lines(rows)) == 2
    assert report.left_out == ()


DIRTY = (
    KING,
    "536367,85123a,CREAM HEART,4,2010-12-01 08:30:00,2.55,17850,United Kingdom",
    "536368,POST,POSTAGE,1,2010-12-02 08:30:00,18.00,17850,United Kingdom",
    "536369,71053,LANTERN,2,2010-12-02 08:40:00,3.39,,United Kingdom",
    "536370,71053,LANTERN,1,2010-12-02 08:50:00,0.00,17850,United Kingdom",
    "536371,71053,LANTERN,-1,2010-12-02 08:51:00,3.39,17850,United Kingdom",
    "C536372,85123A,WHITE HEART,-5,2010-12-03 10:00:00,2.55,17850,France",
    "C536373,71053,LANTERN,-2,2010-12-04 10:00:00,3.39,17851,Spain",
    "C536374,71053,LANTERN,2,2010-12-04 10:00:00,3.39,17851,Spain",
)


def test_usual_cleaning_is_customer_no_cancellation_quantity_and_price_above_zero(imported, write):
    report, rows = imported(write("a.csv", ONE, *DIRTY), cleaning="usual")
    assert [line[:3] for line in lines(rows)] == [
        ("536365", "17850", "85123A"), ("536367", "17850", "85123a"), ("536368", "17850", "POST")
    ]  # fmt: skip
    assert rows("returns") == []
    assert rows("customers", "customer_id, region") == [("17850", "United Kingdom")]
    assert left_out(report) == {
        ("order_lines", "no customer"): 1,
        ("order_lines", "price is not above 0"): 1,
        ("order_lines", "quantity is not above 0"): 1,
        ("returns", "a cancellation"): 3,
    }


def test_standard_cleaning_nets_joins_and_leaves_out_what_is_no_product(imported, write):
    report, rows = imported(write("a.csv", ONE, *DIRTY))
    # The cancellation of 5 takes the latest line's 4 and 1 of the earlier one's 6.
    assert lines(rows) == [("536365", "17850", "85123A", "2010-12-01", 5, 12.75)]
    assert rows("returns", "order_id, customer_id, product_id, quantity, revenue") == [
        ("C536373", "17851", "71053", 2, 6.78)
    ]
    assert left_out(report) == {
        ("order_lines", "no customer"): 1,
        ("order_lines", "no product: the code is not five digits, with letters behind them or not"): 1,
        ("order_lines", "price is not above 0"): 1,
        ("order_lines", "quantity is not above 0 and it is no cancellation"): 1,
        ("order_lines", "cancelled in full by a later cancellation"): 1,
        ("returns", "a cancellation, set off against the lines that it cancels"): 1,
        ("returns", "a cancellation whose quantity is not below 0"): 1,
    }
    assert {(repair.table, repair.reason): repair.rows for repair in report.repaired} == {
        ("order_lines", "quantity is what cancellations left of it"): 1,
        ("customers", "an empty name takes the id"): 2,
    }


def test_region_is_the_country_of_the_latest_line(imported, write):
    _, rows = imported(write("a.csv", ONE, *DIRTY))
    assert rows("customers", "customer_id, region") == [("17850", "France"), ("17851", "Spain")]


def test_name_is_the_most_frequent_description_and_ties_go_by_the_alphabet(imported, write):
    named = [KING, KING.replace("WHITE", "CREAM").replace("536365", "536375"), LAMP,
             LAMP.replace("LANTERN", "OLD LANTERN").replace("536366", "536376"),
             LAMP.replace("LANTERN", "OLD LANTERN").replace("536366", "536377")]  # fmt: skip
    report, rows = imported(write("a.csv", ONE, *named))
    assert rows("products", "product_id, name") == [("71053", "OLD LANTERN"), ("85123A", "CREAM HEART")]
    assert ("products", "the name is the most frequent of several descriptions", 2) in [
        (repair.table, repair.reason, repair.rows) for repair in report.repaired
    ]


def test_unit_price_is_the_most_frequent_of_the_last_day_and_ties_go_to_the_lowest(imported, write):
    priced = [KING, *(KING.replace("2010-12-01", "2010-12-05").replace("2.55", price) for price in ("2.95", "2.75"))]
    _, rows = imported(write("a.csv", ONE, *priced))
    assert rows("products", "unit_price") == [(2.75,)]


def test_reps_are_joined_and_who_is_missing_is_noted(imported, write):
    reps = write("reps.csv", "customer_id,rep", "17850.0,Ada", "99999,Bob", ",Cy", "1,2,3")
    other = LAMP.replace("17850", "17851")
    report, rows = imported(write("a.csv", ONE, KING, other), reps=reps)
    assert rows("customers", "customer_id, rep") == [("17850", "Ada"), ("17851", None)]
    assert report.notes == (
        "reps.csv: 1 customers are not in the orders, 1 customers of the orders have no rep, "
        "2 rows name no customer or cannot be read",
    )


def test_reps_with_a_customer_twice_are_refused(imported, write):
    reps = write("reps.csv", "customer_id,rep", "17850,Ada", "17850,Bob")
    with pytest.raises(SourceError, match="reps.csv: customer_id '17850' is in 2 rows"):
        imported(write("a.csv", ONE, KING), reps=reps)


def test_missing_column_names_the_nearest(imported, write):
    with pytest.raises(SourceError) as caught:
        imported(write("a.csv", ONE.replace("StockCode", "StokCode"), KING))
    assert str(caught.value) == (
        "a.csv has no column 'StockCode' (did you mean 'StokCode'?); it has InvoiceNo, StokCode, Description, "
        "Quantity, InvoiceDate, UnitPrice, CustomerID, Country"
    )


def test_line_without_an_invoice_is_rejected_and_looked_at_whole(imported, write, tmp_path):
    report, _ = imported(write("a.csv", ONE, *[KING] * 20, KING.replace("536365", "")))
    assert [str(example) for example in report.examples] == ["a.csv, row 22: the invoice is empty"]
    content = (tmp_path / "clean" / "left_out" / "rejected.csv").read_text()
    assert '""description"":""WHITE HEART""' in content


def test_file_with_a_header_only_is_refused(imported, write):
    with pytest.raises(SourceError, match="a.csv has no rows below its header"):
        imported(write("a.csv", ONE))
