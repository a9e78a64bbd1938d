"""What is sent to the API changes what it answers at once: events, and what cannot be had."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.activity.database.connect import open_database
from dashboard.api import models
from dashboard.api.problems import PROBLEM
from dashboard.services import EXTENSION, Services
from dashboard.settings import Settings
from tests.dashboard.api.conftest import client_of
from tests.support.artifacts import publish_small


@pytest.fixture
def shop(tmp_path: Path) -> FlaskClient:
    """Return a client of the API with a database of its own."""
    publish_small(tmp_path / "artifacts")
    client = client_of(tmp_path / "artifacts")
    services: Services = client.application.extensions[EXTENSION]
    services.settings.state.mkdir()
    services.database.prepare()
    return client


def event(number: int, kind: str, product_id: str = "P4", **more: Any) -> dict[str, Any]:
    at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    return {"event_id": f"e{number}", "kind": kind, "at": at, "customer_id": "CAFE1", "product_id": product_id, **more}


def send(shop: FlaskClient, *events: Any) -> Any:
    answer = shop.post("/api/v1/events", json={"events": list(events)})
    assert answer.status_code == 200, answer.text
    models.EventsTaken.model_validate_json(answer.data)
    return answer.json


def push(shop: FlaskClient, product_id: str, is_available: bool, **more: Any) -> Any:
    at = more.pop("at", datetime.now(UTC)).isoformat()
    said = {"product_id": product_id, "is_available": is_available, "at": at, **more}
    answer = shop.put("/api/v1/products/availability", json={"products": [said]})
    assert answer.status_code == 200, answer.text
    models.AvailabilityTaken.model_validate_json(answer.data)
    return answer.json


def listed(shop: FlaskClient, name: str, customer: str = "CAFE1") -> list[tuple[str, str]]:
    answer = shop.get(f"/api/v1/customers/{customer}/recommendations?list={name}")
    models.Recommendations.model_validate_json(answer.data)
    items = answer.json["items"]  # type: ignore[index]
    assert [one["rank"] for one in items] == list(range(1, len(items) + 1))
    return [(one["product_id"], one["reason"]["sentence"]) for one in items]


def ids(shop: FlaskClient, name: str, customer: str = "CAFE1") -> list[str]:
    return [product for product, _ in listed(shop, name, customer)]


# ---- events ----


def test_good_events_are_saved_once_and_wrong_ones_are_refused_one_by_one(shop: FlaskClient) -> None:
    batch = [event(1, "view"), event(2, "stare"), "view", event(3, "view", "GONE")]
    found = send(shop, *batch)
    assert (found["n_new"], found["n_known"]) == (1, 0)
    assert [(one["index"], one["event_id"]) for one in found["refused"]] == [(1, "e2"), (2, ""), (3, "e3")]
    assert found["refused"][2]["reason"] == "product_id is not a product of the published version"
    again = send(shop, *batch)
    assert (again["n_new"], again["n_known"], len(again["refused"])) == (0, 1, 3)


@pytest.mark.parametrize("body", [{}, {"events": []}, {"events": [{}] * 1001}, {"event": [{}]}, []])
def test_a_batch_that_is_none_is_a_problem(shop: FlaskClient, body: Any) -> None:
    answer = shop.post("/api/v1/events", json=body)
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)


def test_what_was_looked_at_comes_first_and_says_so(shop: FlaskClient) -> None:
    assert ids(shop, "usual") == ["P1", "P2", "P3"]
    send(shop, event(1, "view", "P3"), event(2, "click", "P3"), event(3, "view", "P3"), event(4, "view", "P2"))
    found = listed(shop, "usual")
    assert found[0] == ("P2", "Looked at once this week.") or found[0] == ("P3", "Looked at 3 times this week.")
    assert {product for product, _ in found[:2]} == {"P2", "P3"}
    assert dict(found)["P3"] == "Looked at 3 times this week."
    assert not dict(found)["P1"].startswith("Looked")


def test_what_is_in_the_cart_goes_and_comes_back_when_it_is_taken_out(shop: FlaskClient) -> None:
    send(shop, event(1, "cart", "P1"))
    assert ids(shop, "usual") == ["P2", "P3"]
    send(shop, event(2, "uncart", "P1", at=datetime.now(UTC).isoformat()))
    assert ids(shop, "usual") == ["P1", "P2", "P3"]


def test_what_was_ordered_leaves_new_and_no_other_list(shop: FlaskClient) -> None:
    assert ids(shop, "new") == ["P4"]
    send(shop, event(1, "order", "P4"), event(2, "order", "P1"))
    assert ids(shop, "new") == []
    assert ids(shop, "usual") == ["P1", "P2", "P3"]


def test_what_somebody_never_bought_and_looked_at_joins_new(shop: FlaskClient) -> None:
    assert ids(shop, "new", "NEW1") == ["P1", "P3"]
    send(shop, event(1, "view", "P2", customer_id="NEW1"), event(2, "view", "P2", customer_id="CAFE2"))
    assert listed(shop, "new", "NEW1")[0] == ("P2", "Looked at once this week.")
    assert ids(shop, "new", "NEW1")[1:] == ["P1", "P3"]
    assert ids(shop, "new", "CAFE2") == ["P3"]  # who bought it before
    assert ids(shop, "usual", "CAFE2") == ["P1"]


def test_of_an_unknown_customer_best_sellers_react_too(shop: FlaskClient) -> None:
    before = ids(shop, "new", "nobody")
    send(shop, event(1, "view", before[-1], customer_id="nobody"))
    assert ids(shop, "new", "nobody") == [before[-1], *before[:-1]]
    assert ids(shop, "new", "nobody else") == before


def test_what_a_session_did_is_no_customer_s(shop: FlaskClient) -> None:
    send(shop, event(1, "view", "P3", session="s1", customer_id=None), event(2, "view", "P2", session="s1"))
    assert dict(listed(shop, "usual"))["P2"] == "Looked at once this week."
    assert not dict(listed(shop, "usual"))["P3"].startswith("Looked")


def test_without_a_database_nothing_is_taken_and_lists_are_answered(shop: FlaskClient, tmp_path: Path) -> None:
    services = shop.application.extensions[EXTENSION]
    gone = open_database(Settings(state=tmp_path / "nowhere"))
    object.__setattr__(services, "database", gone)
    object.__setattr__(services.availability, "_database", gone)
    answer = shop.post("/api/v1/events", json={"events": [event(1, "view")]})
    assert (answer.status_code, answer.mimetype, answer.headers["Retry-After"]) == (503, PROBLEM, "5")
    said = {"product_id": "P1", "is_available": False, "at": datetime.now(UTC).isoformat()}
    answer = shop.put("/api/v1/products/availability", json={"products": [said]})
    assert (answer.status_code, answer.mimetype) == (503, PROBLEM)
    assert ids(shop, "usual") == ["P1", "P2", "P3"]


# ---- stock ----


def test_what_cannot_be_had_is_in_no_answer_from_then_on(shop: FlaskClient) -> None:
    asked = ("products/P1/also-bought", "products/P1/substitutes")
    before = {path: [one["product_id"] for one in shop.get(f"/api/v1/{path}").json["items"]] for path in asked}  # type: ignore[index]
    assert any("P2" in found for found in before.values())
    assert push(shop, "P2", is_available=False) == {"n_changed": 1, "unknown": [], "refused": []}
    for path in asked:
        assert [one["product_id"] for one in shop.get(f"/api/v1/{path}").json["items"]] == [  # type: ignore[index]
            one for one in before[path] if one != "P2"
        ]
    assert ids(shop, "usual") == ["P1", "P3"]
    assert "P2" not in ids(shop, "new", "HOTEL1")
    assert "P2" not in ids(shop, "new", "nobody")
    basket = shop.post("/api/v1/baskets/complete", json={"lines": [{"product_id": "P1"}], "customer_id": "CAFE1"})
    assert "P2" not in [one["product_id"] for one in basket.json["items"]]  # type: ignore[index]
    push(shop, "P2", is_available=True)
    assert ids(shop, "usual") == ["P1", "P2", "P3"]


def test_a_tag_from_before_a_push_is_no_reason_for_304(shop: FlaskClient) -> None:
    first = shop.get("/api/v1/products/P1/also-bought")
    headers = {"If-None-Match": first.headers["ETag"]}
    assert shop.get("/api/v1/products/P1/also-bought", headers=headers).status_code == 304
    for one in first.json["items"]:  # type: ignore[index]
        push(shop, one["product_id"], is_available=False)
    assert shop.get("/api/v1/products/P1/also-bought", headers=headers).status_code == 200


def test_an_older_word_and_an_unknown_product_are_said_to_be(shop: FlaskClient) -> None:
    now = datetime.now(UTC)
    assert push(shop, "NEXT", is_available=False, at=now) == {
        "n_changed": 1,
        "unknown": ["NEXT"],
        "refused": [],
    }
    assert push(shop, "NEXT", is_available=True, at=now - timedelta(seconds=1))["n_changed"] == 0


def test_a_word_from_the_future_is_refused_alone(shop: FlaskClient) -> None:
    now = datetime.now(UTC)
    words = [("P1", now + timedelta(hours=1)), ("P2", now)]
    said = [{"product_id": one, "is_available": False, "at": at.isoformat()} for one, at in words]
    found = shop.put("/api/v1/products/availability", json={"products": said}).json
    why = "at is more than 5 minutes in the future; is the clock right?"
    assert found == {"n_changed": 1, "unknown": [], "refused": [{"index": 0, "product_id": "P1", "reason": why}]}
    assert ids(shop, "usual") == ["P1", "P3"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_available": "no"}, "is_available"),
        ({"at": "2026-11-15T09:00:00"}, "timezone"),
        ({"at": 1_700_000_000}, "with a zone"),
        ({"stock": -1}, "stock"),
        ({"product_id": ""}, "product_id"),
    ],
)
def test_a_wrong_word_of_the_stock_system_is_refused_whole(shop: FlaskClient, change: dict[str, Any], why: str) -> None:
    good = {"product_id": "P1", "is_available": False, "at": datetime.now(UTC).isoformat()}
    answer = shop.put("/api/v1/products/availability", json={"products": [good, good | change]})
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)
    assert why in answer.text
    assert "P1" in ids(shop, "usual")
