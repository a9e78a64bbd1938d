"""The OpenAPI document and its page say what there is, and nothing is answered that they do not say."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.api.app import PATH

RESOURCES = {
    f"/{PATH}/customers/{{customer_id}}/recommendations": "get",
    f"/{PATH}/products/{{product_id}}/also-bought": "get",
    f"/{PATH}/products/{{product_id}}/substitutes": "get",
    f"/{PATH}/products/availability": "put",
    f"/{PATH}/baskets/complete": "post",
    f"/{PATH}/bundles": "get",
    f"/{PATH}/segments/{{name}}/customers": "get",
    f"/{PATH}/events": "post",
    f"/{PATH}/versions/current": "get",
    f"/{PATH}/healthz": "get",
}


@pytest.fixture(scope="module")
def document(shop: FlaskClient) -> Any:
    return shop.get(f"/{PATH}/openapi.json").json


def test_every_resource_is_described(document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert {path: next(iter(operations)) for path, operations in document["paths"].items()} == RESOURCES


def test_all_but_the_health_asks_for_a_token(document: Any) -> None:
    asks = {path: operations[RESOURCES[path]]["security"] for path, operations in document["paths"].items()}
    assert asks.pop(f"/{PATH}/healthz") == []
    assert all(one == [{"token": []}] for one in asks.values())
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_problems_are_of_their_own_media_type(document: Any) -> None:
    for path, operations in document["paths"].items():
        for status, answer in operations[RESOURCES[path]]["responses"].items():
            kinds = list(answer["content"])
            assert kinds == (["application/json"] if status == "200" else ["application/problem+json"]), path


def test_every_operation_says_what_it_is_for(document: Any) -> None:
    for path, operations in document["paths"].items():
        assert operations[RESOURCES[path]]["summary"], path


def test_the_page_needs_nothing_from_elsewhere(shop: FlaskClient) -> None:
    page = shop.get(f"/{PATH}/docs").text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) == 3
    for address in addresses:
        assert shop.get(f"/{PATH}/{address}").status_code == 200
    assert shop.get(f"/{PATH}/docs/other.js").status_code == 404
    assert "<script>" not in page  # the policy lets no script in the page run
