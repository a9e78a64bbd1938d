"""The view for an id that there is no product for."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import number, page_link
from dashboard.components.empty_states import empty_state
from dashboard.display.urls import Links
from dashboard.records.products import Product

LONGEST = 60  # letters of a wrong id that are shown


def unknown_product_view(product_id: str, near: Sequence[Product], version: str, links: Links) -> Component:
    """Return a notice with the unknown id and the products spelled most like it."""
    shown = product_id if len(product_id) <= LONGEST else f"{product_id[:LONGEST]}\N{HORIZONTAL ELLIPSIS}"
    quoted = f"\N{LEFT DOUBLE QUOTATION MARK}{shown}\N{RIGHT DOUBLE QUOTATION MARK}"
    why: list[Component] = [html.P(f"There is no product with the number {quoted}.")]
    if near:
        why.append(html.P("Spelled most like it:"))
        why.append(html.Ul([_near(product, links) for product in near], className="rp-near"))
    actions = [page_link("All customers", links.home(), "btn btn-primary")]
    return html.Div(
        [dcc.Store(id="page-version", data=version), empty_state("Unknown product", why, actions, level=1)],
        className="rp-page rp-unknown",
    )


def _near(product: Product, links: Links) -> Component:
    return html.Li(
        [page_link(product.name, links.product(product.product_id)), " ", number(product.product_id, "rp-id")]
    )
