"""A company's own files: by the schema's names, by a map file, and the message of each mistake."""

from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables

TODAY = date(2025, 6, 30)
CUSTOMERS = ("customer_id,name,status,Tour", "00123,Café Mühlbach,Active,north", "00124,,,")
PRODUCTS = ("product_id,name,unit_price,available", "7001,Espresso,18.50,true", "7002,Hafermilch,,")
LINES = (
    "order_id,customer_id,product_id,ordered_on,quantity,revenue",
    "90002,00124,7001,2025-04-01,3,55.50",
    "90001,00123,7002,2025-03-31,2,42",
    "90001,00123,7001,2025-03-31,6,111",
)


@pytest.fixture
def imported(tmp_path):
    """Write the three files, some of them otherwise, import them and return the report and the reader of a table."""

    def run(
        customers=CUSTOMERS,
        products=PRODUCTS,
        order_lines=LINES,
        map_lines=None,
        suffix=".csv",
        max_rejected=0.05,
        **files,
    ):
        folder = tmp_path / "mine"
        folder.mkdir(exist_ok=True)
        files |= {"customers": customers, "products": products, "order_lines": order_lines}
        for name, lines in files.items():
            if lines is not None:
                (folder / f"{name}{suffix}").write_text("".join(line + "\n" for line in lines))
        table_map = None
        if map_lines is not None:
            table_map = tmp_path / "map.toml"
            table_map.write_text("\n".join(map_lines))
        report = clean(OwnTables(folder, table_map), tmp_path / "clean", today=TODAY, max_rejected=max_rejected)
        return report, lambda table: duckdb.sql(f"FROM '{tmp_path / 'clean'}/{table}.parquet'").fetchall()

    return run


def refusal(imported, **files):
    with pytest.raises(SourceError) as caught:
        imported(**files)
    return str(caught.value)


def test_files_with_our_names_are_read_sorted_and_keep_further_columns_of_customers(imported):
    report, rows = imported()
    assert rows("customers") == [
        ("00123", "Café Mühlbach", "active", "north"),
        ("00124", "00124", None, None),
    ]
    assert rows("products") == [("7001", "Espresso", 18.5, True), ("7002", "Hafermilch", None, None)]
    assert [line[:3] for line in rows("order_lines")] == [
        ("90001", "00123", "7001"), ("90001", "00123", "7002"), ("90002", "00124", "7001")
    ]  # fmt: skip
    assert rows("returns") == []
    assert {(repair.reason, repair.rows) for repair in report.repaired} == {
        ("an empty name takes the id", 1), ("status is written in lower case", 1)
    }  # fmt: skip


def test_returns_are_read_where_they_are(imported):
    _, rows = imported(returns=(LINES[0], "R1,00123,7001,2025-04-02,1,18.50"))
    assert rows("returns") == [("R1", "00123", "7001", date(2025, 4, 2), 1, 18.5)]


def test_column_name_may_be_missing_as_it_falls_back_to_the_id(imported):
    _, rows = imported(customers=("customer_id", "00123", "00124"))
    assert rows("customers") == [("00123", "00123"), ("00124", "00124")]


def test_order_of_the_rows_changes_nothing(imported, tmp_path):
    imported()
    before = (tmp_path / "clean" / "order_lines.parquet").read_bytes()
    imported(order_lines=(LINES[0], *reversed(LINES[1:])))
    assert (tmp_path / "clean" / "order_lines.parquet").read_bytes() == before


def test_parquet_of_lines_that_is_damaged_far_behind_its_beginning_is_refused(imported, tmp_path):
    imported()
    n = 900_000
    columns = {"order_id": [str(line) for line in range(n)], "customer_id": ["00123"] * n, "product_id": ["7001"] * n}
    columns |= {"ordered_on": pa.array([date(2025, 1, 1)] * n), "quantity": [1.0] * n, "revenue": [1.0] * n}
    path = tmp_path / "mine" / "order_lines.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=300_000)
    (tmp_path / "mine" / "order_lines.csv").unlink()
    content = bytearray(path.read_bytes())
    place = len(content) * 3 // 4
    content[place : place + 3_000] = bytes(3_000)
    path.write_bytes(content)
    assert refusal(imported, order_lines=None).startswith("order_lines.parquet cannot be read (")


