"""Every message of an import tells what to do, and doing that is enough: each mistake is made, and then mended as told.

A message that no mistake here brings about fails the last test, so that a new one gets its mistake.
"""

# ruff: noqa: E501 - a mistake is one line, with its files

import ast
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import RecsysError
from recsys.ingest.clean import clean
from recsys.ingest.limits import Limits
from recsys.ingest.sources import OnlineRetail, OwnTables, Source, WholesaleOrders
from tests.support.sheets import text_cell, write_xlsx

INGEST = Path(__file__).parents[3] / "recsys" / "ingest"
TODAY = date(2025, 12, 31)
HEAD = "order_id,customer_id,product_id,ordered_on,quantity,revenue"
LINE = "1,c1,p1,2025-03-31,2,5.50"
RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
SALE = "1,85123A,HEART,6,{day} 8:26,2.55,17850,Spain"
ORDERS = (
    "Customer ID,Customer Status,Date Order was placed,Delivery Date,Order ID,Product ID,Quantity Ordered,"
    "Total Retail Price for This Order,Cost Price Per Unit"
)
ORDER = "579,Silver,01-Jan-17,07-Jan-17,1230,2101,2,92.6,20.7"
LISTED = (
    "Product ID,Product Line,Product Category,Product Group,Product Name,Supplier Country,Supplier Name,Supplier ID\n"
    "2101,Children,Outdoors,Things,Ski Pants,NO,Nordic A/S,50\n"
)
Content = str | bytes | None  # None: there is no such file
GOOD: dict[str, Content] = {
    "customers.csv": "customer_id,name\nc1,Café\n",
    "products.csv": "product_id,name\np1,Tea\n",
    "order_lines.csv": f"{HEAD}\n{LINE}\n",
}
MAP = "map.toml"


@dataclass(frozen=True)
class Mistake:
    """A mistake in an import that is right otherwise.

    says     what the message has to say, the remedy above all
    files    the files with the mistake in them
    remedy   the files as the message tells to mend them
    options, told   arguments of the import with the mistake, and as the message tells
    """

    says: str
    files: Mapping[str, Content] = field(default_factory=dict)
    remedy: Mapping[str, Content] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    told: Mapping[str, object] = field(default_factory=dict)

    def source(self, folder: Path, *, mended: bool) -> Source:
        """Return the import's source; the options `retail`, `wholesale`, `folder` and `map` choose another."""
        asked = self._asked(mended=mended)
        if "retail" in asked:
            return OnlineRetail((folder / "sales.csv",), **asked["retail"])  # type: ignore[arg-type]
        if "wholesale" in asked:
            return WholesaleOrders(folder / "orders.csv", folder / "listed.csv")
        map_name = asked.get("map", MAP if (folder / MAP).exists() else None)
        return OwnTables(folder / str(asked.get("folder", ".")), folder / str(map_name) if map_name else None)

    def run(self, folder: Path, *, mended: bool) -> None:
        """Write the files and import them."""
        for name, content in {**GOOD, **self.files, **(self.remedy if mended else {})}.items():
            path = folder / name
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        asked = self._asked(mended=mended)
        more = {name: asked[name] for name in ("limits", "max_rejected", "strict") if name in asked}
        out = folder / str(asked.get("out", "clean"))
        clean(self.source(folder, mended=mended), out, today=TODAY, **more)  # type: ignore[arg-type]

    def _asked(self, *, mended: bool) -> dict[str, object]:
        return {**self.options, **(self.told if mended else {})}


def lines(*more: str, head: str = HEAD) -> str:
    return "\n".join([head, LINE, *more, ""])


