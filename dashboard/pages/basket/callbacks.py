"""The basket page's layout and callbacks."""

from datetime import UTC, datetime
from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.identity import current_identity
from dashboard.access.permissions import ACTIONS, allows
from dashboard.access.trail import HANDED_OVER, note
from dashboard.components.csv_file import register_csv_file
from dashboard.components.empty_states import unknown_customer
from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.page_guard import roles
from dashboard.components.table import csv_download, note_export
from dashboard.display.basket_changes import (
    add_order,
    change_quantity,
    empty_basket,
    mark_ordered,
    put,
    put_order_day,
)
from dashboard.display.page_context import PageContext
from dashboard.display.recording import LONGEST_KEY, Answer, mapping_of
from dashboard.display.request_values import text_of
from dashboard.display.urls import BASKET_ENDING, CUSTOMER_TEMPLATE, id_of
from dashboard.pages.basket.data import BasketPage, basket_csv, basket_page, order_of, unknown_of
from dashboard.pages.basket.view import ASKED, BASKET, CSV, DONE, UNKNOWN, Shown, basket_body, basket_view
from dashboard.services import newest_context, services
from dashboard.web.order_system import hand_over


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    template = f"{CUSTOMER_TEMPLATE}{BASKET_ENDING}"
    # Before the customer's own page, whose template would take the ending for a part of the number.
    dash.register_page(
        "basket", path_template=template, name="Basket", title=title, layout=page_layout(layout), order=1
    )
    customer = State("page-customer", "data")
    register_callback(
        app,
        change,
        Output(BASKET, "children"),
        Output(UNKNOWN, "data"),
        Output(DONE, "data"),
        Input(ASKED, "data"),
        State(UNKNOWN, "data"),
        customer,
        notice=lambda notice: (notice, no_update, no_update),
    )
    app.clientside_callback(
        ClientsideFunction("repertoireBasket", "done"),
        Output("basket-text", "value"),
        Input(DONE, "data"),
        prevent_initial_call=True,
    )
    register_csv_file(app, CSV, download, customer)


def title(customer_id: str = "", **_: Any) -> str:
    """Return the page's title."""
    context = newest_context()
    name = context.customers.name(id_of(customer_id)) if context else None
    return f"Basket for {name} - Repertoire" if name else "Unknown customer - Repertoire"


def layout(context: PageContext, /, customer_id: Any = "", **_: Any) -> Component:
    """Draw the page."""
    page = basket_page(context, id_of(text_of(customer_id)))
    if page is None:
        return unknown_customer(context.version.id, context.links)
    return basket_view(page, _shown(context))


def change(context: PageContext, asked: Any, unknown: Any, customer_id: Any) -> tuple[Any, Any, Any]:
    """Change the basket; return it as it is then, the lines that are no product, and whether it was done."""
    sent, customer_id, left = mapping_of(asked), text_of(customer_id), unknown_of(unknown)
    do, at = text_of(sent.get("do")), sent.get("at")
    others = tuple(one for place, one in enumerate(left) if str(place) != str(at))
    if do == "add":
        answer, found = add_order(context, customer_id, sent)
        left = (*left, *found)
    elif do in ("put", "accept"):
        answer = put(context, customer_id, sent)
        left = others if do == "accept" and answer.is_done else left
    elif do == "leave":
        answer, left = Answer(True, ""), others
    elif do in _CHANGES:
        answer = _CHANGES[do](context, customer_id, sent)
    else:
        raise PreventUpdate
    page = basket_page(context, customer_id, left, answer.text)
    if page is None:
        raise PreventUpdate
    kept = [one._asdict() for one in left]
    done = {"done": answer.is_done, "do": do, "at": datetime.now(UTC).isoformat()}
    return basket_body(page, _shown(context)), kept, done


def send(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """Hand the basket over to the order system; once it is taken the basket is empty."""
    page, settings = basket_page(context, customer_id), services().settings
    if page is None or not page.lines or not settings.order_url:
        return Answer(False, "Not handed over: the basket is empty.")
    identity = current_identity()
    key = text_of(mapping_of(sent).get("key"))[:LONGEST_KEY]
    order = order_of(page, identity.name if identity else "")
    taken = hand_over(settings.order_url, settings.order_token, order, key)
    note(services().database, HANDED_OVER, customer_id, row_count=len(page.lines), filter={"done": taken.is_done})
    if not taken.is_done:
        return Answer(False, taken.text)
    marked = mark_ordered(context, customer_id, sent)
    return Answer(True, taken.text if marked.is_done else f"{taken.text} {marked.text}")


_CHANGES = {
    "last": put_order_day,
    "set": change_quantity,
    "empty": lambda context, customer_id, _: empty_basket(context, customer_id),
    "ordered": mark_ordered,
    "send": send,
}


def download(context: PageContext, n_clicks: Any, customer_id: Any) -> Any:
    """Return the basket as a file."""
    page: BasketPage | None = basket_page(context, text_of(customer_id))
    if not n_clicks or page is None or not page.lines:
        raise PreventUpdate
    content = basket_csv(page)
    note_export("basket", content, context, {}, page.customer.customer_id)
    return csv_download(content, "basket-for", page.customer.customer_id, page.customer.name, page.as_of.isoformat())


def may_change() -> bool:
    """Return whether who sends the current request may put together a basket."""
    return allows(ACTIONS[f"{BASKET}.children"], roles())


def _shown(context: PageContext) -> Shown:
    return Shown(context.formats, context.links, may_change(), bool(services().settings.order_url))
