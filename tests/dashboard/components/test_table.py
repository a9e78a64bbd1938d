"""Long tables: rows for the grid, the state in the address, the CSV of what is on the screen."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from dashboard.components.table import row_data, table_card
from dashboard.display.table import (
    CellOf,
    TableCell,
    TableColumn,
    TableRow,
    TableRows,
    TableState,
    packed,
    table_csv,
    table_of,
    table_of_rows,
    table_state,
)
from tests.support.screens import FORMATS, of_type, plain_csv, prop, with_class, words

COLUMNS = (
    TableColumn("product", "Product", width=240),
    TableColumn("times", "Times", "number", meaning="order days with it"),
    TableColumn("last", "Last", "date", on_phone="value"),
    TableColumn("gap", "Usual gap", "number", on_phone="hidden"),
)


@dataclass(frozen=True)
class Buy:
    key: str
    name: str
    times: int
    last: date
    gap: float | None


BUYS = (
    Buy("P1", "Oat drink", 4, date(2026, 11, 2), 14.0),
    Buy("P2", "=Rye", 1, date(2026, 9, 29), None),
)
CELLS = {
    "product": CellOf[Buy](lambda buy: buy.name, lambda buy: buy.name, lambda buy: f"/products/{buy.key}"),
    "times": CellOf[Buy](lambda buy: buy.times, lambda buy: str(buy.times)),
    "last": CellOf[Buy](lambda buy: buy.last, lambda buy: FORMATS.day(buy.last)),
    "gap": CellOf[Buy](lambda buy: buy.gap, lambda buy: FORMATS.days(buy.gap)),
}
ABOUT = ("buys", "What they buy", ("product", "products"))


def table(buys: Sequence[Buy] = BUYS, columns: tuple[TableColumn, ...] = COLUMNS) -> TableRows:
    return table_of(ABOUT, columns, buys, lambda buy: buy.key, CELLS)


TABLE = table()


def test_grid_gets_raw_values_texts_and_addresses() -> None:
    assert row_data(TABLE)[1] == {
        "key": "P2",
        "product": "=Rye",
        "product_text": "=Rye",
        "product_href": "/products/P2",
        "times": 1.0,
        "times_text": "1",
        "last": "2026-09-29",
        "last_text": "29 Sept 2026",
        "gap": None,
        "gap_text": "\N{EN DASH}",
    }


def unpacked(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows as table.js unpacks them."""
    rows = [{"key": key} for key in table["keys"]]
    for name, column in table["columns"].items():
        for at, row in enumerate(rows):
            row |= {name: column["raw"][at], f"{name}_text": column.get("text", column["raw"])[at]}
            row |= {f"{name}_href": column["href"] + column["hrefs"][at]} if "hrefs" in column else {}
    return rows


def test_packed_rows_are_the_same_rows() -> None:
    assert unpacked(json.loads(json.dumps(packed(TABLE)))) == row_data(TABLE)


def test_packed_addresses_say_once_what_they_begin_with_alike() -> None:
    column = packed(TABLE)["columns"]["product"]
    assert column == {"raw": ["Oat drink", "=Rye"], "href": "/products/P", "hrefs": ["1", "2"]}


def test_packed_numbers_have_six_decimals_and_no_idle_point() -> None:
    halves = (TableCell(1 / 3, "0.3"),), (TableCell(2.0, "2"),)
    short = table_of_rows(("t", "T", ("row", "rows")), COLUMNS[1:2], tuple(map(TableRow, "ab", halves)))
    assert json.dumps(packed(short)["columns"]["times"]["raw"]) == "[0.333333, 2]"


def test_table_of_nothing_is_packed_as_nothing() -> None:
    assert packed(table((), COLUMNS[:1])) == {"keys": [], "columns": {"product": {"raw": []}}}


def test_table_that_is_filled_later_has_no_rows_and_says_how_many_there_will_be() -> None:
    card = table_card(TABLE, TableState(), FORMATS, filled_later=1)
    [grid] = of_type(card, "AgGrid")
    assert getattr(grid, "rowData", None) is None
    assert words(with_class(card, "rp-table-count")) == "1 product"


