"""How the basket is drawn as a page of its own: head and card, and on a phone the way back."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.basket_card import ASKED
from dashboard.components.copy_sentence import copied
from dashboard.components.customer_head import customer_head
from dashboard.components.elements import attributes
from dashboard.display.basket import Basket
from dashboard.display.formats import Formats
from dashboard.display.urls import Links


def basket_view(basket: Basket, card: Sequence[Component], formats: Formats, links: Links) -> Component:
    """Draw the page around the card."""
    customer = basket.customer
    return html.Div(
        [
            dcc.Store(id="page-version", data=basket.version),
            dcc.Store(id="page-customer", data=customer.customer_id),
            customer_head(customer, _facts(basket, formats), links, []),
            *card,
            copied(),
        ],
        className="rp-page",
        **attributes(data_rp_basket=ASKED),
    )


def _facts(basket: Basket, formats: Formats) -> list[str]:
    customer = basket.customer
    last = "No orders yet"
    if customer.last_order_on:
        last = f"Last order {formats.day(customer.last_order_on, basket.as_of)}"
    return [last, f"Average order {formats.money(basket.average)}" if basket.average is not None else ""]
