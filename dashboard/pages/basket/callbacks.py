"""The layout of the basket as a page of its own, for a phone and for links; its callbacks are those of every basket."""

from typing import Any

import dash
from dash import Dash
from dash.development.base_component import Component

from dashboard.components.basket_callbacks import open_card, register_basket
from dashboard.components.empty_states import unknown_customer
from dashboard.components.page_callbacks import page_layout
from dashboard.display.basket import basket_of
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.urls import BASKET_ENDING, CUSTOMER_TEMPLATE, id_of
from dashboard.pages.basket.view import basket_view
from dashboard.services import newest_context


def register(app: Dash) -> None:
    """Register the page, and the callbacks of baskets wherever they are shown."""
    template = f"{CUSTOMER_TEMPLATE}{BASKET_ENDING}"
    # Before the customer's own page, whose template would take the ending for a part of the number.
    dash.register_page(
        "basket", path_template=template, name="Basket", title=title, layout=page_layout(layout), order=1
    )
    register_basket(app)


def title(customer_id: str = "", **_: Any) -> str:
    """Return the page's title."""
    context = newest_context()
    name = context.customers.name(id_of(customer_id)) if context else None
    return f"Basket for {name} - Repertoire" if name else "Unknown customer - Repertoire"


def layout(context: PageContext, /, customer_id: Any = "", **_: Any) -> Component:
    """Draw the page."""
    basket = basket_of(context, id_of(text_of(customer_id)))
    if basket is None:
        return unknown_customer(context.version.id, context.links)
    return basket_view(basket, open_card(context, basket), context.formats, context.links)
