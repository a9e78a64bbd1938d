"""The layout of one's own results, and their file."""

from typing import Any

import dash
from dash import Dash, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.identity import current_identity
from dashboard.components.csv_file import register_csv_file
from dashboard.components.page_callbacks import page_layout
from dashboard.components.table import csv_download, note_export
from dashboard.data.result_queries import ResultQueries
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.urls import RESULTS_PATH
from dashboard.pages.results.data.page import results_csv, results_page
from dashboard.pages.results.view.page import CSV, PERIOD, results_view


def register(app: Dash) -> None:
    """Register the page and its file."""
    title = "My results - Repertoire"
    dash.register_page("results", path=RESULTS_PATH, name="My results", title=title, layout=page_layout(layout))
    register_csv_file(app, CSV, download, State(PERIOD, "data"))


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; `period` of the address says of which days."""
    identity = current_identity()
    page = results_page(context, _queries(context), text_of(query.get("period")))
    return results_view(page, identity.name if identity else "", context.formats, context.links)


def download(context: PageContext, n_clicks: Any, period: Any) -> Any:
    """Return the outcomes of the period as a file."""
    if not n_clicks:
        raise PreventUpdate
    content = results_csv(context, _queries(context), text_of(period))
    note_export("results", content, context, {"period": text_of(period)[:20]})
    return csv_download(content, "results", context.desk.today.isoformat())


def _queries(context: PageContext) -> ResultQueries:
    return ResultQueries(context.snapshot, context.desk, context.formats.time_zone)
