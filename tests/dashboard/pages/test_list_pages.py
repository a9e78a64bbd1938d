"""The lists of all customers and of all products."""

import csv
from pathlib import Path

import pytest

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.repository import Repository
from dashboard.display.customer_table import COLUMNS, CUSTOMERS
from dashboard.display.list_head import active_words
from dashboard.display.table import TableState, table_csv, table_state
from dashboard.pages.customers.data import ORDERED, counts_of, customers_head, filters_of, with_counts
from dashboard.pages.customers.view import customers_view
from dashboard.pages.products.data import SOLD, products_head
from dashboard.pages.products.view import products_view
from dashboard.services import Services
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import ANN, context_of, services_of
from tests.support.screens import FORMATS, of_type, plain_csv, prop, with_class, words


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("artifacts")
    publish_small(made)
    return made


@pytest.fixture(scope="module")
def at(folder: Path) -> Services:
    return services_of(folder)


def keys(at: Services, viewer: Viewer) -> list[str]:
    kept = at.kept_tables.customers(context_of(at.repository, viewer))
    return [str(key) for key in kept.packed["keys"]]


def test_customers_are_the_viewers_most_revenue_first(at: Services) -> None:
    assert keys(at, EVERYONE) == ["CAFE1", "CAFE2", "HOTEL1", "SCHOOL1", "NEW1"]
    assert keys(at, ANN) == ["CAFE1", "CAFE2", "NEW1"]


def test_a_customer_says_who_where_how_much_and_how_long_ago(at: Services) -> None:
    table = at.kept_tables.customers(context_of(at.repository)).table
    assert [column.label for column in table.shown] == [
        "Customer", "Number", "Segment", "Region", "Rep", "12 months", "Revenue", "Last order",
        "Days since / usual", "RFM segment",
    ]  # fmt: skip
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert texts[0] == [
        "Café Müller",
        "CAFE1",
        "cafe",
        "North",
        "Ann Example",
        "",
        "€152",
        "2 Nov",
        "13 / 14",
        "Needs attention",
    ]
    assert texts[4][-3:] == ["–", "No orders yet", ""]
    assert table.rows[0].cells[0].href == "/customers/CAFE1"
    assert [row.cells[5].raw for row in table.rows[:2]] == ["00000000000z", "0000000000zu"]  # twelve months
    assert "12 months" not in next(csv.reader([table_csv(table).splitlines()[0].lstrip("\ufeff")]))
    assert table.choices() == {"cafe": 3, "hotel": 1, "school": 1}


def test_the_page_says_what_there_is_to_raise_and_filters_by_it(at: Services) -> None:
    context = context_of(at.repository)
    counts = counts_of(context)
    kept = with_counts(at.kept_tables.customers(context), counts, context)
    labels = [column.label for column in kept.table.shown]
    assert labels[labels.index("Rep") + 1 :][:3] == ["Lost", "Due", "New"]
    columns = kept.packed["columns"]
    assert columns["new"]["raw"] == [counts[key].new for key in kept.packed["keys"]]
    assert columns["lost"] == {"raw": [0] * 5, "text": [""] * 5}
    filters = filters_of(context, counts)
    some = {state: sum(getattr(one, state) > 0 for one in counts.values()) for state in ("due", "new")}
    assert filters.with_state == {**some, "lost": 0}
    assert (filters.regions, filters.reps) == (("North", "South"), ("Ann Example", "Bob Sample"))
    page = customers_view(customers_head(context), kept, TableState(), filters, {"new": ">0", "since": "<=7"}, context)
    switches = {words(one): prop(one, "aria-pressed") for one in with_class(page, "rp-toolbar-switch")}
    assert list(switches.values()) == ["false", "false", "true"]
    assert words(with_class(page, "rp-toolbar-set")[0]).startswith("Last order|Any|Within 7 days")


def test_products_are_everyones_most_revenue_first(at: Services) -> None:
    kept = at.kept_tables.products(context_of(at.repository, ANN))
    assert kept.packed["keys"] == ["P1", "P2", "P3", "P4", "P5", "P6"]
    assert kept.table.choices() == {"Available": 5, "Not available": 1}
    assert [cell.text for cell in kept.table.rows[0].cells] == [
        "Espresso beans", "P1", "Coffee", "Available", "€12.00", "3", "7", "12", "€144", "15 Nov",
    ]  # fmt: skip