def parquet(**columns: list[object]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def sheets(*tables: list[list[object]]) -> bytes:
    """Return an xlsx file of tables, a sheet each."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for table in tables:
        sheet = book.create_sheet()
        for row in table:
            sheet.append(row)
    book.save(buffer)
    return buffer.getvalue()


def packed(rows: str) -> bytes:
    """Return an xlsx file of customers with more rows, given as XML."""
    with TemporaryDirectory() as folder:
        return write_xlsx(Path(folder) / "x", f'<row r="1">{text_cell("A1", "customer_id")}</row>{rows}').read_bytes()


def zipped(files: Mapping[str, Content] = GOOD, **more: Content) -> bytes:
    """Return a zip archive of files; names of `more` get the ending .csv."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**files, **{f"{name}.csv": content for name, content in more.items()}}.items():
            if content is not None:
                archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def with_flags(entry: int, listed: int, value: int) -> bytes:
    """Return an archive of which a byte of the first file's head, and of its place in the list, has another value."""
    content = bytearray(zipped())
    content[entry] = content[content.index(b"PK\1\2") + listed] = value
    return bytes(content)


def linked() -> bytes:
    buffer, link = io.BytesIO(), zipfile.ZipInfo("customers.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def database() -> bytes:
    """Return a SQLite file with the table p of a product."""
    with TemporaryDirectory() as folder:
        with closing(sqlite3.connect(f"{folder}/shop.sqlite")) as connection:
            connection.executescript("CREATE TABLE p (product_id TEXT); INSERT INTO p VALUES ('p1')")
        return Path(folder, "shop.sqlite").read_bytes()


def asked(query: str, name: str = "shop.sqlite", section: str = "products") -> str:
    """Return a map that reads products from a database."""
    return f"[{section}]\ndatabase = '{name}'\nquery = \"{query}\"\n"


STRAY = packed(f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>')
# Cells without a place follow each other, so that only the reader sees how far they reach.
WIDE = packed(f'<row r="1048576">{"<c><v>1</v></c>" * 16_000}</row>')
LATIN = ("customer_id,name\n" + "".join(f"c{n},Hotel\n" for n in range(3_000)) + "x,Café\n").encode("cp1252")
CUSTOMERS: list[list[object]] = [["customer_id", "name"], ["c1", "Café"]]
XLSX = {"customers.csv": None, "customers.xlsx": sheets(CUSTOMERS)}
ODD_DAYS = lines("2,c1,p1,31.03.2025,1,1", "3,c1,p1,30.03.2025,1,1")
TWO_WAYS = f"{RETAIL}\n{SALE.format(day='03/04/2011')}\n"
CATS: dict[str, Content] = {"cats.csv": "nr,cat\np1,Hot\n"}
JOINED = '[sources.cats]\nfile = "cats.csv"\n[products.columns]\nproduct_id = "product_id"\ncategory = "cats.cat"\n[products.join.cats]\n'
JOIN = '[sources.cats]\nfile = "cats.csv"\n[products.computed]\ncategory = "cats.cat"\n[products.join.cats]\n'
FROM = '[sources.p]\nfile = "products.csv"\n[products]\nfrom = "p"\n[order_lines.join.p]\n'
UNIT = """column = "case when quantity = 2 then 'EUR' else 'USD' end"\n"""
ZIP: dict[str, object] = {"folder": "shop.zip"}
TWICE = zipped({"a.csv": "x", "b.csv": "x"}).replace(b"b.csv", b"a.csv")
SHOP: dict[str, Content] = {"shop.sqlite": database()}
ALL = "SELECT * FROM p"
MISTAKES = {
    "no folder": Mistake("there is no folder", options={"folder": "mine"}, told={"folder": "."}),
    "no map": Mistake("there is no map file", options={"map": "other.toml"}, told={"map": ""}),
    "no table": Mistake('name your file in a map file: [products] file = ... (data', {"products.csv": None, "artikel.csv": GOOD["products.csv"]}, {MAP: '[products]\nfile = "artikel.csv"\n'}),
    "two files of a table": Mistake('keep one, or name it in the map file: [products] file = "products.csv"', {"products.txt": "x"}, {MAP: '[products]\nfile = "products.csv"\n'}),
    "named file is missing": Mistake("there is no file", {MAP: '[products]\nfile = "produkte.csv"\n'}, {MAP: '[products]\nfile = "products.csv"\n'}),
    "empty file": Mistake("products.csv is empty; export it again", {"products.csv": ""}, {"products.csv": GOOD["products.csv"]}),
    "no header": Mistake("has no header; its first line must name the columns", {"products.csv": "\n,\n"}, {"products.csv": GOOD["products.csv"]}),
    "only a header": Mistake("has no rows below its header; export it again", {"products.csv": "product_id\n"}, {"products.csv": GOOD["products.csv"]}),
    "a quote that the header needs": Mistake("is not closed or is within a value", {"products.csv": 'product_id,name\np1,"Tea\np2,Rye\n'}, {"products.csv": 'product_id,name\np1,"""Tea"\np2,Rye\n'}),
    "a header of one endless value": Mistake("the header cannot be read", {"products.csv": "x" * 200_000}, {"products.csv": GOOD["products.csv"]}),
    "twice the same column": Mistake("has columns named 'name' and 'Name'; rename or remove all but one", {"products.csv": "product_id,name,Name\np1,a,b\n"}, {"products.csv": GOOD["products.csv"]}),
    "unknown column": Mistake("rename or remove it, or name the columns to read in a map file", {"products.csv": "product_id,nmae\np1,Tea\n"}, {MAP: '[products.columns]\nproduct_id = "product_id"\nname = "nmae"\n'}),
    "missing column": Mistake("or name yours in a map file", {"customers.csv": "KdNr\nc1\n"}, {MAP: '[customers.columns]\ncustomer_id = "KdNr"\n'}),
    "other delimiter": Mistake('declare delimiter = ";"', {"customers.csv": "customer_id;name\nc1;Café\n"}, {MAP: '[customers]\ndelimiter = ";"\n'}),
    "map names no such column": Mistake("has no column 'Nr', which the map file names for product_id", {MAP: '[products.columns]\nproduct_id = "Nr"\n'}, {MAP: '[products.columns]\nproduct_id = "product_id"\n'}),
    "attribute with a name of the import's": Mistake("'line' cannot be an attribute, the import uses that name; map it to another", {"customers.csv": "customer_id,line\nc1,7\n"}, {MAP: '[customers.columns]\ncustomer_id = "customer_id"\ntel = "line"\n'}),
    "windows": Mistake('for files saved on Windows mostly encoding = "cp1252"', {"customers.csv": "customer_id,näme\nc1,Café\n".encode("cp1252")}, {MAP: '[customers]\nencoding = "cp1252"\n'}),
    "windows, below the header": Mistake("this is not utf-8; declare the file's encoding", {"customers.csv": LATIN}, {MAP: '[customers]\nencoding = "cp1252"\n'}),
    "utf-16": Mistake('declare encoding = "utf-16"', {"customers.csv": "customer_id,name\nc1,Café\n".encode("utf-16")}, {MAP: '[customers]\nencoding = "utf-16"\n'}),
    "a spreadsheet called csv": Mistake("it looks like a spreadsheet; name it .xlsx", {"customers.csv": sheets(CUSTOMERS)}, XLSX),
    "wrong encoding declared": Mistake("declare the encoding that the file was saved in", {MAP: '[customers]\nencoding = "utf-16"\n'}, {MAP: '[customers]\nencoding = "utf-8"\n'}),
    "unknown encoding": Mistake("encoding 'ansi' is unknown; common ones are utf-8", {MAP: '[format]\nencoding = "ansi"\n'}, {MAP: '[format]\nencoding = "utf-8"\n'}),
    "long delimiter": Mistake("delimiter is ',,'; it must be one character", {MAP: '[format]\ndelimiter = ",,"\n'}, {MAP: '[format]\ndelimiter = ","\n'}),
    "odd decimal": Mistake("decimal is ';'; it must be '.' or ','", {MAP: '[format]\ndecimal = ";"\n'}, {MAP: '[format]\ndecimal = "."\n'}),
    "odd thousands": Mistake("thousands is '_'; it must be", {MAP: '[format]\nthousands = "_"\n'}, {MAP: '[format]\nthousands = ","\n'}),
    "both marks alike": Mistake("decimal and thousands are both '.'; they must differ", {MAP: '[format]\nthousands = "."\n'}, {MAP: '[format]\nthousands = ","\n'}),
    "odd date format": Mistake("it must be made of strptime's signs, such as %d.%m.%Y", {MAP: '[format]\ndate_format = "%Q"\n'}, {MAP: '[format]\ndate_format = "%Y-%m-%d"\n'}),
    "dates in another format": Mistake('declare date_format = "%d.%m.%Y"', {"order_lines.csv": f"{HEAD}\n1,c1,p1,31.03.2025,2,5\n"}, {MAP: '[order_lines]\ndate_format = "%d.%m.%Y"\n'}),
    "dates in two formats": Mistake('declare date_format = ["%Y-%m-%d", "%d.%m.%Y"]', {"order_lines.csv": ODD_DAYS}, {MAP: '[order_lines]\ndate_format = ["%Y-%m-%d", "%d.%m.%Y"]\n'}),
    "dates in two formats that are alike": Mistake("so bring it into one format", {"order_lines.csv": f"{HEAD}\n1,c1,p1,31/03/2025,1,1\n2,c1,p1,03/31/2025,1,1\n", MAP: '[order_lines]\ndate_format = "%d/%m/%Y"\n'}, {"order_lines.csv": f"{HEAD}\n1,c1,p1,31/03/2025,1,1\n2,c1,p1,31/03/2025,1,1\n"}),
    "decimal comma": Mistake('declare decimal = ","', {"order_lines.csv": f'{HEAD}\n1,c1,p1,2025-03-31,2,"5,50"\n'}, {MAP: '[order_lines]\ndecimal = ","\n'}),
    "key twice": Mistake("it is the key, keep one row", {"products.csv": "product_id\np1\np1\n"}, {"products.csv": "product_id\np1\n"}),
    "many rejected": Mistake("or allow more with --max-rejected", {"order_lines.csv": lines("2,c9,p1,2025-03-31,1,1")}, told={"max_rejected": 0.5}),
    "none left": Mistake("no order line is left; the reasons: ", {"order_lines.csv": f"{HEAD}\n,,,,,\n"}, {"order_lines.csv": GOOD["order_lines.csv"]}),
    "no TOML": Mistake("is no valid TOML", {MAP: "[format\n"}, {MAP: "[format]\n"}),
    "unknown section": Mistake("unknown section 'product' (did you mean 'products'?)", {MAP: "[product]\n"}, {MAP: "[products]\n"}),
    "no section": Mistake("write it as a section, [products]", {MAP: "products = 1\n"}, {MAP: "[products]\n"}),
    "file is no text": Mistake("file is 1; it must be the name of a file", {MAP: "[products]\nfile = 1\n"}, {MAP: '[products]\nfile = "products.csv"\n'}),
    "format is no text": Mistake("it must be a text in quotation marks", {MAP: "[format]\nquote = 1\n"}, {MAP: "[format]\nquote = '\"'\n"}),
    "column is no text": Mistake("it must be the name of a column in the file", {MAP: "[products.columns]\nproduct_id = 1\n"}, {MAP: '[products.columns]\nproduct_id = "product_id"\n'}),
    "attributes of products": Mistake("only customers does, remove the key", {MAP: '[products]\nattributes = ["x"]\n'}, {MAP: "[products]\n"}),
    "attributes are no list": Mistake("it must be a list of column names", {MAP: '[customers]\nattributes = "name"\n'}, {MAP: '[customers]\nattributes = ["name"]\n'}),
    "constant of another type": Mistake("available is 'yes'; it must be a flag", {MAP: '[products.constants]\navailable = "yes"\n'}, {MAP: "[products.constants]\navailable = true\n"}),
    "no Parquet": Mistake("is no readable Parquet file", {"products.csv": None, "products.parquet": "PAR1"}, {"products.parquet": parquet(product_id=["p1"])}),
    "no spreadsheet": Mistake("save it as .xlsx again", {**XLSX, "customers.xlsx": "x"}, XLSX),
    "blank spreadsheet": Mistake("holds no rows; export it again", {**XLSX, "customers.xlsx": sheets([])}, XLSX),
    "two sheets": Mistake("save the one that is meant as its own file", {**XLSX, "customers.xlsx": sheets(CUSTOMERS, CUSTOMERS)}, XLSX),
    "too many cells": Mistake("or allow more with --max-cells", XLSX | {"customers.xlsx": sheets([["customer_id", *map(str, range(30))], ["c1"]])}, options={"limits": Limits(cells=20)}, told={"limits": Limits(cells=62)}),
    "too large unpacked": Mistake("or allow more with --max-unpacked-mb", XLSX, options={"limits": Limits(unpacked_mb=0)}, told={"limits": Limits(unpacked_mb=1)}),
    "too slow": Mistake("or allow more with --max-seconds", XLSX, options={"limits": Limits(seconds=0)}, told={"limits": Limits()}),
    "too much memory": Mistake("MB of memory, which 100,000 cells may take; save the sheet that is meant as CSV", {**XLSX, "customers.xlsx": WIDE}, {"customers.xlsx": None, "customers.csv": GOOD["customers.csv"]}, options={"limits": Limits(cells=100_000)}),
    "day or month": Mistake("say which with --date-format", {"sales.csv": TWO_WAYS}, options={"retail": {}}, told={"retail": {"date_format": "%d/%m/%Y %H:%M"}}),
    "no column of the set": Mistake("has no column 'InvoiceNo' or 'Invoice'", {"sales.csv": TWO_WAYS.replace("InvoiceNo", "Number").replace("03/04", "31/03")}, {"sales.csv": TWO_WAYS.replace("03/04", "31/03")}, options={"retail": {}}),
    "no column of orders": Mistake("has no column 'Order ID'", {"orders.csv": f"{ORDERS.replace('Order ID', 'Nr')}\n{ORDER}\n", "listed.csv": LISTED}, {"orders.csv": f"{ORDERS}\n{ORDER}\n"}, options={"wholesale": True}),
    "out is a file": Mistake("is a file; name a folder", options={"out": "products.csv"}, told={"out": "new"}),
    "out has other files": Mistake("name a new folder, nothing is overwritten", options={"out": "."}, told={"out": "new"}),
    "warnings and strict": Mistake("--strict refuses an import with warnings", {"order_lines.csv": lines(LINE)}, {"order_lines.csv": lines()}, options={"strict": True}),
    "thousands": Mistake('declare thousands = ","', {"order_lines.csv": f'{HEAD}\n1,c1,p1,2025-03-31,2,"1,005.50"\n'}, {MAP: '[order_lines]\nthousands = ","\n'}),
    "no mark of thousands": Mistake("in its place; remove thousands", {"order_lines.csv": f"{HEAD}\n1,c1,p1,2025-03-31,2,1e3\n", MAP: '[order_lines]\nthousands = ","\n'}, {MAP: ""}),
    "map of another encoding": Mistake("save it as UTF-8", {MAP: "# Café".encode("cp1252")}, {MAP: "# Café"}),
    "ends too early": Mistake("is a bracket, an operand or `end` missing?", {MAP: '[order_lines]\nwhere = "(quantity > 1"\n'}, {MAP: '[order_lines]\nwhere = "(quantity > 1)"\n'}),
    "does not fit": Mistake("columns with blanks or signs are written [like this]", {"order_lines.csv": f"{HEAD},net price\n{LINE},1\n", MAP: '[order_lines.computed]\nrevenue = "net price * 2"\n'}, {MAP: '[order_lines.computed]\nrevenue = "[net price] * 2"\n'}),
    "no such column in an expression": Mistake("is no column (did you mean 'quantity'?)", {MAP: '[order_lines]\nwhere = "quantty > 1"\n'}, {MAP: '[order_lines]\nwhere = "quantity > 1"\n'}),
    "text where a number is needed": Mistake("gives a text, but a number is needed", {MAP: """[order_lines.computed]\nrevenue = "quantity * text(2)"\n"""}, {MAP: '[order_lines.computed]\nrevenue = "quantity * 2"\n'}),
    "no such function": Mistake("is no function (did you mean 'length'?)", {MAP: '[order_lines]\nwhere = "lenght(order_id) > 0"\n'}, {MAP: '[order_lines]\nwhere = "length(order_id) > 0"\n'}),
    "too many arguments": Mistake("has 2 arguments; length() takes 1 to 1", {MAP: '[order_lines]\nwhere = "length(order_id, 1) > 0"\n'}, {MAP: '[order_lines]\nwhere = "length(order_id) > 0"\n'}),
    "nested too deep": Mistake("write it flatter", {MAP: f'[order_lines]\nwhere = "{"-" * 80}quantity < 0 or true"\n'}, {MAP: '[order_lines]\nwhere = "quantity > 0"\n'}),
    "too large to turn": Mistake("has 20,000,001 bytes, at most 20,000,000 are turned; export it with a row for each row, and remove turned", {"products.csv": bytes(20_000_001), MAP: "[products]\nturned = true\n"}, {"products.csv": GOOD["products.csv"], MAP: ""}),
    "too long": Mistake("at most 4,000 are read; write it shorter", {MAP: f'[order_lines]\nwhere = "{"true or " * 600}true"\n'}, {MAP: '[order_lines]\nwhere = "true"\n'}),
    "from and file": Mistake("put file into [sources.all]", {MAP: '[sources.all]\nfile = "products.csv"\n[products]\nfrom = "all"\nfile = "products.csv"\n'}, {MAP: '[sources.all]\nfile = "products.csv"\n[products]\nfrom = "all"\n'}),
    "unknown source": Mistake("there is none; add it, [sources.NAME]", {MAP: '[products]\nfrom = "all"\n'}, {MAP: '[sources.all]\nfile = "products.csv"\n[products]\nfrom = "all"\n'}),
    "source without a file": Mistake('name it: file = "orders.csv"', {MAP: "[sources.all]\n"}, {MAP: '[sources.all]\nfile = "orders.csv"\n'}),
    "pick of lines": Mistake("order_lines has none, remove it", {MAP: '[order_lines]\npick = "first"\n'}, {MAP: "[order_lines]\n"}),
    "picks alone": Mistake('for the other columns: pick = "first"', {MAP: '[products.picks]\nname = "first"\n'}, {MAP: '[products]\npick = "first"\n[products.picks]\nname = "first"\n'}),
    "latest of nothing": Mistake('name what orders the rows: pick_by = "the column of the date"', {"products.csv": "product_id,introduced_on\np1,2025-01-01\n", MAP: '[products]\npick = "latest"\n'}, {MAP: '[products]\npick = "latest"\npick_by = "introduced_on"\n'}),
    "currency without a column": Mistake("[order_lines.currency] has no column; it must be the name of a column, or an expression", {MAP: '[order_lines.currency]\nto = "EUR"\n'}, {MAP: """[order_lines.currency]\ncolumn = "'EUR'"\nto = "EUR"\nrates = { USD = 0.92 }\n"""}),
    "currency without rates": Mistake("converts with to and one of rates and rate", {MAP: """[order_lines.currency]\ncolumn = "'EUR'"\nto = "EUR"\n"""}, {MAP: """[order_lines.currency]\ncolumn = "'EUR'"\nto = "EUR"\nrates = { USD = 0.92 }\n"""}),
    "currency without a rate": Mistake("add it: [order_lines.currency] rates = { CHF = ... }", {MAP: """[order_lines.currency]\ncolumn = "'CHF'"\nto = "EUR"\nrates = { USD = 0.92 }\n"""}, {MAP: """[order_lines.currency]\ncolumn = "'CHF'"\nto = "EUR"\nrates = { CHF = 0.95 }\n"""}),
    "several currencies": Mistake('say what they are worth: [order_lines.currency] to = "EUR", rates = { USD = ... }', {"order_lines.csv": lines("2,c1,p1,2025-03-31,1,1", "3,c1,p1,2025-03-31,2,1"), MAP: f"[order_lines.currency]\n{UNIT}"}, {MAP: f'[order_lines.currency]\n{UNIT}to = "EUR"\nrates = {{ USD = 0.92 }}\n'}),
    "several signs": Mistake("""to = "$", rates = { "€" = ... }""", {"order_lines.csv": f"{HEAD}\n1,c1,p1,2025-03-31,2,$5\n2,c1,p1,2025-03-31,2,€5\n"}, {MAP: """[order_lines.currency]\ncolumn = "case when contains(revenue, '$') then '$' when contains(revenue, '€') then '€' end"\nto = "$"\nrates = { "€" = 1.08 }\n"""}),
    "unknown zone": Mistake("it must be a zone such as Europe/Berlin or UTC", {MAP: '[format]\nday_zone = "Berlin"\n'}, {MAP: '[format]\nday_zone = "Europe/Berlin"\n'}),
    "unknown locale": Mistake("it must be the code of a language, such as de or pt_BR", {MAP: '[format]\nlocale = "xx"\n'}, {MAP: '[format]\nlocale = "de"\n'}),
    "blank row of the header": Mistake("name the row with the columns", {"products.csv": "product_id,name\n\np1,Tea\n", MAP: "[products]\nheader_row = 2\n"}, {MAP: "[products]\nheader_row = 1\n"}),
    "nothing to turn": Mistake("cannot be turned", {"products.csv": "x" * 200_000, MAP: "[products]\nturned = true\n"}, {"products.csv": "product_id,p1\n"}),
    "no such sheet": Mistake("has no sheet 'kunden'", {**XLSX, MAP: '[customers]\nsheet = "kunden"\n'}, {MAP: '[customers]\nsheet = "Sheet"\n'}),
    "no file of a glob": Mistake("it has customers.csv, order_lines.csv, products.csv; change the name in the map file", {MAP: '[products]\nfile = "art*.csv"\n'}, {MAP: '[products]\nfile = "prod*.csv"\n'}),
    "look-up of our missing column": Mistake("on names 'nr', which products.csv does not have", {**CATS, MAP: JOIN + 'on = { nr = "nr" }\n'}, {MAP: JOIN + 'on = { product_id = "nr" }\n'}),
    "look-up of their missing column": Mistake("on names 'no', which products.csv does not have", {MAP: f'{FROM}on = {{ product_id = "no" }}\n'}, {MAP: f'{FROM}on = "product_id"\n'}),
    "look-up of a missing column": Mistake("cats.csv has no column 'no'", {**CATS, MAP: JOINED + 'on = { product_id = "no" }\n'}, {MAP: JOINED + 'on = { product_id = "nr" }\n'}),
    "look-up of several rows": Mistake('[products.join.cats] pick = "first"', {**CATS, "cats.csv": "nr,cat\np1,a\np1,b\n", MAP: JOINED + 'on = { product_id = "nr" }\n'}, {MAP: JOINED + 'on = { product_id = "nr" }\npick = "first"\n'}),
    "two kinds of returns": Mistake("remove returns_when, or the file", {"returns.csv": f"{HEAD}\n", MAP: '[order_lines]\nreturns_when = "quantity < 0"\n'}, {"returns.csv": None}),
    "a file and no folder": Mistake("name the folder that it is in", options={"folder": "products.csv"}, told={"folder": "."}),
    "slow to unpack": Mistake("is not unpacked after 0 seconds; unpack it yourself and import its folder, or allow more with --max-seconds", {"shop.zip": zipped()}, options={**ZIP, "limits": Limits(seconds=0)}, told={"limits": Limits()}),
    "large when unpacked": Mistake("or allow more with --max-unpacked-mb", {"shop.zip": zipped()}, options={**ZIP, "limits": Limits(unpacked_mb=0)}, told={"limits": Limits(unpacked_mb=1)}),
    "no archive": Mistake("is no readable zip archive (File is not a zip file); pack the files again", {"shop.zip": "x"}, {"shop.zip": zipped()}, options=ZIP),
    "packed by another method": Mistake("pack the files again with the usual method", {"shop.zip": with_flags(8, 10, 9)}, {"shop.zip": zipped()}, options=ZIP),
    "too many files packed": Mistake("has 10,004 files, at most 10,000 are unpacked; remove what is not needed", {"shop.zip": zipped(**{f"x{n}": "" for n in range(10_001)})}, {"shop.zip": zipped()}, options=ZIP),
    "an archive in it": Mistake("has another archive in it, old.zip; unpack that one", {"shop.zip": zipped({**GOOD, "old.zip": zipped()})}, {"shop.zip": zipped()}, options=ZIP),
    "nothing to import": Mistake("has no file that can be imported, it has a.pdf; pack CSV", {"shop.zip": zipped({"a.pdf": "x"})}, {"shop.zip": zipped()}, options=ZIP),
    "out of the folder": Mistake("pack the files again, from within their folder", {"shop.zip": zipped({"../x.csv": "x"})}, {"shop.zip": zipped()}, options=ZIP),
    "a link": Mistake("pack the file that it leads to instead", {"shop.zip": linked()}, {"shop.zip": zipped()}, options=ZIP),
    "encrypted": Mistake("unpack it with the password and import its folder", {"shop.zip": with_flags(6, 8, 1)}, options=ZIP, told={"folder": "."}),
    "packed twice": Mistake("has a.csv twice; which is meant? pack it again with one of them", {"shop.zip": TWICE}, {"shop.zip": zipped()}, options=ZIP),
    "an archive in the folder": Mistake("which is not read; unpack it there", {"shop.zip": zipped(), MAP: '[products]\nfile = "shop.zip"\n'}, {MAP: '[products]\nfile = "products.csv"\n'}),
    "a database as a file": Mistake('database = "shop.sqlite", query = "SELECT ..."', {**SHOP, MAP: '[products]\nfile = "shop.sqlite"\n'}, {MAP: asked(ALL)}),
    "a database without a map": Mistake("say in a map file what to read of it: [products] database", {**SHOP, "products.csv": None}, {MAP: asked(ALL)}),
    "query alone": Mistake('has a query and no database; name it: database = "shop.sqlite"', {**SHOP, MAP: f'[products]\nquery = "{ALL}"\n'}, {MAP: asked(ALL)}),
    "database alone": Mistake("has a database and no query; write what to read", {**SHOP, MAP: '[products]\ndatabase = "shop.sqlite"\n'}, {MAP: asked(ALL)}),
    "database and file": Mistake("has both database and file; file is for files, keep one", {**SHOP, MAP: f'{asked(ALL)}file = "products.csv"\n'}, {MAP: asked(ALL)}),
    "a password": Mistake('put the URL into an environment variable, such as ERP_URL, and name that: database = "env:ERP_URL"', {**SHOP, MAP: asked(ALL, "postgresql://erp:geheim@host/x")}, {MAP: asked(ALL, "env:SHOP_OF_TESTS")}),
    "several statements": Mistake("has 2 statements; write one SELECT", {**SHOP, MAP: asked(f"{ALL}; {ALL}")}, {MAP: asked(ALL)}),
    "blank query": Mistake("query is blank; write what to read", {**SHOP, MAP: asked(" ")}, {MAP: asked(ALL)}),
    "no reading": Mistake("begin with SELECT or WITH", {**SHOP, MAP: asked("DROP TABLE p")}, {MAP: asked(ALL)}),
    "reading that writes": Mistake("has 'into', which writes; only reading is done, remove it", {**SHOP, MAP: asked("SELECT * into x FROM p")}, {MAP: asked(ALL)}),
    "no database": Mistake("there is no database", {**SHOP, MAP: asked(ALL, "shop.db")}, {MAP: asked(ALL)}),
    "empty database": Mistake("is empty; export it again", {"shop.sqlite": "", MAP: asked(ALL)}, SHOP),
    "no SQLite": Mistake("is no SQLite database", {"shop.sqlite": "x", MAP: asked(ALL)}, {MAP: ""}),
    "damaged database": Mistake("the database is damaged (file is not a database); export it again", {"shop.sqlite": b"SQLite format 3\0" + b"x" * 900, MAP: asked(ALL)}, SHOP),
    "variable that is not set": Mistake("is not set; set it: export NO_SHOP=", {**SHOP, MAP: asked(ALL, "env:NO_SHOP")}, {MAP: asked(ALL, "env:SHOP_OF_TESTS")}),
    "database without a name": Mistake("names no file; write it behind three slashes: sqlite:///shop.db", {**SHOP, MAP: asked(ALL, "sqlite://")}, {MAP: asked(ALL, "sqlite:///shop.sqlite")}),
    "slow query": Mistake("or allow more with --max-seconds", {**SHOP, MAP: asked(ALL)}, options={"limits": Limits(seconds=0)}, told={"limits": Limits()}),
    "large rows": Mistake("name the columns that are needed instead of *", {**SHOP, MAP: asked("SELECT *, hex(zeroblob(480000000)) AS unit FROM p")}, {MAP: asked("SELECT product_id FROM p")}),
    "unknown table": Mistake("mend the query; the tables are p; it is SELECT * FROM q", {**SHOP, MAP: asked("SELECT * FROM q")}, {MAP: asked(ALL)}),
    "unknown kind of database": Mistake("databases of the kind 'postgre' are not known", {**SHOP, MAP: asked(ALL, "postgre://host/x")}, {MAP: asked(ALL, "sqlite:///shop.sqlite")}),
    "no URL": Mistake("is no URL that can be read; it must be like", {**SHOP, MAP: asked(ALL, "a b://host")}, {MAP: asked(ALL, "sqlite:///shop.sqlite")}),
    "no driver": Mistake("needs the package cx_Oracle, which is not installed; install it: pip install cx_oracle", {**SHOP, MAP: asked(ALL, "oracle+cx_oracle://host/x")}, {MAP: asked(ALL, "sqlite:///shop.sqlite")}),
    "no row of a query": Mistake("the query returns no row; change it", {**SHOP, MAP: asked(f"{ALL} WHERE false")}, {MAP: asked(ALL)}),
    "bytes alone": Mistake("all columns that the query returns are bytes; name others", {**SHOP, MAP: asked("SELECT zeroblob(2) AS photo FROM p")}, {MAP: asked(ALL)}),
}  # fmt: skip
# What takes more than small files to bring about, and the test that does.
ELSEWHERE = {
    "MB of memory to be unpacked": "tests/recsys/ingest/sources/test_archives.py",
    "and the server is reached": "tests/recsys/ingest/sources/test_databases.py",
    "the disk of ": "tests/recsys/ingest/test_clean.py",
    " cannot be read (": "tests/recsys/ingest/sources/test_staging.py, a damaged page",
    "is no readable spreadsheet (": "tests/recsys/ingest/sources/test_raw_files.py; a crash of the reader says the same",
}


@pytest.fixture(autouse=True)
def _database_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_OF_TESTS", "sqlite:///shop.sqlite")


@pytest.mark.parametrize("name", MISTAKES)
def test_doing_what_the_message_says_is_enough(tmp_path: Path, name: str) -> None:
    mistake = MISTAKES[name]
    with pytest.raises(RecsysError) as caught:
        mistake.run(tmp_path, mended=False)
    assert mistake.says in str(caught.value)
    mistake.run(tmp_path, mended=True)


def test_a_stray_cell_is_deleted_as_the_message_says(tmp_path: Path) -> None:
    mistake = Mistake("delete what is below and right of the table", {**XLSX, "customers.xlsx": STRAY}, XLSX)
    with pytest.raises(RecsysError, match=mistake.says):
        mistake.run(tmp_path, mended=False)
    mistake.run(tmp_path, mended=True)


# Functions that return a part of a message, the remedy mostly; each of their texts is one.
PARTS = ("_mistake", "_date_remedy", "_numbers_remedy", "_other_encoding", "other_delimiter")


def messages() -> Iterator[tuple[str, str]]:
    """Yield where each message of the import is made, and a pattern of it."""
    for path in sorted(INGEST.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for text in _texts(node):
                yield f"{path.relative_to(INGEST)}:{text.lineno}", _pattern(text)


def _texts(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the texts that a call of an error or a part of a message is made of; not those of what they call."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in ("SourceError", "RecsysError"):
            yield node.args[0]
        elif name == "_misfit":
            yield node.args[1]
    if isinstance(node, ast.FunctionDef) and node.name in PARTS:
        for each in ast.walk(node):
            if isinstance(each, ast.Return) and each.value is not None:
                yield from (part for part in _branches(each.value) if _pattern(part).strip(".*"))


def _branches(text: ast.expr) -> list[ast.expr]:
    return [*_branches(text.body), *_branches(text.orelse)] if isinstance(text, ast.IfExp) else [text]


def _pattern(text: ast.expr) -> str:
    if isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute):
        text = text.func.value  # a text that is changed, such as by replace()
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in parts)


def test_every_message_has_its_mistake(tmp_path: Path) -> None:
    said = []
    for number, mistake in enumerate(MISTAKES.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(RecsysError) as caught:
            mistake.run(folder, mended=False)
        said.append(str(caught.value))
    missing = [
        (place, pattern)
        for place, pattern in messages()
        if not place.startswith("propose/")  # its own test is beside it
        and not any(re.search(pattern, each, re.DOTALL) for each in said)
        and not any(re.escape(part) in pattern for part in ELSEWHERE)
    ]
    assert missing == []
