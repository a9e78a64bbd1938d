"""From files of many forms to clean tables, without an edited line."""

from datetime import date

import duckdb
import pytest

from recsys.ingest.clean import clean
from recsys.ingest.propose.proposing import propose
from recsys.ingest.sources import OwnTables
from tests.recsys.ingest.propose import exports

TODAY = date(2026, 6, 30)
SURELY = 0.9


@pytest.fixture
def imported(tmp_path):
    """Import a folder with the map that is proposed for it, and return the reader of a table."""

    def run(folder):
        proposal = propose([str(folder)])
        (tmp_path / "map.toml").write_text(proposal.text, encoding="utf-8")
        clean(OwnTables(folder, tmp_path / "map.toml"), tmp_path / "clean", today=TODAY)
        return lambda sql: duckdb.sql(sql.replace("TABLES", str(tmp_path / "clean"))).fetchall()

    return run


def figures(read):
    [[lines, orders, customers, revenue]] = read(
        "SELECT count(*), count(DISTINCT order_id), count(DISTINCT customer_id), sum(revenue) "
        "FROM 'TABLES/order_lines.parquet'"
    )
    return lines, orders, customers, round(revenue, 2)


@pytest.mark.parametrize("form", ["superstore", "capitals", "french", "spanish", "finnish", "nameless"])
def test_a_form_arrives_whole(form, tmp_path, imported):
    exports.FORMS[form](tmp_path / "mine")
    assert figures(imported(tmp_path / "mine")) == exports.figures()


def test_an_amount_is_taken_after_its_discount(tmp_path, imported):
    exports.german_erp(tmp_path / "mine")
    lines, orders, customers, revenue = figures(imported(tmp_path / "mine"))
    assert (lines, orders, customers) == exports.figures()[:3]
    assert revenue == pytest.approx(exports.figures(0.9)[3], abs=1)  # cents are rounded in each line


@pytest.mark.parametrize("form", ["units_as_rows", "customers_each_order"])
def test_a_row_is_a_unit_where_nothing_counts_them(form, tmp_path, imported):
    exports.FORMS[form](tmp_path / "mine")
    lines, *rest = figures(imported(tmp_path / "mine"))
    assert rest == list(exports.figures()[1:])
    assert lines == sum(units for _, _, units in exports.lines())


def test_a_customers_lines_of_a_day_are_an_order_where_orders_have_no_number(tmp_path, imported):
    exports.no_order_numbers(tmp_path / "mine")
    _, orders, customers, revenue = figures(imported(tmp_path / "mine"))
    assert (customers, revenue) == exports.figures()[2:]
    assert orders == len({(order.firm, order.day) for order in exports.orders()})


def test_names_groups_and_states_of_a_german_system_arrive(tmp_path, imported):
    exports.german_erp(tmp_path / "mine")
    read = imported(tmp_path / "mine")
    firm, article = exports.firms()[1], exports.articles()[1]
    assert read(
        "SELECT name, segment, region, rep, phone, email, status, city "  # noqa: S608 - own numbers
        f"FROM 'TABLES/customers.parquet' WHERE customer_id = '{firm.number}'"
    ) == [(firm.name, firm.trade, firm.country, "Huber", "011 23 45", "info@1.example", "active", firm.city)]
    assert read(
        "SELECT name, category, unit, unit_price, available, supplier "  # noqa: S608 - own numbers
        f"FROM 'TABLES/products.parquet' WHERE product_id = '{article.number}'"
    ) == [(article.name, article.group, "Stk", article.price, True, "Alpha")]
    assert read("SELECT count(*) FROM 'TABLES/customers.parquet' WHERE status = 'blocked'") == [(8,)]
    assert read("SELECT count(*) FROM 'TABLES/products.parquet' WHERE NOT available") == [(5,)]


def test_levels_of_a_category_come_from_the_top(tmp_path, imported):
    exports.superstore(tmp_path / "mine")
    article = exports.articles()[0]
    assert imported(tmp_path / "mine")(
        f"SELECT category FROM 'TABLES/products.parquet' WHERE product_id = '{article.number}'"  # noqa: S608 - own number
    ) == [(f"{article.group} > {article.kind}",)]


def test_a_spreadsheet_with_lines_above_its_header_arrives(tmp_path, imported):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Sales report"], [], ["Order", "Customer", "Item", "Day", "Qty", "Net"]):
        sheet.append(row)
    for order, article, units in exports.lines():
        sheet.append(
            [int(order.number), int(order.firm.number), article.number, order.day, units, units * article.price]
        )
    (tmp_path / "mine").mkdir()
    book.save(tmp_path / "mine" / "report.xlsx")
    assert figures(imported(tmp_path / "mine")) == exports.figures()


def test_files_with_the_same_columns_are_one_source(tmp_path, imported):
    exports.french(tmp_path / "mine")
    whole = (tmp_path / "mine" / "ventes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "mine" / "ventes.csv").unlink()
    for year, part in (("2024", whole[1:300]), ("2025", whole[300:])):
        (tmp_path / "mine" / f"ventes_{year}.csv").write_text("".join([whole[0], *part]), encoding="utf-8")
    assert figures(imported(tmp_path / "mine")) == exports.figures()
    assert 'file = "ventes_*.csv"' in propose([str(tmp_path / "mine")]).text


def test_every_line_of_a_proposal_says_how_sure_it_is_and_why(tmp_path):
    exports.german_erp(tmp_path / "mine")
    proposal = propose([str(tmp_path / "mine")])
    assert all(line.evidence for _, line in proposal.lines)
    assert [line.key for _, line in proposal.lines if line.confidence < SURELY] == ["city"]
    assert proposal.questions == ()
