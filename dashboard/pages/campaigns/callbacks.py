"""The layout of the list of campaigns, and its file."""

from typing import Any

import dash
from dash import Dash
from dash.development.base_component import Component

from dashboard.activity.errors import ActivityError
from dashboard.components.empty_states import unreadable_page
from dashboard.components.page_callbacks import page_layout
from dashboard.components.table import register_csv
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import CAMPAIGNS_PATH
from dashboard.pages.campaigns.data import CAMPAIGNS, COLUMNS, campaigns_page, campaigns_table
from dashboard.pages.campaigns.view import campaigns_view
from dashboard.services import services


def register(app: Dash) -> None:
    """Register the page and its file."""
    title = "Campaigns - Repertoire"
    dash.register_page("campaigns", path=CAMPAIGNS_PATH, name="Campaigns", title=title, layout=page_layout(layout))
    register_csv(app, CAMPAIGNS, all_campaigns, file="campaigns")


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; the address has the table's order and filters."""
    try:
        page = campaigns_page(context, services().answers)
    except ActivityError as error:
        return unreadable_page("Campaigns", str(error), context.version.id)
    state = table_state(query, CAMPAIGNS, COLUMNS, is_main=True)
    return campaigns_view(page, state, context.formats, context.links)


def all_campaigns(context: PageContext) -> TableRows:
    """Return the campaigns, for the CSV."""
    return campaigns_table(campaigns_page(context, services().answers), context.formats, context.links)
