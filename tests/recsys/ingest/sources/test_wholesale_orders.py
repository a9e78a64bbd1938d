"""The wholesale set on hand-made lines."""

from datetime import date

import duckdb
import pytest

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import WholesaleOrders

TODAY = date(2025, 6, 30)
ORDERS = (
    "Customer ID,Customer Status,Date Order was placed,Delivery Date,Order ID,Product ID,Quantity Ordered,"
    "Total Retail Price for This Order,Cost Price Per Unit"
)
PRODUCTS = (
    "Product ID,Product Line,Product Category,Product Group,Product Name,Supplier Country,Supplier Name,Supplier ID"
)
SKI = '2101,Children,Outdoors,"Outdoor things, Kids",Ski Pants,NO,Nordic A/S,50'
ROPE = "2102,Sports,Climbing,Ropes,Rope 30 m,ES,Luna S.A.,51"


@pytest.fixture
def imported(write, tmp_path):
    def run(*orders, header=ORDERS):
        files = (
            write("orders.csv", header, *orders, encoding="utf-8-sig", end="\r\n"),
            write("products.csv", PRODUCTS, SKI, ROPE, encoding="utf-8-sig", end="\r\n"),
        )
        report = clean(WholesaleOrders(*files), tmp_path / "clean", today=TODAY)
        return report, lambda table: duckdb.sql(f"FROM '{tmp_path / 'clean'}/{table}.parquet'").fetchall()

    return run


def test_byte_order_mark_dates_and_prices_are_read(imported):
    _, rows = imported("579,Silver,01-Jan-17,07-Jan-17,1230,2101,2,92.6,20.7")
    assert rows("order_lines") == [("1230", "579", "2101", date(2017, 1, 1), 2, 92.6)]
    assert rows("products") == [
        ("2101", "Ski Pants", "Children > Outdoors > Outdoor things, Kids", "Nordic A/S", 46.3, 20.7),
        ("2102", "Rope 30 m", "Sports > Climbing > Ropes", "Luna S.A.", None, None),
    ]


def test_latest_orders_status_counts_in_one_spelling(imported):
    report, rows = imported(
        "579,GOLD,03-Feb-17,07-Feb-17,1232,2101,1,46.3,20.7",
        "579,Silver,31-Jan-17,07-Feb-17,1231,2101,1,46.3,20.7",
        "580,SILVER,31-Jan-17,07-Feb-17,1233,2101,1,46.3,20.7",
        "580,Silver,30-Jan-17,07-Feb-17,1234,2101,1,46.3,20.7",
    )
    assert rows("customers") == [("579", "579", "Gold"), ("580", "580", "Silver")]
    assert [(repair.reason, repair.rows) for repair in report.repaired] == [
        ("the segment is the status of the latest order, of several", 1),
        ("an empty name takes the id", 2),
    ]
    assert report.notes[0] == "2 orders spell the customer status in capitals; SILVER is read as Silver"


def test_status_of_the_later_order_id_counts_on_one_day(imported):
    _, rows = imported(
        "579,Gold,31-Jan-17,07-Feb-17,1232,2101,1,46.3,20.7",
        "579,Silver,31-Jan-17,07-Feb-17,1231,2101,1,46.3,20.7",
    )
    assert rows("customers") == [("579", "579", "Gold")]


def test_order_of_a_product_that_is_not_listed_is_rejected(imported):
    report, rows = imported(
        *["579,Gold,31-Jan-17,07-Feb-17,1232,2101,1,46.3,20.7"] * 19,
        "579,Gold,31-Jan-17,07-Feb-17,1233,9999,1,46.3,20.7",
    )
    assert len(rows("order_lines")) == 19
    assert [str(example) for example in report.examples] == [
        "orders.csv, row 21: product_id is not in products ('9999')"
    ]


def test_missing_column_names_the_nearest(imported):
    with pytest.raises(SourceError, match=r"orders.csv has no column 'Order ID' \(did you mean 'OrderID'\?\)"):
        imported("579,Gold,31-Jan-17,07-Feb-17,1232,2101,1,46.3,20.7", header=ORDERS.replace("Order ID", "OrderID"))
