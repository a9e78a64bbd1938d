"""GET customers/{id}/recommendations: the lists of a customer; of an unknown one what sells best."""

from collections.abc import Sequence

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from dashboard.api.answers import answered, versioned
from dashboard.api.items import best_seller_items, items_of
from dashboard.api.models import CustomerPath, Recommendations, RecommendationsQuery
from dashboard.data.best_sellers import Seller, best_sellers
from dashboard.display.page_context import PageContext
from dashboard.records.customers import Customer, Recommendation
from recsys.schema.published import EVERYONE


def register(api: APIBlueprint) -> None:
    """Add the resource."""

    @api.get("/customers/<path:customer_id>/recommendations", responses={200: Recommendations})
    @answered
    def recommendations(context: PageContext, path: CustomerPath, query: RecommendationsQuery) -> Response:
        """What to offer to a customer

        A customer who is not in the data, or of whom no order is, gets what sells best in the segment that the query
        names, else among all: `basis` says which. To a blocked or closed one nothing is offered.
        """
        customer = context.customers.get(path.customer_id)
        if customer is None:
            basis, items = _ladder(context, query)
        else:
            lines = [line for line in _lines(context, customer, query.list) if _can_be_had(context, line)]
            basis, items = "customer", items_of(context, lines[: query.limit])
        return versioned(context, customer_id=path.customer_id, list=query.list, basis=basis, items=items)


def _lines(context: PageContext, customer: Customer, name: str) -> Sequence[Recommendation]:
    """Return a list without what outcomes keep out of it, in its order."""
    raised = context.raised(customer)
    if name in ("due", "lost", "new"):
        return raised.of(name)
    usual = {line.product_id: line for line in (*raised.due, *raised.later)}
    return [line for line in usual.values() if line.list == name]


def _can_be_had(context: PageContext, line: Recommendation) -> bool:
    return context.products.may_be_suggested(line.product_id)


def _ladder(context: PageContext, query: RecommendationsQuery) -> tuple[str, list[dict[str, object]]]:
    """Return whose best sellers an unknown customer gets, and them; in no list but `new` is anything of theirs."""
    sellers: Sequence[Seller] = ()
    segment = ""
    if query.list == "new":
        segment = query.segment if query.segment and best_sellers(context.snapshot, query.segment) else ""
        sellers = best_sellers(context.snapshot, segment or EVERYONE)
    offered = [one for one in sellers if context.products.may_be_suggested(one.product_id)]
    basis = "segment" if segment else "everyone"
    return basis, best_seller_items(context, offered[: query.limit], segment)
