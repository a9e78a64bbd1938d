"""The layout of a customer's past orders, what is put into the basket, and their file."""

from typing import Any

import dash
from dash import Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.permissions import ACTIONS, allows
from dashboard.components import html
from dashboard.components.csv_file import register_csv_file
from dashboard.components.elements import page_link
from dashboard.components.empty_states import unknown_customer
from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.page_guard import roles
from dashboard.components.table import csv_download, note_export
from dashboard.display.basket_changes import put_order_day
from dashboard.display.page_context import PageContext
from dashboard.display.recording import mapping_of
from dashboard.display.request_values import text_of
from dashboard.display.urls import CUSTOMER_TEMPLATE, ORDERS_ENDING, id_of
from dashboard.pages.orders.data import orders_csv, orders_page
from dashboard.pages.orders.view import ASKED, CSV, FILTERS, SAID, orders_view
from dashboard.services import newest_context


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    template = f"{CUSTOMER_TEMPLATE}{ORDERS_ENDING}"
    # Before the customer's own page, whose template would take the ending for a part of the number.
    dash.register_page(
        "orders", path_template=template, name="Orders", title=title, layout=page_layout(layout), order=1
    )
    customer = State("page-customer", "data")
    register_callback(app, put, Output(SAID, "children"), Input(ASKED, "data"), customer)
    register_csv_file(app, CSV, download, State(FILTERS, "data"), customer)


def title(customer_id: str = "", **_: Any) -> str:
    """Return the page's title."""
    context = newest_context()
    name = context.customers.name(id_of(customer_id)) if context else None
    return f"Orders of {name} - Repertoire" if name else "Unknown customer - Repertoire"


def layout(context: PageContext, /, customer_id: Any = "", **query: Any) -> Component:
    """Draw the page; the address has the filters: `contains=oat&since=3`."""
    page = orders_page(context, id_of(text_of(customer_id)), query)
    if page is None:
        return unknown_customer(context.version.id, context.links)
    may_change = allows(ACTIONS[f"{SAID}.children"], roles())
    return orders_view(page, context.formats, context.links, may_change=may_change)


def put(context: PageContext, asked: Any, customer_id: Any) -> Component:
    """Put an order day into the basket; return what became of it, with the way there."""
    answer = put_order_day(context, text_of(customer_id), mapping_of(asked))
    link: list[Any] = (
        [" ", page_link("To the basket", context.links.basket(text_of(customer_id)))] if answer.is_done else []
    )
    return html.P([answer.text, *link], className="rp-hint num")


def download(context: PageContext, n_clicks: Any, filters: Any, customer_id: Any) -> Any:
    """Return the lines of the orders that fit as a file."""
    page = orders_page(context, text_of(customer_id), mapping_of(filters))
    if not n_clicks or page is None:
        raise PreventUpdate
    content = orders_csv(context, page)
    note_export("orders", content, context, {"since": page.span}, page.customer.customer_id)
    return csv_download(content, "orders-of", page.customer.customer_id, page.customer.name, page.as_of.isoformat())
