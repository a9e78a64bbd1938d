"""The table of all customers whom a viewer sees."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from dashboard.display.formats import NONE, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.table import CellOf, TableColumn, TableRows, bar_heights, table_of
from dashboard.display.urls import Links
from dashboard.display.year_bars import year_bars
from dashboard.records.customers import Customer
from dashboard.records.raised import StateCounts

MonthsOf = Callable[[str], Mapping[date, float]]
KEPT_BARS = 20_000  # customers whose months are drawn again and again: first in a list, and twelve letters each
CUSTOMERS = "customers"
TITLE = "All customers"


def _state_column(name: str, label: str) -> TableColumn:
    whole = f"{label} products"
    meaning = MEANINGS[whole]
    return TableColumn(
        name, label, "number", 58, meaning=meaning, file_label=whole, has_filter_button=False, decimals=0
    )


STATE_COLUMNS = (_state_column("lost", "Lost"), _state_column("due", "Due"), _state_column("new", "New"))
COLUMNS = (
    TableColumn("customer", "Customer", width=156, grow=4),
    TableColumn("number", "Number", width=88, on_phone="hidden", file_label="Customer number"),
    TableColumn("segment", "Segment", width=92, grow=1, on_phone="plain", meaning=MEANINGS["Segment"]),
    TableColumn("region", "Region", width=96, grow=2, on_phone="plain"),
    TableColumn("rep", "Rep", width=136, grow=2, on_phone="hidden", meaning=MEANINGS["Rep"]),
    *STATE_COLUMNS,
    TableColumn(
        "months",
        "12 months",
        width=84,
        on_phone="hidden",
        meaning=MEANINGS["12 months by revenue"],
        is_bars=True,
        has_filter_button=False,
    ),
    TableColumn(
        "revenue",
        "Revenue",
        "number",
        width=88,
        on_phone="value",
        meaning=MEANINGS["Revenue"],
        file_label="Revenue, 12 months",
        decimals=2,
        may_be_withheld=True,
    ),
    TableColumn(
        "before",
        "Revenue, year before",
        "number",
        meaning=MEANINGS["Revenue by the year before"],
        decimals=2,
        in_file_only=True,
        may_be_withheld=True,
    ),
    TableColumn(
        "change",
        "vs year before",
        "number",
        width=80,
        meaning=MEANINGS["vs year before"],
        file_label="Change against the year before",
        decimals=4,
        may_be_withheld=True,
    ),
    TableColumn("last", "Last order", "date", width=78, on_phone="hidden", meaning=MEANINGS["Last order"]),
    TableColumn(
        "since",
        "Days since / usual",
        "number",
        width=108,
        decimals=0,
        meaning=MEANINGS["Days since / usual"],
        file_label="Days since the last order",
    ),
    TableColumn("usual", "Usual gap, days", "number", decimals=1, in_file_only=True),
    TableColumn("rfm", "RFM segment", on_phone="hidden", meaning=MEANINGS["RFM segment"], is_unseen=True),
)


@dataclass(frozen=True)
class What:
    """What a table of customers says of them.

    shows_rep           whether there are reps to tell apart
    has_names           whether they have names beside their numbers
    has_year_before     whether the data hold the 12 months before, to compare with
    """

    as_of: date
    shows_rep: bool
    has_names: bool
    has_year_before: bool


def what_of(context: PageContext, everyone: Sequence[Customer]) -> What:
    """Return what a table says of the viewer's customers."""
    has_names = any(one.name != one.customer_id for one in everyone)
    return What(context.as_of, context.shows_rep(everyone), has_names, context.version.has_year_before())


def customer_columns(what: What) -> tuple[TableColumn, ...]:
    """Return the columns that say something of these customers."""
    left_out = set() if what.shows_rep else {"rep"}
    left_out |= set() if what.has_names else {"number"}
    left_out |= set() if what.has_year_before else {"before", "change"}
    return tuple(column for column in COLUMNS if column.name not in left_out)


