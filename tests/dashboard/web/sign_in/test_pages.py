"""The pages of sign-in: forms sent as a browser sends them."""

import re

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dashboard.activity.database import people, sessions
from dashboard.activity.database.tables import METADATA, THROTTLE
from dashboard.activity.hashing import token_hash
from dashboard.activity.records import Session
from tests.support.sign_in import PASSWORD, House, sign_in

ANN = "ann@shop.example"
NEW = "three blue teapots"
COOKIE = "repertoire-session"


def live(house: House, person_id: int) -> tuple[Session, ...]:
    return house.at.accounts.sessions_of(person_id)


def change(browser: FlaskClient, current: str = PASSWORD) -> TestResponse:
    return browser.post("/account/password", data={"current": current, "password": NEW, "again": NEW})


def test_the_right_password_starts_a_session_and_leads_on(house: House) -> None:
    ann = house.person(ANN)
    browser = house.browser()
    answer = sign_in(browser, f" {ANN.upper()} ", next="/customers/CAFE1?open=P2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/customers/CAFE1?open=P2")
    assert browser.get("/customers/CAFE1?open=P2").status_code == 200
    (line,) = house.audit("sign-in")
    assert (line.person_id, line.outcome, line.filter) == (ann.id, "done", {"way": "password"})


def test_the_cookie_is_for_the_server_alone_and_only_its_hash_is_kept(house: House) -> None:
    house.person(ANN)
    browser = house.browser()
    cookie = sign_in(browser, ANN).headers["Set-Cookie"]
    assert re.search(r"; HttpOnly; Path=/; SameSite=Lax$", cookie)
    found = browser.get_cookie(COOKIE)
    assert found is not None
    with house.at.database.read() as at:
        kept = repr([at.execute(select(table)).all() for table in METADATA.sorted_tables])
    assert found.value not in kept
    assert token_hash(found.value) in kept


def test_a_wrong_password_and_an_unknown_address_are_one_answer(house: House) -> None:
    ann = house.person(ANN)
    wrong, unknown = sign_in(house.browser(), ANN, "wrong"), sign_in(house.browser(), "eve@shop.example", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(ANN, "X") == unknown.text.replace("eve@shop.example", "X")
    assert "Set-Cookie" not in wrong.headers
    of_unknown, of_ann = house.audit("sign-in")
    assert (of_ann.person_id, of_ann.subject_ids, of_ann.outcome) == (None, (str(ann.id),), "refused")
    assert (of_unknown.person_id, of_unknown.subject_ids, of_unknown.outcome) == (None, (), "refused")


def test_nobody_has_a_password_before_setting_one(house: House) -> None:
    house.person(ANN, has_password=False)
    for password in ("", "password", "admin", ANN):
        assert sign_in(house.browser(), ANN, password).status_code == 401


def test_waits_grow_with_each_failure_and_hold_for_the_right_password_too(house: House) -> None:
    house.person(ANN)
    for _ in range(5):
        assert sign_in(house.browser(), ANN, "wrong").status_code == 401
    answer = sign_in(house.browser(), ANN)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert "possible in 2 seconds" in answer.text
    house.time.passes(seconds=2)
    assert sign_in(house.browser(), ANN, "wrong").status_code == 401
    assert "possible in 4 seconds" in sign_in(house.browser(), ANN).text
    house.time.passes(seconds=4)
    assert sign_in(house.browser(), ANN).status_code == 303


def test_an_address_that_tries_many_accounts_has_to_wait(house: House) -> None:
    house.person(ANN)
    for n in range(50):
        sign_in(house.browser(), f"p{n}@shop.example", "x" * 300)
    assert sign_in(house.browser(), ANN).status_code == 429


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\tx",
        "evil",
        "/sign-out",
        "",
    ],
)
def test_it_leads_on_to_no_other_site(house: House, wanted: str) -> None:
    house.person(ANN)
    assert sign_in(house.browser(), ANN, next=wanted).headers["Location"] == "/"


def test_who_is_signed_in_is_sent_on_from_the_form(house: House) -> None:
    house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    answer = browser.get("/sign-in?next=%2Fmodel")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/model")


def test_a_sign_in_ends_the_session_that_the_browser_had(house: House) -> None:
    ann = house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    before = browser.get_cookie(COOKIE)
    sign_in(browser, ANN)
    after = browser.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert len(live(house, ann.id)) == 1
    with house.at.database.read() as at:
        session = sessions.find(at, before.value)
    assert session is not None
    assert session.revoked_at is not None


