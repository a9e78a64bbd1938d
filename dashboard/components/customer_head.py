"""The head of a page that belongs to a customer's: past orders, the basket."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import icon, number, page_link, sentence_start, unseen
from dashboard.components.page_head import page_head
from dashboard.components.paper import call_sheet_link
from dashboard.display.urls import Links, dial_address
from dashboard.records.customers import Customer


def customer_head(customer: Customer, facts: Sequence[str], links: Links, buttons: Sequence[Component]) -> Component:
    """Return the head: the customer's name, facts as sentences after segment and region, the ways to other pages.

    facts    without a full stop; empty ones are left out
    buttons  between the way to what to raise and the call
    """
    where = sentence_start(", ".join(part for part in (customer.segment, customer.region) if part))
    to_lists = page_link("What to raise", links.customer(customer.customer_id), "btn btn-quiet")
    sheet = call_sheet_link(customer.customer_id, links)
    return page_head(
        customer.name,
        " ".join(f"{part}." for part in (where, *facts) if part),
        (customer.name, links.customer(customer.customer_id)),
        number=[number(f"{customer.customer_id} ", "rp-id")] if customer.name != customer.customer_id else [],
        actions=html.Div([to_lists, *sheet, *buttons, *_call(customer)], className="rp-head-buttons"),
        on_phone=sheet,
    )


def _call(customer: Customer) -> list[Component]:
    return [call_link(customer, customer.phone)] if customer.phone else []


def call_link(customer: Customer, words: str, more: str = "") -> Component:
    """Return a link that dials a customer's number; `more` is for who reads with the ears."""
    return html.A(
        [icon("telephone"), html.Span(words, className="num"), *([unseen(more)] if more else [])],
        href=dial_address(customer.phone or ""),
        className="btn btn-primary rp-call",
    )
