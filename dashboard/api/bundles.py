"""GET bundles: products that are bought together, of all customers or of a given segment."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from dashboard.api.answers import answered, kept_for_all, versioned
from dashboard.api.items import rounded
from dashboard.api.models import Bundles, BundlesQuery
from dashboard.display.page_context import PageContext
from dashboard.records.bundles import Bundle


def register(api: APIBlueprint) -> None:
    """Add the resource."""

    @api.get("/bundles", responses={200: Bundles})
    @answered
    @kept_for_all
    def bundles(context: PageContext, query: BundlesQuery) -> Response:
        """Products bought together

        The most typical first; without redundant sets, substitutes, and sets of which something cannot be had. A
        segment that has too few orders for bundles has none.
        """
        found = [one for one in context.bundles.of_segment(query.segment) if _is_offered(context, one)]
        return versioned(context, segment=query.segment, items=[_item(one) for one in found[: query.limit]])


def _is_offered(context: PageContext, bundle: Bundle) -> bool:
    can_be_had = all(context.products.may_be_suggested(one) for one in bundle.product_ids)
    return can_be_had and not bundle.redundant and not bundle.substitutes


def _item(bundle: Bundle) -> dict[str, object]:
    parts = [
        {"product_id": part.product_id, "name": part.name, "price": rounded(part.price, 2)} for part in bundle.parts
    ]
    return {
        "key": bundle.key,
        "products": parts,
        "n_order_days": bundle.n_baskets,
        "support": rounded(bundle.support),
        "consequent": bundle.consequent_id,
        "confidence": rounded(bundle.confidence),
        "lift": rounded(bundle.lift),
        "lift_low": rounded(bundle.lift_low),
        "lift_high": rounded(bundle.lift_high),
        "price": rounded(bundle.price, 2),
    }
