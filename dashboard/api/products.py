"""GET products/{id}/also-bought and products/{id}/substitutes."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from dashboard.api.answers import answered, kept_for_all, versioned
from dashboard.api.items import product_facts, rounded
from dashboard.api.models import AlsoBought, LimitQuery, ProductPath, Substitutes
from dashboard.api.problems import problem
from dashboard.display import product_pairs
from dashboard.display.page_context import PageContext


def register(api: APIBlueprint) -> None:
    """Add the resources."""

    @api.get("/products/<path:product_id>/also-bought", responses={200: AlsoBought})
    @answered
    @kept_for_all
    def also_bought(context: PageContext, path: ProductPath, query: LimitQuery) -> Response:
        """What is ordered with a product

        On the same order days more often than by chance, without substitutes, most above chance first.
        """
        product = context.products.get(path.product_id)
        if product is None:
            return _unknown(path.product_id)
        number = context.formats.number
        found = [
            one
            for one in product_pairs.also_bought(context.products, product)
            if context.products.may_be_suggested(one.pair.other.product_id)
        ]
        items = [
            {
                "rank": rank,
                **product_facts(one.pair.other),
                "n_order_days": one.pair.n_baskets,
                "of_order_days": product.n_baskets,
                "lift": rounded(one.pair.lift),
                "sentence": f"In {number(one.pair.n_baskets)} of {number(product.n_baskets)} orders.",
            }
            for rank, one in enumerate(found[: query.limit], 1)
        ]
        return versioned(context, product_id=product.product_id, items=items)

    @api.get("/products/<path:product_id>/substitutes", responses={200: Substitutes})
    @answered
    @kept_for_all
    def substitutes(context: PageContext, path: ProductPath, query: LimitQuery) -> Response:
        """What can be had in place of a product

        Its successor first, then products of its category that its buyers also bought, at other times.
        """
        product = context.products.get(path.product_id)
        if product is None:
            return _unknown(path.product_id)
        found = [
            one
            for one in product_pairs.substitutes(context.products, product)
            if context.products.may_be_suggested(one.product.product_id)
        ]
        items = [
            {
                "rank": rank,
                **product_facts(one.product),
                "n_customers": one.n_both,
                "is_successor": one.is_successor,
            }
            for rank, one in enumerate(found[: query.limit], 1)
        ]
        return versioned(context, product_id=product.product_id, items=items)


def _unknown(product_id: str) -> Response:
    return problem(404, f"There is no product {product_id!r} in the data that are served.")