def test_a_form_of_another_site_signs_nobody_in(house: House) -> None:
    house.person(ANN)
    data = {"email": ANN, "password": PASSWORD}
    answer = house.browser().post("/sign-in", data=data, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_after_signing_out_the_token_is_worth_nothing(house: House) -> None:
    ann = house.person(ANN)
    browser, thief = house.browser(), house.browser()
    sign_in(browser, ANN)
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    thief.set_cookie(COOKIE, cookie.value)
    assert thief.get("/_dash-layout").status_code == 200
    assert browser.post("/sign-out").status_code == 200
    assert browser.get_cookie(COOKIE) is None
    assert thief.get("/_dash-layout").status_code == 401
    assert [(line.person_id, line.outcome) for line in house.audit("sign-out")] == [(ann.id, "done")]


def test_a_link_sets_the_password_once(house: House) -> None:
    ann = house.person(ANN, has_password=False)
    token, browser = house.link(ann), house.browser()
    assert ANN in browser.get(f"/set-password?token={token}").text
    sent = {"token": token, "password": NEW, "again": NEW}
    assert browser.post("/set-password", data=sent).status_code == 303
    assert browser.get("/_dash-layout").status_code == 200
    assert house.browser().post("/set-password", data=sent).status_code == 410
    assert sign_in(house.browser(), ANN, NEW).status_code == 303


def test_a_link_is_worth_nothing_after_three_days_or_when_a_newer_one_was_made(house: House) -> None:
    ann = house.person(ANN)
    first = house.link(ann)
    second = house.link(ann)
    assert house.browser().get(f"/set-password?token={first}").status_code == 410
    assert house.browser().get(f"/set-password?token={second}").status_code == 200
    house.time.passes(hours=72)
    assert house.browser().get(f"/set-password?token={second}").status_code == 410
    assert house.browser().get("/set-password").status_code == 410


@pytest.mark.parametrize(("new", "again", "words"), [("short", "short", "at least 12"), (NEW, NEW + "x", "differ")])
def test_a_password_that_cannot_be_taken_leaves_the_link_good(house: House, new: str, again: str, words: str) -> None:
    token = house.link(house.person(ANN, has_password=False))
    answer = house.browser().post("/set-password", data={"token": token, "password": new, "again": again})
    assert answer.status_code == 422
    assert words in answer.text
    assert house.browser().get(f"/set-password?token={token}").status_code == 200


def test_a_change_of_the_password_ends_all_other_sessions(house: House) -> None:
    ann = house.person(ANN)
    here, there = house.browser(), house.browser()
    sign_in(here, ANN)
    sign_in(there, ANN)
    assert change(here).status_code == 200
    assert there.get("/_dash-layout").status_code == 401
    assert here.get("/_dash-layout").status_code == 200
    assert len(live(house, ann.id)) == 1
    assert sign_in(house.browser(), ANN).status_code == 401
    assert sign_in(house.browser(), ANN, NEW).status_code == 303


def test_a_change_needs_the_current_password_and_is_throttled(house: House) -> None:
    house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    for _ in range(5):
        assert change(browser, current="wrong").status_code == 401
    assert change(browser).status_code == 429
    assert len(house.audit("password")) == 5


def test_the_account_lists_ones_own_sessions_and_ends_them(house: House) -> None:
    ann, bob = house.person(ANN), house.person("bob@shop.example")
    here, there, bobs = house.browser(), house.browser(), house.browser()
    sign_in(here, ANN)
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    there.post("/sign-in", data={"email": ANN, "password": PASSWORD}, headers={"User-Agent": agent})
    sign_in(bobs, bob.email)
    assert "Firefox on Windows" in here.get("/account").text
    (of_bob,) = live(house, bob.id)
    here.post("/account/sessions", data={"session": of_bob.id})
    assert bobs.get("/_dash-layout").status_code == 200
    (of_there,) = [session for session in live(house, ann.id) if session.user_agent == agent]
    assert here.post("/account/sessions", data={"session": of_there.id}).status_code == 303
    assert there.get("/_dash-layout").status_code == 401
    assert [line.outcome for line in house.audit("session-ended")] == ["done", "refused"]


@pytest.mark.parametrize("given", ["", "x", "-1", "²", "9" * 30])
def test_a_session_that_is_no_number_is_refused(house: House, given: str) -> None:
    house.person(ANN)
    browser = house.browser()
    sign_in(browser, ANN)
    assert browser.post("/account/sessions", data={"session": given}).status_code == 400


def test_a_password_kept_in_an_old_way_is_kept_in_the_new_one_after_a_sign_in(house: House) -> None:
    ann = house.person(ANN)
    with house.at.database.write() as at:
        people.set_password(at, ann.id, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    assert sign_in(house.browser(), ANN).status_code == 303
    with house.at.database.read() as at:
        assert "m=19456,t=2,p=1" in str(people.password_hash(at, ann.id))


def test_what_is_long_over_is_removed(house: House) -> None:
    house.person(ANN)
    first = house.browser()
    sign_in(first, ANN)
    sign_in(house.browser(), "eve@shop.example", "wrong")
    cookie = first.get_cookie(COOKIE)
    assert cookie is not None
    house.time.passes(days=14 + 31)
    with house.at.database.write() as at:
        house.at.accounts.remove_old(at, house.time.now)
    with house.at.database.read() as at:
        assert sessions.find(at, cookie.value) is None
        assert at.execute(select(THROTTLE.c.n_failures).where(THROTTLE.c.n_failures > 0)).all() == []
