"""Examples of requests and answers, by the name of their model, for the description; a test checks each."""

from collections.abc import Mapping
from typing import Any

_OF = {"version": "2026-11-16-031022", "as_of": "2026-11-15"}
_BEANS = {
    "product_id": "00001",
    "name": "Espresso beans Crema, 1 kg",
    "category": "Coffee and tea > Beans",
    "price": 14.9,
}
_OATS = {
    "product_id": "31127",
    "name": "Oat drink Barista, 6 x 1 l",
    "category": "Drinks > Plant drinks",
    "price": 11.4,
}
_COOKIES = {"product_id": "03013", "name": "Oat cookies, 80 pieces", "category": "Bakery > Cookies", "price": 38.4}
_NO_REASON = dict.fromkeys(
    ("of", "lift", "on", "gap_days", "since_days", "product_id", "segment", "region", "attribute")
)
_ITEM = {
    "rank": 1,
    **_OATS,
    "quantity": 8.0,
    "price_from": "list",
    "value": 91.2,
    "chance": {"value": 0.31, "n": 18_204},
    "expected": 28.27,
    "reason": {
        **_NO_REASON,
        "kind": "similar_customers",
        "sentence": "9 of the 12 most similar customers buy it.",
        "n": 9,
        "of": 12,
    },
}
_BESIDE = {
    "rank": 1,
    **_COOKIES,
    "quantity": 1.0,
    "price_from": "list",
    "value": 38.4,
    "chance": None,
    "expected": None,
    "reason": {
        **_NO_REASON,
        "kind": "bought_together",
        "sentence": "Often with Espresso beans Crema, 1 kg, on 287 of 1,204 order days.",
        "n": 287,
        "of": 1_204,
        "lift": 3.1,
        "product_id": "00001",
    },
}
_EVENT = {
    "event_id": "8f3e2c",
    "kind": "view",
    "at": "2026-11-16T09:30:00Z",
    "customer_id": "10482",
    "session": "s-77",
    "product_id": "31127",
}

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "BasketBody": {"lines": [{"product_id": "00001", "quantity": 12}], "customer_id": "10482", "limit": 4},
    "EventsBody": {"events": [_EVENT]},
    "AvailabilityBody": {
        "products": [{"product_id": "31127", "is_available": False, "at": "2026-11-16T09:30:00Z", "stock": 0}]
    },
    "Recommendations": {**_OF, "customer_id": "10482", "list": "new", "basis": "customer", "items": [_ITEM]},
    "ProductFacts": {**_OF, **_OATS, "unit": "case", "pack_size": "6 x 1 l", "is_available": True},
    "AlsoBought": {
        **_OF,
        "product_id": "31127",
        "items": [
            {
                "rank": 1,
                **_COOKIES,
                "n_order_days": 287,
                "of_order_days": 1_842,
                "lift": 2.7,
                "sentence": "In 287 of 1,842 orders.",
            }
        ],
    },
    "Substitutes": {
        **_OF,
        "product_id": "31127",
        "items": [{"rank": 1, **_BEANS, "n_customers": 19, "is_successor": False}],
    },
    "Completion": {**_OF, "basis": "customer", "unknown": [], "items": [_BESIDE]},
    "Bundles": {
        **_OF,
        "segment": "Cafe",
        "items": [
            {
                "key": "Cafe/1",
                "products": [{name: one[name] for name in ("product_id", "name", "price")} for one in (_BEANS, _OATS)],
                "n_order_days": 412,
                "support": 0.031,
                "consequent": "31127",
                "confidence": 0.34,
                "lift": 4.2,
                "lift_low": 3.8,
                "lift_high": 4.6,
                "price": 26.3,
            }
        ],
    },
    "SegmentCustomers": {
        **_OF,
        "name": "At risk",
        "total": 214,
        "next": 100,
        "items": [
            {
                "customer_id": "10482",
                "segment": "Cafe",
                "region": "North",
                "last_order_on": "2026-08-04",
                "orders_12m": 17,
            }
        ],
    },
    "EventsTaken": {
        "n_new": 1,
        "n_known": 0,
        "refused": [{"index": 1, "event_id": "8f3e2d", "reason": "a view needs a product_id"}],
    },
    "AvailabilityTaken": {"n_changed": 1, "unknown": [], "refused": []},
    "CurrentVersion": {**_OF, "built_at": "2026-11-16T03:10:22Z"},
    "Health": {"status": "ok"},
    "Problem": {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "limit: Input should be less than or equal to 100.",
        "errors": [{"field": "limit", "message": "Input should be less than or equal to 100"}],
    },
}
