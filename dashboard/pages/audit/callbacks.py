"""The audit page's layout and its CSV."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dash
from dash import Dash, State
from dash.development.base_component import Component

from dashboard.activity.errors import ActivityError
from dashboard.components.empty_states import unreadable_page
from dashboard.components.table import register_csv
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import AUDIT_PATH
from dashboard.pages.audit.data import AUDIT, COLUMNS, MOST_IN_FILE, asked_of, audit_page, audit_table
from dashboard.pages.audit.view import audit_view
from dashboard.services import services


def register(app: Dash) -> None:
    """Register the page and its CSV."""
    dash.register_page("audit", path=AUDIT_PATH, name="Audit trail", title="Audit trail - Repertoire", layout=layout)
    asked = [State("audit-asked", "data")]
    register_csv(app, AUDIT, all_lines, asked, file=lambda *_: ("audit-trail",), is_part=True)


def layout(**query: Any) -> Component:
    """Draw the page; the address says which lines are asked for (`Asked`)."""
    at = services()
    version = at.repository.newest() or ""
    try:
        page = audit_page(at.database, asked_of(query), datetime.now(UTC))
    except ActivityError as error:
        return unreadable_page("The audit trail", str(error), version)
    return audit_view(page, table_state(query, AUDIT, COLUMNS, is_main=True), at.formats, at.links, version)


def all_lines(context: PageContext, asked: Any) -> TableRows:
    """Return all lines that the form asks for, newer and older ones too, for the CSV; at most MOST_IN_FILE."""
    wanted = replace(asked_of(asked if isinstance(asked, dict) else {}), before="")
    page = audit_page(services().database, wanted, datetime.now(UTC), MOST_IN_FILE)
    return audit_table(page.entries, page.names, context.formats)
