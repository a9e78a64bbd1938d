"""Who gets at the API: live tokens for what their scopes say, nobody else; and tokens get at nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.access.permissions import API, NO_TOKEN, OF_PAGES, SCOPES
from dashboard.activity.database import tokens
from dashboard.api.problems import PROBLEM
from dashboard.factory import create_app
from dashboard.services import EXTENSION, Services
from dashboard.settings import Settings
from dashboard.web.api_guard import write_counts
from tests.support.artifacts import publish_small
from tests.support.fonts import put_font

LISTS = "/api/v1/customers/CAFE1/recommendations"
NOW = datetime.now(UTC)


def app_of(root: Path, **settings: Any) -> Flask:
    publish_small(root / "artifacts")
    put_font(root / "state")
    return create_app(
        Settings(artifacts=root / "artifacts", state=root / "state", log_level="error", **settings)
    ).server


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return app_of(tmp_path_factory.mktemp("app"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def services_in(app: Flask) -> Services:
    found: Services = app.extensions[EXTENSION]
    return found


def token_of(app: Flask, *scopes: str, per_hour: int = 1000, **more: Any) -> dict[str, str]:
    """Return the headers of a new token."""
    with services_in(app).database.write() as at:
        made = tokens.add(at, name="Shop", scopes=scopes, per_hour=per_hour, now=NOW, **more)
    return {"Authorization": f"Bearer {made.text}"}


def test_a_token_opens_what_its_scope_says(app: Flask, client: FlaskClient) -> None:
    assert client.get(LISTS, headers=token_of(app, "read")).status_code == 200


def test_another_scope_is_refused_and_named(app: Flask, client: FlaskClient) -> None:
    answer = client.get(LISTS, headers=token_of(app, "events", "stock"))
    assert (answer.status_code, answer.mimetype) == (403, PROBLEM)
    assert answer.json["detail"] == "This needs the scope read; the token has events, stock."  # type: ignore[index]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer"}, {"Authorization": "Basic YTpi"}])
def test_without_a_token_it_is_said_how_to_send_one(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get(LISTS, headers=headers)
    assert (answer.status_code, answer.mimetype, answer.headers["WWW-Authenticate"]) == (401, PROBLEM, "Bearer")
    assert "Authorization: Bearer" in answer.json["detail"]  # type: ignore[index]


def test_a_wrong_an_expired_and_a_revoked_token_open_nothing(app: Flask, client: FlaskClient) -> None:
    expired = token_of(app, "read", expires_at=NOW - timedelta(days=1))
    revoked = token_of(app, "read")
    with services_in(app).database.write() as at:
        tokens.revoke(at, tokens.everything(at)[-1].id, NOW)
    for headers in (expired, revoked, {"Authorization": "Bearer rp_wrong"}):
        assert client.get(LISTS, headers=headers).status_code == 401


def test_a_revoked_token_is_refused_once_what_is_kept_is_old(app: Flask, client: FlaskClient) -> None:
    headers = token_of(app, "read")
    assert client.get(LISTS, headers=headers).status_code == 200
    with services_in(app).database.write() as at:
        tokens.revoke(at, tokens.everything(at)[-1].id, NOW)
    services_in(app).tokens.forget()
    assert client.get(LISTS, headers=headers).status_code == 401


def test_a_token_opens_no_page_where_people_sign_in(tmp_path: Path) -> None:
    app = app_of(tmp_path, sign_in="local")
    headers = token_of(app, *SCOPES)
    client = app.test_client()
    assert client.get("/customers", headers=headers).status_code == 303
    assert client.post("/_dash-update-component", headers=headers, json={}).status_code == 401
    assert client.get(LISTS, headers=headers).status_code == 200
    assert client.get("/api/v1/docs").status_code == 303
    assert client.get("/api/v1/openapi.json").status_code == 401


def test_who_only_sits_at_this_machine_has_no_token(client: FlaskClient) -> None:
    assert client.get("/customers").status_code == 200
    assert client.get(LISTS).status_code == 401
    assert client.get("/api/v1/docs").status_code == 200


def test_the_health_asks_for_nothing(client: FlaskClient) -> None:
    assert client.get("/api/v1/healthz").json == {"status": "ok"}


def test_so_many_calls_an_hour_and_no_more(app: Flask, client: FlaskClient) -> None:
    headers, other = token_of(app, "read", per_hour=3), token_of(app, "read", per_hour=3)
    assert [client.get(LISTS, headers=headers).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get(LISTS, headers=headers)
    assert (refused.mimetype, 1 <= int(refused.headers["Retry-After"]) <= 3600) == (PROBLEM, True)
    assert client.get(LISTS, headers=other).status_code == 200


def test_calls_are_counted_by_token_and_hour_refused_ones_too(app: Flask, client: FlaskClient) -> None:
    headers = token_of(app, "read", per_hour=2)
    for _ in range(3):
        client.get(LISTS, headers=headers)
    client.get("/api/v1/nothing", headers=headers)
    write_counts(app)
    with services_in(app).database.read() as at:
        token = tokens.everything(at)[-1]
        hours = tokens.calls(at, NOW - timedelta(hours=2))[token.id]
    assert sum(one.n_calls for one in hours) == 4
    assert sum(one.n_refused for one in hours) == 1
    assert token.last_used_at is not None


def test_every_resource_has_its_scope(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert endpoints - {"api.unknown"} == API.keys() | OF_PAGES
    assert set(API.values()) <= {NO_TOKEN, *SCOPES}


def test_another_site_may_ask_only_where_it_is_named(tmp_path: Path) -> None:
    app = app_of(tmp_path, api_hosts="https://shop.example")
    headers, client = token_of(app, "read"), app.test_client()
    for origin, allowed in {"https://shop.example": "https://shop.example", "https://evil.example": None}.items():
        asked = {**headers, "Origin": origin}
        assert client.get(LISTS, headers=asked).headers.get("Access-Control-Allow-Origin") == allowed
        before = client.options(LISTS, headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
        assert before.headers.get("Access-Control-Allow-Origin") == allowed
        assert ("Access-Control-Allow-Headers" in before.headers) == bool(allowed)


def test_no_other_site_may_ask_else(app: Flask, client: FlaskClient) -> None:
    answer = client.get(LISTS, headers={**token_of(app, "read"), "Origin": "https://shop.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_post_from_a_named_site_is_answered(tmp_path: Path) -> None:
    app = app_of(tmp_path, api_hosts="https://shop.example")
    headers = {**token_of(app, "read"), "Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site"}
    answer = app.test_client().post("/api/v1/baskets/complete", headers=headers, json={"lines": [{"product_id": "P1"}]})
    assert answer.status_code == 200


@pytest.fixture
def unreachable(tmp_path: Path) -> Flask:
    return app_of(tmp_path, cache_url="redis://127.0.0.1:1/0")


def test_without_its_redis_it_answers_all_the_same(unreachable: Flask) -> None:
    assert unreachable.test_client().get(LISTS, headers=token_of(unreachable, "read")).status_code == 200


def test_a_server_that_did_not_start_ends_without_a_word_of_tokens() -> None:
    write_counts(Flask("never made whole"))
