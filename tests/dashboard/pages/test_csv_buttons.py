"""Every CSV button of the app: a file of raw rows, and what is said where the page's version is gone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from dash import Dash

from dashboard.display.table import CellOf
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small
from tests.support.figures import figures
from tests.support.screens import Caller, make_app, plain_csv, said, server_callbacks

CUSTOMER, PRODUCT = {"page-customer.data": "CAFE1"}, {"page-product.data": "P1"}
SIDE_BY_SIDE = {"bundles-segment.value": "*", "bundles-compare.value": "segment:cafe"}
PACKED = ("bundles", "customers", "products")
# By table: what else the button sends, a row on the screen, and how its line begins.
TABLES: dict[str, tuple[dict[str, Any], str, str]] = {
    "customers": ({}, "CAFE1", "Café Müller,CAFE1,cafe,North,Ann Example,0,3,1,152,2026-11-02,13,14,Needs attention"),
    "products": ({}, "P1", "Espresso beans,P1,Drinks > Coffee,Supplier & Sons,12 x 1 l,Available,12,3,7,12,144,"),
    "buys": (CUSTOMER, "P1", "Espresso beans,P1,Drinks > Coffee,4,14,"),
    "back": (CUSTOMER, "0", "Crème fraîche,P3,2026-10-07,R-CAFE1,"),
    "months": (CUSTOMER, "2026-10-01", "2026-10-01,128,"),
    "units": (PRODUCT, "2026-10-01", "2026-10-01,"),
    "buyers": (PRODUCT, "CAFE1", "Café Müller,CAFE1,cafe,North,Ann Example,4,"),
    "segments": ({"segments-of.data": {}}, "CAFE1", "Café Müller,CAFE1,cafe,North,13,R3 F3,152,"),
    "bundles": ({"bundles-segment.value": "*"}, "/1", "Espresso beans + Oat drink,P1 + P2,All customers,"),
    "compared": (SIDE_BY_SIDE, "/1", "Espresso beans + Oat drink,P1 + P2,1.43,4,1.17,4,1.224,"),
    "gaps": ({"bundles-selected.data": "/1"}, "HOTEL1", "Hotel O'Brien,HOTEL1,hotel,South,Oat drink,P2,15,"),
    "lists": ({}, "new", "New,1481,20,0,"),
    "figures": ({}, "ranker", "Ranker,0.25,"),
    "newfigures": ({}, "ranker", "Ranker,0.125,"),
    "gains": ({}, "popular.all", "Best sellers,All products,0.15,"),
    "bins": ({}, "usual.0", "0.05,Usual lists,"),
    "steps": ({}, "0", "models,0.5,"),
}
LISTS = {
    "csv-file": ({"n_clicks": 1, "id": {"list": "due", "type": "csv"}, **CUSTOMER}, {"list": "due"}),
    "product-csv-file": ({"n_clicks": 1, "id": {"part": "also", "type": "product-csv"}, **PRODUCT}, {"part": "also"}),
}
GONE = {"page-version.data": "2020-01-01-000000"}


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artifacts")
    publish_small(folder, evaluation=figures())
    return folder


@pytest.fixture(scope="module")
def app(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return make_app(tmp_path_factory.mktemp("state"), artifacts)


@pytest.fixture(scope="module")
def version(artifacts: Path) -> str:
    return Reader(artifacts).current().id


def table_file(app: Dash, table: str, version: str) -> Any:
    states, key, _ = TABLES[table]
    values = {"data": {"keys": [key]}, "page-version.data": version, **states}
    return Caller(app).call(f'"{table}","type":"table-file"', values)


def content_of(answer: Any) -> str:
    [content] = [plain_csv(part["data"]["content"]) for part in answer.json["response"].values() if "data" in part]
    return str(content)


def test_no_button_is_left_out_above(app: Dash) -> None:
    # Of the database: test_people_page.py and test_campaign_pages.py; the others:
    # test_{calls,alerts,results,basket,orders}_page.py.
    elsewhere = (
        '"people"',
        '"audit"',
        '"campaigns"',
        "calls-file",
        "alerts-file",
        "results-file",
        "basket-file",
        "orders-file",
    )
    buttons = [
        output
        for output in server_callbacks(app)
        if "-file" in output and not any(table in output for table in elsewhere)
    ]
    assert len(buttons) == len(TABLES) + len(LISTS)


@pytest.mark.parametrize("table", TABLES)
def test_a_file_holds_the_raw_rows_of_the_screen(app: Dash, version: str, table: str) -> None:
    _, line = content_of(table_file(app, table, version)).splitlines()
    assert line.startswith(TABLES[table][2])


def number_columns() -> Iterator[tuple[str, bool]]:
    """Yield where each column of numbers is defined, and whether it says how many decimals its file has."""
    for path in sorted((Path(__file__).parents[3] / "dashboard").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "TableColumn":
                named = {one.arg: one.value for one in call.keywords}
                kind = named.get("kind", call.args[2] if len(call.args) > 2 else None)
                if isinstance(kind, ast.Constant) and kind.value == "number":
                    yield f"{path.name}:{call.lineno}", "decimals" in named


def test_every_column_of_numbers_says_how_many_decimals_its_file_has() -> None:
    found = dict(number_columns())
    assert len(found) > 60
    assert [where for where, says_it in found.items() if not says_it] == []


def longest_fraction(content: str) -> int:
    """Return the most decimals of a number in a file."""
    return max((len(digits) for digits in re.findall(r"(?<![\w.])-?\d+\.(\d+)(?![\w.])", content)), default=0)


@pytest.mark.parametrize("table", TABLES)
def test_no_number_of_a_file_has_more_decimals_than_it_means(app: Dash, version: str, table: str) -> None:
    states, *_ = TABLES[table]
    every = Caller(app).call(
        f'"{table}","type":"table-file"',
        {"data": {"keys": KEYS_OF.get(table, [TABLES[table][1]])}, "page-version.data": version, **states},
    )
    assert longest_fraction(content_of(every)) <= 4


KEYS_OF = {"bundles": ["/1", "/2"], "figures": ["ranker", "popular"], "bins": [f"usual.{n}" for n in range(9)]}


@pytest.mark.parametrize("about", LISTS)
def test_no_number_of_a_list_has_more_decimals_than_it_means(app: Dash, version: str, about: str) -> None:
    values, wild = LISTS[about]
    answer = Caller(app).call(about, values | {"page-version.data": version}, wild)
    assert longest_fraction(content_of(answer)) <= 4


def test_a_fraction_is_looked_for_in_numbers_alone() -> None:
    assert longest_fraction("0.008396145405972713,12,1.5,2026-11-20") == 18
    assert longest_fraction("V 1.23456x,10.5") == 1


@pytest.mark.parametrize("table", TABLES)
def test_a_file_is_made_without_the_texts_of_its_table(
    app: Dash, version: str, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if table in PACKED:
        Caller(app).page(f"/{table}")  # its rows are packed once a version, for every page

    def never(_: CellOf[Any], record: object) -> NoReturn:
        pytest.fail(f"a text is made of {record}")

    monkeypatch.setattr(CellOf, "cell", never)
    assert len(content_of(table_file(app, table, version)).splitlines()) == 2


@pytest.mark.parametrize("table", TABLES)
def test_the_file_of_a_table_stays_as_it_is_where_the_version_is_gone(app: Dash, table: str) -> None:
    answer = table_file(app, table, GONE["page-version.data"])
    assert list(answer.json["response"]) == [f'{{"table":"{table}","type":"table-notice"}}']
    assert "This page shows older data that are no longer kept." in said(answer)


@pytest.mark.parametrize("about", LISTS)
def test_the_file_of_a_list_stays_as_it_is_where_the_version_is_gone(app: Dash, about: str) -> None:
    values, wild = LISTS[about]
    answer = Caller(app).call(about, values | GONE, wild)
    [notice] = answer.json["response"]
    assert "-notice" in notice
    assert "This page shows older data that are no longer kept." in said(answer)


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ("csv-file", "due-products-for-CAFE1-Café-Müller-2026-11-15"),
        ("product-csv-file", "bought-with-P1-Espresso-beans-2026-11-15"),
    ],
)
def test_the_file_of_a_list_is_named_after_whose_it_is(app: Dash, version: str, about: str, name: str) -> None:
    values, wild = LISTS[about]
    answer = Caller(app).call(about, {**values, "page-version.data": version}, wild)
    assert f'"filename": "{name}.csv"' in said(answer)
    assert "-notice" in said(answer)  # and the notice of before goes


NAMES = {
    "customers": "customers",
    "products": "products",
    "buys": "products-bought-by-CAFE1-Café-Müller",
    "back": "returns-of-CAFE1-Café-Müller",
    "months": "revenue-by-month-of-CAFE1-Café-Müller",
    "units": "units-by-month-of-P1-Espresso-beans",
    "buyers": "customers-who-bought-P1-Espresso-beans",
    "bundles": "bundles",
    "gaps": "customers-who-miss-one-of-Espresso-beans-Oat-drink",
}


@pytest.mark.parametrize("table", NAMES)
def test_the_file_of_a_table_is_named_after_what_is_in_it_and_its_last_day(app: Dash, version: str, table: str) -> None:
    assert f'"filename": "{NAMES[table]}-2026-11-15.csv"' in said(table_file(app, table, version))
