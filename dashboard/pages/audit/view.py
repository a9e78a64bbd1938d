"""How the audit page is drawn."""

from urllib.parse import urlencode

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import page_link
from dashboard.components.empty_states import empty_state
from dashboard.components.table import table_card
from dashboard.display.audit_words import KIND_WORDS
from dashboard.display.formats import Formats
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.audit.data import DAYS, MOST_IN_FILE, OUTCOMES, Asked, AuditPage, audit_table

ALL = "*"  # a native select takes an empty value for no choice
NOTHING = "Nobody has opened a customer, exported anything, changed an account or been refused so far."


def audit_view(page: AuditPage, state: TableState, formats: Formats, links: Links, version: str) -> Component:
    """Return the page: what is asked for, the lines, and a way to older ones."""
    older = f"{links.audit()}?{urlencode(page.older)}" if page.older else None
    table = audit_table(page.entries, page.names, formats)
    empty = empty_state("No such line", "Ask for less.") if page.asked != Asked() else empty_state("No lines", NOTHING)
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            dcc.Store(id="audit-asked", data=vars(page.asked)),
            html.Div(
                [
                    html.H1("Audit trail", className="rp-title", tabIndex="-1"),
                    html.P(_said(page, formats), className="rp-subtitle num"),
                    page_link("Older lines", older, "btn btn-quiet") if older else None,
                ],
                className="rp-page-head",
            ),
            _form(page, links),
            table_card(table, state, formats) if page.entries else empty,
        ],
        className="rp-page rp-list-page",
    )


def _said(page: AuditPage, formats: Formats) -> str:
    """Return which lines these are, and where a file has not all of them."""
    first, last = formats.number(page.n_newer + 1), formats.number(page.n_newer + len(page.entries))
    total = f"{formats.number(page.total)} line{'' if page.total == 1 else 's'}"
    is_part = 0 < len(page.entries) < page.total
    shown = f"{first} to {last} of {total}, the newest first" if is_part else total
    if page.total <= MOST_IN_FILE:
        return shown
    return f"{shown}. A CSV file has the newest {formats.number(MOST_IN_FILE)}: ask for fewer days to have the rest"


def _form(page: AuditPage, links: Links) -> Component:
    """Return the form of what is asked for; the browser itself puts it into the address."""
    asked = page.asked
    people = [(ALL, "Everybody"), *((str(number), name) for number, name in sorted(page.names.items(), key=_by_name))]
    kinds = [(ALL, "Everything"), *sorted(KIND_WORDS.items(), key=_by_name)]
    days = [(ALL, "All days"), *((each, "Last day" if each == "1" else f"Last {each} days") for each in DAYS)]
    outcomes = [(ALL, "Any"), *((each, each.capitalize()) for each in OUTCOMES)]
    about = dbc.Input(
        id="audit-of", name="of", value=asked.of, maxLength=200, placeholder="Customer number, file or page"
    )
    return html.Form(
        [
            _field("Who", "by", _select("by", people, asked.by)),
            _field("What", "what", _select("what", kinds, asked.what)),
            _field("About", "of", about),
            _field("When", "last", _select("last", days, asked.last)),
            _field("Outcome", "came", _select("came", outcomes, asked.came)),
            html.Button("Show", type="submit", className="btn btn-primary"),
        ],
        action=links.audit(),
        method="GET",
        className="rp-audit-form",
    )


def _by_name(item: tuple[object, str]) -> str:
    return item[1].casefold()


def _select(name: str, options: list[tuple[str, str]], value: str) -> Component:
    listed = [{"value": key, "label": label} for key, label in options]
    drawn: Component = dbc.Select(id=f"audit-{name}", name=name, options=listed, value=value or ALL)
    return drawn


def _field(label: str, name: str, control: Component) -> Component:
    words = html.Label(label, htmlFor=f"audit-{name}", className="rp-label")
    return html.Div([words, control], className="rp-audit-field")