def test_missing_table_names_what_to_add_and_the_nearest_file(imported, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "custommers.csv").write_text("x")
    assert refusal(imported, customers=None) == (
        f"{tmp_path / 'mine'} has no customers.csv, customers.parquet or customers.xlsx (did you mean 'custommers'?); "
        "add it, or name your file in a map file: [customers] file = ... (data/README.md)"
    )


def test_two_files_for_one_table_are_refused(imported, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "products.txt").write_text("x")
    assert "has products.csv and products.txt; keep one" in refusal(imported)


def test_missing_folder_names_it(tmp_path):
    with pytest.raises(SourceError, match="there is no folder"):
        clean(OwnTables(tmp_path / "none"), tmp_path / "clean", today=TODAY)


def test_misspelled_required_column_names_the_nearest(imported):
    lines = (LINES[0].replace("quantity", "quantitty"), *LINES[1:])
    message = refusal(imported, order_lines=lines)
    assert message.startswith(
        "order_lines.csv has a column 'quantitty' that order_lines does not know (did you mean 'quantity'?)"
    )


def test_missing_required_column_lists_what_is_there(imported):
    lines = ("order_id,customer_id,product_id,ordered_on,quantity", "90002,00124,7001,2025-04-01,3")
    assert refusal(imported, order_lines=lines) == (
        "order_lines.csv has no column 'revenue'; it has order_id, customer_id, product_id, ordered_on, quantity; "
        "rename the column, or name yours in a map file (data/README.md)"
    )


def test_misspelled_optional_column_is_refused_instead_of_ignored(imported):
    products = (PRODUCTS[0].replace("available", "availabel"), *PRODUCTS[1:])
    assert "'availabel' that products does not know (did you mean 'available'?)" in refusal(imported, products=products)


def test_column_of_customers_that_differs_only_in_case_is_refused(imported):
    customers = (CUSTOMERS[0].replace("status", "Status"), *CUSTOMERS[1:])
    assert "'Status' that customers does not know (did you mean 'status'?)" in refusal(imported, customers=customers)


def test_attribute_with_a_name_that_the_import_uses_is_refused(imported):
    customers = (CUSTOMERS[0].replace("Tour", "Line"), *CUSTOMERS[1:])
    assert "customers.csv: 'Line' cannot be an attribute" in refusal(imported, customers=customers)


@pytest.mark.parametrize(("mark", "written"), [(";", ";"), ("\t", "\\t")])
def test_undeclared_delimiter_is_recognised(imported, mark, written):
    customers = tuple(line.replace(",", mark) for line in CUSTOMERS)
    lines = tuple(line.replace(",", mark) for line in LINES)
    assert f'declare delimiter = "{written}"' in refusal(imported, customers=customers, order_lines=lines)


def test_header_without_rows_is_refused(imported):
    assert refusal(imported, customers=CUSTOMERS[:1]) == "customers.csv has no rows below its header; export it again"


def test_returns_may_have_no_rows(imported):
    _, rows = imported(returns=LINES[:1])
    assert rows("returns") == []


def test_duplicate_key_is_refused_with_its_rows(imported):
    assert refusal(imported, customers=(*CUSTOMERS, "00123,Other,,")) == (
        "customers.csv: customer_id '00123' is in 2 rows, the first is row 2, the last row 4; "
        "it is the key, keep one row"
    )


