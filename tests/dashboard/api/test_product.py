"""GET products/{id}, on the small version."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.api import models
from dashboard.api.problems import PROBLEM
from dashboard.services import EXTENSION, Services
from tests.dashboard.api.conftest import client_of
from tests.support.artifacts import publish_small, small_rows


def changed(root: Path, **fields: Any) -> FlaskClient:
    """Return a client of a version in which P1 has other fields."""
    rows = [one | (fields if one["product_id"] == "P1" else {}) for one in small_rows()["products"]]
    publish_small(root, changed={"products": sorted(rows, key=lambda one: one["product_id"])})
    return client_of(root)


def test_a_product_has_its_name_category_price_and_whether_it_can_be_had(shop: FlaskClient) -> None:
    answer = shop.get("/api/v1/products/P1")
    models.ProductFacts.model_validate_json(answer.data)
    expected = next(one for one in small_rows()["products"] if one["product_id"] == "P1")
    assert answer.json == {
        "version": answer.json["version"],  # type: ignore[index]
        "as_of": "2026-11-15",
        "product_id": "P1",
        "name": expected["name"],
        "category": expected["category"],
        "price": expected["unit_price"],
        "unit": expected["unit"],
        "pack_size": expected["pack_size"],
        "is_available": True,
    }


@pytest.mark.parametrize("gone", [{"available": False}, {"replaced_by": "P2"}, {"stock": 0.0}], ids=str)
def test_what_no_list_suggests_cannot_be_had(tmp_path: Path, gone: dict[str, Any]) -> None:
    assert changed(tmp_path, **gone).get("/api/v1/products/P1").json["is_available"] is False  # type: ignore[index]


def test_an_unknown_product_is_named(shop: FlaskClient) -> None:
    answer = shop.get("/api/v1/products/P99")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
    assert answer.json["detail"] == "There is no product 'P99' in the data that are served."  # type: ignore[index]


def test_its_address_takes_none_of_the_lists_from_it(shop: FlaskClient) -> None:
    for name in ("also-bought", "substitutes"):
        assert "items" in shop.get(f"/api/v1/products/P1/{name}").json  # type: ignore[operator]


def test_who_has_it_already_gets_no_second_one(shop: FlaskClient) -> None:
    first = shop.get("/api/v1/products/P1")
    again = shop.get("/api/v1/products/P1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_the_stock_system_says_counts_at_once(tmp_path: Path) -> None:
    publish_small(tmp_path / "artifacts")
    shop = client_of(tmp_path / "artifacts")
    services: Services = shop.application.extensions[EXTENSION]
    services.settings.state.mkdir()
    services.database.prepare()
    found = []
    for is_available in (False, True):
        said = {"product_id": "P1", "is_available": is_available, "at": datetime.now(UTC).isoformat()}
        assert shop.put("/api/v1/products/availability", json={"products": [said]}).json["n_changed"] == 1  # type: ignore[index]
        found.append(shop.get("/api/v1/products/P1").json["is_available"])  # type: ignore[index]
    assert found == [False, True]
