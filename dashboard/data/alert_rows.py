"""What of all lists alerts are made of, as columns: rules are asked of all rows of a version at once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.data.arrow_columns import coded, days, numbers
from recsys.schema.reorder_rules import DUE_AHEAD_DAYS, LostRule

COLUMNS = (
    "customer_id", "product_id", "list", "due_on", "reason_n", "reason_on", "reason_gap_days", "reason_since_days",
    "long_gap_days", "worth", "value", "quantity", "chance", "expected",
)  # fmt: skip
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class ListColumns:
    """Rows of one list, (n,) each; NaN where a number is unknown.

    customers, products   places of the ids            n        order days with the product
    last, due             days since 1970; 0: unknown  gap      usual days between two of them
    silent                days since the last          long_gap 95 % of the gaps are no longer
    worth                 of lost ones, a year         value    if ordered
    expected              chance x value               units    chance x quantity, 0 where either is unknown
    """

    customers: NDArray[np.int32]
    products: NDArray[np.int32]
    n: NDArray[np.int32]
    last: NDArray[np.int32]
    due: NDArray[np.int32]
    gap: NDArray[np.float32]
    silent: NDArray[np.int32]
    long_gap: NDArray[np.float32]
    worth: NDArray[np.float32]
    value: NDArray[np.float32]
    expected: NDArray[np.float32]
    units: NDArray[np.float32]

    def where(self, keep: NDArray[Any]) -> Self:
        """Return the rows of a mask, or at places, in their order."""
        return type(self)(*(getattr(self, one.name)[keep] for one in fields(self)))


@dataclass(frozen=True)
class OpenUnits:
    """What due, seasonal and new rows would take, (n,) each: see ListColumns."""

    customers: NDArray[np.int32]
    products: NDArray[np.int32]
    units: NDArray[np.float32]


@dataclass(frozen=True)
class AlertRows:
    """A version's rows; ids are in the order of the places.

    due     of the list usual, with a known rhythm, due on as_of or before
    open    of all lists but lost: due within DUE_AHEAD_DAYS or without a rhythm, and new
    """

    customer_ids: tuple[str, ...]
    product_ids: tuple[str, ...]
    customer_places: Mapping[str, int]
    lost: ListColumns
    due: ListColumns
    season: ListColumns
    open: OpenUnits

    def pairs(self, rows: ListColumns | OpenUnits) -> NDArray[np.int64]:
        """Return one number for each row's customer and product."""
        return rows.customers.astype(np.int64) * max(len(self.product_ids), 1) + rows.products


def is_lost_by(rule: LostRule, rows: ListColumns) -> NDArray[np.bool_]:
    """Return which rows of the list lost are, by a rule; raised.py says the same of one line."""
    worth = np.where(np.isnan(rows.worth), rule.worth, rows.worth)  # where revenue is unknown nobody can ask for it
    gap = np.nan_to_num(rows.gap)
    return np.asarray(rule.holds(rows.n, gap, gap, rows.silent, worth), dtype=bool)


def day_number(day: date) -> int:
    """Return a day as days since 1970."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """Return the day of a number of days since 1970."""
    return date.fromordinal(_EPOCH.toordinal() + number)


def alert_rows(rows: pa.Table, as_of: date) -> AlertRows:
    """Return the columns of a version's recommendations, (n rows, COLUMNS)."""
    customers, products = coded(rows["customer_id"]), coded(rows["product_id"])
    names, lists = coded(rows["list"])

    def of(name: str) -> NDArray[np.bool_]:
        return lists == names.index(name) if name in names else lists < 0

    def known(name: str) -> NDArray[np.float32]:
        return numbers(rows, name, np.nan).astype(np.float32)

    due_on, today = days(rows, "due_on"), day_number(as_of)
    units = np.nan_to_num(numbers(rows, "chance", np.nan) * numbers(rows, "quantity", np.nan))
    whole = ListColumns(
        customers=customers[1].astype(np.int32),
        products=products[1].astype(np.int32),
        n=numbers(rows, "reason_n").astype(np.int32),
        last=days(rows, "reason_on"),
        due=due_on,
        gap=known("reason_gap_days"),
        silent=numbers(rows, "reason_since_days").astype(np.int32),
        long_gap=known("long_gap_days"),
        worth=known("worth"),
        value=known("value"),
        expected=known("expected"),
        units=units.astype(np.float32),
    )
    is_open = ~of("lost") & (of("new") | (due_on <= today + DUE_AHEAD_DAYS))
    return AlertRows(
        tuple(customers[0]),
        tuple(products[0]),
        {one: place for place, one in enumerate(customers[0])},
        whole.where(of("lost")),
        whole.where(of("usual") & (due_on > 0) & (due_on <= today)),
        whole.where(of("seasonal")),
        OpenUnits(whole.customers[is_open], whole.products[is_open], whole.units[is_open]),
    )
