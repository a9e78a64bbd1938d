"""The columns of a long table: values, tests of them, orders that are kept, texts that are looked through."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from dashboard.display.table import CellOf, TableColumn, TableRows, TableState, table_of
from dashboard.display.table_columns import TableColumns, column_of, column_of_counts
from dashboard.display.table_filter import part_of


@dataclass(frozen=True)
class Shop:
    name: str
    orders: int | None


SHOPS = (Shop("Ada", 5), Shop("Bo", None), Shop("Cy", 12), Shop("Di", 5))
COLUMNS = (
    TableColumn("name", "Name"),
    TableColumn("orders", "Orders", "number"),
    TableColumn("months", "12 months", is_bars=True),
)


def table(read: list[str] | None = None) -> TableRows:
    """Return the table; each name that is read of a record is noted."""

    def name(one: Shop) -> str:
        if read is not None:
            read.append(one.name)
        return one.name

    cells: dict[str, CellOf[Any]] = {
        "name": CellOf(name),
        "orders": CellOf(lambda one: one.orders, lambda one: str(one.orders)),
        "months": CellOf(lambda one: "zz0", lambda one: ""),
    }
    return table_of(("shops", "Shops", ("shop", "shops")), COLUMNS, SHOPS, lambda one: one.name, cells)


def test_values_are_there_once_in_ascending_order_and_blank_ones_have_no_place() -> None:
    found = column_of([5, None, 12, 5, ""])
    assert list(found.values) == [5, 12]
    assert found.places.tolist() == [0, -1, 1, 0, -1]


@pytest.mark.parametrize(("direction", "order"), [("asc", [1, 0, 3, 2]), ("desc", [2, 0, 3, 1])])
def test_equal_values_stay_as_they_are_and_blank_ones_are_less_than_all_others(
    direction: Any, order: list[int]
) -> None:
    assert TableColumns(table()).order("orders", direction).tolist() == order


def test_a_test_is_asked_of_each_value_once_and_of_none() -> None:
    asked: list[Any] = []

    def test(value: Any) -> bool:
        asked.append(value)
        return value is None or value > 5

    assert TableColumns(table()).fits("orders", test).tolist() == [False, True, True, False]
    assert asked == [5, 12, None]


def test_records_are_read_once_for_all_orders_of_a_column() -> None:
    read: list[str] = []
    columns = TableColumns(table(read))
    read.clear()
    for state in (TableState(("name", "desc")), TableState(("name", "asc")), TableState(("name", "desc"))):
        part_of(columns.table, state, 2, {}, columns)
    assert read == ["Ada", "Bo", "Cy", "Di"]


def test_only_the_first_rows_are_sent_and_all_that_fit_are_counted() -> None:
    columns = TableColumns(table())
    part = part_of(columns.table, TableState(("orders", "desc")), 2, {}, columns)
    assert ([one.name for one in part.table.records], part.fit, part.total) == (["Cy", "Ada"], 4, 4)


def test_words_are_found_in_texts_and_not_in_what_is_drawn() -> None:
    columns = TableColumns(table())
    assert columns.finds("d").tolist() == [True, False, False, True]
    assert columns.finds("d i").tolist() == [False, False, False, True]
    assert not columns.finds("zz0").any()


def test_columns_of_what_changes_replace_those_of_before_while_the_others_stay() -> None:
    read: list[str] = []
    kept = TableColumns(table(read))
    kept.order("name", "asc")
    read.clear()
    for counts, order in (([3, 0, 1, 2], [1, 2, 3, 0]), ([0, 1, 2, 3], [0, 1, 2, 3])):
        now = kept.with_own(replace(kept.table), {"orders": column_of_counts(np.array(counts))})
        assert now.order("orders", "asc").tolist() == order
        assert now.order("name", "asc").tolist() == [0, 1, 2, 3]
    assert read == []
