"""The table of all products of a version; it is everyone's, and the same to everyone."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.display.urls import Links
from dashboard.records.products import Product

PRODUCTS = "products"
TITLE = "All products"
AVAILABLE, NOT_AVAILABLE = "Available", "Not available"

COLUMNS = (
    TableColumn("product", "Product", width=200, grow=5),
    TableColumn("number", "Number", width=92, on_phone="hidden", file_label="Product number"),
    TableColumn("category", "Category", width=112, grow=2, on_phone="plain", meaning=MEANINGS["Category"]),
    TableColumn("supplier", "Supplier", in_file_only=True),
    TableColumn("pack", "Pack", in_file_only=True),
    TableColumn("state", "State", width=104, on_phone="hidden", meaning=MEANINGS["State"]),
    TableColumn("price", "Price", "number", width=84, meaning=MEANINGS["Price"], decimals=2),
    TableColumn(
        "customers",
        "Customers",
        "number",
        width=104,
        meaning=MEANINGS["Customers, ever"],
        file_label="Customers who ever bought it",
        decimals=0,
    ),
    TableColumn(
        "days", "Order days", "number", width=104, on_phone="hidden", meaning=MEANINGS["Order days"], decimals=0
    ),
    TableColumn(
        "units",
        "Units, 12 months",
        "number",
        width=104,
        on_phone="hidden",
        meaning=MEANINGS["Units sold"],
        decimals=2,
    ),
    TableColumn(
        "revenue",
        "Revenue, 12 months",
        "number",
        width=112,
        on_phone="value",
        meaning=MEANINGS["Revenue sold"],
        decimals=2,
        may_be_withheld=True,
    ),
    TableColumn("last", "Last sold", "date", width=92, on_phone="hidden", meaning=MEANINGS["Last sold"]),
)


def product_table(products: Sequence[Product], as_of: date, formats: Formats, links: Links) -> TableRows:
    """Return a table of products in their order."""
    day, number = cache(lambda on: formats.day(on, as_of)), cache(formats.number)  # many share one
    cells: dict[str, CellOf[Product]] = {
        "product": CellOf(lambda one: one.name, lambda one: one.name, lambda one: links.product(one.product_id)),
        "number": CellOf(lambda one: one.product_id),
        "category": CellOf(lambda one: one.category, lambda one: (one.category or "").rpartition(" > ")[2]),
        "supplier": CellOf(lambda one: one.supplier),
        "pack": CellOf(lambda one: one.pack_size),
        "state": CellOf(lambda one: AVAILABLE if one.can_be_sold else NOT_AVAILABLE),
        "price": CellOf(lambda one: one.price, lambda one: formats.price(one.price)),
        "customers": CellOf(lambda one: one.n_customers, lambda one: number(one.n_customers)),
        "days": CellOf(lambda one: one.n_baskets, lambda one: number(one.n_baskets)),
        "units": CellOf(lambda one: one.units_12m, lambda one: formats.quantity(one.units_12m)),
        "revenue": CellOf(lambda one: one.revenue_12m, lambda one: formats.money(one.revenue_12m)),
        "last": CellOf(lambda one: one.last_sold_on, lambda one: day(one.last_sold_on)),
    }
    about = (PRODUCTS, TITLE, ("product", "products"))
    columns = product_columns(products)
    return table_of(about, columns, products, lambda one: one.product_id, cells, choice="state", is_main=True)


def product_columns(products: Sequence[Product]) -> tuple[TableColumn, ...]:
    """Return the columns that say something of these products: no number that is the name, no state that all have."""
    left_out = {
        name
        for name, says_nothing in (
            ("number", all(one.product_id == one.name for one in products)),
            ("state", all(one.can_be_sold for one in products)),
        )
        if says_nothing
    }
    return tuple(column for column in COLUMNS if column.name not in left_out)
