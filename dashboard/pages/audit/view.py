"""How the audit page is drawn."""

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import page_link
from dashboard.components.empty_states import empty_state
from dashboard.components.table import table_card
from dashboard.display.formats import Formats
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.audit.data import AuditPage, audit_table

NOTHING = "Nobody has opened a customer, exported anything, changed an account or been refused so far."


def audit_view(page: AuditPage, state: TableState, formats: Formats, links: Links, version: str) -> Component:
    """Return the page: the lines, and a way to older ones."""
    shown = len(page.entries)
    said = f"{formats.number(shown)} of {formats.number(page.total)} lines, the newest first"
    older = page_link("Older lines", f"{links.audit()}?before={page.next_before}", "btn btn-quiet")
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            dcc.Store(id="audit-before", data=page.before),
            html.Div(
                [
                    html.H1("Audit trail", className="rp-title", tabIndex="-1"),
                    html.P(said, className="rp-subtitle num"),
                    older if page.next_before is not None else None,
                ],
                className="rp-page-head",
            ),
            table_card(audit_table(page.entries, page.names, formats), state, formats)
            if page.entries
            else empty_state("No lines", NOTHING),
        ],
        className="rp-page rp-list-page",
    )


def unavailable_view(why: str, version: str) -> Component:
    """Return the notice that the database does not answer."""
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            empty_state("The audit trail cannot be read now", [html.P(why), html.P("Try again in a moment.")], level=1),
        ],
        className="rp-page",
    )