def test_csv_has_the_rows_and_the_order_of_the_screen() -> None:
    assert plain_csv(table_csv(TABLE, ["P2", "P1"])).splitlines() == [
        "\ufeffProduct,Times,Last,Usual gap",
        "'=Rye,1,2026-09-29,",
        "Oat drink,4,2026-11-02,14.0",
    ]


@pytest.mark.parametrize(("keys", "n"), [(None, 2), ([], 0), (["P2", "P2"], 1), (["HOTEL1", 7, {"a": 1}, "P1"], 1)])
def test_csv_leaves_out_what_is_no_row_of_the_table(keys: list[object] | None, n: int) -> None:
    assert len(plain_csv(table_csv(TABLE, keys)).splitlines()) == n + 1


def test_address_names_sort_text_and_conditions() -> None:
    where = {"times": {"filterType": "number", "type": "greaterThan", "filter": 3}}
    query = {"buys-sort": "last.desc", "buys-find": "oat", "buys-where": json.dumps(where), "other-sort": "x.asc"}
    assert table_state(query, "buys", COLUMNS) == TableState(("last", "desc"), "oat", where)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"buys-sort": "last"},
        {"buys-sort": "last.sideways"},
        {"buys-sort": "nothing.asc"},
        {"buys-sort": ["last.asc", "times.asc"]},
        {"buys-where": "{"},
        {"buys-where": "[1]"},
        {"buys-where": '{"nothing": {"type": "equals"}}'},
        {"buys-where": '{"times": 3}'},
        {"buys-where": '{"times": {"type": "evil"}}'},
        {"buys-where": '{"times": {"conditions": []}}'},
        {"buys-where": '{"times": {"conditions": {}}}'},
        {"buys-where": " " * 3000},
    ],
)
def test_address_that_names_nothing_of_the_table_is_left_out(query: dict[str, object]) -> None:
    assert table_state(query, "buys", COLUMNS) == TableState()


def test_text_to_find_is_cut_at_a_length_that_nobody_types() -> None:
    assert len(table_state({"buys-find": "x" * 300}, "buys", COLUMNS).find) == 80


def test_card_is_drawn_as_the_address_wants_it() -> None:
    card = table_card(TABLE, TableState(("last", "asc"), "oat", {"times": {"type": "equals"}}), FORMATS, note="All")
    (grid,) = of_type(card, "AgGrid")
    sorts = {one["field"]: one.get("sort") for one in grid.columnDefs if "field" in one}
    assert sorts == {"product": None, "times": None, "last": "asc", "gap": None}
    assert grid.filterModel == {"times": {"type": "equals"}}
    assert of_type(card, "Input")[0].value == "oat"
    assert "2 products" in words(card)
    assert prop(with_class(card, "rp-table-count")[0], "role") == "status"


def test_numbers_and_dates_are_at_the_right_and_a_short_head_says_its_meaning() -> None:
    (grid,) = of_type(table_card(TABLE, TableState(), FORMATS, selects=True), "AgGrid")
    by_name = {one["field"]: one for one in grid.columnDefs if "field" in one}
    assert [name for name, one in by_name.items() if one.get("type") == "rightAligned"] == ["times", "last", "gap"]
    assert by_name["times"]["context"]["meaning"] == "order days with it"
    assert grid.dashGridOptions["rowSelection"]["mode"] == "singleRow"
    assert grid.dashGridOptions["ensureDomOrder"]


def test_card_of_a_phone_leaves_out_what_is_hidden_there() -> None:
    (grid,) = of_type(table_card(TABLE, TableState(), FORMATS), "AgGrid")
    parts = grid.columnDefs[-1]["cellRendererParams"]["parts"]
    assert [(part["name"], part["as"]) for part in parts] == [
        ("product", "title"),
        ("times", "fact"),
        ("last", "value"),
    ]


def test_one_row_is_counted_in_the_singular() -> None:
    one = table(BUYS[:1])
    assert one.counted("1", 1) == "1 product"
    assert "1 product" in words(table_card(one, TableState(), FORMATS))
