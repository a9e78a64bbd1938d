"""The home page's layout and callbacks; its search is the shell's."""

from typing import Any

import dash
from dash import Dash, Input, Output, no_update
from dash.development.base_component import Component

from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.table import register_csv
from dashboard.data.recently_viewed import recently_seen
from dashboard.display.page_context import PageContext
from dashboard.display.table import table_state
from dashboard.pages.home.data.attention import NEEDS, NEEDS_COLUMNS
from dashboard.pages.home.data.page import LARGEST, attention_table, home_page, largest_table
from dashboard.pages.home.view import home_view, recent_list


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page("home", path="/", name="Home", title="Home - Repertoire", layout=page_layout(layout))
    register_csv(app, NEEDS, attention_table, file="needs-attention")
    register_csv(app, LARGEST, largest_table, file="largest-customers")
    register_callback(
        app,
        name_recent,
        Output("recent", "children"),
        Input("recent-asked", "data"),
        notice=lambda _: no_update,  # the page around it says so
    )


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page."""
    page = home_page(context)
    state = table_state(query, NEEDS, NEEDS_COLUMNS, is_main=True)
    return home_view(page, context.viewer, context.formats, context.links, state)


def name_recent(context: PageContext, asked: Any) -> Component:
    """Return links to what the browser remembers, as far as the viewer may see it."""
    return recent_list(recently_seen(context.customers, context.products, asked), context.links)
