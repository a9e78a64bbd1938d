"""`python -m recsys import`: what it prints, and its exit codes."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import SourceError

ONE = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ORDERS = (
    "Customer ID,Customer Status,Date Order was placed,Delivery Date,Order ID,Product ID,Quantity Ordered,"
    "Total Retail Price for This Order,Cost Price Per Unit"
)
PRODUCTS = (
    "Product ID,Product Line,Product Category,Product Group,Product Name,Supplier Country,Supplier Name,Supplier ID"
)


@pytest.fixture
def run(tmp_path):
    def invoke(*arguments):
        return CliRunner().invoke(app, ["import", *map(str, arguments), "--out", str(tmp_path / "clean")])

    return invoke


@pytest.fixture
def own_tables(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "customers.csv").write_text("customer_id\nc1\n")
    (folder / "products.csv").write_text("product_id\np1\n")
    lines = ["9,c1,p1,2025-01-31,2,5.5"] * 19 + ["9,c1,p1,2025-07-01,2,5.5"]
    header = "order_id,customer_id,product_id,ordered_on,quantity,revenue"
    (folder / "order_lines.csv").write_text("\n".join([header, *lines, ""]))
    return folder


def test_import_of_own_tables_prints_the_account_the_examples_and_the_folder(run, own_tables, tmp_path):
    result = run("tables", own_tables, "--today", "2025-06-30")
    assert result.exit_code == 0
    words = " ".join(result.stdout.split())
    assert "order_lines 20 0 1 19" in words
    assert "rejected: order_lines.csv, row 21: ordered_on is after today, 2025-06-30 ('2025-07-01')" in words
    assert "1 orders from 2025-01-31 to 2025-01-31, revenue 104.50" in words
    assert f"what was left out is in {tmp_path / 'clean' / 'left_out'}" in words


def test_max_rejected_is_a_percentage(run, own_tables):
    assert isinstance(
        run("tables", own_tables, "--today", "2025-06-30", "--max-rejected", "4.9").exception, SourceError
    )
    assert run("tables", own_tables, "--today", "2025-06-30", "--max-rejected", "5").exit_code == 0


def test_dry_run_prints_each_month_and_what_would_be_left_out_and_writes_nothing(own_tables, tmp_path):
    arguments = ["import", "tables", str(own_tables), "--dry-run", "--today", "2025-06-30", "--max-rejected", "4"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    words = " ".join(result.stdout.split())
    assert "2025-01 19 1 1 104.50" in words
    assert "left out: 1 lines with a revenue of 5.50, 5.0% of all revenue" in words
    assert "5.50: order_lines.csv, row 21: ordered_on is after today, 2025-06-30" in words
    assert "would be refused: 1 of 20 rows of order_lines are rejected (5.0%), at most 4.0% may be" in words
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_without_a_folder_or_a_dry_run_the_command_says_what_is_missing(own_tables):
    result = CliRunner().invoke(app, ["import", "tables", str(own_tables)])
    assert result.exit_code == 2
    assert "name a folder for the clean tables, or --dry-run" in " ".join(result.output.replace("│", " ").split())


def test_strict_refuses_what_is_warned_of(run, own_tables, tmp_path):
    assert "warning: order_lines: 18 of 19 lines are there before already" in " ".join(
        run("tables", own_tables, "--today", "2025-06-30").stdout.split()
    )
    assert isinstance(run("tables", own_tables, "--today", "2025-06-30", "--strict").exception, SourceError)


def test_map_file_is_read(run, own_tables, tmp_path):
    (tmp_path / "map.toml").write_text('[products.constants]\nunit = "case"\n')
    assert run("tables", own_tables, "--map", tmp_path / "map.toml", "--today", "2025-07-01").exit_code == 0


def test_import_of_online_retail_takes_the_files_and_options(run, tmp_path):
    (tmp_path / "a.csv").write_text(f"{ONE}\n1,85123A,HEART,6,1/12/2010 8:26,2.55,17850,Spain\n")
    (tmp_path / "reps.csv").write_text("customer_id,rep\n17850,Ada\n")
    result = run("online-retail", tmp_path / "a.csv", tmp_path / "a.csv", "--reps", tmp_path / "reps.csv",
                 "--cleaning", "usual", "--date-format", "%d/%m/%Y %H:%M", "--encoding", "cp1252")  # fmt: skip
    assert result.exit_code == 0
    assert "1 orders from 2010-12-01 to 2010-12-01, revenue 15.30" in result.stdout
    assert "also in an earlier file" in result.stdout
    assert "reps.csv: 0 customers are not in the orders, 0 customers of the orders have no rep" in result.stdout


def test_import_of_wholesale_orders_takes_both_files(run, tmp_path):
    (tmp_path / "o.csv").write_text(f"{ORDERS}\n579,Silver,01-Jan-17,07-Jan-17,1230,2101,2,92.6,20.7\n")
    (tmp_path / "p.csv").write_text(f"{PRODUCTS}\n2101,Children,Outdoors,Things,Ski Pants,NO,Nordic A/S,50\n")
    result = run("wholesale-orders", tmp_path / "o.csv", tmp_path / "p.csv")
    assert result.exit_code == 0
    assert "1 orders from 2017-01-01 to 2017-01-01, revenue 92.60" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [("tables",), ("online-retail", "a.csv", "--cleaning", "thorough"), ("tables", "x", "--max-rejected", "101"),
     ("tables", "x", "--today", "soon")],
)  # fmt: skip
def test_wrong_usage_exits_with_two(run, arguments):
    assert run(*arguments).exit_code == 2


def test_mistake_of_the_user_exits_with_one_and_one_message(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "recsys", "import", "tables", tmp_path / "none", "--out", tmp_path / "clean"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"Error: there is no folder {tmp_path / 'none'}; name the one with your files" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "clean").exists()
