"""One customer: the figures, the lists with their reasons, the similar customers."""

from collections.abc import Callable
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
from dashboard.display.urls import CUSTOMER_TEMPLATE, Links
from dashboard.pages.customer.data.evidence import evidence
from dashboard.pages.customer.data.history import (
    BACK,
    BACK_COLUMNS,
    BUYS,
    BUYS_COLUMNS,
    MONTHS,
    back_table,
    buys_table,
    history,
    months_table,
)
from dashboard.pages.customer.data.page import CustomerPage, customer_page, list_csv, pitch_lists
from dashboard.pages.customer.view.evidence import evidence_panel, nothing_known
from dashboard.pages.customer.view.page import customer_view
from dashboard.pages.customer.view.unknown import unknown_customer_view
from dashboard.services import Services, services
from recsys.artifacts.open_version import VersionGone
from recsys.errors import ArtifactError

MOST_OPENED = 10  # reasons that an address may open: more than anyone reads, and a bound for one who makes it up


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page("customer", path_template=CUSTOMER_TEMPLATE, name="Customer", title=title, layout=layout)
    app.callback(
        Output({"type": "proof", "list": MATCH, "rank": MATCH}, "children"),
        Input({"type": "reason", "list": MATCH, "rank": MATCH}, "n_clicks"),
        State({"type": "reason", "list": MATCH, "rank": MATCH}, "id"),
        State("page-version", "data"),
        State("page-customer", "data"),
        prevent_initial_call=True,
    )(show_proof)
    app.callback(
        Output({"type": "csv-file", "list": MATCH}, "data"),
        Output({"type": "csv-notice", "list": MATCH}, "children"),
        Input({"type": "csv", "list": MATCH}, "n_clicks"),
        State({"type": "csv", "list": MATCH}, "id"),
        State("page-version", "data"),
        State("page-customer", "data"),
        prevent_initial_call=True,
    )(download_list)
    for name, table_of, file in (
        (BUYS, buys_table, "purchases"),
        (BACK, back_table, "returns"),
        (MONTHS, months_table, "revenue-by-month"),
    ):
        register_csv(app, name, _for_the_viewer(table_of), [State("page-customer", "data")], file)


def title(customer_id: str = "", **_: Any) -> str:
    """The name, for who may see it."""
    try:
        name = services().repository.customer_name(current_viewer(), unquote(customer_id))
    except ArtifactError:
        name = None
    return f"{name or 'Unknown customer'} - Repertoire"


def layout(customer_id: str = "", **query: Any) -> Component:
    """Draw the page from the newest version; `list` and `open` of the address say what is in front and open."""
    at, viewer = services(), current_viewer()
    customer_id = unquote(customer_id)
    links = Links(at.settings.url_prefix)
    try:
        page = customer_page(at.repository, viewer, at.formats, customer_id)
        if page is None:
            near = at.repository.nearest_customers(viewer, customer_id)
            return unknown_customer_view(customer_id, near, viewer, at.repository.newest(), links)
        opened = _opened(page, at, viewer, query.get("open", []))
        past = history(at.repository, viewer, at.formats, links, customer_id, page.version)
    except ArtifactError:
        return no_data_page()
    return customer_view(
        page,
        at.formats,
        links,
        chosen=_text(query.get("list", "")),
        opened=opened,
        past=past,
        states=(table_state(query, BUYS, BUYS_COLUMNS), table_state(query, BACK, BACK_COLUMNS)),
    )


def show_proof(n_clicks: Any, reason: Any, version: Any, customer_id: Any) -> Component:
    """Return the proof of one line at the first click; after that it only opens and closes."""
    if n_clicks != 1:
        raise PreventUpdate
    asked = reason if isinstance(reason, dict) else {}
    line = (_text(asked.get("list")), asked.get("rank"))
    return _proof(services(), current_viewer(), _text(customer_id), line, _text(version))


def download_list(n_clicks: Any, button: Any, version: Any, customer_id: Any) -> tuple[Any, Component | None]:
    """Return one list as a file, from the version that the page shows."""
    if not n_clicks or not isinstance(button, dict):
        raise PreventUpdate
    at, viewer, wanted = services(), current_viewer(), _text(customer_id)
    try:
        customer = at.repository.customer(viewer, wanted, _text(version))
        if customer is None or not customer.is_pitched_to:
            raise PreventUpdate
        lists = pitch_lists(at.repository, viewer, at.formats, wanted, _text(version))
    except VersionGone:
        return None, version_gone()
    except ArtifactError:
        return None, no_data()
    pitches = next((pitches for pitches in lists if pitches.name == button.get("list")), None)
    if pitches is None:
        raise PreventUpdate
    name = f"customer-{_file_name(wanted)}-{pitches.name}.csv"
    return {"content": list_csv(pitches), "filename": name, "type": MEDIA_TYPE}, None


def _for_the_viewer(table_of: Callable[..., TableRows]) -> Callable[[str, Any], TableRows | None]:
    """The table of a customer of the viewer's; None for another's."""

    def found(version: str, customer_id: Any) -> TableRows | None:
        at, viewer, wanted = services(), current_viewer(), _text(customer_id)
        if at.repository.customer(viewer, wanted, version) is None:
            return None
        return table_of(at.repository, viewer, at.formats, Links(at.settings.url_prefix), wanted, version)

    return found


def _opened(page: CustomerPage, at: Services, viewer: Viewer, wanted: Any) -> dict[str, Component]:
    """The proofs that the address names, of lines that there are."""
    named = {wanted} if isinstance(wanted, str) else set(wanted)
    there = [line.what for pitches in page.lists for line in pitches.lines if line.what.product_id in named]
    return {
        what.product_id: _proof(at, viewer, page.customer.customer_id, (what.list, what.rank), page.version)
        for what in there[:MOST_OPENED]
    }


def _proof(at: Services, viewer: Viewer, customer_id: str, line: tuple[str, Any], version: str) -> Component:
    try:
        found = evidence(at.repository, viewer, at.formats, customer_id, line, version)
    except VersionGone:
        return version_gone()
    except ArtifactError:
        return no_data()
    return evidence_panel(found, at.formats, Links(at.settings.url_prefix)) if found else nothing_known()


def _text(value: Any) -> str:
    """What a request says is a text, or nothing."""
    return value if isinstance(value, str) else ""


def _file_name(customer_id: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in customer_id)
