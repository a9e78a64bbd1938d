"""Sign-in by a proxy: its header counts with its secret, and without it is worth nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access.people_changes import By, Wanted, grant_request
from dashboard.activity.database import role_requests
from dashboard.settings import PROXY_SECRET_HEADER
from tests.support.artifacts import publish_small
from tests.support.screens import make_app
from tests.support.sign_in import House

ANN = "ann@shop.example"
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of tests


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory, at_database: dict[str, str]) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("proxied")
    publish_small(folder / "artifacts")
    settings = {"sign_in": "proxy", "proxy_secret": SECRET, "trusted_proxies": 1, **at_database}
    made = House(make_app(folder, folder / "artifacts", **settings))
    made.person(ANN, has_password=False)
    made.person("off@shop.example", roles=(), has_password=False)
    yield made
    made.close()


def headers(email: str = ANN, secret: str = SECRET) -> dict[str, str]:
    return {"X-Forwarded-Email": email, PROXY_SECRET_HEADER: secret}


def test_whom_the_proxy_names_gets_pages_and_callbacks(proxied: House) -> None:
    assert proxied.browser().get("/customers", headers=headers()).status_code == 200
    assert proxied.browser().get("/_dash-layout", headers=headers(ANN.upper())).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"X-Forwarded-Email": ANN},
        headers(secret=""),
        headers(secret="x" * 32),
        headers(secret=SECRET + "x"),
        {PROXY_SECRET_HEADER: SECRET},
        headers(email=" "),
    ],
)
def test_without_the_secret_the_header_is_worth_nothing(proxied: House, sent: dict[str, str]) -> None:
    page = proxied.browser().get("/customers", headers=sent)
    assert page.status_code == 401
    assert "You are not signed in" in page.text
    assert proxied.browser().get("/_dash-layout", headers=sent).status_code == 401


def test_another_header_names_nobody(proxied: House) -> None:
    sent = {"X-Auth-Request-Email": ANN, PROXY_SECRET_HEADER: SECRET}
    assert proxied.browser().get("/_dash-layout", headers=sent).status_code == 401


@pytest.mark.parametrize("email", ["eve@shop.example", "off@shop.example", f"{ANN},eve@shop.example"])
def test_who_has_no_account_or_no_role_sees_that(proxied: House, email: str) -> None:
    page = proxied.browser().get("/customers", headers=headers(email))
    assert page.status_code == 403
    assert "No access yet" in page.text
    assert email in page.text
    assert "Use another account" not in page.text


def test_who_has_no_role_is_a_request_once_and_gets_in_when_it_is_granted(proxied: House) -> None:
    new = headers("new@shop.example")
    for _ in range(3):
        assert proxied.browser().get("/customers", headers=new).status_code == 403
    with proxied.at.database.write() as at:
        asked = [one for one in role_requests.waiting(at) if one.email == "new@shop.example"]
        assert [one.n_times for one in asked] == [1]
        wanted = Wanted("New", ("support",), (), scope_all=False)
        person = grant_request(at, asked[0].id, wanted, By(None, "page", proxied.time.now))
        assert [one for one in role_requests.waiting(at) if one.email == "new@shop.example"] == []
    assert (person.issuer, person.email) == (None, "new@shop.example")
    assert proxied.browser().get("/customers", headers=new).status_code == 200


def test_what_is_no_address_is_no_request(proxied: House) -> None:
    proxied.browser().get("/customers", headers=headers("a@shop.example,b@shop.example"))
    with proxied.at.database.read() as at:
        assert [one for one in role_requests.waiting(at) if "," in one.email] == []


def test_there_is_no_other_way_in(proxied: House) -> None:
    for path in ("/sign-in", "/set-password", "/account"):
        assert proxied.browser().get(path).status_code == 401
    sent = {"email": ANN, "password": "x"}
    assert proxied.browser().post("/sign-in", data=sent).status_code == 401


def test_the_first_request_after_a_long_pause_is_recorded_as_a_sign_in(proxied: House) -> None:
    proxied.browser().get("/_dash-layout", headers=headers())
    before = len(proxied.audit("sign-in"))
    proxied.time.passes(hours=1)
    proxied.browser().get("/_dash-layout", headers=headers())
    assert len(proxied.audit("sign-in")) == before
    proxied.time.passes(hours=13)
    proxied.browser().get("/_dash-layout", headers=headers())
    line = proxied.audit("sign-in")[0]
    assert len(proxied.audit("sign-in")) == before + 1
    assert (line.filter, line.outcome) == ({"way": "proxy"}, "done")
