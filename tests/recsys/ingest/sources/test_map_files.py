"""What a map file can say: each construct on a few rows, and the examples of data/README.md."""

import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables
from recsys.ingest.sources.expressions import MAX_CHARACTERS, MAX_DEPTH
from recsys.ingest.sources.raw_files import TURNED_BYTES

TODAY = date(2026, 6, 30)
PAGE = (Path(__file__).parents[4] / "data" / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def imported(tmp_path):
    """Write files (name -> text) and a map, import them, and return the report and the reader of a table."""

    def run(table_map, files, **options):
        folder = tmp_path / "mine"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        (tmp_path / "map.toml").write_text(table_map, encoding="utf-8")
        source = OwnTables(folder, tmp_path / "map.toml")
        report = clean(source, tmp_path / "clean", today=TODAY, **options)
        return report, lambda table: duckdb.sql(f"FROM '{tmp_path / 'clean'}/{table}.parquet'").fetchall()

    return run


def refusal(imported, *arguments, **options):
    with pytest.raises(SourceError) as caught:
        imported(*arguments, **options)
    return str(caught.value)


def example(title):
    text = PAGE.split(f"### {title}", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
    files = dict(re.findall(r"```csv (\S+)\n(.*?)```", text, re.DOTALL))
    [table_map] = re.findall(r"```toml map.toml\n(.*?)```", text, re.DOTALL)
    return table_map, files


def test_bounds_that_are_no_settings_are_stated():
    assert f"{MAX_CHARACTERS:,} characters at most and is nested {MAX_DEPTH} deep at most" in PAGE
    assert f"of {TURNED_BYTES:,} bytes at most" in PAGE


def test_example_of_header_lines_and_look_ups(imported):
    report, rows = imported(*example("An order header, its lines and look-ups"))
    assert rows("customers") == [("K1", "K1"), ("K2", "K2")]
    assert rows("products") == [
        ("A1", "Espresso 1 kg", "Getränke > Kaffee", True), ("A2", "Tasse", "Küche > Geschirr", False)
    ]  # fmt: skip
    assert rows("order_lines") == [
        ("1", "K1", "A1", date(2025, 3, 31), 10, pytest.approx(10_804.5)),
        ("3", "K2", "A1", date(2025, 4, 2), 1, 1_200.5),
    ]
    assert rows("returns") == [("3", "K2", "A2", date(2025, 4, 2), 2, 10)]
    assert [(part.reason, part.rows) for part in report.left_out if part.table == "order_lines"] == [
        ("left out by the map: where orders.OrderID is not empty", 1)
    ]


def test_example_of_one_flat_file(imported):
    report, rows = imported(*example("One flat file for all three tables"))
    assert rows("customers") == [("K1", "K1", "Zug"), ("K2", "K2", "Basel")]
    assert rows("products") == [("A1", "Espresso 1 kg")]
    assert rows("order_lines") == [
        ("2024/1", "K1", "A1", date(2024, 3, 31), 1, 10),
        ("2025/1", "K1", "A1", date(2025, 3, 31), 1, 30),
        ("2024/2", "K2", "A1", date(2024, 4, 1), 1, 19),
    ]
    assert "export-2024.csv: the header is row 3; the rows above it are left out" in report.notes
    assert "order_lines: amounts in CHF (2 lines), EUR (1 lines) are converted to CHF" in report.notes


def test_example_of_rows_of_a_database(imported, tmp_path, monkeypatch):
    table_map, _ = example("Rows of a database")
    [statements] = re.findall(r"```sql shop.sqlite\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "mine").mkdir()
    with closing(sqlite3.connect(tmp_path / "mine" / "shop.sqlite")) as shop:
        shop.executescript(statements)
    monkeypatch.setenv("ERP_URL", "sqlite:///shop.sqlite")
    report, rows = imported(table_map, {})
    assert rows("customers") == [("00123", "Café Mühlbach"), ("00124", "Hotel Seeblick")]
    assert rows("products") == [("7001", "Espresso 1 kg", 18.5), ("7002", "Hafermilch", 21)]
    assert rows("order_lines") == [
        ("1", "00123", "7001", date(2025, 3, 31), 6, 111), ("1", "00123", "7002", date(2025, 3, 31), 2, 42)
    ]  # fmt: skip
    assert report.notes == ()


PARTIES = {"customers.csv": "customer_id\nc1\nc2\n", "products.csv": "product_id\np1\n"}
HEAD = "order_id,customer_id,product_id,ordered_on,quantity,revenue"


def lines(*rows, head=HEAD):
    return {**PARTIES, "order_lines.csv": "\n".join([head, *rows, ""])}


def test_returns_may_be_set_off_against_the_lines_that_they_cancel(imported):
    table_map = '[order_lines]\nreturns_when = "quantity < 0"\nnet_returns = true\n'
    rows_in = (
        "1,c1,p1,2025-01-01,10,50",
        "2,c1,p1,2025-02-01,-4,-20",
        "3,c2,p1,2025-02-01,-1,-5",
        "4,c2,p1,2025-02-02,1,5",
    )
    report, rows = imported(table_map, lines(*rows_in))
    assert rows("order_lines") == [
        ("1", "c1", "p1", date(2025, 1, 1), 6, 30), ("4", "c2", "p1", date(2025, 2, 2), 1, 5)
    ]  # fmt: skip
    assert rows("returns") == [("3", "c2", "p1", date(2025, 2, 1), 1, 5)]
    assert [part.reason for part in report.left_out] == ["a return, set off against the lines that it cancels"]


def test_look_up_with_several_rows_of_a_key_is_refused_until_one_is_picked(imported):
    files = {**lines("1,c1,p1,2025-01-01,1,5"), "cats.csv": "product_id,cat\np1,Tea\np1,Coffee\n"}
    table_map = (
        '[sources.cats]\nfile = "cats.csv"\n[products.columns]\nproduct_id = "product_id"\ncategory = "cats.cat"\n'
        '[products.join.cats]\non = "product_id"\n'
    )
    message = refusal(imported, table_map, files)
    assert message.startswith("cats.csv has 2 different rows of product_id 'p1'")
    for pick, category in (("first", "Tea"), ("last", "Coffee")):
        _, rows = imported(f'{table_map}pick = "{pick}"\n', files)
        assert rows("products") == [("p1", "p1", category)]


def test_rows_that_find_no_partner_are_told(imported):
    files = {**lines("1,c1,p1,2025-01-01,1,5", "2,c1,p1,2025-01-02,1,5"), "extra.csv": "order_id,note\n1,x\n"}
    table_map = '[sources.extra]\nfile = "extra.csv"\n[order_lines.join.extra]\non = "order_id"\n'
    report, _ = imported(table_map, files)
    assert report.notes == ("order_lines: 1 of 2 rows of order_lines.csv find no row in extra by order_id",)


def test_values_that_the_map_does_not_name_stay_or_are_the_rest(imported):
    files = lines("1,c1,p1,2025-01-01,1,5") | {"customers.csv": "customer_id,status\nc1,Aktiv\nc2,Neu\nc3,\n"}
    table_map = '[customers.values.status]\naktiv = "active"\n'
    assert "status is none of active, blocked, closed ('neu')" in refusal(imported, table_map, files)
    _, rows = imported(table_map + '"*" = "closed"\n"" = "blocked"\n', files)
    assert [row[2] for row in rows("customers")] == ["active", "closed", "blocked"]


def test_latest_and_most_frequent_value_of_a_key_count_and_empty_ones_do_not(imported):
    head = f"{HEAD},town,text"
    table_map = (
        '[sources.all]\nfile = "order_lines.csv"\n[order_lines]\nfrom = "all"\n[order_lines.columns]\n'
        + "".join(f'{name} = "{name}"\n' for name in HEAD.split(","))
        + '[customers]\nfrom = "all"\npick = "latest"\npick_by = "ordered_on"\n'
        '[customers.columns]\ncustomer_id = "customer_id"\n'
        'region = "town"\nname = "text"\n[customers.picks]\nname = "most_frequent"\n'
    )
    rows_in = ("1,c1,p1,2025-03-01,1,5,Bern,a", "2,c1,p1,2025-04-01,1,5,,b", "3,c1,p1,2025-01-01,1,5,Basel,b")
    files = lines(*rows_in, head=head)
    report, rows = imported(table_map, files)
    assert rows("customers") == [("c1", "b", "Bern")]
    assert report.notes == ("customers: 3 rows have 1 different customer_id; the latest filled value counts",)


def test_empty_cells_may_mean_the_value_above(imported):
    files = lines("1,c1,p1,2025-01-01,1,5", ",,p1,,2,10", "2,c2,p1,2025-01-02,1,5")
    table_map = (
        '[sources.all]\nfile = "order_lines.csv"\nfill_down = ["order_id", "customer_id", "ordered_on"]\n'
        '[order_lines]\nfrom = "all"\n'
    )
    _, rows = imported(table_map, files)
    assert [row[:2] for row in rows("order_lines")] == [("1", "c1"), ("1", "c1"), ("2", "c2")]


@pytest.mark.parametrize(
    ("form", "written", "day"),
    [
        ('"excel"', "45747", date(2025, 3, 31)),
        ('"excel"', "45747.75", date(2025, 3, 31)),
        ('"unix"', "1743379200", date(2025, 3, 31)),
        ('"unix_ms"', "1743379200000", date(2025, 3, 31)),
        ('["%d.%m.%Y", "excel"]', "45747", date(2025, 3, 31)),
        ('["%d.%m.%Y", "%Y-%m-%d"]', "2025-03-31", date(2025, 3, 31)),
        ('"%d-%b-%y"\nlocale = "fr"', "31-mars-25", date(2025, 3, 31)),
        ('"%d %B %Y"\nlocale = "es"', "31 Marzo 2025", date(2025, 3, 31)),
        ('"%d. %B %Y"\nlocale = "de"', "31. Mrz. 2025", None),
        ('"%d %b %Y"\nlocale = "ru"', "31 марта 2025", date(2025, 3, 31)),
        ('"%Y-%m-%dT%H:%M:%S%z"', "2025-03-31T23:30:00-05:00", date(2025, 3, 31)),
        ('"%Y-%m-%dT%H:%M:%S%z"\nday_zone = "Europe/Berlin"', "2025-03-31T23:30:00-05:00", date(2025, 4, 1)),
        ('"%Y-%m-%d %H:%M"\ntime_zone = "UTC"\nday_zone = "Europe/Berlin"', "2025-03-31 22:30", date(2025, 4, 1)),
    ],
)
def test_days_are_read_as_they_are_written(imported, form, written, day):
    table_map = f"[order_lines]\ndate_format = {form}\n"
    files = lines(f"1,c1,p1,{written},1,5")
    if day is None:
        assert "ordered_on is no date" in refusal(imported, table_map, files)
    else:
        assert [row[3] for row in imported(table_map, files)[1]("order_lines")] == [day]


@pytest.mark.parametrize(
    ("marks", "written", "number"),
    [
        (".|", "$16.50", 16.5),
        (".|", "16.50 EUR", 16.5),
        (".|", "CHF 16.50-", None),
        (".|", "(16.50)", None),
        (".|,", "Rs. 12,34,567.50", 1_234_567.5),
        (".|'", "1’234.50", 1_234.5),
        (",| ", "1\u202f234,50 €", 1_234.5),
        (",|.", "R$ 1.234,50", 1_234.5),
    ],
)
def test_numbers_are_read_as_they_are_written(imported, marks, written, number):
    decimal, thousands = marks.split("|")
    table_map = f'[order_lines]\ndelimiter = ";"\ndecimal = "{decimal}"\nthousands = "{thousands}"\n'
    files = lines(f"1;c1;p1;2025-01-01;1;{written}", head=HEAD.replace(",", ";"))
    if number is None:
        assert "revenue is below 0 ('-16.5')" in refusal(imported, table_map, files)
    else:
        assert [row[5] for row in imported(table_map, files)[1]("order_lines")] == [number]


def test_several_currencies_are_refused_by_their_names(imported):
    message = refusal(
        imported, "", lines("1,c1,p1,2025-01-01,1,$5", "1,c1,p1,2025-01-01,1,€5", "1,c1,p1,2025-01-01,1,$7")
    )
    assert "several currencies, $ (2 rows), € (1 rows) in column 'revenue'" in message


def test_column_of_currencies_that_the_map_forgets_is_refused(imported):
    table_map = "[order_lines.columns]\n" + "".join(f'{name} = "{name}"\n' for name in HEAD.split(","))
    files = lines("1,c1,p1,2025-01-01,1,5,EUR", "2,c1,p1,2025-01-02,1,5,USD", head=f"{HEAD},Currency")
    assert "several currencies, EUR (1 rows), USD (1 rows) in column 'Currency'" in refusal(imported, table_map, files)
    converted = f'{table_map}[order_lines.currency]\ncolumn = "Currency"\nto = "EUR"\nrates = {{ USD = 0.5 }}\n'
    assert imported(converted, files)[0].revenue == 7.5
    unknown = converted.replace("USD =", "CHF =")
    assert "the map file has no rate of USD to EUR" in refusal(imported, unknown, files)


OWN = dict(zip(HEAD.split(","), ("No", "Kd", "Art no", "Tag", "Menge", "Netto"), strict=True))
OWN_COLUMNS = "[order_lines.columns]\n" + "".join(f'{ours} = "{theirs}"\n' for ours, theirs in OWN.items())


def test_what_is_told_of_lines_with_a_minus_names_the_files_own_column(imported):
    sold = [f"{at},c1,p1,2025-01-{at:02},2,5" for at in range(1, 30)]
    files = lines(*sold, "90,c1,p1,2025-01-30,-2,-5", head=",".join(OWN.values()))
    assert 'returns_when = "Menge < 0"' in imported(OWN_COLUMNS, files, max_rejected=0.5)[0].notes[0]
    report, _ = imported(f'[order_lines]\nreturns_when = "Menge < 0"\n{OWN_COLUMNS}', files)
    assert report.rows_out["returns"] == 1


def test_what_is_told_of_ids_of_a_spreadsheet_names_the_files_own_column(imported):
    files = lines("1,c1,p1,2025-01-01,2,5", "2,c1,p1.0,2025-01-02,2,5", head=",".join(OWN.values()))
    [note] = imported(OWN_COLUMNS, files, max_rejected=0.5)[0].notes
    told = """[order_lines.computed]\nproduct_id = "part([Art no], '.', 1)"\n"""
    assert told.strip().replace("\n", " ") in note
    assert imported(OWN_COLUMNS + told, files)[0].rows_out["order_lines"] == 2


def test_what_is_warned_of_ids_names_the_files_own_column(imported):
    files = {**lines("1,c1,p1,2025-01-01,2,5"), "products.csv": "Art no\np1\n7001.0\n"}
    [warning] = imported('[products.columns]\nproduct_id = "Art no"\n', files)[0].warnings
    assert warning.endswith("""[products.computed] product_id = "part([Art no], '.', 1)\"""")


HEADER = """
[sources.orders]
file = "orders.csv"
[order_lines.join.orders]
on = "order_id"
[order_lines.columns]
order_id = "order_id"
customer_id = "orders.customer_id"
product_id = "product_id"
ordered_on = "orders.day"
quantity = "quantity"
revenue = "revenue"
"""


def header_and_lines(units=("EUR", "USD"), amounts=("5", "7")):
    orders = [f"{at},c1,2025-01-0{at},{unit}" for at, unit in enumerate(units, start=1)]
    sold = [f"{at},p1,1,{amount}" for at, amount in enumerate(amounts, start=1)]
    return {
        **PARTIES,
        "orders.csv": "\n".join(["order_id,customer_id,day,Currency", *orders, ""]),
        "order_lines.csv": "\n".join(["order_id,product_id,quantity,revenue", *sold, ""]),
    }


def test_several_currencies_in_a_joined_header_are_refused(imported):
    message = refusal(imported, HEADER, header_and_lines())
    assert "several currencies, EUR (1 rows), USD (1 rows) in column 'orders.Currency'" in message
    told = '[order_lines.currency]\ncolumn = "orders.Currency"\nto = "EUR"\nrates = { USD = 0.5 }\n'
    assert told.replace("\n", ", ")[:60].replace("], ", "] ") in message
    assert imported(HEADER + told, header_and_lines())[0].revenue == 8.5


def test_one_currency_in_a_joined_header_is_no_trouble(imported):
    assert imported(HEADER, header_and_lines(("EUR", "EUR")))[0].revenue == 12


def test_currencies_of_rows_that_a_source_leaves_out_do_not_count(imported):
    table_map = HEADER.replace('file = "orders.csv"', 'file = "orders.csv"\nwhere = "Currency = \'EUR\'"')
    table_map = table_map.replace(
        "[order_lines.join", '[order_lines]\nwhere = "orders.day is not empty"\n[order_lines.join'
    )
    assert imported(table_map, header_and_lines())[0].revenue == 5


def test_the_currency_of_a_customer_says_nothing_of_the_amounts(imported):
    files = {
        **lines("1,c1,p1,2025-01-01,1,5", "2,c2,p1,2025-01-01,1,5"),
        "more.csv": "id,Currency,on\nc1,EUR,1\nc2,USD,1\n",
    }
    table_map = '[sources.more]\nfile = "more.csv"\n[order_lines]\nwhere = "more.on is not empty"\n'
    table_map += '[order_lines.join.more]\non = { customer_id = "id" }\n'
    assert imported(table_map, files)[0].revenue == 10


def test_currencies_of_one_flat_file_that_the_map_forgets_are_refused(imported):
    table_map, files = example("One flat file for all three tables")
    forgotten = table_map.split("[order_lines.currency]")[0]
    assert "CHF (2 rows), EUR (1 rows) in column 'Cur'" in refusal(imported, forgotten, files)


def test_signs_in_a_joined_column_and_in_one_that_is_computed_with_are_refused(imported):
    files = header_and_lines(("EUR", "EUR"))
    files["orders.csv"] = files["orders.csv"].replace("Currency", "paid").replace(",EUR", ",€4", 1).replace("EUR", "$4")
    table_map = HEADER.replace('revenue = "revenue"', 'revenue = "orders.paid"')
    assert "several currencies, $ (1 rows), € (1 rows) in column 'orders.paid'" in refusal(imported, table_map, files)
    computed = HEADER.replace('revenue = "revenue"\n', '[order_lines.computed]\nrevenue = "quantity * orders.paid"\n')
    message = refusal(imported, computed, files)
    assert "several currencies, $ (1 rows), € (1 rows) in column 'orders.paid'" in message
    told = """
[order_lines.currency]
column = "case when contains(orders.paid, '$') then '$' when contains(orders.paid, '€') then '€' end"
to = "$"
rates = { "€" = 1.5 }
"""
    assert told.splitlines()[2] in message
    assert imported(table_map + told, files)[0].revenue == 10


def test_own_rate_of_a_row_converts(imported):
    files = lines("1,c1,p1,2025-01-01,1,5,EUR,1", "2,c1,p1,2025-01-02,1,5,USD,0.9", head=f"{HEAD},cur,rate")
    table_map = "[order_lines.columns]\n" + "".join(f'{name} = "{name}"\n' for name in HEAD.split(","))
    table_map += '[order_lines.currency]\ncolumn = "cur"\nto = "EUR"\nrate = "rate"\n'
    assert imported(table_map, files)[0].revenue == 9.5


def test_unreadable_value_of_a_computed_column_is_named_by_its_own_column(imported):
    table_map = '[order_lines.computed]\nrevenue = "quantity * price"\n'
    head = "order_id,customer_id,product_id,ordered_on,quantity,price"
    report, _ = imported(
        table_map, lines("1,c1,p1,2025-01-01,2,5", "1,c1,p1,2025-01-01,2,x", head=head), max_rejected=1
    )
    assert [str(example) for example in report.examples] == ["order_lines.csv, row 3: price is no number ('x')"]


def test_files_of_a_glob_with_the_same_content_are_told(imported):
    text = lines("1,c1,p1,2025-01-01,1,5")["order_lines.csv"]
    files = PARTIES | {"a-1.csv": text, "a-2.csv": text}
    report, rows = imported('[order_lines]\nfile = "a-*.csv"\n', files)
    assert len(rows("order_lines")) == 2
    assert report.warnings[0] == ("a-2.csv and a-1.csv have the same content, so that its rows count twice; remove one")


def test_several_sheets_are_read_where_they_are_named(imported, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for name in ("2024", "2025", "notes"):
        sheet = book.create_sheet(name)
        sheet.append(HEAD.split(",") if name != "notes" else ["x"])
        sheet.append([name, "c1", "p1", date(2025, 1, 1), 1, 5] if name != "notes" else ["y"])
    (tmp_path / "mine").mkdir()
    book.save(tmp_path / "mine" / "order_lines.xlsx")
    _, rows = imported('[order_lines]\nsheet = "20*"\n', PARTIES)
    assert [row[0] for row in rows("order_lines")] == ["2024", "2025"]
    assert "has no sheet '2026' (did you mean '2025'?)" in refusal(imported, '[order_lines]\nsheet = "2026"\n', PARTIES)


def test_file_without_header_gets_names(imported):
    files = PARTIES | {"order_lines.csv": "1,c1,p1,2025-01-01,1,5\n"}
    names = ", ".join(f'"{name}"' for name in HEAD.split(","))
    assert len(imported(f"[order_lines]\nnames = [{names}]\n", files)[1]("order_lines")) == 1


def test_declared_row_of_the_header_counts_and_errors_name_rows_of_the_file(imported):
    files = PARTIES | {"order_lines.csv": f"Report,,,,,\n\n{HEAD}\n1,c1,p1,2025-01-01,1,5\n1,c1,p1,2025-01-01,x,5\n"}
    report, _ = imported("[order_lines]\nheader_row = 3\n", files, max_rejected=1)
    assert [example.row for example in report.examples] == [5]


@pytest.mark.parametrize(
    ("table_map", "message"),
    [
        ('[customers]\nfrom = "all"', "unknown source in from of [customers] 'all'; there is none; add it"),
        (
            '[sources.all]\nfile = "a.csv"\n[customers]\nfrom = "all"\ndelimiter = ";"',
            "put delimiter into [sources.all]",
        ),
        ("[sources.all]", "[sources.all] has no file; name it"),
        ('[customers]\npick = "latest"', "[customers] the latest of what?"),
        ('[order_lines]\npick = "first"', "pick is for tables with a key"),
        ('[customers.picks]\nname = "first"', "[customers.picks] needs [customers] pick"),
        ('[order_lines]\nwhere = "quantity >"', "[order_lines] where = 'quantity >' ends too early"),
        ('[order_lines.currency]\nto = "EUR"', "[order_lines.currency] has no column"),
        ('[order_lines.currency]\ncolumn = "c"\nto = "EUR"', "converts with to and one of rates and rate"),
        ('[order_lines]\nfile = "x*.csv"', "fits 'x*.csv'; it has customers.csv"),
        ('[format]\nlocale = "xx"', "locale is 'xx'"),
        ('[format]\nday_zone = "Europe/Berln"', "day_zone is 'Europe/Berln' (did you mean 'Europe/Berlin'?)"),
        ('[order_lines]\norder_id_parts = ["customer"]', "order_id_parts is ['customer']; it must be a list of"),
        ('[order_lines.join.x]\non = "a"', "unknown source in [order_lines.join.x] 'x'"),
        (
            '[sources.c]\nfile = "customers.csv"\n[order_lines.join.c]\non = { cust = "customer_id" }',
            "on names 'cust', which",
        ),
        (
            '[sources.c]\nfile = "customers.csv"\n[order_lines.join.c]\non = { customer_id = "no" }',
            "customers.csv has no column 'no'",
        ),
    ],
)
def test_mistake_in_the_map_names_it_and_the_remedy(imported, table_map, message):
    assert message in refusal(imported, table_map, lines("1,c1,p1,2025-01-01,1,5"))


def test_map_that_is_neither_a_file_nor_ready_names_the_ready_ones(tmp_path):
    with pytest.raises(
        SourceError, match=r"no map file shopfy \(did you mean 'shopify'\?\).*ready maps are northwind, odoo"
    ):
        clean(OwnTables(tmp_path, Path("shopfy")), tmp_path / "clean", today=TODAY)
