"""How the list of all customers is drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from dashboard.activity.records import SavedView
from dashboard.components import html
from dashboard.components.elements import attributes
from dashboard.components.empty_states import no_customers
from dashboard.components.list_page import list_page
from dashboard.components.state_counts import COLUMNS, STATE_WORDS, state_icon
from dashboard.components.toolbar import filter_field, filter_switch, named, saved_views, toolbar
from dashboard.display.formats import Formats
from dashboard.display.kept_tables import Kept
from dashboard.display.list_head import ListHead
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.customers.data import Filters
from recsys.schema.segments import RFM_NAMES

VIEWS, VIEW_ASKED = "customer-views", "customer-view-asked"
# Conditions of the table's columns, see display/conditions.py.
SOME = ">0"
TRENDS = (("<-0.1", "Falling over 10 %"), (">0.1", "Rising over 10 %"))
LAST_ORDERS = (
    ("<=7", "Within 7 days"),
    ("<=30", "Within 30 days"),
    (">30", "Over 30 days ago"),
    (">90", "Over 90 days ago"),
)
VALUES = (1_000, 5_000, 10_000, 25_000)


def customers_view(
    head: ListHead, kept: Kept, state: TableState, filters: Filters, query: Mapping[str, Any], context: PageContext
) -> Component:
    """Return the page: filters above the table of all customers, or why there are none."""
    said = {name: text_of(value) for name, value in query.items()}
    bar = toolbar(
        [*_fields(filters, said, context.formats), _switches(filters, said, context.formats)],
        html.Div(views_of_page(filters.views, context.links), id=VIEWS),
        [],
        VIEW_ASKED,
    )
    above = [dcc.Store(id=VIEW_ASKED), html.Div(bar, className="rp-customers-bar")]
    return list_page(head, kept, state, context.formats, no_customers(context.viewer), above)


def views_of_page(views: Sequence[SavedView], links: Links) -> list[Component]:
    """Return the saved views, and the button that saves what the table shows."""
    return saved_views(views, links.customers(), "", in_address=True)


def _fields(filters: Filters, said: Mapping[str, str], formats: Formats) -> list[Component]:
    fields = []
    if len(filters.reps) > 1:
        fields.append(filter_field("Rep", "rep", named(filters.reps), said.get("rep", "")))
    if len(filters.regions) > 1:
        fields.append(filter_field("Region", "region", named(filters.regions), said.get("region", "")))
    if filters.has_segments or said.get("rfm"):
        fields.append(filter_field("RFM", "rfm", named(RFM_NAMES), said.get("rfm", "")))
    if filters.has_year_before and filters.has_revenue:
        fields.append(filter_field("Trend", "change", TRENDS, said.get("change", "")))
    fields.append(filter_field("Last order", "since", LAST_ORDERS, said.get("since", ""), every="Any"))
    if filters.has_revenue:
        values = [(f">={value}", formats.money(value)) for value in VALUES]
        fields.append(filter_field("Value from", "revenue", values, said.get("revenue", ""), every=formats.money(0)))
    return fields


def _switches(filters: Filters, said: Mapping[str, str], formats: Formats) -> Component:
    """Return a switch a state: who has a product in it."""
    switches = [
        filter_switch(state, SOME, [state_icon(state), f"{STATE_WORDS[state]} ", number], is_on=said.get(state) == SOME)
        for state in COLUMNS
        for number in [html.Span(formats.number(filters.with_state[state]), className="num")]
    ]
    said_of_all = attributes(aria_label="Customers with a product that is")
    return html.Div(switches, className="rp-customers-switches", role="group", **said_of_all)
