"""What a customer bought over the years: months, products, returns. No Dash."""

from dataclasses import dataclass
from datetime import date

from dashboard.access.viewer import Viewer
from dashboard.data.repository import Repository
from dashboard.display.formats import NONE, Formats
from dashboard.display.table import TableCell, TableColumn, TableRow, TableRows
from dashboard.display.urls import Links
from dashboard.display.year_bars import YearBars, year_bars, year_table
from dashboard.records.customers import Bought, Returned

MONTHS, MONTHS_TITLE = "months", "Revenue by month"
BUYS = "buys"
BUYS_COLUMNS = (
    TableColumn("product", "Product", width=220, grow=4),
    TableColumn("category", "Category", width=120, grow=2, on_phone="hidden"),
    TableColumn("times", "Times", "number", width=76, meaning="Order days with it"),
    TableColumn("gap", "Usual gap", "number", width=96, meaning="Median days between two purchases, from three on"),
    TableColumn("first", "First", "date", width=96, on_phone="hidden"),
    TableColumn("last", "Last", "date", width=96),
    TableColumn("quantity", "Usual", "number", width=80, on_phone="hidden", meaning="Median units an order day"),
    TableColumn("revenue", "12 months", "number", width=112, on_phone="value", meaning="Revenue in the last 12 months"),
)

BACK = "back"
BACK_COLUMNS = (
    TableColumn("product", "Product", width=220, grow=4),
    TableColumn("on", "Returned", "date", width=110),
    TableColumn("document", "Document", width=110, grow=2, on_phone="hidden"),
    TableColumn("quantity", "Quantity", "number", width=96),
    TableColumn("revenue", "Value", "number", width=96, on_phone="value"),
)


@dataclass(frozen=True)
class History:
    """All of a customer's past that the page shows; `first_on` is the day that the data begin."""

    months: YearBars
    first_on: date
    buys: TableRows
    back: TableRows


def history(
    repository: Repository, viewer: Viewer, formats: Formats, links: Links, customer_id: str, version: str
) -> History:
    """Return the past of a customer; empty for one whom the viewer does not see."""
    first_on = repository.first_order_on(version)
    return History(
        year_bars(repository.months(viewer, customer_id, version), repository.as_of(version), first_on),
        first_on,
        buys_table(repository, viewer, formats, links, customer_id, version),
        back_table(repository, viewer, formats, links, customer_id, version),
    )


def months_table(
    repository: Repository, viewer: Viewer, formats: Formats, _links: Links, customer_id: str, version: str
) -> TableRows:
    """Return the revenue of a customer's months as the CSV has it."""
    months = repository.months(viewer, customer_id, version)
    bars = year_bars(months, repository.as_of(version), repository.first_order_on(version))
    return year_table(MONTHS, MONTHS_TITLE, bars, formats)


def buys_table(
    repository: Repository, viewer: Viewer, formats: Formats, links: Links, customer_id: str, version: str
) -> TableRows:
    """Return what a customer ever bought, most revenue in 12 months first; a category where the data have any."""
    bought = repository.bought(viewer, customer_id, version)
    as_of = repository.as_of(version)
    has_category = any(one.category for one in bought)
    columns = [column for column in BUYS_COLUMNS if has_category or column.name != "category"]
    rows = []
    for one in bought:
        cells = {
            "product": TableCell(one.product_name, one.product_name, links.product(one.product_id)),
            "category": TableCell(one.category, _leaf(one)),
            "times": TableCell(one.n_baskets, formats.number(one.n_baskets)),
            "gap": TableCell(one.usual_gap_days, formats.days(one.usual_gap_days) if one.usual_gap_days else NONE),
            "first": TableCell(one.first_on, formats.day(one.first_on, as_of)),
            "last": TableCell(one.last_on, formats.day(one.last_on, as_of)),
            "quantity": TableCell(one.usual_quantity, formats.quantity(one.usual_quantity)),
            "revenue": TableCell(one.revenue_12m, formats.money(one.revenue_12m)),
        }
        rows.append(TableRow(one.product_id, tuple(cells[column.name] for column in columns)))
    return TableRows(BUYS, "What they buy", ("product", "products"), tuple(columns), tuple(rows))


def back_table(
    repository: Repository, viewer: Viewer, formats: Formats, links: Links, customer_id: str, version: str
) -> TableRows:
    """Return what a customer gave back, newest first."""
    as_of = repository.as_of(version)
    returned = repository.returned(viewer, customer_id, version)
    rows = tuple(_back_row(at, one, as_of, formats, links) for at, one in enumerate(returned))
    return TableRows(BACK, "Returns", ("line", "lines"), BACK_COLUMNS, rows)


def _back_row(at: int, one: Returned, as_of: date, formats: Formats, links: Links) -> TableRow:
    cells = (
        TableCell(one.product_name, one.product_name, links.product(one.product_id)),
        TableCell(one.on, formats.day(one.on, as_of)),
        TableCell(one.order_id, one.order_id),
        TableCell(one.quantity, formats.quantity(one.quantity)),
        TableCell(one.revenue, formats.money(one.revenue)),
    )
    return TableRow(str(at), cells)


def _leaf(one: Bought) -> str:
    return (one.category or "").rpartition(" > ")[2]
