"""The layout of a customer's past orders, and their file."""

from typing import Any

import dash
from dash import Dash, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.basket_callbacks import basket_area, may_change
from dashboard.components.csv_file import register_csv_file
from dashboard.components.empty_states import unknown_customer
from dashboard.components.page_callbacks import page_layout
from dashboard.components.table import csv_download, note_export
from dashboard.display.page_context import PageContext
from dashboard.display.recording import mapping_of
from dashboard.display.request_values import text_of
from dashboard.display.urls import CUSTOMER_TEMPLATE, ORDERS_ENDING, id_of
from dashboard.pages.orders.data import orders_csv, orders_page
from dashboard.pages.orders.view import CSV, FILTERS, Parts, orders_view
from dashboard.services import newest_context


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    template = f"{CUSTOMER_TEMPLATE}{ORDERS_ENDING}"
    # Before the customer's own page, whose template would take the ending for a part of the number.
    dash.register_page(
        "orders", path_template=template, name="Orders", title=title, layout=page_layout(layout), order=1
    )
    register_csv_file(app, CSV, download, State(FILTERS, "data"), State("page-customer", "data"))


def title(customer_id: str = "", **_: Any) -> str:
    """Return the page's title."""
    context = newest_context()
    name = context.customers.name(id_of(customer_id)) if context else None
    return f"Orders of {name} - Repertoire" if name else "Unknown customer - Repertoire"


def layout(context: PageContext, /, customer_id: Any = "", **query: Any) -> Component:
    """Draw the page; the address has the filters, and whether the basket is open: `contains=oat&since=3&basket=1`."""
    page = orders_page(context, id_of(text_of(customer_id)), query)
    if page is None:
        return unknown_customer(context.version.id, context.links)
    is_open = may_change() and bool(query.get("basket"))
    basket = basket_area(context, page.customer.customer_id, is_open=is_open) if may_change() else []
    return orders_view(page, Parts(basket, is_open), context.formats, context.links)


def download(context: PageContext, n_clicks: Any, filters: Any, customer_id: Any) -> Any:
    """Return the lines of the orders that fit as a file."""
    page = orders_page(context, text_of(customer_id), mapping_of(filters))
    if not n_clicks or page is None:
        raise PreventUpdate
    content = orders_csv(page)
    note_export("orders", content, context, {"since": page.span}, page.customer.customer_id)
    return csv_download(content, "orders-of", page.customer.customer_id, page.customer.name, page.as_of.isoformat())
