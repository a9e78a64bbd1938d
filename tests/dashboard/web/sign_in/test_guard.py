"""The guard: what may be had without a sign-in, and that nothing else may."""

import json
from typing import Any

import pytest
from flask import Flask

from dashboard.access.identity import OPEN, current_identity
from dashboard.access.permissions import API, NO_TOKEN
from dashboard.activity.database import people
from dashboard.activity.database.target import FILE
from dashboard.settings import Settings
from dashboard.web.request_log import set_up_logging
from dashboard.web.sign_in.guard import CANNOT_CHECK, PUBLIC, SIGNED_OUT, WARM_UP, add_guard
from tests.support.sign_in import House, sign_in

ANN = "ann@shop.example"
TICK: dict[str, Any] = {
    "output": "..data-chip.children...data-panel.children...new-data.children...bell.children"
    "...paper-orders.children...chip-shown.data..",
    "outputs": [
        {"id": "data-chip", "property": "children"},
        {"id": "data-panel", "property": "children"},
        {"id": "new-data", "property": "children"},
        {"id": "bell", "property": "children"},
        {"id": "paper-orders", "property": "children"},
        {"id": "chip-shown", "property": "data"},
    ],
    "inputs": [
        {"id": "tick", "property": "n_intervals", "value": 1},
        {"id": "page-version", "property": "data", "value": ""},
    ],
    "state": [{"id": "chip-shown", "property": "data", "value": None}],
    "changedPropIds": ["tick.n_intervals"],
}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/customers",
        "/customers/CAFE1",
        "/products/P1",
        "/bundles",
        "/model",
        "/account",
        "/no/such",
        "/customers/CAFE1/call-sheet.pdf",
        "/calls.pdf",
    ],
)
def test_pages_lead_to_the_sign_in_and_on_from_there(house: House, path: str) -> None:
    answer = house.browser().get(path)
    wanted = "" if path == "/" else f"?next={path.replace('/', '%2F')}"
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in{wanted}")
    assert answer.data == b""


@pytest.mark.parametrize(
    "path",
    [
        "/_dash-layout",
        "/_dash-dependencies",
        "/_reload-hash",
        "/_favicon.ico",
        "/_dash-component-suites/dash/dcc/dash_core_components.js",
        "/_dash-component-suites/plotly/package_data/plotly.min.js",
        "/assets/shell.js",
    ],
)
def test_all_that_is_not_a_page_is_answered_401(house: House, path: str) -> None:
    answer = house.browser().get(path)
    assert answer.status_code == 401
    assert answer.text == "Sign in first.\n"


def test_every_route_but_the_public_ones_is_closed(house: House) -> None:
    browser, closed = house.browser(), 0
    for rule in house.app.server.url_map.iter_rules():
        if rule.endpoint in PUBLIC or API.get(rule.endpoint) == NO_TOKEN:
            continue
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(f"<path:{argument}>", "x").replace(f"<string:{argument}>", "x")
            path = path.replace(f"<{argument}>", "x")
        for method in rule.methods or ():
            answer = browser.open(path, method=method)
            is_preflight = method == "OPTIONS" and path.startswith("/api/v1/") and not answer.data
            assert answer.status_code in ((204,) if is_preflight else (303, 401)), f"{method} {path}"
            closed += 1
    assert closed > 20


def test_every_callback_is_answered_401_and_the_answer_says_why(house: House) -> None:
    for output in house.app.callback_map:
        answer = house.browser().post("/_dash-update-component", json={"output": output})
        assert (answer.status_code, answer.headers[SIGNED_OUT]) == (401, "true"), output


@pytest.mark.parametrize("pathname", ["/sign-in", "/healthz", "/static/x"])
def test_a_callback_with_a_public_address_in_it_is_no_less_closed(house: House, pathname: str) -> None:
    body = {**TICK, "inputs": [{"id": "_pages_location", "property": "pathname", "value": pathname}]}
    assert house.browser().post("/_dash-update-component", json=body).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/sign-in", "/assets/theme.js", "/assets/print.js"])
def test_what_the_sign_in_needs_is_open(house: House, path: str) -> None:
    assert house.browser().get(path).status_code == 200


