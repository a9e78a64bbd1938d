"""The view for an id that the viewer has no customer for."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.access.viewer import Viewer
from dashboard.components import html
from dashboard.components.elements import number, page_link
from dashboard.components.empty_states import empty_state
from dashboard.display.urls import Links
from dashboard.records.customers import Customer


def unknown_customer_view(
    customer_id: str, near: Sequence[Customer], viewer: Viewer, version: str, links: Links
) -> Component:
    """Return a notice with the unknown id, whose customers were searched, and those spelled most like it."""
    whose = f"{viewer.who} has no customer" if viewer.role == "rep" else "There is no customer"
    more = " Customers of other reps are shown under All reps." if viewer.role == "rep" else ""
    quoted = f"\N{LEFT DOUBLE QUOTATION MARK}{_short(customer_id)}\N{RIGHT DOUBLE QUOTATION MARK}"
    why: list[Component] = [html.P(f"{whose} with the number {quoted}.{more}")]
    if near:
        why.append(html.P("Spelled most like it:"))
        why.append(html.Ul([_near(customer, links) for customer in near], className="rp-near"))
    actions = [page_link("All customers", links.home(), "btn btn-primary")]
    return html.Div(
        [dcc.Store(id="page-version", data=version), empty_state("Unknown customer", why, actions, level=1)],
        className="rp-page rp-unknown",
    )


def _near(customer: Customer, links: Links) -> Component:
    link = page_link(customer.name, links.customer(customer.customer_id))
    if customer.customer_id == customer.name:
        return html.Li(link)
    return html.Li([link, " ", number(customer.customer_id, "rp-id")])


def _short(customer_id: str) -> str:
    return customer_id if len(customer_id) <= 60 else f"{customer_id[:60]}\N{HORIZONTAL ELLIPSIS}"
