"""The layout of the list of all customers, and its CSV."""

from typing import Any

import dash
from dash import Dash, Input, Output
from dash.development.base_component import Component

from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.table import register_csv
from dashboard.display.customer_table import COLUMNS, CUSTOMERS
from dashboard.display.page_context import PageContext
from dashboard.display.saved_views import change_views, views_of
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import CUSTOMERS_PATH
from dashboard.pages.customers.data import PAGE, counts_of, customers_head, filters_of, with_counts
from dashboard.pages.customers.view import VIEW_ASKED, VIEWS, customers_view, views_of_page
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
    register_callback(app, change_view, Output(VIEWS, "children"), Input(VIEW_ASKED, "data"))


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; the address says how the table is sorted and filtered: `segment=Cafe&sort=last.desc`."""
    state = table_state(query, CUSTOMERS, COLUMNS, is_main=True)
    counts = counts_of(context)
    kept = with_counts(services().kept_tables.customers(context), counts, context)
    return customers_view(customers_head(context), kept, state, filters_of(context, counts), query, context)


def all_customers(context: PageContext) -> TableRows:
    """Return the viewer's customers, for the CSV."""
    return with_counts(services().kept_tables.customers(context), counts_of(context), context).table


def change_view(context: PageContext, asked: Any) -> list[Component]:
    """Save the table's filters under a name, or remove a view; return the views as they are then."""
    change_views(context.desk, PAGE, asked)
    return views_of_page(views_of(context.desk, PAGE), context.links)
