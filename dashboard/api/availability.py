"""PUT products/availability: what the stock system says of products."""

from datetime import UTC, datetime

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from dashboard.activity.shop_records import Stock
from dashboard.api.answers import known_products, saving
from dashboard.api.models import AvailabilityBody, AvailabilityTaken
from dashboard.services import services
from dashboard.shop.events import AHEAD, TOO_EARLY


def register(api: APIBlueprint) -> None:
    """Add the resource."""

    @api.put("/products/availability", responses={200: AvailabilityTaken})
    @saving
    def availability(body: AvailabilityBody) -> Response:
        """What can be had now

        The newest word of each product counts, by its own time, from now on and for all lists: what cannot be had is
        suggested by none. A word from the future is refused alone. A count of stock of a later day, in the data of the
        next build, outdates it. `unknown` are products that the data do not have; what is said of them is kept.
        """
        latest, known = datetime.now(UTC) + AHEAD, known_products()
        said = [Stock(one.product_id, one.is_available, one.at.astimezone(UTC), one.stock) for one in body.products]
        refused = [
            {"index": index, "product_id": one.product_id, "reason": TOO_EARLY}
            for index, one in enumerate(said)
            if one.at > latest
        ]
        n_changed = services().availability.push([one for one in said if one.at <= latest])
        unknown = sorted({one.product_id for one in said if known is not None and one.product_id not in known})
        return jsonify({"n_changed": n_changed, "unknown": unknown, "refused": refused})
