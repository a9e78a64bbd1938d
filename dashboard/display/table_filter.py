"""Filters and order of a table as its address wants them, for tables too long to send whole: what AG Grid does in the
browser, by the same rules."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from operator import contains, eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.display.table import TableRows, TableState
from dashboard.display.table_columns import TableColumns, Test

_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": contains,
    "notContains": lambda text, wanted: wanted not in text,
    "equals": eq,
    "notEqual": ne,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": eq,
    "notEqual": ne,
    "lessThan": lt,
    "lessThanOrEqual": le,
    "greaterThan": gt,
    "greaterThanOrEqual": ge,
}


class Part(NamedTuple):
    """The first rows of a table that is too long to be sent whole, and what is said of the others.

    fit, total  rows that fit the address, and rows of the table
    choices     see TableRows.choices, of the whole table
    """

    table: TableRows
    fit: int
    total: int
    choices: Mapping[str, int]


def part_of(
    table: TableRows, state: TableState, most: int, choices: Mapping[str, int], columns: TableColumns | None = None
) -> Part:
    """Return the first `most` rows that an address wants.

    columns  of the table, where they are kept
    """
    fit = _places(columns or TableColumns(table), state)
    records = tuple(table.records[at] for at in fit[:most].tolist())
    return Part(replace(table, records=records), len(fit), len(table.records), choices)


def fitting(table: TableRows, state: TableState) -> list[Any]:
    """Return the records that fit an address, in its order; what it says of no column counts for nothing."""
    return [table.records[at] for at in _places(TableColumns(table), state).tolist()]


def _places(columns: TableColumns, state: TableState) -> NDArray[np.int64]:
    """Return which records fit, in order."""
    n = len(columns.table.records)
    fits = np.ones(n, dtype=bool)
    for name, model in state.where.items():
        if columns.has(name) and (test := _test(model)):
            fits &= columns.fits(name, test)
    if state.find.strip():
        fits &= columns.finds(state.find)
    if state.sort is None or not columns.has(state.sort[0]):
        return np.flatnonzero(fits)
    order = columns.order(*state.sort)
    return order[fits[order]].astype(np.int64)


def _test(model: Mapping[str, Any]) -> Test | None:
    """Return the test of a filter of AG Grid's; None for one that says nothing."""
    if isinstance(model.get("conditions"), list):
        tests = [test for one in model["conditions"] if isinstance(one, dict) and (test := _test(one))]
        joins = any if model.get("operator") == "OR" else all
        return (lambda raw: joins(test(raw) for test in tests)) if tests else None
    kind = model.get("type")
    if kind in ("blank", "notBlank"):
        return lambda raw: (raw is None or raw == "") == (kind == "blank")
    if model.get("filterType") == "text":
        return _text_test(str(kind), model.get("filter"))
    return _value_test(str(kind), model)


def _text_test(kind: str, wanted: Any) -> Test | None:
    holds = _TEXTS.get(kind)
    if holds is None or not isinstance(wanted, str) or not wanted:
        return None
    folded, is_negated = wanted.lower(), kind in ("notContains", "notEqual")
    return lambda raw: holds(str(raw).lower(), folded) if raw not in (None, "") else is_negated


def _value_test(kind: str, model: Mapping[str, Any]) -> Test | None:
    """Return the test of a number or a day, which no value fits."""
    is_day = model.get("filterType") == "date"
    first, last = (_value(model.get(name)) for name in (("dateFrom", "dateTo") if is_day else ("filter", "filterTo")))
    if kind == "inRange" and first is not None and last is not None:
        return lambda raw: raw is not None and first < raw < last
    compare = _COMPARISONS.get(kind)
    if compare is None or first is None:
        return None
    return lambda raw: raw is not None and compare(raw, first)


def _value(said: Any) -> Any:
    """Return a number, or the day of a text; None for neither."""
    if isinstance(said, str):
        try:
            return date.fromisoformat(said[:10])
        except ValueError:
            return None
    return said if isinstance(said, int | float) else None
