from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask import Flask, Response, request

from dashboard.access.viewer import choose
from dashboard.settings import Settings
from dashboard.web.security import content_security_policy, exposure_warning, secure


def make(**settings: object) -> Flask:
    server = Flask("test", static_folder=None)
    server.secret_key = "0" * 64
    secure(server, Settings.model_validate(settings))

    @server.route("/page", methods=["GET", "POST"])
    def page() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host} {len(request.get_data())}"

    @server.post("/repertoire/choose")
    @server.post("/choose")
    def choose_rep() -> str:
        return str(choose("Jana Brandt").who)

    @server.get("/assets/app.css")
    def asset() -> Response:
        return Response("x", headers={"Cache-Control": "max-age=31536000"})

    @server.get("/_dash-component-suites/dash/x.js")
    def unmarked() -> str:
        return "x"

    return server


def test_every_answer_has_the_headers() -> None:
    for path in ("/page", "/assets/app.css", "/nowhere"):
        headers = make().test_client().get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "microphone=()" in headers["Permissions-Policy"]
        assert headers["Content-Security-Policy"] == content_security_policy([])


def test_the_policy_allows_the_apps_own_files_and_named_inline_scripts_alone() -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy(["'sha256-abc='"]).split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' 'sha256-abc='"
    assert policy["connect-src"] == policy["font-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert [name for name, sources in policy.items() if "unsafe" in sources] == ["style-src"]
    assert [name for name, sources in policy.items() if "http" in sources or "*" in sources] == []


@pytest.mark.parametrize(
    ("path", "cache_control"),
    [
        ("/page", "no-store"),
        ("/nowhere", "no-store"),
        ("/assets/app.css", "max-age=31536000"),
        ("/_dash-component-suites/dash/x.js", "no-cache"),
    ],
)
def test_only_files_that_are_the_same_for_all_are_kept(path: str, cache_control: str) -> None:
    assert make().test_client().get(path).headers["Cache-Control"] == cache_control


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost:8051"}, 403),
        ({"Origin": "http://localhost.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_other_sites_cannot_post(headers: dict[str, str], status: int) -> None:
    assert make().test_client().post("/page", headers=headers).status_code == status


def test_other_sites_may_link_here() -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "http://elsewhere.example"}
    assert make().test_client().get("/page", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8050", "127.0.0.1:8050", "127.8.9.1", "[::1]:8050", "LOCALHOST"]
)
def test_names_of_this_machine_are_served(host: str) -> None:
    assert make().test_client().get("/page", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["rebound.example", "127.0.0.1.example", "localhost.example:8050", "10.0.0.1"])
def test_a_foreign_name_that_points_here_is_refused(host: str) -> None:
    response = make().test_client().get("/page", headers={"Host": host})
    assert (response.status_code, response.mimetype) == (400, "text/plain")
    assert "REPERTOIRE_HOSTS" in response.text


ON_THE_NETWORK: list[dict[str, object]] = [{"host": "0.0.0.0"}, {"trusted_proxies": 1}]  # noqa: S104


@pytest.mark.parametrize("settings", ON_THE_NETWORK)
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("sales.example", 200),
        ("SALES.Example:8443", 200),
        ("sales.example.", 200),
        ("shop.example", 200),
        ("10.0.0.1:8050", 200),
        ("[2001:db8::1]", 200),
        ("localhost", 200),
        ("rebound.example", 400),
        ("sales.example.rebound.example", 400),
        ("notsales.example", 400),
        ("sales.example@rebound.example", 400),
        ("", 400),
        ("[::1", 400),
    ],
)
def test_others_reach_it_by_its_own_names_alone(settings: dict[str, object], host: str, status: int) -> None:
    server = make(sign_in="local", hosts="shop.example, sales.EXAMPLE", **settings)
    assert server.test_client().get("/page", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("settings", ON_THE_NETWORK)
def test_the_public_address_is_a_name_of_its_own(settings: dict[str, object]) -> None:
    client = make(sign_in="local", public_url="https://Sales.example:8443", **settings).test_client()
    assert client.get("/page", headers={"Host": "sales.example"}).status_code == 200


def test_a_proxy_names_the_host_and_is_believed_only_for_names_of_the_app() -> None:
    client = make(sign_in="local", trusted_proxies=1, hosts="sales.example").test_client()
    for name, status in (("sales.example", 200), ("rebound.example", 400)):
        assert client.get("/page", headers={"X-Forwarded-Host": name}).status_code == status


FORWARDED = {
    "X-Forwarded-For": "198.51.100.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "sales.example",
}


def test_nobody_is_believed_to_be_a_proxy_unless_set_so() -> None:
    assert make().test_client().get("/page", headers=FORWARDED).text == "127.0.0.1 http localhost 0"


def test_a_trusted_proxy_gives_address_scheme_and_name() -> None:
    client = make(trusted_proxies=1, sign_in="local", hosts="sales.example").test_client()
    assert client.get("/page", headers=FORWARDED).text == "198.51.100.7 https sales.example 0"


def test_behind_a_trusted_proxy_the_origin_is_the_outer_name() -> None:
    client = make(trusted_proxies=1, sign_in="local", hosts="sales.example").test_client()
    for origin, status in {"https://sales.example": 200, "http://localhost": 403}.items():
        assert client.post("/page", headers={**FORWARDED, "Origin": origin}).status_code == status


@pytest.mark.parametrize(("settings", "most"), [({}, 1024 * 1024), ({"body_kb": 64}, 64 * 1024)])
def test_a_request_may_be_as_long_as_is_set_and_no_longer(settings: dict[str, object], most: int) -> None:
    client = make(**settings).test_client()
    assert client.post("/page", data=b"x" * most).text.endswith(f" {most}")
    assert client.post("/page", data=b"x" * (most + 1)).status_code == 413


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites_and_lasts_a_year() -> None:
    client = make(url_prefix="/repertoire/").test_client()
    cookie = client.post("/repertoire/choose").headers["Set-Cookie"]
    parts = dict(part.partition("=")[::2] for part in cookie.split("; "))
    assert "HttpOnly" in parts
    assert "Secure" not in parts
    assert (parts["SameSite"], parts["Path"]) == ("Lax", "/repertoire/")
    left = parsedate_to_datetime(parts["Expires"]) - datetime.now(UTC)
    assert timedelta(days=364) < left <= timedelta(days=365)


def test_the_cookie_is_never_sent_in_clear_where_set_so() -> None:
    assert "Secure" in make(secure_cookie=True).test_client().post("/choose").headers["Set-Cookie"]


def test_an_answer_that_chooses_nobody_sets_no_cookie() -> None:
    client = make().test_client()
    client.post("/choose")
    assert "Set-Cookie" not in client.get("/page").headers


@pytest.mark.parametrize("reached", [{"host": "0.0.0.0"}, {"trusted_proxies": 1}])  # noqa: S104
def test_sessions_that_may_be_sent_in_clear_are_warned_of(reached: dict[str, object]) -> None:
    settings = Settings.model_validate({"sign_in": "local", **reached})
    warning = exposure_warning(settings)
    assert warning is not None
    assert warning.startswith("Warning: REPERTOIRE_SECURE_COOKIE is false: ")
    assert exposure_warning(settings.model_copy(update={"secure_cookie": True})) is None


def test_on_this_machine_alone_nothing_is_warned_of() -> None:
    assert exposure_warning(Settings()) is None
    assert exposure_warning(Settings(sign_in="local")) is None
