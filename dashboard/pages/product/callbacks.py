"""The product page's layout and callbacks."""

from typing import Any

import dash
from dash import MATCH, Dash, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.page_callbacks import page_layout, register_list_csv, register_proof
from dashboard.components.table import csv_download, file_about, note_export, register_csv
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import PRODUCT_TEMPLATE, id_of
from dashboard.pages.product.data.lists_csv import list_csv
from dashboard.pages.product.data.page import (
    BUYERS,
    MOST_PROSPECTS,
    N_PROSPECTS,
    UNITS,
    ProductPage,
    buyer_columns,
    buyer_rows,
    product_page,
    shows_rep,
    units_table,
)
from dashboard.pages.product.data.pair_evidence import proof_of
from dashboard.pages.product.view.page import product_view
from dashboard.pages.product.view.pairs import no_pair, proof_panel
from dashboard.pages.product.view.shared import ALSO, INSTEAD, SHOULD
from dashboard.pages.product.view.unknown import unknown_product_view
from dashboard.services import newest_context

LIST_FILES = {ALSO: "bought-with", INSTEAD: "substitutes-for", SHOULD: "customers-who-should-have"}
MOST_OPENED = 10  # reasons that an address may open: as many as the page has, and a bound for one who makes it up


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page(
        "product", path_template=PRODUCT_TEMPLATE, name="Product", title=title, layout=page_layout(layout)
    )
    product = State("page-product", "data")
    register_proof(app, show_proof, "pair-", ("other",), product)
    button = {"type": "product-csv", "part": MATCH}
    register_list_csv(app, download_list, button, product, State("page-prospects", "data"))
    register_csv(app, UNITS, units_of, [product], file_about("units-by-month-of", _product))
    register_csv(app, BUYERS, buyers_of, [product], file_about("customers-who-bought", _product))


def title(product_id: str = "", **_: Any) -> str:
    """Return the page's title: the product's name or `Unknown product`."""
    context = newest_context()
    found = context.products.get(id_of(product_id)) if context else None
    return f"{found.name if found else 'Unknown product'} - Repertoire"


def layout(context: PageContext, /, product_id: Any = "", **query: Any) -> Component:
    """Draw the page; `open` of the address says which proofs are open."""
    product_id = id_of(text_of(product_id))
    page = product_page(context, product_id, n_prospects=_n_prospects(query.get("all")))
    if page is None:
        near = context.products.nearest(product_id)
        return unknown_product_view(product_id, near, context.version.id, context.links)
    opened = _opened(context, page, query.get("open", []))
    table = table_state(query, BUYERS, buyer_columns(shows_rep=page.shows_rep))
    return product_view(page, context.formats, context.links, opened=opened, table=table)


def show_proof(context: PageContext, reason: Any, product_id: Any) -> Component:
    """Return the proof of one pair."""
    other = reason.get("other") if isinstance(reason, dict) else ""
    return _proof(context, (text_of(product_id), text_of(other)))


def download_list(context: PageContext, n_clicks: Any, button: Any, product_id: Any, shown: Any) -> Any:
    """Return one list as a file."""
    product = context.products.get(text_of(product_id))
    if not n_clicks or not isinstance(button, dict) or product is None:
        raise PreventUpdate
    part = text_of(button.get("part"))
    content = list_csv(context, product, part, _n_prospects(shown))
    named = (LIST_FILES.get(part, part), product.product_id, product.name)
    if content is not None:
        note_export(f"list-{part}", content, context, {}, product.product_id)
    return csv_download(content, *named, context.as_of.isoformat())


def units_of(context: PageContext, product_id: Any) -> TableRows | None:
    """Return the units of the product's months."""
    product = context.products.get(text_of(product_id))
    return units_table(context, product.product_id) if product else None


def buyers_of(context: PageContext, product_id: Any) -> TableRows | None:
    """Return the viewer's rows of the table of buyers."""
    product = context.products.get(text_of(product_id))
    if product is None:
        return None
    buyers = context.products.buyers(product.product_id)
    return buyer_rows(
        buyers, context.formats, context.links, context.as_of, shows_rep=shows_rep(context.viewer, buyers)
    )


def _product(context: PageContext, product_id: str) -> tuple[str, str] | None:
    product = context.products.get(product_id)
    return (product.product_id, product.name) if product else None


def _n_prospects(wanted: Any) -> int:
    """Return how many prospects are shown: the first ones, or as many as are ever shown."""
    return MOST_PROSPECTS if wanted == SHOULD else N_PROSPECTS


def _opened(context: PageContext, page: ProductPage, wanted: Any) -> dict[str, Component]:
    """Return the evidence panels of the pairs that the address names, as far as they exist."""
    named = {wanted} if isinstance(wanted, str) else set(wanted)
    there = [one.pair.other.product_id for one in page.pairs if one.pair.other.product_id in named]
    return {other: _proof(context, (page.product.product_id, other)) for other in there[:MOST_OPENED]}


def _proof(context: PageContext, pair: tuple[str, str]) -> Component:
    found = proof_of(context, pair)
    return proof_panel(found, context.formats, context.links) if found else no_pair()
