"""Home: find a customer."""

from typing import Any

import dash
from dash import Dash
from dash.development.base_component import Component

from dashboard.components.notices import no_data_page
from dashboard.links import Links
from dashboard.pages.home.data import home_page
from dashboard.pages.home.view import home_view
from dashboard.services import services
from dashboard.viewer import current_viewer
from recsys.errors import ArtifactError


def register(app: Dash) -> None:
    """Register the page; its search is the shell's."""
    dash.register_page("home", path="/", name="Customers", title="Customers - Repertoire", layout=layout)


def layout(**_: Any) -> Component:
    """Draw the page from the newest version."""
    at, viewer = services(), current_viewer()
    try:
        page = home_page(at.repository, viewer)
    except ArtifactError:
        return no_data_page()
    return home_view(page, viewer, at.formats, Links(at.settings.url_prefix))
