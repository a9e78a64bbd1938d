"""A table's rows are made of records: raw values for the CSV, texts and addresses only when it is drawn."""

from collections.abc import Sequence
from datetime import date
from typing import NoReturn

import pytest

from dashboard.display.table import (
    CellOf,
    TableCell,
    TableColumn,
    TableRow,
    TableRows,
    bar_heights,
    packed,
    table_csv,
    table_of,
    table_of_rows,
)
from tests.support.screens import plain_csv

ABOUT = ("fruit", "Fruit", ("kind", "kinds"))
NAME, SINCE = TableColumn("name", "Name"), TableColumn("since", "Since", "date")
Fruit = tuple[str, date | None]
FRUIT: tuple[Fruit, ...] = (("Apple", date(2026, 11, 2)), ("Pear", None), ("Plum", date(2025, 1, 10)))


def name(fruit: Fruit) -> str:
    return fruit[0]


def since(fruit: Fruit) -> date | None:
    return fruit[1]


def never(_: object) -> NoReturn:
    pytest.fail("this is not to be made")


def table(cells: dict[str, CellOf[Fruit]], columns: tuple[TableColumn, ...] = (NAME, SINCE)) -> TableRows:
    return table_of(ABOUT, columns, FRUIT, name, cells)


SILENT = table({"name": CellOf(name, never, never), "since": CellOf(since, never)})
WRITTEN = table({"name": CellOf(name, lambda fruit: fruit[0].upper()), "since": CellOf(since)})


def test_bars_are_heights_of_the_highest_and_a_little_is_seen() -> None:
    assert bar_heights([0, 0.1, 50, 100]) == "01iz"
    assert bar_heights([0, -5, 0]) == "000"
    assert bar_heights([]) == ""


def test_a_csv_makes_no_texts_and_no_addresses() -> None:
    assert plain_csv(table_csv(SILENT)).splitlines() == [
        "\ufeffName,Since",
        "Apple,2026-11-02",
        "Pear,",
        "Plum,2025-01-10",
    ]


def test_a_csv_of_some_rows_makes_no_texts_either() -> None:
    assert plain_csv(table_csv(SILENT, ["Plum"])).splitlines()[1:] == ["Plum,2025-01-10"]


def test_texts_are_made_when_the_rows_are_drawn() -> None:
    with pytest.raises(pytest.fail.Exception, match="not to be made"):
        _ = SILENT.rows
    with pytest.raises(pytest.fail.Exception, match="not to be made"):
        packed(SILENT)
    assert [row.cells[0].text for row in WRITTEN.rows] == ["APPLE", "PEAR", "PLUM"]


def test_rows_are_drawn_once() -> None:
    assert WRITTEN.rows is WRITTEN.rows


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (None, ["Apple", "Pear", "Plum"]),
        ([], []),
        (["Plum", "Apple"], ["Plum", "Apple"]),
        (["Pear", "Pear", "Quince", 7, None], ["Pear"]),
    ],
)
def test_raw_rows_come_in_the_order_of_the_keys(keys: Sequence[object] | None, names: list[str]) -> None:
    assert [row[0] for row in SILENT.raw_rows(keys)] == names


def test_cells_of_columns_that_the_table_has_not_are_not_made() -> None:
    narrow = table({"name": CellOf(name), "since": CellOf(never)}, (NAME,))
    assert [row.cells for row in narrow.rows] == [(TableCell(fruit, fruit),) for fruit in ("Apple", "Pear", "Plum")]
    assert narrow.raw_rows() == [["Apple"], ["Pear"], ["Plum"]]


@pytest.mark.parametrize(("raw", "text"), [("Apple", "Apple"), (None, ""), ("", "")])
def test_a_raw_value_is_its_own_text_and_none_is_nothing(raw: str | None, text: str) -> None:
    assert CellOf[str | None](lambda value: value).cell(raw) == TableCell(raw, text)


def test_a_cell_has_the_text_and_the_address_that_are_made_of_its_record() -> None:
    maker = CellOf[Fruit](since, name, lambda fruit: f"/fruit/{fruit[0]}")
    assert maker.cell(FRUIT[1]) == TableCell(None, "Pear", "/fruit/Pear")


def test_rows_that_are_put_together_cell_by_cell_come_back_as_they_were() -> None:
    rows = (
        TableRow("a", (TableCell("Apple", "An apple"), TableCell(date(2026, 11, 2), "2 Nov"))),
        TableRow("b", (TableCell("Pear", "A pear"), TableCell(None, "never"))),
    )
    short = table_of_rows(ABOUT, (NAME, SINCE), rows)
    assert short.rows == rows
    assert short.raw_rows(["b"]) == [["Pear", None]]