MAPPED = {
    "customers": ("KdNr;Firma;Ort", "00123;Mühlbach;Lindau"),
    "products": ("ArtNr;Preis;x", "7001;1.018,50;y"),
    "order_lines": ("Beleg;KdNr;ArtNr;Datum;Menge;Netto", "9;00123;7001;31.03.2025;2;2.037,00"),
}
MAP = (
    "[format]", 'delimiter = ";"', 'decimal = ","', 'thousands = "."', 'date_format = "%d.%m.%Y"',
    "[customers.columns]", 'customer_id = "KdNr"', 'name = "Firma"', 'town = "Ort"',
    "[products.columns]", 'product_id = "ArtNr"', 'unit_price = "Preis"',
    "[products.constants]", 'unit = "case"', "available = true", "introduced_on = 2020-01-31", "cost = 1.5",
    "[order_lines.columns]", 'order_id = "Beleg"', 'customer_id = "KdNr"', 'product_id = "ArtNr"',
    'ordered_on = "Datum"', 'quantity = "Menge"', 'revenue = "Netto"',
)  # fmt: skip


def test_map_names_columns_formats_and_constants(imported):
    _, rows = imported(**MAPPED, map_lines=MAP)
    assert rows("customers") == [("00123", "Mühlbach", "Lindau")]
    assert rows("products") == [("7001", "7001", "case", 1018.5, 1.5, True, date(2020, 1, 31))]
    assert rows("order_lines") == [("9", "00123", "7001", date(2025, 3, 31), 2, 2037)]


def test_section_of_a_table_overrules_the_common_format_and_names_the_file(imported, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "artikel.txt").write_text("ArtNr|Preis\n7001|18,50\n")
    table_map = [*MAP, "[products]", 'file = "artikel.txt"', 'delimiter = "|"']
    _, rows = imported(**MAPPED | {"products": None}, map_lines=table_map)
    assert rows("products")[0][:2] == ("7001", "7001")


def test_attributes_of_the_map_are_kept_under_their_own_names(imported):
    table_map = [line for line in MAP if not line.startswith("town")]
    _, rows = imported(**MAPPED, map_lines=[*table_map, "[customers]", 'attributes = ["Ort"]'])
    assert rows("customers") == [("00123", "Mühlbach", "Lindau")]


def with_line(old, new):
    return [line.replace(old, new) for line in MAP]


@pytest.mark.parametrize(
    ("table_map", "message"),
    [
        (["[order_line]"], "unknown section 'order_line' (did you mean 'order_lines'?); known are format, customers"),
        (with_line("delimiter", "delimeter"), "unknown key of [format] 'delimeter' (did you mean 'delimiter'?)"),
        (["[customers]", 'fil = "a"'], "unknown key of [customers] 'fil' (did you mean 'file'?)"),
        (with_line("unit_price", "unit_prize"), "unknown column in [products.columns] 'unit_prize' (did you mean"),
        (with_line("cost = 1.5", 'cost = "1,5"'), "[products.constants] cost is '1,5'; it must be a number"),
        (with_line("cost = 1.5", "cost = true"), "[products.constants] cost is True; it must be a number"),
        (with_line('"KdNr"', "7"), "[customers.columns] customer_id is 7; it must be the name of a column in the file"),
        (with_line('decimal = ","', "decimal = 1"), "decimal is 1; it must be a text in quotation marks"),
        (with_line('thousands = "."', 'thousands = ","'), "decimal and thousands are both ','; they must differ"),
        (["customers = 1"], "customers is 1; write it as a section, [customers]"),
        (["[products]", 'attributes = ["x"]'], "products keeps no attributes; only customers does, remove the key"),
        (["[customers]", 'attributes = "Ort"'], "[customers] attributes is 'Ort'; it must be a list of column names"),
        (["[customers]", "file = 1"], "[customers] file is 1; it must be the name of a file"),
        (["[format"], "is no valid TOML"),
        (with_line('"%d.%m.%Y"', '"%d.%m.%Q"'), "date_format is '%d.%m.%Q'"),
    ],
)
def test_mistake_in_the_map_names_it_and_the_remedy(imported, table_map, message):
    assert message in refusal(imported, **MAPPED, map_lines=table_map)


