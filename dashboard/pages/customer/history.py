"""What a customer bought over the years, as tables; no Dash."""

from dashboard.answers import Bought
from dashboard.formats import NONE, Formats
from dashboard.repository import Repository
from dashboard.table_rows import TableCell, TableColumn, TableRow, TableRows
from dashboard.viewer import Viewer

BUYS = "buys"
BUYS_COLUMNS = (
    TableColumn("product", "Product", width=220, grow=4),
    TableColumn("category", "Category", width=120, grow=2, on_phone="hidden"),
    TableColumn("times", "Times", "number", width=76, meaning="Order days with it"),
    TableColumn("gap", "Usual gap", "number", width=96, meaning="Median days between two purchases, from three on"),
    TableColumn("first", "First", "date", width=96, on_phone="hidden"),
    TableColumn("last", "Last", "date", width=96),
    TableColumn("quantity", "Usual", "number", width=80, on_phone="hidden", meaning="Median units an order day"),
    TableColumn("revenue", "12 months", "number", width=100, on_phone="value", meaning="Revenue in the last 12 months"),
)


def buys_table(repository: Repository, viewer: Viewer, formats: Formats, customer_id: str, version: str) -> TableRows:
    """Return what a customer ever bought, most revenue in 12 months first; a category where the data have any."""
    bought = repository.bought(viewer, customer_id, version)
    as_of = repository.as_of(version)
    has_category = any(one.category for one in bought)
    columns = [column for column in BUYS_COLUMNS if has_category or column.name != "category"]
    rows = []
    for one in bought:
        cells = {
            "product": TableCell(one.product_name, one.product_name),
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


def _leaf(one: Bought) -> str:
    return (one.category or "").rpartition(" > ")[2]
