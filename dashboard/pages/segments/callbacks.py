"""The layout of the page of segments, its callback and its CSV."""

from typing import Any
from urllib.parse import parse_qsl

import dash
from dash import Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.empty_states import no_customers
from dashboard.components.page_callbacks import page_layout, register_callback
from dashboard.components.page_guard import is_open
from dashboard.components.table import register_csv
from dashboard.display.page_context import PageContext
from dashboard.display.recording import mapping_of
from dashboard.display.request_values import text_of
from dashboard.display.table import TableRows, TableState, table_state
from dashboard.display.table_filter import Part, part_of
from dashboard.display.urls import SEGMENTS_PATH
from dashboard.pages.segments.data.filters import filters_of
from dashboard.pages.segments.data.page import SegmentsPage, Source, chosen_customers, segments_page
from dashboard.pages.segments.data.table import COLUMNS, SEGMENTS, list_note, list_title, segment_table
from dashboard.pages.segments.view.page import (
    ASKED,
    BODY,
    FIRST_LISTED,
    MOST_LISTED,
    OF,
    CustomerList,
    no_segments_view,
    segments_body,
    segments_view,
)
from dashboard.pages.segments.view.shown import Shown
from dashboard.records.customers import Customer
from dashboard.services import services


def register(app: Dash) -> None:
    """Register the page, its callback and its CSV."""
    dash.register_page(
        "segments", path=SEGMENTS_PATH, name="Segments", title="Segments - Repertoire", layout=page_layout(layout)
    )
    register_callback(app, choose, Output(BODY, "children"), Input(ASKED, "data"))
    register_csv(app, SEGMENTS, chosen_rows, [State(OF, "data")], file_of)


def layout(context: PageContext, /, **query: Any) -> Component:
    """Draw the page; the address says what is chosen: `segment=At+risk`, `cell=R2F3,R2F4`, `tab=moves`."""
    if not context.snapshot.visible:
        return no_customers(context.viewer)
    source = _source(context)
    page = segments_page(source, filters_of(query))
    if page is None:
        return no_segments_view(context.version.id)
    return segments_view(page, _list(source, page, table_state(query, SEGMENTS, COLUMNS)), _shown(context))


def choose(context: PageContext, asked: Any) -> list[Component]:
    """Return the page's body for another choice: its query as the address has it."""
    query = dict(parse_qsl(text_of(mapping_of(asked).get("query"))[:2000]))
    source = _source(context)
    page = segments_page(source, filters_of(query))
    if page is None:
        raise PreventUpdate
    return segments_body(page, _list(source, page, TableState()), _shown(context))


def chosen_rows(context: PageContext, query: Any) -> TableRows | None:
    """Return the customers of the list, for the CSV; None where the version has no segments."""
    if not context.segments.are_known():
        return None
    filters = filters_of(mapping_of(query))
    return segment_table(context, filters, chosen_customers(_source(context), filters)[0])


def file_of(_context: PageContext, query: Any) -> tuple[str, ...]:
    """Return what the name of the file says: who is in it."""
    return "customers", list_title(filters_of(mapping_of(query)))


# ---- inner ----


def _source(context: PageContext) -> Source:
    at = services()
    return Source(
        context,
        at.repository.kept_versions(),
        lambda version: at.repository.snapshot(context.viewer, version),
        at.answers,
    )


def _list(source: Source, page: SegmentsPage, state: TableState) -> CustomerList:
    """Return the list; of a long one that the address neither sorts nor filters the first rows alone are made."""
    filters, context = page.filters, source.context
    is_plain = state == TableState()
    customers: tuple[Customer, ...] = ()
    n = 0
    if filters.tab == "segments":
        customers, n = chosen_customers(source, filters, (FIRST_LISTED, MOST_LISTED) if is_plain else None)
    table = segment_table(context, filters, customers)
    part = None
    if n > MOST_LISTED:
        part = Part(table, n, n, {}) if is_plain else part_of(table, state, FIRST_LISTED, {})
    return CustomerList(part.table if part else table, n, list_note(page, context), state, part)


def _shown(context: PageContext) -> Shown:
    return Shown(context.formats, context.links, is_open("campaigns"), is_open("bundles"))
