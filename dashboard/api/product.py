"""GET products/{id}: what a shop's page says of a product."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from dashboard.api.answers import answered, kept_for_all, versioned
from dashboard.api.items import product_facts
from dashboard.api.models import Problem, ProductFacts, ProductPath
from dashboard.api.problems import problem
from dashboard.display.page_context import PageContext


def register(api: APIBlueprint) -> None:
    """Add the resource."""

    @api.get("/products/<path:product_id>", responses={200: ProductFacts, 404: Problem})
    @answered
    @kept_for_all
    def product(context: PageContext, path: ProductPath) -> Response:
        """A product

        Whether it can be had counts from the stock system's last word on.
        """
        found = context.products.get(path.product_id)
        if found is None:
            return problem(404, f"There is no product {path.product_id!r} in the data that are served.")
        can_be_had = context.products.may_be_suggested(found.product_id)
        packed = {"unit": found.unit, "pack_size": found.pack_size}
        return versioned(context, **product_facts(found), **packed, is_available=can_be_had)
