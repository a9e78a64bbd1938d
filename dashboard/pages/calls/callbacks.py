"""The call list's layout and callbacks."""

from typing import Any

import dash
from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.csv_file import register_csv_file
from dashboard.components.empty_states import no_customers
from dashboard.components.outcome_actions import CALL_OUTCOME, CALL_OUTCOME_ASKED, outcome_area, said
from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.recent import RECENT, RECENT_ASKED, recent_list
from dashboard.components.table import csv_download, note_export
from dashboard.data.call_queries import CallQueries
from dashboard.data.recently_viewed import recently_seen
from dashboard.display.call_words import filters_of
from dashboard.display.page_context import PageContext
from dashboard.display.recording import record_outcome, undo_outcome
from dashboard.display.request_values import text_of
from dashboard.display.saved_views import change_views, views_of
from dashboard.pages.calls.data.drawer import drawer_of
from dashboard.pages.calls.data.page import PAGE, CallsPage, calls_csv, calls_page
from dashboard.pages.calls.view.drawer import drawer_view
from dashboard.pages.calls.view.page import (
    BODY,
    CSV,
    DRAWER,
    DRAWER_ASKED,
    FILTERS,
    VIEWS,
    calls_body,
    calls_view,
    views_of_page,
)
from dashboard.records.calls import CallFilters
from dashboard.services import services


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    register_callback(
        app,
        name_recent,
        Output(RECENT, "children"),
        Input(RECENT_ASKED, "data"),
        notice=lambda _: no_update,  # the page around it says so
    )
    dash.register_page("calls", path="/", name="Calls", title="Calls - Repertoire", layout=page_layout(layout))
    filters = State(FILTERS, "data")
    register_callback(app, show_drawer, Output(DRAWER, "children"), Input(DRAWER_ASKED, "data"))
    register_callback(
        app,
        record,
        Output(CALL_OUTCOME, "data"),
        Output(BODY, "children"),
        Input(CALL_OUTCOME_ASKED, "data"),
        filters,
        notice=lambda notice: (no_update, notice),
    )
    register_callback(app, change_view, Output(VIEWS, "children"), Input("view-asked", "data"), filters)
    register_csv_file(app, CSV, download, filters)


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; the address has the filters: `region=North&reason=lost&value=100`."""
    if not context.snapshot.visible:
        return no_customers(context.viewer)
    reasons, stores = services().settings.not_relevant_reasons, (CALL_OUTCOME_ASKED, CALL_OUTCOME)
    area = outcome_area(reasons, context.desk.today, context.formats, stores)
    return calls_view(_page(context, query), area, context.formats, context.links)


def name_recent(context: PageContext, asked: Any) -> Component:
    """Return links to what the browser remembers, as far as the viewer may see it."""
    return recent_list(recently_seen(context.customers, context.products, asked), context.links)


def show_drawer(context: PageContext, asked: Any) -> Component:
    """Return the drawer of a customer whom the viewer sees."""
    customer_id = text_of(asked.get("customer")) if isinstance(asked, dict) else ""
    drawer = drawer_of(context, _queries(context), customer_id)
    if drawer is None:
        raise PreventUpdate
    return drawer_view(drawer, context.formats, context.links)


def record(context: PageContext, asked: Any, filters: Any) -> tuple[Any, Any]:
    """Record or undo an outcome; return what the toast says, and the calls as they are then."""
    sent = asked if isinstance(asked, dict) else {}
    if sent.get("do") == "record":
        reasons = services().settings.not_relevant_reasons
        answer = record_outcome(context, text_of(sent.get("customer")), sent, reasons=reasons)
    elif sent.get("do") == "undo":
        answer = undo_outcome(context, sent)
    else:
        raise PreventUpdate
    if not answer.is_done:
        return said(answer), no_update
    return said(answer), calls_body(_page(context, filters), context.formats, context.links)


def change_view(context: PageContext, asked: Any, filters: Any) -> list[Component]:
    """Save the filters under a name, or remove a view; return the views as they are then."""
    change_views(context.desk, PAGE, asked)
    return views_of_page(views_of(context.desk, PAGE), _filters(filters), context.links)


def download(context: PageContext, n_clicks: Any, filters: Any) -> Any:
    """Return the open calls as a file."""
    if not n_clicks:
        raise PreventUpdate
    page = _page(context, filters)
    content = calls_csv(context, page)
    note_export("calls", content, context, {})
    return csv_download(content, "calls", page.today.isoformat())


def _page(context: PageContext, query: Any) -> CallsPage:
    return calls_page(context, _queries(context), _filters(query), views_of(context.desk, PAGE))


def _filters(query: Any) -> CallFilters:
    return filters_of(query if isinstance(query, dict) else {})


def _queries(context: PageContext) -> CallQueries:
    return CallQueries(context.snapshot, context.desk, context.formats.time_zone)
