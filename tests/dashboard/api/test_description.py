"""The OpenAPI document and its page say what there is, and nothing is answered that they do not say."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.api import models
from dashboard.api.app import PATH
from dashboard.api.examples import EXAMPLES

RESOURCES = {
    f"/{PATH}/customers/{{customer_id}}/recommendations": "get",
    f"/{PATH}/products/{{product_id}}/also-bought": "get",
    f"/{PATH}/products/{{product_id}}/substitutes": "get",
    f"/{PATH}/products/{{product_id}}": "get",
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


def test_every_request_and_answer_has_an_example_that_is_one(document: Any) -> None:
    for name, example in EXAMPLES.items():
        assert document["components"]["schemas"][name]["examples"] == [example], name
        getattr(models, name).model_validate_json(json.dumps(example))
    for path, operations in document["paths"].items():
        operation = operations[RESOURCES[path]]
        contents = [answer["content"] for answer in operation["responses"].values()]
        contents += [operation["requestBody"]["content"]] if "requestBody" in operation else []
        named = {one["schema"]["$ref"].rpartition("/")[2] for content in contents for one in content.values()}
        assert named <= EXAMPLES.keys(), path
        in_path = [one for one in operation.get("parameters", ()) if one["in"] == "path"]
        assert all(one["example"] for one in in_path), path
