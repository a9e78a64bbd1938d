"""GET customers/{id}/recommendations: the lists of a customer; of an unknown one what sells best."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from dashboard.activity.shop_records import NO_REACTION
from dashboard.api.answers import answered, versioned
from dashboard.api.items import best_seller_items, items_of
from dashboard.api.models import CustomerPath, Recommendations, RecommendationsQuery
from dashboard.api.reactions import joined_item, react, with_looks
from dashboard.data.best_sellers import best_sellers
from dashboard.display.page_context import PageContext
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.raised import NEW, STATES, Raised
from recsys.schema.published import EVERYONE


def register(api: APIBlueprint) -> None:
    """Add the resource."""

    @api.get("/customers/<path:customer_id>/recommendations", responses={200: Recommendations})
    @answered
    def recommendations(context: PageContext, path: CustomerPath, query: RecommendationsQuery) -> Response:
        """What to offer to a customer

        A customer who is not in the data, or of whom no order is, gets what sells best in the segment that the query
        names, else among all: `basis` says which. To a blocked or closed one nothing is offered.

        The list reacts to events of the last seven days: what was looked at comes first, then its neighbours; what is
        in the cart is left out, what was ordered leaves `new`.
        """
        customer = context.customers.get(path.customer_id)
        if customer is None:
            basis, items = _ladder(context, path.customer_id, query)
        else:
            basis, items = "customer", _own(context, customer, query)
        return versioned(context, customer_id=path.customer_id, list=query.list, basis=basis, items=items)


def _own(context: PageContext, customer: Customer, query: RecommendationsQuery) -> list[dict[str, Any]]:
    """Return a customer's own list."""
    raised = context.raised(customer)
    lines = [line for line in _lines(raised, query.list) if _can_be_had(context, line)]
    if raised.shop is NO_REACTION or not customer.is_pitched_to or raised.account is not None:
        return items_of(context, lines[: query.limit])
    bought = context.customers.usual_purchases(customer.customer_id)

    def may_join(product_id: str) -> bool:
        is_kept_out = product_id in raised.held or product_id in bought
        return not is_kept_out and context.products.may_be_suggested(product_id)

    by_id = {line.product_id: line for line in lines}
    ids = react(context, raised.shop, by_id, is_new=query.list == NEW, may_join=may_join)[: query.limit]
    items = iter(items_of(context, [by_id[one] for one in ids if one in by_id]))
    shown = [next(items) if one in by_id else joined_item(context, raised.shop, one) for one in ids]
    return with_looks(context, raised.shop, shown)


def _lines(raised: Raised, name: str) -> Sequence[Recommendation]:
    """Return a list without what outcomes keep out of it, in its order."""
    if name in STATES:
        return raised.of(name)
    usual = {line.product_id: line for line in (*raised.due, *raised.later)}
    return [line for line in usual.values() if line.list == name]


def _can_be_had(context: PageContext, line: Recommendation) -> bool:
    return context.products.may_be_suggested(line.product_id)


def _ladder(context: PageContext, customer_id: str, query: RecommendationsQuery) -> tuple[str, list[dict[str, Any]]]:
    """Return whose best sellers an unknown customer gets, and them; in no list but `new` is anything of theirs."""
    if query.list != NEW:
        return "everyone", []
    segment = query.segment if query.segment and best_sellers(context.snapshot, query.segment) else ""
    can_be_had = context.products.may_be_suggested
    sellers = {
        one.product_id: one for one in best_sellers(context.snapshot, segment or EVERYONE) if can_be_had(one.product_id)
    }
    shop = context.desk.beside([customer_id], context.as_of).shop.get(customer_id, NO_REACTION)
    ids = react(context, shop, sellers, is_new=True, may_join=can_be_had)[: query.limit]
    items = iter(best_seller_items(context, [sellers[one] for one in ids if one in sellers], segment))
    shown = [next(items) if one in sellers else joined_item(context, shop, one) for one in ids]
    return "segment" if segment else "everyone", with_looks(context, shop, shown)
