"""One product: what goes with it, what can stand in for it, who buys it and who should."""

from typing import Any
from urllib.parse import unquote

import dash
from dash import MATCH, Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.viewer import Viewer, current_viewer
from dashboard.components.empty_states import no_data, no_data_page, version_gone
from dashboard.components.table import register_csv
from dashboard.display.csv import MEDIA_TYPE
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import PRODUCT_TEMPLATE, Links
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
    units_table,
)
from dashboard.pages.product.data.pair_evidence import proof_of
from dashboard.pages.product.view.page import product_view
from dashboard.pages.product.view.pairs import no_pair, proof_panel
from dashboard.pages.product.view.shared import SHOULD
from dashboard.pages.product.view.unknown import unknown_product_view
from dashboard.services import Services, services
from recsys.artifacts.open_version import VersionGone
from recsys.errors import ArtifactError

MOST_OPENED = 10  # reasons that an address may open: as many as the page has, and a bound for one who makes it up


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page("product", path_template=PRODUCT_TEMPLATE, name="Product", title=title, layout=layout)
    app.callback(
        Output({"type": "pair-proof", "other": MATCH}, "children"),
        Input({"type": "pair-reason", "other": MATCH}, "n_clicks"),
        State({"type": "pair-reason", "other": MATCH}, "id"),
        State("page-version", "data"),
        State("page-product", "data"),
        prevent_initial_call=True,
    )(show_proof)
    app.callback(
        Output({"type": "product-csv-file", "part": MATCH}, "data"),
        Output({"type": "product-csv-notice", "part": MATCH}, "children"),
        Input({"type": "product-csv", "part": MATCH}, "n_clicks"),
        State({"type": "product-csv", "part": MATCH}, "id"),
        State("page-version", "data"),
        State("page-product", "data"),
        State("page-prospects", "data"),
        prevent_initial_call=True,
    )(download_list)
    register_csv(app, UNITS, units_of, [State("page-product", "data")], file_name="units-by-month")
    register_csv(app, BUYERS, buyers_of, [State("page-product", "data")], file_name="customers-of-product")


def title(product_id: str = "", **_: Any) -> str:
    """The name; an unknown product has none."""
    try:
        found = services().repository.product(unquote(product_id))
    except ArtifactError:
        found = None
    return f"{found.name if found else 'Unknown product'} - Repertoire"


def layout(product_id: str = "", **query: Any) -> Component:
    """Draw the page from the newest version; `open` of the address says which proofs are open."""
    at, viewer = services(), current_viewer()
    product_id = unquote(product_id)
    links = Links(at.settings.url_prefix)
    try:
        page = product_page(at.repository, viewer, at.formats, product_id, n_prospects=_prospects(query.get("all")))
        if page is None:
            near = at.repository.nearest_products(product_id)
            return unknown_product_view(product_id, near, at.repository.newest(), links)
        opened = _opened(page, at, viewer, query.get("open", []))
    except ArtifactError:
        return no_data_page()
    table = table_state(query, BUYERS, buyer_columns(shows_rep=page.shows_rep))
    return product_view(page, at.formats, links, opened=opened, table=table)


def show_proof(n_clicks: Any, reason: Any, version: Any, product_id: Any) -> Component:
    """Return the proof of one pair at the first click; after that it only opens and closes."""
    if n_clicks != 1:
        raise PreventUpdate
    other = reason.get("other") if isinstance(reason, dict) else ""
    return _proof(services(), current_viewer(), (_text(product_id), _text(other)), _text(version))


def download_list(
    n_clicks: Any, button: Any, version: Any, product_id: Any, shown: Any
) -> tuple[Any, Component | None]:
    """Return one list as a file, from the version that the page shows."""
    if not n_clicks or not isinstance(button, dict):
        raise PreventUpdate
    at, wanted, part = services(), _text(product_id), _text(button.get("part"))
    try:
        n = _prospects(shown)
        page = product_page(at.repository, current_viewer(), at.formats, wanted, _text(version), n_prospects=n)
    except VersionGone:
        return None, version_gone()
    except ArtifactError:
        return None, no_data()
    content = list_csv(page, part) if page else None
    if content is None:
        raise PreventUpdate
    return {"content": content, "filename": f"product-{_file_name(wanted)}-{part}.csv", "type": MEDIA_TYPE}, None


def units_of(version: str, product_id: Any) -> TableRows | None:
    """The units of the product's months."""
    at = services()
    page = product_page(at.repository, current_viewer(), at.formats, _text(product_id), version)
    return units_table(page, at.formats) if page else None


def buyers_of(version: str, product_id: Any) -> TableRows | None:
    """The viewer's rows of the table of buyers."""
    at, viewer = services(), current_viewer()
    page = product_page(at.repository, viewer, at.formats, _text(product_id), version)
    if page is None:
        return None
    links = Links(at.settings.url_prefix)
    return buyer_rows(page.buyers, at.formats, links, page.as_of, shows_rep=page.shows_rep)


def _prospects(wanted: Any) -> int:
    """How many of those who should have it are shown: the first, or all that are ever shown."""
    return MOST_PROSPECTS if wanted == SHOULD else N_PROSPECTS


def _opened(page: ProductPage, at: Services, viewer: Viewer, wanted: Any) -> dict[str, Component]:
    """The proofs that the address names, of pairs that there are."""
    named = {wanted} if isinstance(wanted, str) else set(wanted)
    there = [one.pair.other.product_id for one in page.pairs if one.pair.other.product_id in named]
    product_id = page.product.product_id
    return {other: _proof(at, viewer, (product_id, other), page.version) for other in there[:MOST_OPENED]}


def _proof(at: Services, viewer: Viewer, pair: tuple[str, str], version: str) -> Component:
    try:
        found = proof_of(at.repository, viewer, at.formats, pair, version)
    except VersionGone:
        return version_gone()
    except ArtifactError:
        return no_data()
    return proof_panel(found, at.formats, Links(at.settings.url_prefix)) if found else no_pair()


def _text(value: Any) -> str:
    """What a request says is a text, or nothing."""
    return value if isinstance(value, str) else ""


def _file_name(product_id: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in product_id)
