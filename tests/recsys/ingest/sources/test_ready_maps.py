"""The maps that ship with the program, each on a made-up export of its form."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables
from recsys.ingest.sources.column_map import ready_maps

TODAY = date(2026, 6, 30)


@pytest.fixture
def imported(tmp_path):
    """Import files (name -> text) with a ready map, and return the reader of a table."""

    def run(name, files, encoding="utf-8"):
        folder = tmp_path / "mine"
        folder.mkdir(exist_ok=True)
        for file, text in files.items():
            (folder / file).write_text(text, encoding=encoding)
        clean(OwnTables(folder, Path(name)), tmp_path / "clean", today=TODAY)
        return lambda table: duckdb.sql(f"FROM '{tmp_path / 'clean'}/{table}.parquet'").fetchall()

    return run


def test_these_maps_are_ready():
    assert set(ready_maps()) == {"shopify", "woocommerce", "odoo", "olist", "northwind", "sap-sd-list"}


SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Accepts Marketing,Currency,Subtotal,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing Company,Billing Country,Shipping Name,"
    "Cancelled at,Vendor,Phone,Lineitem discount,Note,Note\n"
    "#1002,ADA@example.com,paid,,yes,EUR,25.00,2026-03-02 00:15:00 +0100,2,Tea - 1 kg,10.00,T1,Ada Ash,"
    "Ash Ltd,DE,,,Leaf,,0.00,a,b\n"
    "#1002,ada@example.com,,,,,,2026-03-02 00:15:00 +0100,1,Mug,5.00,,,,,,,Clay,,1.00,,\n"
    "#1001,bo@example.com,refunded,,no,EUR,10.00,2026-03-01 10:00:00 +0100,1,Tea - 1 kg,10.00,T1,Bo Birch,"
    ",AT,,,Leaf,,0.00,,\n"
)


def test_shopify(imported):
    rows = imported("shopify", {"orders_export_1.csv": SHOPIFY})
    assert [row[:3] for row in rows("customers")] == [
        ("ada@example.com", "Ash Ltd", "DE"), ("bo@example.com", "Bo Birch", "AT")
    ]  # fmt: skip
    assert rows("products") == [("Mug", "Mug", "Clay", 5), ("T1", "Tea - 1 kg", "Leaf", 10)]
    assert rows("order_lines") == [
        ("#1002", "ada@example.com", "Mug", date(2026, 3, 2), 1, 4),
        ("#1002", "ada@example.com", "T1", date(2026, 3, 2), 2, 20),
    ]


def test_shopify_in_two_currencies_is_refused(imported):
    with pytest.raises(SourceError, match=r"several currencies, EUR \(2 lines\), USD \(1 lines\)"):
        imported("shopify", {"orders_export.csv": SHOPIFY.replace("refunded,,no,EUR", "paid,,no,USD")})


WOOCOMMERCE = (
    "Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),Company (Billing),"
    "Country Code (Billing),Email (Billing),Phone (Billing),SKU,Item #,Item Name,Quantity (- Refund),Item Cost\n"
    "501,Completed,2026-03-01 10:15,Ada,Ash,Ash Ltd,DE,ada@example.com,0151,T1,1,Tea,2,10\n"
    "501,Completed,2026-03-01 10:15,Ada,Ash,Ash Ltd,DE,ada@example.com,0151,,2,Mug,-1,5\n"
    "502,Cancelled,2026-03-02 10:15,Bo,Birch,,AT,Bo@example.com,,T1,1,Tea,1,10\n"
)


def test_woocommerce(imported):
    rows = imported("woocommerce", {"orders-2026.csv": WOOCOMMERCE})
    assert [row[:3] for row in rows("customers")] == [
        ("ada@example.com", "Ash Ltd", "DE"), ("bo@example.com", "Bo Birch", "AT")
    ]  # fmt: skip
    assert rows("order_lines") == [("501", "ada@example.com", "T1", date(2026, 3, 1), 2, 20)]
    assert rows("returns") == [("501", "ada@example.com", "Mug", date(2026, 3, 1), 1, 5)]


ODOO = (
    "Order Reference,Customer,Salesperson,Order Date,Status,Order Lines/Product,Order Lines/Quantity,"
    "Order Lines/Unit of Measure,Order Lines/Unit Price,Order Lines/Discount (%),Order Lines/Subtotal\n"
    "S00012,Ash Ltd,Tom,2026-03-01 09:00:00,Sales Order,[T1] Tea,2,kg,10,0,20\n"
    ",,,,,[M1] Mug,1,Units,5,10,4.5\n"
    "S00013,Birch,Tom,2026-03-02 09:00:00,Quotation,[T1] Tea,1,kg,10,0,10\n"
)


def test_odoo(imported):
    rows = imported("odoo", {"sale.order.csv": ODOO})
    assert rows("customers") == [("Ash Ltd", "Ash Ltd", "Tom"), ("Birch", "Birch", "Tom")]
    assert rows("products") == [("[M1] Mug", "[M1] Mug", "Units", 5), ("[T1] Tea", "[T1] Tea", "kg", 10)]
    assert rows("order_lines") == [
        ("S00012", "Ash Ltd", "[M1] Mug", date(2026, 3, 1), 1, 4.5),
        ("S00012", "Ash Ltd", "[T1] Tea", date(2026, 3, 1), 2, 20),
    ]


OLIST = {
    "olist_orders_dataset.csv": "order_id,customer_id,order_status,order_purchase_timestamp\n"
    "o1,k1,delivered,2018-03-01 10:15:00\no2,k2,canceled,2018-03-02 10:15:00\n",
    "olist_customers_dataset.csv": "customer_id,customer_unique_id,customer_city,customer_state\n"
    "k1,u1,santos,SP\nk2,u1,santos,SP\n",
    "olist_order_items_dataset.csv": "order_id,order_item_id,product_id,seller_id,price,freight_value\n"
    "o1,1,p1,s1,58.90,13.29\no1,2,p1,s1,58.90,13.29\no2,1,p1,s1,58.90,13.29\n",
    "olist_products_dataset.csv": "product_id,product_category_name\np1,cama_mesa_banho\np2,\n",
    "product_category_name_translation.csv": "product_category_name,product_category_name_english\n"
    "cama_mesa_banho,bed_bath_table\n",
}


def test_olist(imported):
    rows = imported("olist", OLIST)
    assert rows("customers") == [("u1", "u1", "SP", "santos")]
    assert rows("products") == [("p1", "p1", "bed bath table"), ("p2", "p2", None)]
    assert rows("order_lines") == [("o1", "u1", "p1", date(2018, 3, 1), 1, 58.9)] * 2


NORTHWIND = {
    "customers.csv": "customer_id,company_name,city,region,country\nALFKI,Alfreds,Berlin,,Germany\n",
    "categories.csv": "category_id,category_name,description,picture\n1,Beverages,Soft drinks,\\x\n",
    "products.csv": "product_id,product_name,supplier_id,category_id,quantity_per_unit,unit_price,units_in_stock,"
    "units_on_order,reorder_level,discontinued\n1,Chai,8,1,10 boxes,18,39,0,10,0\n"
    "2,Chang,1,1,24 bottles,19,17,40,25,1\n",
    "orders.csv": "order_id,customer_id,employee_id,order_date\n10248,ALFKI,5,1996-07-04\n",
    "order_details.csv": "order_id,product_id,unit_price,quantity,discount\n10248,1,14,12,0.25\n",
}


def test_northwind(imported):
    rows = imported("northwind", NORTHWIND)
    assert rows("customers") == [("ALFKI", "Alfreds", "Germany", "Berlin")]
    assert rows("products") == [
        ("1", "Chai", "Beverages", "8", "10 boxes", 18, True), ("2", "Chang", "Beverages", "1", "24 bottles", 19, False)
    ]  # fmt: skip
    assert rows("order_lines") == [("10248", "ALFKI", "1", date(1996, 7, 4), 12, 126)]


SAP = (
    "30.06.2026\tList of Sales Orders\n"
    "\n"
    "\tSales Doc.\tItem\tSaTy\tDoc. Date\tSold-to pt\tName 1\tMaterial\tDescription\tMatl Group\tOrder quantity\tSU\t"
    "Net value\tCurr.\n"
    "\n"
    "\t4711\t10\tOR\t01.03.2026\t0000100200\tMüller KG\tT-100\tTee\tTEE\t1.200\tKG\t12.000,50\tEUR\n"
    "\t4712\t10\tRE\t02.03.2026\t0000100200\tMüller KG\tT-100\tTee\tTEE\t2-\tKG\t20,00-\tEUR\n"
    "\t\t\t\t\t\t\t\t\t\t\t\t11.980,50\tEUR\n"
)


def test_sap_sd_list(imported):
    rows = imported("sap-sd-list", {"VA05.txt": SAP}, encoding="cp1252")
    assert rows("customers") == [("0000100200", "Müller KG")]
    assert rows("products") == [("T-100", "Tee", "TEE", "KG")]
    assert rows("order_lines") == [("4711", "0000100200", "T-100", date(2026, 3, 1), 1200, 12_000.5)]
    assert rows("returns") == [("4712", "0000100200", "T-100", date(2026, 3, 2), 2, 20)]
