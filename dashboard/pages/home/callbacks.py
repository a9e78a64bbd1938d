"""Home: find a customer, see who needs attention and what was looked at last."""

from typing import Any

import dash
from dash import Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.viewer import current_viewer
from dashboard.components.empty_states import no_data_page
from dashboard.components.table import register_csv
from dashboard.data.recently_viewed import recently_seen
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import Links
from dashboard.pages.home.data.attention import NEEDS, NEEDS_COLUMNS
from dashboard.pages.home.data.page import LARGEST, home_page, largest_table
from dashboard.pages.home.view import home_view, recent_list
from dashboard.services import services
from recsys.errors import ArtifactError


def register(app: Dash) -> None:
    """Register the page and its callbacks; its search is the shell's."""
    dash.register_page("home", path="/", name="Customers", title="Customers - Repertoire", layout=layout)
    register_csv(app, NEEDS, needs_of, file_name="needs-attention")
    register_csv(app, LARGEST, largest_of, file_name="largest-customers")
    app.callback(
        Output("recent", "children"),
        Input("recent-asked", "data"),
        State("page-version", "data"),
        prevent_initial_call=True,
    )(name_recent)


def layout(**query: Any) -> Component:
    """Draw the page from the newest version."""
    at, viewer = services(), current_viewer()
    links = Links(at.settings.url_prefix)
    try:
        page = home_page(at.repository, viewer, at.formats, links)
    except ArtifactError:
        return no_data_page()
    return home_view(page, viewer, at.formats, links, table_state(query, NEEDS, NEEDS_COLUMNS))


def needs_of(version: str) -> TableRows:
    """Return the viewer's customers who need attention."""
    at = services()
    return home_page(at.repository, current_viewer(), at.formats, Links(at.settings.url_prefix), version).needs


def largest_of(version: str) -> TableRows:
    """Return the viewer's largest customers."""
    at = services()
    links = Links(at.settings.url_prefix)
    return largest_table(home_page(at.repository, current_viewer(), at.formats, links, version))


def name_recent(asked: Any, version: Any) -> Component:
    """Return links to what the browser remembers, as far as the viewer may see it."""
    at = services()
    try:
        found = recently_seen(at.repository, current_viewer(), asked, version if isinstance(version, str) else "")
    except ArtifactError:
        raise PreventUpdate from None
    return recent_list(found, Links(at.settings.url_prefix))
