"""Links to what is printed: they open a PDF in a tab of its own."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import icon, unseen
from dashboard.components.page_guard import is_served
from dashboard.display.urls import Links

CALL_SHEET_ROUTE = "/customers/<path:customer_id>/call-sheet.pdf"  # as the table of permissions has it
DAY_SHEET_ROUTE = "/calls.pdf"


def call_sheet_link(customer_id: str, links: Links) -> list[Component]:
    """Return the link to a customer's call sheet; nothing for who may not have it."""
    if not is_served(CALL_SHEET_ROUTE):
        return []
    return [_link([icon("printer"), html.Span("Call sheet")], links.call_sheet(customer_id), "btn btn-quiet")]


def day_sheet_link(query: str, links: Links, *, is_there: bool) -> list[Component]:
    """Return the link to the PDF of a day's calls beside their CSV; nothing for who may not have it.

    query       the call list's filters, as an address has them
    is_there    whether any call is open
    """
    if not is_there or not is_served(DAY_SHEET_ROUTE):
        return []
    words = [icon("printer"), html.Span("PDF"), unseen(" of the open calls, with their call sheets")]
    return [_link(words, links.day_sheet(query), "btn btn-ghost")]


def _link(words: list[Component], href: str, class_name: str) -> Component:
    return html.A(words, href=href, target="_blank", rel="noopener", className=class_name)
