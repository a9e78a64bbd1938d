"""What an address wants of a table, asked of the records: the rules of the grid in the browser."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from dashboard.display.conditions import condition_of
from dashboard.display.table import CellOf, TableColumn, TableRows, TableState, table_of, table_state
from dashboard.display.table_filter import fitting


@dataclass(frozen=True)
class Shop:
    name: str
    town: str | None
    orders: int | None
    last: date | None


SHOPS = (
    Shop("Café Müller", "Potsdam", 5, date(2026, 11, 2)),
    Shop("Hotel Seepark", "Berlin", 12, date(2026, 10, 1)),
    Shop("bistro am See", None, None, None),
    Shop("Kita 3*", "Potsdam", 5, date(2026, 11, 9)),
)
COLUMNS = (
    TableColumn("name", "Name"),
    TableColumn("town", "Town"),
    TableColumn("orders", "Orders", "number"),
    TableColumn("last", "Last", "date"),
)
CELLS: dict[str, CellOf[Shop]] = {
    "name": CellOf(lambda one: one.name),
    "town": CellOf(lambda one: one.town),
    "orders": CellOf(lambda one: one.orders, lambda one: str(one.orders)),
    "last": CellOf(lambda one: one.last, lambda one: str(one.last)),
}


def table() -> TableRows:
    return table_of(("shops", "Shops", ("shop", "shops")), COLUMNS, SHOPS, lambda one: one.name, CELLS)


def found(**said: str) -> list[str]:
    state = table_state(said, "shops", COLUMNS, is_main=True)
    return [shop.name for shop in fitting(table(), state)]


ALL = [shop.name for shop in SHOPS]
MULLER, HOTEL, BISTRO, KITA = ALL


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({}, ALL),
        ({"town": "potsdam"}, [MULLER, KITA]),
        ({"town": "!potsdam"}, [HOTEL, BISTRO]),
        ({"town": "*"}, [MULLER, HOTEL, KITA]),
        ({"town": "!*"}, [BISTRO]),
        ({"town": "!*ber*"}, [MULLER, BISTRO, KITA]),
        ({"name": "*see*"}, [HOTEL, BISTRO]),
        ({"name": "hotel*"}, [HOTEL]),
        ({"name": "*\\*"}, [KITA]),
        ({"orders": "5"}, [MULLER, KITA]),
        ({"orders": "!5"}, [HOTEL]),
        ({"orders": ">5"}, [HOTEL]),
        ({"orders": ">=5"}, [MULLER, HOTEL, KITA]),
        ({"orders": "<12"}, [MULLER, KITA]),
        ({"orders": "<=12"}, [MULLER, HOTEL, KITA]),
        ({"orders": "4..6"}, [MULLER, KITA]),
        ({"last": ">2026-11-02"}, [KITA]),
        ({"last": "2026-09-30..2026-11-03"}, [MULLER, HOTEL]),
        ({"find": "muller"}, [MULLER]),
        ({"find": "see hot"}, [HOTEL]),
        ({"find": "potsdam kita"}, [KITA]),
        ({"find": "nobody"}, []),
        ({"town": "potsdam", "orders": ">5"}, []),
        ({"sort": "orders.desc"}, [HOTEL, MULLER, KITA, BISTRO]),
        ({"sort": "orders.asc"}, [BISTRO, MULLER, KITA, HOTEL]),
        ({"sort": "name.asc"}, [MULLER, HOTEL, KITA, BISTRO]),
        ({"sort": "last.desc", "town": "potsdam"}, [KITA, MULLER]),
    ],
)
def test_an_address_finds_what_the_grid_would(said: dict[str, str], names: list[str]) -> None:
    assert found(**said) == names


def two(operator: str, *conditions: str) -> dict[str, Any]:
    return {
        "filterType": "number",
        "operator": operator,
        "conditions": [condition_of(one, "number") for one in conditions],
    }


def test_two_conditions_of_a_column_are_joined_as_an_address_of_before_says() -> None:
    def by(model: dict[str, Any]) -> list[str]:
        return [shop.name for shop in fitting(table(), TableState(where={"orders": model}))]

    assert by(two("AND", ">4", "<6")) == [MULLER, KITA]
    assert by(two("OR", "12", "5")) == [MULLER, HOTEL, KITA]


@pytest.mark.parametrize(
    "model",
    [
        {"filterType": "text", "type": "contains"},
        {"filterType": "text", "type": "sounds", "filter": "x"},
        {"filterType": "number", "type": "lessThan", "filter": "many"},
        {"filterType": "number", "type": "inRange", "filter": 5},
        {"filterType": "date", "type": "equals", "dateFrom": "soon"},
        {"conditions": []},
        {"conditions": [7]},
    ],
)
def test_a_condition_that_says_nothing_hides_nothing(model: dict[str, Any]) -> None:
    assert fitting(table(), TableState(where={"name": model})) == list(SHOPS)
    assert fitting(table(), TableState(where={"nothing": model}, sort=("nothing", "asc"))) == list(SHOPS)
