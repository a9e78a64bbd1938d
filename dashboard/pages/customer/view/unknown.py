"""The view for an id that the viewer has no customer for."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.access.viewer import Viewer
from dashboard.components.empty_states import quoted_id, unknown_id
from dashboard.display.urls import Links
from dashboard.records.customers import Customer


def unknown_customer_view(
    customer_id: str, near: Sequence[Customer], viewer: Viewer, version: str, links: Links
) -> Component:
    """Return a notice with the unknown id, whose customers were searched, and those spelled most like it."""
    whose = f"{viewer.who} has no customer" if viewer.role == "rep" else "There is no customer"
    more = " Customers of other reps are shown under All reps." if viewer.role == "rep" and viewer.may_choose else ""
    why = f"{whose} with the number {quoted_id(customer_id)}.{more}"
    offered = [(one.name, one.customer_id, links.customer(one.customer_id)) for one in near]
    return unknown_id("Unknown customer", why, offered, version, ("All customers", links.customers()))


def not_chosen_view(customer_id: str, viewer: Viewer, version: str, links: Links) -> Component:
    """Return the notice that a customer is another rep's than the one who was chosen in the bar."""
    why = (
        f"The customer with the number {quoted_id(customer_id)} is another rep's, and only those of {viewer.who} are "
        "shown now. Choose All reps to see them."
    )
    return unknown_id("Another rep's customer", why, [], version, ("All customers", links.customers()))
