"""The layout of the list of all products, and its CSV."""

from typing import Any

import dash
from dash import Dash
from dash.development.base_component import Component

from dashboard.components.page_callbacks import page_layout
from dashboard.components.table import register_csv
from dashboard.display.page_context import PageContext
from dashboard.display.product_table import COLUMNS, PRODUCTS
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import PRODUCTS_PATH
from dashboard.pages.products.data import products_head
from dashboard.pages.products.view import products_view
from dashboard.services import services


def register(app: Dash) -> None:
    """Register the page and its CSV."""
    dash.register_page(
        "products", path=PRODUCTS_PATH, name="Products", title="Products - Repertoire", layout=page_layout(layout)
    )
    register_csv(app, PRODUCTS, all_products, file="products")


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; the address says how the table is sorted and filtered: `category=*tea*&sort=revenue.desc`."""
    state = table_state(query, PRODUCTS, COLUMNS, is_main=True)
    return products_view(products_head(context), services().kept_tables.products(context), state, context)


def all_products(context: PageContext) -> TableRows:
    """Return all products, for the CSV."""
    return services().kept_tables.products(context).table
