"""POST baskets/complete: what goes with a basket."""

from dataclasses import fields
from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from dashboard.api.answers import answered, versioned
from dashboard.api.items import own_item, reason_of
from dashboard.api.models import BasketBody, Completion
from dashboard.data.goes_with import Buying, goes_with
from dashboard.display.basket import suggestion
from dashboard.display.page_context import PageContext
from dashboard.records.customers import Customer
from dashboard.records.raised import Raised


def register(api: APIBlueprint) -> None:
    """Add the resource."""

    @api.post("/baskets/complete", responses={200: Completion})
    @answered
    def complete(context: PageContext, body: BasketBody) -> Response:
        """What goes with a basket

        Of a known customer also by what they take themselves. What is in the basket is not suggested, nor what
        cannot be had. Products that the data do not have are named in `unknown` and count for nothing.
        """
        ids = list(dict.fromkeys(line.product_id for line in body.lines))
        known = [one for one in ids if context.products.get(one) is not None]
        customer = context.customers.get(body.customer_id) if body.customer_id else None
        who = _buying(context, customer, body.segment)
        found = goes_with(known, who, context.products, context.bundles, body.limit) if known else ()
        suggested = [suggestion(context, one, who, names_customers=False) for one in found]
        items = [
            own_item(context, rank, one.product.product_id, one.quantity, reason_of(one.reason, one.sentence))
            for rank, one in enumerate(suggested, 1)
        ]
        basis = "customer" if customer else "segment" if body.segment else "everyone"
        unknown = [one for one in ids if one not in known]
        return versioned(context, basis=basis, unknown=unknown, items=items)


def _buying(context: PageContext, customer: Customer | None, segment: str) -> Buying:
    """Return a customer as their basket needs them; of an unknown one the segment alone."""
    if customer is None:
        return Buying(_somebody(segment), {}, Raised(), context.as_of)
    usual = context.customers.usual_purchases(customer.customer_id)
    return Buying(customer, usual, context.raised(customer), context.as_of)


def _somebody(segment: str) -> Customer:
    """Return a customer without orders."""
    row: dict[str, Any] = dict.fromkeys(one.name for one in fields(Customer))
    counts = ("n_orders", "n_order_days", "orders_12m", "orders_12m_before", "active_products")
    row |= dict.fromkeys(counts, 0) | {"customer_id": "", "name": "", "segment": segment or None}
    return Customer.from_row(row)
