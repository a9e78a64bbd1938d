"""What each resource answers, on the small version: rows that can be counted by eye."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.api import models
from dashboard.api.problems import PROBLEM
from dashboard.display import product_pairs
from dashboard.display.page_context import PageContext
from dashboard.services import EXTENSION
from tests.dashboard.api.conftest import client_of
from tests.support.artifacts import publish_small, small_rows


def asked(shop: FlaskClient, path: str, model: type[models.Model]) -> Any:
    """Return an answer that is as its model says."""
    answer = shop.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    model.model_validate_json(answer.data)
    return answer.json


def products(answer: Any) -> list[str]:
    return [item["product_id"] for item in answer["items"]]


def test_a_customer_gets_their_list_with_numbers_and_a_reason(shop: FlaskClient) -> None:
    found = asked(shop, "/customers/CAFE1/recommendations?list=usual", models.Recommendations)
    assert (found["customer_id"], found["list"], found["basis"], found["as_of"]) == (
        "CAFE1", "usual", "customer", "2026-11-15",
    )  # fmt: skip
    assert products(found) == ["P1", "P2", "P3"]
    first = found["items"][0]
    assert (first["quantity"], first["price"], first["price_from"], first["value"]) == (2.0, 12.0, "own_last", 24.0)
    assert first["reason"]["kind"] == "due_again"
    assert (first["reason"]["n"], first["reason"]["gap_days"], first["reason"]["on"]) == (4, 14.0, "2026-11-02")
    assert first["reason"]["sentence"] == "Bought every 14 days (4 times); 13 days since the last."


def test_the_lists_are_those_of_the_pages(shop: FlaskClient) -> None:
    def found(name: str) -> list[str]:
        return products(asked(shop, f"/customers/CAFE1/recommendations?list={name}", models.Recommendations))

    assert {name: found(name) for name in models.LISTS} == {
        "new": ["P4"],
        "usual": ["P1", "P2", "P3"],
        "due": ["P1", "P2", "P3"],
        "lost": [],
        "seasonal": [],
    }


def test_new_is_what_is_asked_for_without_a_list_and_the_limit_cuts_it(shop: FlaskClient) -> None:
    found = asked(shop, "/customers/HOTEL1/recommendations?limit=1", models.Recommendations)
    assert (found["list"], products(found)) == ("new", ["P2"])


def test_no_reason_names_another_customer(shop: FlaskClient) -> None:
    answer = shop.get("/api/v1/customers/CAFE1/recommendations")
    assert b"CAFE2" not in answer.data
    assert "customer_id" not in answer.json["items"][0]["reason"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("query", "basis", "first", "sentence"),
    [
        ("?segment=cafe", "segment", ["P1", "P2", "P3", "P4"], "2 of 2 cafe customers have bought it."),
        ("?segment=hotel", "segment", ["P1", "P3"], "1 of 1 hotel customers has bought it."),
        ("?segment=bar", "everyone", ["P1", "P3", "P2", "P4"], "3 of 4 customers have bought it."),
        ("", "everyone", ["P1", "P3", "P2", "P4"], "3 of 4 customers have bought it."),
    ],
)
def test_an_unknown_customer_gets_best_sellers_that_are_labelled(
    shop: FlaskClient, query: str, basis: str, first: list[str], sentence: str
) -> None:
    found = asked(shop, f"/customers/STRANGER/recommendations{query}", models.Recommendations)
    assert (found["customer_id"], found["basis"], products(found)) == ("STRANGER", basis, first)
    assert found["items"][0]["reason"]["sentence"] == sentence


def test_an_unknown_customer_has_nothing_usual(shop: FlaskClient) -> None:
    assert products(asked(shop, "/customers/STRANGER/recommendations?list=due", models.Recommendations)) == []


def test_what_is_ordered_with_a_product(shop: FlaskClient) -> None:
    found = asked(shop, "/products/P1/also-bought", models.AlsoBought)
    for item in found["items"]:
        assert item["sentence"] == f"In {item['n_order_days']} of {item['of_order_days']} orders."
        assert item["lift"] >= 1.2
    assert "P1" not in products(found)


def test_what_can_be_had_in_place_of_a_product(shop: FlaskClient) -> None:
    found = asked(shop, "/products/P2/substitutes", models.Substitutes)
    assert "P2" not in products(found)


@pytest.mark.parametrize("path", ["/products/P99/also-bought", "/products/P99/substitutes"])
def test_an_unknown_product_is_named(shop: FlaskClient, path: str) -> None:
    answer = shop.get(f"/api/v1{path}")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
    assert answer.json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no product 'P99' in the data that are served.",
    }


def test_a_basket_is_completed_without_what_is_in_it(shop: FlaskClient) -> None:
    body = {"customer_id": "CAFE1", "lines": [{"product_id": "P1"}, {"product_id": "P77"}], "limit": 3}
    answer = shop.post("/api/v1/baskets/complete", json=body)
    assert answer.status_code == 200
    found: Any = answer.json
    models.Completion.model_validate_json(answer.data)
    assert (found["basis"], found["unknown"]) == ("customer", ["P77"])
    assert products(found)
    assert not {"P1", "P77"} & set(products(found))
    assert all(item["reason"]["sentence"] for item in found["items"])


def test_a_basket_of_nobody_in_particular_is_completed_by_orders_alone(shop: FlaskClient) -> None:
    answer = shop.post("/api/v1/baskets/complete", json={"lines": [{"product_id": "P1"}], "segment": "cafe"})
    models.Completion.model_validate_json(answer.data)
    found: Any = answer.json
    assert found["basis"] == "segment"
    assert {item["reason"]["kind"] for item in found["items"]} <= {"bought_together"}


def test_a_basket_of_unknown_products_gets_nothing(shop: FlaskClient) -> None:
    answer = shop.post("/api/v1/baskets/complete", json={"lines": [{"product_id": "P77"}]})
    found: Any = answer.json
    assert (found["basis"], found["unknown"], found["items"]) == ("everyone", ["P77"], [])


def test_bundles_have_their_numbers(shop: FlaskClient) -> None:
    found = asked(shop, "/bundles", models.Bundles)
    assert found["items"]
    for item in found["items"]:
        assert len(item["products"]) >= 2
        assert item["lift_low"] <= item["lift"] <= item["lift_high"]
    assert asked(shop, "/bundles?segment=nobody", models.Bundles)["items"] == []


def test_customers_of_a_segment_come_page_by_page(tmp_path: Path) -> None:
    publish_small(
        tmp_path, changed={"customers": [one | {"rfm_segment": "Loyal"} for one in small_rows()["customers"]]}
    )
    shop, seen = client_of(tmp_path), list[str]()
    after, total = 0, 0
    while after is not None:
        page = asked(shop, f"/segments/Loyal/customers?limit=2&after={after}", models.SegmentCustomers)
        assert len(page["items"]) <= 2
        seen += [one["customer_id"] for one in page["items"]]
        after, total = page["next"], page["total"]
    assert (total, sorted(seen)) == (5, ["CAFE1", "CAFE2", "HOTEL1", "NEW1", "SCHOOL1"])


def test_no_name_and_no_address_of_a_customer_is_answered(shop: FlaskClient) -> None:
    answer = shop.get("/api/v1/segments/At risk/customers")
    assert set(answer.json["items"][0]) == {"customer_id", "segment", "region", "last_order_on", "orders_12m"}  # type: ignore[index]


def test_an_unknown_segment_is_answered_with_those_that_there_are(shop: FlaskClient) -> None:
    answer = shop.get("/api/v1/segments/Friends/customers")
    assert answer.status_code == 404
    assert "there are Champions, Loyal" in answer.json["detail"]  # type: ignore[index]


def test_the_version_and_the_health(shop: FlaskClient) -> None:
    assert asked(shop, "/versions/current", models.CurrentVersion)["as_of"] == "2026-11-15"
    assert asked(shop, "/healthz", models.Health) == {"status": "ok"}


@pytest.mark.parametrize("path", ["/versions/current", "/customers/CAFE1/recommendations", "/bundles"])
def test_who_has_an_answer_already_gets_no_second_one(shop: FlaskClient, path: str) -> None:
    first = shop.get(f"/api/v1{path}")
    again = shop.get(f"/api/v1{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    other = shop.get(f"/api/v1{path}", headers={"If-None-Match": '"of another day"'})
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=0", "limit: Input should be greater than or equal to 1."),
        ("limit=x", "limit: Input should be a valid integer, unable to parse string as an integer."),
        ("lmit=3", "lmit: Extra inputs are not permitted."),
        ("list=old", "list: Input should be 'new', 'usual', 'due', 'lost' or 'seasonal'."),
    ],
)
def test_a_wrong_query_is_named_with_what_it_takes(shop: FlaskClient, query: str, detail: str) -> None:
    answer = shop.get(f"/api/v1/customers/CAFE1/recommendations?{query}")
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)
    assert answer.json["detail"] == detail  # type: ignore[index]
    models.Problem.model_validate_json(answer.data)


@pytest.mark.parametrize("body", ["nonsense", "[]", '{"lines": []}', '{"lines": [{"product_id": ""}]}'])
def test_a_wrong_body_is_no_error_of_ours(shop: FlaskClient, body: str) -> None:
    answer = shop.post("/api/v1/baskets/complete", data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)


def test_what_is_not_there_is_a_problem_document_too(shop: FlaskClient) -> None:
    for answer in (shop.get("/api/v1/nothing"), shop.delete("/api/v1/bundles"), shop.put("/api/v1/versions/current")):
        assert answer.status_code in (404, 405)
        assert answer.mimetype == PROBLEM


def test_without_data_it_says_when_to_ask_again(tmp_path: Path) -> None:
    answer = client_of(tmp_path).get("/api/v1/customers/CAFE1/recommendations")
    assert (answer.status_code, answer.mimetype, answer.headers["Retry-After"]) == (503, PROBLEM, "30")


def test_it_answers_below_a_prefix(tmp_path: Path) -> None:
    assert client_of(tmp_path, "/sales/").get("/sales/api/v1/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/bundles?limit=3", "/products/P1/also-bought", "/segments/Lost/customers"])
def test_what_a_version_alone_says_is_made_once(shop: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    first = shop.get(f"/api/v1{path}")
    monkeypatch.setattr(PageContext, "bundles", None)
    monkeypatch.setattr(PageContext, "segments", None)
    monkeypatch.setattr(product_pairs, "also_bought", None)
    again = shop.get(f"/api/v1{path}")
    assert (again.status_code, again.data, again.headers["ETag"]) == (200, first.data, first.headers["ETag"])
    assert shop.get(f"/api/v1{path}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_refusal_is_not_kept(shop: FlaskClient) -> None:
    answers = [shop.get("/api/v1/products/P99/substitutes") for _ in range(2)]
    assert [one.status_code for one in answers] == [404, 404]


def test_a_new_version_is_answered_from_at_once(tmp_path: Path) -> None:
    publish_small(tmp_path)
    shop = client_of(tmp_path)
    before = shop.get("/api/v1/bundles")
    second = publish_small(tmp_path, changed={"bundles": []})
    shop.application.extensions[EXTENSION].reader.poll()
    after = shop.get("/api/v1/bundles", headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.json["version"], after.json["items"]) == (200, second, [])  # type: ignore[index]
