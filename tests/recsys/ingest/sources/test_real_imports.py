"""The importers on the real files, against figures that others published or pandas counts."""

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from recsys.dataset.clean_tables import open_tables
from recsys.ingest.clean import clean
from recsys.ingest.sources import OnlineRetail, OwnTables, WholesaleOrders

TODAY = date(2025, 6, 30)
pytestmark = [pytest.mark.realdata, pytest.mark.slow]


def test_usual_cleaning_of_online_retail_is_the_set_that_papers_use(real_data, tmp_path):
    source = OnlineRetail((real_data / "online_retail" / "online_retail.parquet",), cleaning="usual")
    report = clean(source, tmp_path / "clean", today=TODAY)
    assert report.rows_out == {"customers": 4_338, "products": 3_665, "order_lines": 397_884, "returns": 0}
    assert report.orders == 18_532
    assert report.revenue == pytest.approx(8_911_407.904, abs=0.0005)
    assert report.rows_in["order_lines"] + report.rows_in["returns"] == 541_909
    # 135,080 rows without a customer, 383 of them cancellations of the 9,288.
    assert sum(part.rows for part in report.left_out if part.reason == "no customer") == 135_080
    assert report.rows_in["returns"] == 9_288


def test_standard_cleaning_of_online_retail_keeps_what_pandas_counts(real_data, tmp_path):
    path = real_data / "online_retail" / "online_retail.parquet"
    report = clean(OnlineRetail((path,)), tmp_path / "clean", today=TODAY)
    raw = pd.read_parquet(path)
    raw["code"] = raw.StockCode.str.upper()
    kept = raw[raw.CustomerID.notna() & (raw.UnitPrice > 0) & raw.code.str.fullmatch(r"\d{5}[A-Z]*")]
    is_return = kept.InvoiceNo.str.startswith("C")
    for table, rows in (("order_lines", kept[~is_return]), ("returns", kept[is_return])):
        taken = sum(
            part.rows for part in report.left_out if part.table == table and "cancel" in part.reason
        )  # netted to nothing
        assert report.rows_out[table] + taken == len(rows)
    assert report.rows_out["customers"] == raw.CustomerID.nunique() == 4_372
    # Netting takes as many units from the lines as it takes from the cancellations.
    units = {
        table: duckdb.sql(f"SELECT sum(quantity) FROM '{tmp_path / 'clean'}/{table}.parquet'").fetchall()[0][0]  # noqa: S608
        for table in ("order_lines", "returns")
    }
    assert units["order_lines"] - units["returns"] == kept.Quantity.sum()
    # The single lines of 74,215 and 80,995 units were cancelled at once.
    assert duckdb.sql(f"SELECT max(quantity) FROM '{tmp_path / 'clean'}/order_lines.parquet'").fetchall()[0][0] < 74_215  # noqa: S608


def test_clean_online_retail_imported_as_own_tables_changes_nothing(real_data, tmp_path):
    source = OnlineRetail((real_data / "online_retail" / "online_retail.parquet",))
    clean(source, tmp_path / "once", today=TODAY)
    clean(OwnTables(tmp_path / "once"), tmp_path / "twice", today=TODAY)
    assert open_tables(tmp_path / "twice").fingerprint == open_tables(tmp_path / "once").fingerprint


def test_file_given_twice_counts_once(real_data, tmp_path):
    path = real_data / "online_retail" / "online_retail.parquet"
    report = clean(OnlineRetail((path, path), cleaning="usual"), tmp_path / "clean", today=TODAY)
    assert report.rows_out["order_lines"] == 397_884
    assert report.revenue == pytest.approx(8_911_407.904, abs=0.0005)


def test_wholesale_orders_agree_with_pandas(real_data, tmp_path):
    folder = real_data / "wholesale_orders"
    report = clean(WholesaleOrders(folder / "orders.csv", folder / "product-supplier.csv"), tmp_path, today=TODAY)
    raw = pd.read_csv(folder / "orders.csv", encoding="utf-8-sig", dtype=str)
    assert report.rows_in["order_lines"] == report.rows_out["order_lines"] == len(raw) == 4_999
    assert report.rows_out["customers"] == raw["Customer ID"].nunique()
    assert report.rows_out["products"] == 5_504
    assert report.revenue == pytest.approx(raw["Total Retail Price for This Order"].astype(float).sum())
    days = pd.to_datetime(raw["Date Order was placed"], format="%d-%b-%y")
    assert (report.first_order_on, report.last_order_on) == (days.min().date(), days.max().date())
    latest = raw.assign(day=days).sort_values(["day", "Order ID"]).groupby("Customer ID").last()
    segments = duckdb.sql(f"SELECT customer_id, segment FROM '{tmp_path}/customers.parquet'").fetchall()  # noqa: S608
    assert dict(segments) == latest["Customer Status"].str.title().to_dict()


def test_northwind_arrives_from_its_files_with_the_ready_map(real_data, tmp_path):
    source = OwnTables(real_data / "exports" / "northwind", Path("northwind"))
    report = clean(source, tmp_path / "clean", today=TODAY)
    assert (report.rows_out["order_lines"], report.orders) == (2_155, 830)
    assert distinct(tmp_path, "customer_id") == 89
    assert report.revenue == pytest.approx(1_265_793.04, abs=0.01)
    assert sum(report.rows(table, "rejected") for table in report.rows_in) == 0


def test_adventureworks_arrives_from_its_files_with_a_map(real_data, tmp_path):
    source = OwnTables(real_data / "exports" / "adventureworks", Path(__file__).parent / "adventureworks.toml")
    report = clean(source, tmp_path / "clean", today=TODAY)
    assert (report.rows_out["order_lines"], report.orders) == (56_047, 25_164)
    assert (distinct(tmp_path, "customer_id"), distinct(tmp_path, "product_id")) == (17_416, 130)
    assert report.revenue == pytest.approx(24_914_620.46, abs=0.01)
    assert sum(report.rows(table, "rejected") for table in report.rows_in) == 0


def distinct(tmp_path, column):
    lines = f"'{tmp_path / 'clean'}/order_lines.parquet'"
    return duckdb.sql(f"SELECT count(DISTINCT {column}) FROM {lines}").fetchall()[0][0]  # noqa: S608
