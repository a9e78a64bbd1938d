"""POST events: what happened in the shop, each event once."""

from datetime import UTC, datetime

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from dashboard.api.answers import known_products, saving
from dashboard.api.models import EventsBody, EventsTaken
from dashboard.services import services
from dashboard.shop.events import take


def register(api: APIBlueprint) -> None:
    """Add the resource."""

    @api.post("/events", responses={200: EventsTaken})
    @saving
    def events(body: EventsBody) -> Response:
        """What happened in the shop

        Each event has the shop's own number: sent again it is known, and nothing is counted twice. Wrong ones are
        refused one by one, each with why; the others are saved, and lists react to them within seconds. Events without
        a customer are kept apart, by their session.
        """
        products = known_products()
        at = services()
        taken = take(at.database, body.events, datetime.now(UTC), lambda one: products is None or one in products)
        at.touched.look_again()
        refused = [{"index": index, "event_id": number, "reason": why} for index, number, why in taken.refused]
        return jsonify({"n_new": taken.n_new, "n_known": taken.n_known, "refused": refused})
