"""The view for an id that there is no product for."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.components.empty_states import quoted_id, unknown_id
from dashboard.display.urls import Links
from dashboard.records.products import Product


def unknown_product_view(product_id: str, near: Sequence[Product], version: str, links: Links) -> Component:
    """Return a notice with the unknown id and the products spelled most like it."""
    why = f"There is no product with the number {quoted_id(product_id)}."
    offered = [(one.name, one.product_id, links.product(one.product_id)) for one in near]
    return unknown_id("Unknown product", why, offered, version, ("All products", links.products()))
