"""Buttons that change the basket for a customer; assets/basket.js sends what they say."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes


def basket_button(
    do: str,
    children: Sequence[Component | str],
    class_name: str,
    *,
    product: str | None = None,
    quantity: float | None = None,
    at: int | None = None,
    day: str | None = None,
) -> Component:
    """Return a button; the page around it has `data_rp_basket`, the store that is written to.

    do       what display/basket_changes.py does
    product  of which, and how much of it        at  the place of a line that is no product        day  of an order
    """
    said = attributes(
        data_rp_basket_do=do,
        data_rp_basket_product=product,
        data_rp_basket_quantity=None if quantity is None else plain_quantity(quantity),
        data_rp_basket_at=None if at is None else str(at),
        data_rp_basket_day=day,
    )
    return html.Button(list(children), type="button", className=class_name, disable_n_clicks=True, **said)


def plain_quantity(quantity: float) -> str:
    """Return a quantity as a field holds it: without separators, up to three decimals."""
    return f"{quantity:.3f}".rstrip("0").rstrip(".")