def test_mapped_column_that_the_file_does_not_have_names_the_nearest(imported):
    assert refusal(imported, **MAPPED, map_lines=with_line('"Firma"', '"Firmaa"')) == (
        "customers.csv has no column 'Firmaa', which the map file names for name (did you mean 'Firma'?); "
        "it has KdNr, Firma, Ort"
    )


def test_required_column_that_the_map_forgets_is_named(imported):
    message = refusal(imported, **MAPPED, map_lines=[line for line in MAP if not line.startswith("quantity")])
    assert message.endswith("name its column in the map file, [order_lines.columns]")
    assert message.startswith("order_lines.csv has no column 'quantity'")


def test_missing_map_file_names_it(tmp_path):
    with pytest.raises(SourceError, match="there is no map file"):
        clean(OwnTables(tmp_path, tmp_path / "none.toml"), tmp_path / "clean", today=TODAY)


def test_workbook_with_two_filled_sheets_for_one_table_is_refused(imported, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    (tmp_path / "mine").mkdir()
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("2")):
        sheet.append(["customer_id"])
    book.save(tmp_path / "mine" / "customers.xlsx")
    assert "customers.xlsx has 2 filled sheets; save the one that is meant as its own file" in refusal(
        imported, customers=None
    )


OPTIONAL = {
    "stock": ("product_id,on,quantity", "7002,2025-06-02,0", "7001,2025-06-02,14"),
    "promotions": ("product_id,from,to,discount", "7001,2025-07-01,2025-07-12,.2"),
    "events": (
        "event_id,customer_id,product_id,kind,at",
        "e2,00123,7001,View,2025-06-02T09:15:00+02:00",
        "e1,,,assigned,2025-06-02 08:00",
    ),
    "outcomes": (
        "outcome_id,customer_id,product_id,kind,at,user_id,list,rank,chance,version,until,scope",
        "o1,00124,7002,snoozed,2025-06-02 10:00:30,tom,new,3,.125,2025-06-01-053000,2025-07-01,product",
    ),
}


def test_optional_tables_are_read_where_they_are_sorted_by_their_keys(imported):
    report, rows = imported(**OPTIONAL)
    assert rows("stock") == [("7001", date(2025, 6, 2), 14), ("7002", date(2025, 6, 2), 0)]
    assert rows("promotions") == [("7001", date(2025, 7, 1), date(2025, 7, 12), 0.2)]
    assert [(*row[:4], str(row[4])) for row in rows("events")] == [
        ("e1", None, None, "assigned", "2025-06-02 08:00:00"),
        ("e2", "00123", "7001", "view", "2025-06-02 07:15:00"),
    ]
    assert [(str(row[4]), row[7:9], row[10]) for row in rows("outcomes")] == [
        ("2025-06-02 10:00:30", (3, 0.125), date(2025, 7, 1))
    ]
    assert report.rows_out == {
        "customers": 2, "products": 2, "order_lines": 3, "returns": 0,
        "stock": 2, "promotions": 1, "events": 2, "outcomes": 1,
    }  # fmt: skip


def test_without_optional_tables_there_are_none(imported, tmp_path):
    report, _ = imported()
    assert sorted(path.stem for path in (tmp_path / "clean").glob("*.parquet")) == sorted(report.rows_out)
    assert set(report.rows_out) == {"customers", "products", "order_lines", "returns"}