def test_csv_of_the_products_has_supplier_and_pack_too(at: Services) -> None:
    head, first, *_ = plain_csv(table_csv(at.kept_tables.products(context_of(at.repository)).table)).splitlines()
    assert head.startswith(
        "\ufeffProduct,Product number,Category,Supplier,Pack,State,Price,Customers who ever bought it,"
    )
    assert first.startswith("Espresso beans,P1,Drinks > Coffee,Supplier & Sons,12 x 1 l,Available,12,3,7,12,144,")


def test_columns_without_any_value_are_left_out(tmp_path: Path) -> None:
    customers = [row | {"rep": None} for row in small_rows()["customers"]]
    products = [row | {"category": None, "available": None} for row in small_rows()["products"]]
    publish_small(tmp_path, changed={"customers": customers, "products": products})
    bare = services_of(tmp_path)
    context = context_of(bare.repository)
    assert "rep" not in [column.name for column in bare.kept_tables.customers(context).table.columns]
    assert {"category", "state"} & {one.name for one in bare.kept_tables.products(context).table.columns} == set()


def test_a_table_is_made_once_a_version_and_viewer(at: Services) -> None:
    first = at.kept_tables.customers(context_of(at.repository))
    assert at.kept_tables.customers(context_of(at.repository)) is first
    assert at.kept_tables.customers(context_of(at.repository, ANN)) is not first
    assert at.kept_tables.products(context_of(at.repository, ANN)) is at.kept_tables.products(context_of(at.repository))


def test_the_address_names_columns_without_the_table() -> None:
    state = table_state(
        {"segment": "Cafe", "revenue": ">1000", "sort": "last.desc", "find": "oat", "before": "5"},
        CUSTOMERS,
        COLUMNS,
        is_main=True,
    )
    assert (state.sort, state.find, list(state.where)) == (("last", "desc"), "oat", ["segment", "revenue"])


def test_a_segment_in_the_address_is_the_chosen_button_in_any_case(at: Services) -> None:
    context = context_of(at.repository)
    kept = at.kept_tables.customers(context)
    state = TableState(where={"segment": {"filterType": "text", "type": "equals", "filter": "CAFE"}})
    filters = filters_of(context, counts_of(context))
    page = customers_view(customers_head(context), kept, state, filters, {}, context)
    buttons = [one for one in with_class(page, "rp-choice") if "rp-toolbar-switch" not in one.className]
    pressed = {words(one): prop(one, "aria-pressed") for one in buttons}
    assert pressed == {"All|5": "false", "cafe|3": "true", "hotel|1": "false", "school|1": "false"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (active_words(5, 4, ORDERED, FORMATS), "4 with orders in the last 12 months, 1 without"),
        (active_words(5, 5, ORDERED, FORMATS), "All 5 with orders in the last 12 months"),
        (active_words(0, 0, ORDERED, FORMATS), ""),
        (active_words(1200, 1100, SOLD, FORMATS), "1,100 sold in the last 12 months, 100 not"),
        (active_words(12, 12, SOLD, FORMATS), "All 12 sold in the last 12 months"),
        (active_words(0, 0, SOLD, FORMATS), ""),
    ],
)
def test_the_title_says_how_many_are_alive(said: str, expected: str) -> None:
    assert said == expected


def test_counts_are_of_the_viewers_customers_and_of_all_products(at: Services) -> None:
    context = context_of(at.repository, ANN)
    assert customers_head(context).said == "2 with orders in the last 12 months, 1 without"
    assert products_head(context).said == "4 sold in the last 12 months, 2 not"


def test_nobody_and_nothing_say_so(tmp_path: Path) -> None:
    publish_small(tmp_path, changed={name: [] for name in small_rows()})
    empty = services_of(tmp_path)
    context = context_of(Repository(Reader(tmp_path)))
    filters, kept = filters_of(context, counts_of(context)), empty.kept_tables.customers(context)
    customers = customers_view(customers_head(context), kept, TableState(), filters, {}, context)
    products = products_view(products_head(context), empty.kept_tables.products(context), TableState(), context)
    assert [words(of_type(page, "H2")) for page in (customers, products)] == ["No customers", "No products"]


def test_data_without_segments_and_names_have_no_columns_for_them(tmp_path: Path) -> None:
    bare = [row | {"segment": None, "name": row["customer_id"]} for row in small_rows()["customers"]]
    publish_small(tmp_path, changed={"customers": bare})
    table = services_of(tmp_path).kept_tables.customers(context_of(Repository(Reader(tmp_path)))).table
    names = [column.name for column in table.columns]
    assert {"segment", "number"} & set(names) == set()
    assert {"customer", "region", "rep"} < set(names)
    assert plain_csv(table_csv(table)).startswith("\ufeffCustomer,Region,Rep,")
