"""What a customer bought over the years: months, products, returns. No Dash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.display.formats import NONE
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.display.year_bars import YearBars, year_bars, year_table
from dashboard.records.customers import Bought, Returned
from recsys.schema.reorder_rules import NEW_IN_RANGE_DAYS

MONTHS, MONTHS_TITLE = "months", "Revenue by month"
BUYS = "buys"
BUYS_COLUMNS = (
    TableColumn("product", "Product", width=220, grow=4),
    TableColumn("number", "Product number", in_file_only=True),
    TableColumn("category", "Category", width=120, grow=2, on_phone="hidden", meaning=MEANINGS["Category"]),
    TableColumn(
        "times", "Times", "number", width=76, meaning=MEANINGS["Times"], file_label="Order days with it", decimals=0
    ),
    TableColumn(
        "gap",
        "Usual gap",
        "number",
        width=96,
        meaning=MEANINGS["Usual gap of a product"],
        file_label="Usual gap, days",
        decimals=1,
    ),
    TableColumn(
        "first", "First", "date", 96, on_phone="hidden", meaning=MEANINGS["First"], file_label="First order day with it"
    ),
    TableColumn("last", "Last", "date", width=96, meaning=MEANINGS["Last"], file_label="Last order day with it"),
    TableColumn(
        "quantity",
        "Usual",
        "number",
        width=80,
        on_phone="hidden",
        meaning=MEANINGS["Usual quantity"],
        file_label="Usual quantity",
        decimals=2,
    ),
    TableColumn(
        "revenue",
        "12 months",
        "number",
        width=112,
        on_phone="value",
        meaning=MEANINGS["Revenue of a product"],
        file_label="Revenue, 12 months",
        decimals=2,
        may_be_withheld=True,
    ),
)

BACK = "back"
BACK_COLUMNS = (
    TableColumn("product", "Product", width=220, grow=4),
    TableColumn("number", "Product number", in_file_only=True),
    TableColumn("on", "Returned", "date", width=110, meaning=MEANINGS["Returned"]),
    TableColumn("document", "Document", width=110, grow=2, on_phone="hidden", meaning=MEANINGS["Document"]),
    TableColumn("quantity", "Quantity", "number", width=96, meaning=MEANINGS["Quantity returned"], decimals=2),
    TableColumn(
        "revenue",
        "Value",
        "number",
        96,
        on_phone="value",
        meaning=MEANINGS["Value returned"],
        decimals=2,
        may_be_withheld=True,
    ),
)


@dataclass(frozen=True)
class History:
    """All of a customer's past that the page shows; `first_on` is the day that the data begin.

    shows_revenue   whether the viewer sees what they spend: the months are of it
    new_in_range    what they took up lately, newest first
    """

    months: YearBars
    first_on: date
    buys: TableRows
    back: TableRows
    shows_revenue: bool
    new_in_range: tuple[Bought, ...] = ()


def history(context: PageContext, customer_id: str) -> History:
    """Return the past of a customer; empty for one whom the viewer does not see."""
    buys = buys_table(context, customer_id)
    return History(
        _bars(context, customer_id),
        context.version.first_order_on,
        buys,
        back_table(context, customer_id),
        context.customers.shows_revenue(customer_id),
        new_in_range(buys.records, context.as_of),
    )


def new_in_range(bought: Sequence[Bought], as_of: date) -> tuple[Bought, ...]:
    """Return what was first bought in the last NEW_IN_RANGE_DAYS, newest first; of a new customer that says nothing."""
    start = as_of - timedelta(NEW_IN_RANGE_DAYS)
    if all(one.first_on > start for one in bought):
        return ()
    new = [one for one in bought if one.first_on > start]
    return tuple(sorted(new, key=lambda one: (-one.first_on.toordinal(), -one.n_baskets, one.product_name)))


def months_table(context: PageContext, customer_id: str) -> TableRows:
    """Return the revenue of a customer's months as the CSV has it."""
    return year_table(MONTHS, MONTHS_TITLE, _bars(context, customer_id), context.formats)


def _bars(context: PageContext, customer_id: str) -> YearBars:
    return year_bars(context.customers.months(customer_id), context.as_of, context.version.first_order_on)


def buys_table(context: PageContext, customer_id: str) -> TableRows:
    """Return what a customer ever bought, most revenue in 12 months first; a category where the data have any."""
    formats, links, as_of = context.formats, context.links, context.as_of
    bought = context.customers.bought(customer_id)
    has_category = any(one.category for one in bought)
    cells: dict[str, CellOf[Bought]] = {
        "product": CellOf(
            lambda one: one.product_name, lambda one: one.product_name, lambda one: links.product(one.product_id)
        ),
        "number": CellOf(lambda one: one.product_id),
        "category": CellOf(lambda one: one.category, _leaf),
        "times": CellOf(lambda one: one.n_baskets, lambda one: formats.number(one.n_baskets)),
        "gap": CellOf(
            lambda one: one.usual_gap_days,
            lambda one: formats.days(one.usual_gap_days) if one.usual_gap_days else NONE,
        ),
        "first": CellOf(lambda one: one.first_on, lambda one: formats.day(one.first_on, as_of)),
        "last": CellOf(lambda one: one.last_on, lambda one: formats.day(one.last_on, as_of)),
        "quantity": CellOf(lambda one: one.usual_quantity, lambda one: formats.quantity(one.usual_quantity)),
        "revenue": CellOf(lambda one: one.revenue_12m, lambda one: formats.money(one.revenue_12m)),
    }
    columns = tuple(column for column in BUYS_COLUMNS if has_category or column.name != "category")
    about = (BUYS, "What they buy", ("product", "products"))
    return table_of(about, columns, bought, lambda one: one.product_id, cells)


def back_table(context: PageContext, customer_id: str) -> TableRows:
    """Return what a customer gave back, newest first; the keys are places from 0."""
    formats, links, as_of = context.formats, context.links, context.as_of
    lines = tuple(enumerate(context.customers.returned(customer_id)))
    cells: dict[str, CellOf[tuple[int, Returned]]] = {
        "product": CellOf(
            lambda line: line[1].product_name,
            lambda line: line[1].product_name,
            lambda line: links.product(line[1].product_id),
        ),
        "number": CellOf(lambda line: line[1].product_id),
        "on": CellOf(lambda line: line[1].on, lambda line: formats.day(line[1].on, as_of)),
        "document": CellOf(lambda line: line[1].order_id),
        "quantity": CellOf(lambda line: line[1].quantity, lambda line: formats.quantity(line[1].quantity)),
        "revenue": CellOf(lambda line: line[1].revenue, lambda line: formats.money(line[1].revenue)),
    }
    return table_of((BACK, "Returns", ("line", "lines")), BACK_COLUMNS, lines, lambda line: str(line[0]), cells)


def _leaf(one: Bought) -> str:
    return (one.category or "").rpartition(" > ")[2]