def test_the_warm_up_is_no_header_that_a_request_can_send(house: House) -> None:
    headers = {WARM_UP: "1", f"HTTP_{WARM_UP}": "1", "repertoire-warm-up": "1"}
    assert house.browser().get("/_dash-layout", headers=headers).status_code == 401


def test_who_is_signed_in_gets_pages_and_callbacks(house: House) -> None:
    house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    assert browser.get("/customers").status_code == 200
    assert browser.get("/_dash-layout").status_code == 200
    assert browser.post("/_dash-update-component", json=TICK).status_code == 200


def test_a_wrong_cookie_is_nobody(house: House) -> None:
    browser = house.browser()
    browser.set_cookie("repertoire-session", "x" * 43)
    assert browser.get("/_dash-layout").status_code == 401


def test_a_session_ends_when_it_is_idle(house: House) -> None:
    house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    house.time.passes(hours=11)
    assert browser.get("/_dash-layout").status_code == 200
    house.time.passes(hours=11)
    assert browser.get("/_dash-layout").status_code == 200
    house.time.passes(hours=12)
    assert browser.get("/_dash-layout").status_code == 401


def test_an_open_page_that_nobody_uses_keeps_no_session_alive(house: House) -> None:
    house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    house.time.passes(hours=11)
    assert browser.post("/_dash-update-component", json=TICK).status_code == 200
    house.time.passes(hours=1)
    assert browser.post("/_dash-update-component", json=TICK).status_code == 401


def test_a_session_ends_after_its_time_however_busy(house: House) -> None:
    house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    for _ in range(33):
        house.time.passes(hours=10)
        assert browser.get("/_dash-layout").status_code == 200
    house.time.passes(hours=6)
    assert browser.get("/_dash-layout").status_code == 401


def test_a_disabled_account_is_out_at_once(house: House) -> None:
    ann = house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    with house.at.database.write() as at:
        people.change(at, ann.id, is_disabled=True)
    assert browser.get("/_dash-layout").status_code == 401
    assert sign_in(browser, ANN).status_code == 401


def test_log_lines_carry_the_number_of_who_it_is_also_without_a_role(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("info")
    person = house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    capsys.readouterr()
    browser.get("/customers", buffered=True)
    with house.at.database.write() as at:
        people.change(at, person.id, roles=())
    for path in ("/", "/account", "/_dash-layout"):
        browser.get(path, buffered=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"request"' in line]
    assert [(line["path"], line["person"]) for line in lines] == [
        ("/customers", str(person.id)),
        ("/", str(person.id)),
        ("/account", str(person.id)),
        ("/_dash-layout", str(person.id)),
    ]


def test_an_account_without_a_role_sees_that_and_nothing_else(house: House) -> None:
    house.person(ANN, roles=())
    browser = house.browser()
    sign_in(browser, ANN)
    page = browser.get("/customers")
    assert page.status_code == 403
    assert "No access yet" in page.text
    assert ANN in page.text
    assert browser.get("/_dash-layout").status_code == 403
    assert browser.post("/sign-out").status_code == 200


def test_without_the_database_nobody_is_let_in_and_the_answer_says_so(house: House) -> None:
    if house.at.database.target.file is None:
        pytest.skip("a stopped PostgreSQL is in tests/dashboard/activity/test_failure.py")
    house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    file = house.at.settings.state / FILE
    away = file.rename(file.with_name("away"))
    page = browser.get("/customers")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "the database" in page.text
    asked = browser.post("/_dash-update-component", json=TICK)
    assert (asked.status_code, asked.headers[CANNOT_CHECK]) == (503, "true")
    assert sign_in(house.browser(), ANN).status_code == 503
    assert browser.get("/healthz").status_code == 200
    away.rename(file)


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 403), ("", 403)])
def test_where_nobody_signs_in_only_this_machine_is_answered(address: str, status: int) -> None:
    server = Flask("test")
    add_guard(server, Settings())
    server.add_url_rule("/who", view_func=lambda: str(current_identity() == OPEN))
    answer = server.test_client().get("/who", environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == status
    assert (answer.text == "True") == (status == 200)
