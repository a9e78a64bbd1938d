"""The layout of the list of all customers, and its CSV."""

from typing import Any

import dash
from dash import Dash
from dash.development.base_component import Component

from dashboard.components.page_callbacks import page_layout
from dashboard.components.table import register_csv
from dashboard.display.customer_table import COLUMNS, CUSTOMERS
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import CUSTOMERS_PATH
from dashboard.pages.customers.data import customers_head
from dashboard.pages.customers.view import customers_view
from dashboard.services import services


def register(app: Dash) -> None:
    """Register the page and its CSV."""
    dash.register_page(
        "customers",
        path=CUSTOMERS_PATH,
        name="Customers",
        title="Customers - Repertoire",
        layout=page_layout(layout),
    )
    register_csv(app, CUSTOMERS, all_customers, file="customers")


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; the address says how the table is sorted and filtered: `segment=Cafe&sort=last.desc`."""
    state = table_state(query, CUSTOMERS, COLUMNS, is_main=True)
    return customers_view(customers_head(context), services().kept_tables.customers(context), state, context)


def all_customers(context: PageContext) -> TableRows:
    """Return the viewer's customers, for the CSV."""
    return services().kept_tables.customers(context).table