def test_an_optional_table_may_be_empty(imported):
    report, rows = imported(promotions=("product_id,from,to,discount",))
    assert report.rows_out["promotions"] == len(rows("promotions")) == 0


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        ("stock", "7003,2025-06-02,1", "product_id is not in products"),
        ("stock", "7001,2025-07-01,1", "on is after today, 2025-06-30"),
        ("stock", "7001,2025-06-09,-1", "quantity is below 0"),
        ("promotions", "7001,2025-06-09,2025-06-08,.1", "to is before from"),
        ("promotions", "7001,2025-06-09,2025-06-10,1.5", "discount is above 1"),
        ("events", "e3,00125,7001,view,2025-06-02", "customer_id is not in customers"),
        ("events", "e3,,,bought,2025-06-02", "kind is none of impression, click, view, cart, order, assigned, mailed"),
        ("events", "e3,,,view,yesterday", "at is no date"),
        ("outcomes", "o2,00124,7002,pitched,2025-06-02,tom,new,1.5,,v,,product", "rank is no whole number"),
        ("outcomes", "o2,00124,7002,pitched,2025-06-02,tom,new,0,,v,,product", "rank is below 1"),
        ("outcomes", "o2,00124,7002,pitched,2025-06-02,tom,new,1,1.1,v,,product", "chance is above 1"),
        ("outcomes", "o2,00124,7002,pitched,2025-06-02,,new,1,,v,,product", "user_id is empty"),
    ],
)
def test_a_row_of_an_optional_table_that_breaks_its_contract_is_rejected(imported, table, row, reason):
    files = {**OPTIONAL, table: (*OPTIONAL[table], row)}
    report = imported(**files, max_rejected=1)[0]
    assert [(left.table, left.outcome, left.rows) for left in report.left_out] == [(table, "rejected", 1)]
    assert report.left_out[0].reason.startswith(reason)
    assert report.rows_in[table] == report.rows_out[table] + 1


def test_a_key_of_two_columns_that_is_there_twice_is_refused(imported):
    twice = (*OPTIONAL["stock"], "7001,2025-06-02,15")
    assert "product_id, on '7001, 2025-06-02' is in 2 rows, the first is row 3, the last row 4" in refusal(
        imported, stock=twice
    )


def test_times_may_follow_a_declared_date_format(imported):
    _, rows = imported(
        events=("event_id;kind;at", "e1;view;02.06.2025 09:15", "e2;view;03.06.2025", "e3;view;04.06.2025 09:15:30"),
        map_lines=("[events]", 'delimiter = ";"', 'date_format = "%d.%m.%Y"'),
    )
    assert [str(row[2]) for row in rows("events")] == [
        "2025-06-02 09:15:00", "2025-06-03 00:00:00", "2025-06-04 09:15:30"
    ]  # fmt: skip


def test_a_whole_number_of_a_spreadsheet_or_parquet_file_is_read_as_it_is(imported, tmp_path):
    imported()
    header, row = OPTIONAL["outcomes"]
    values = dict(zip(header.split(","), row.split(","), strict=True))
    for number in (3, 3.0):
        table = pa.table({name: [number if name == "rank" else value] for name, value in values.items()})
        pq.write_table(table, tmp_path / "mine" / "outcomes.parquet")
        clean(OwnTables(tmp_path / "mine"), tmp_path / "again", today=TODAY)
        assert pq.read_table(tmp_path / "again" / "outcomes.parquet")["rank"].to_pylist() == [3]


def test_constants_of_a_map_file_may_be_times_and_whole_numbers(imported):
    header, row = OPTIONAL["outcomes"]
    places = [place for place, name in enumerate(header.split(",")) if name not in ("at", "rank")]
    outcomes = [",".join(line.split(",")[place] for place in places) for line in (header, row)]
    _, rows = imported(outcomes=outcomes, map_lines=("[outcomes.constants]", "at = 2025-06-03T09:00:00", "rank = 2"))
    assert [(str(line[4]), line[7]) for line in rows("outcomes")] == [("2025-06-03 09:00:00", 2)]
    message = refusal(imported, outcomes=outcomes, map_lines=("[outcomes.constants]", "at = 2025-06-03", 'rank = "2"'))
    assert "[outcomes.constants] at is datetime.date(2025, 6, 3); it must be a moment" in message