def customer_table(
    customers: Sequence[Customer], what: What, months: MonthsOf, formats: Formats, links: Links
) -> TableRows:
    """Return a table of customers in their order; a button for each segment.

    months  returns a customer's revenue by the first day of each month
    """
    about = (CUSTOMERS, TITLE, ("customer", "customers"))
    cells = {**customer_cells(what.as_of, formats, links), "months": _bars_cell(what, months)}
    names = {column.name for column in STATE_COLUMNS}
    columns = tuple(column for column in customer_columns(what) if column.name not in names)
    return table_of(about, columns, customers, lambda one: one.customer_id, cells, choice="segment", is_main=True)


def _bars_cell(what: What, months: MonthsOf) -> CellOf[Customer]:
    """Return how the last twelve full months are drawn; nothing of revenue that is not shown."""

    @lru_cache(maxsize=KEPT_BARS)
    def heights(customer_id: str) -> str:
        return bar_heights(year_bars(months(customer_id), what.as_of, what.as_of).now)

    return CellOf(lambda one: None if one.revenue_12m is None else heights(one.customer_id), lambda one: "")


def with_states(table: TableRows, counts: Mapping[str, StateCounts], formats: Formats) -> TableRows:
    """Return the table with how many products there are to raise of each state: they change with every outcome."""
    names = [column.name for column in COLUMNS]
    columns = sorted((*table.columns, *STATE_COLUMNS), key=lambda column: names.index(column.name))
    return replace(table, columns=tuple(columns), cells={**table.cells, **_state_cells(counts, formats)})


def packed_states(keys: Sequence[str], counts: Mapping[str, StateCounts], formats: Formats) -> dict[str, Any]:
    """Return the columns of the states as `table.packed` packs them; zero is an empty place."""
    number = cache(formats.number)
    packed = {}
    for column in STATE_COLUMNS:
        raw = [getattr(counts.get(key, _NOTHING), column.name) for key in keys]
        packed[column.name] = {"raw": raw, "text": [number(n) if n else "" for n in raw]}
    return packed


_NOTHING = StateCounts()


def _state_cells(counts: Mapping[str, StateCounts], formats: Formats) -> dict[str, CellOf[Customer]]:
    counts_of = cache(lambda customer_id: counts.get(customer_id, _NOTHING))  # asked for each state, raw and as text

    def cell(name: str) -> CellOf[Customer]:
        def n_of(one: Customer) -> int:
            return int(getattr(counts_of(one.customer_id), name))

        return CellOf(n_of, lambda one: formats.number(n_of(one)) if n_of(one) else "")

    return {column.name: cell(column.name) for column in STATE_COLUMNS}


def customer_cells(as_of: date, formats: Formats, links: Links) -> dict[str, CellOf[Customer]]:
    """Return how each column is made of a customer."""
    day, number = cache(lambda on: formats.day(on, as_of)), cache(formats.number)  # many share one

    def since(customer: Customer) -> int | None:
        return (as_of - customer.last_order_on).days if customer.last_order_on else None

    def since_words(customer: Customer) -> str:
        days = since(customer)
        return "No orders yet" if days is None else f"{number(days)} / {number(customer.usual_gap_days)}"

    def change(customer: Customer) -> float | None:
        before = customer.revenue_12m_before
        return customer.revenue_12m / before - 1 if before and customer.revenue_12m is not None else None

    return {
        "customer": CellOf(lambda one: one.name, lambda one: one.name, lambda one: links.customer(one.customer_id)),
        "number": CellOf(lambda one: one.customer_id),
        "segment": CellOf(lambda one: one.segment),
        "region": CellOf(lambda one: one.region),
        "rep": CellOf(lambda one: one.rep, lambda one: one.rep or NONE),
        "revenue": CellOf(lambda one: one.revenue_12m, lambda one: formats.money(one.revenue_12m)),
        "before": CellOf(lambda one: one.revenue_12m_before),
        "change": CellOf(change, lambda one: formats.percent_change(one.revenue_12m, one.revenue_12m_before)),
        "last": CellOf(lambda one: one.last_order_on, lambda one: day(one.last_order_on)),
        "since": CellOf(since, since_words),
        "usual": CellOf(lambda one: one.usual_gap_days),
        "rfm": CellOf(lambda one: one.rfm_segment),
    }
