"""Ending the digest: by its link without a sign-in, and on the page of one's account."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from dashboard.activity.database import digests
from dashboard.activity.errors import ActivityUnavailable
from dashboard.activity.records import Person, SentDigest
from dashboard.digest.subscription import unsubscribe_address
from tests.support.artifacts import publish_small
from tests.support.screens import make_app
from tests.support.sign_in import House, sign_in

ANN = "ann@shop.example"
PROXY_SECRET = "s" * 32
MAIL = {"smtp_host": "mail.example", "smtp_from": "r@sales.example", "public_url": "https://sales.example"}


@pytest.fixture(scope="module")
def one_house(tmp_path_factory: pytest.TempPathFactory, at_database: dict[str, str]) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("mail")
    publish_small(folder / "artifacts")
    made = House(make_app(folder, folder / "artifacts", sign_in="local", **MAIL, **at_database))
    yield made
    made.close()


def link(house: House, person: Person) -> str:
    parts = urlsplit(unsubscribe_address("https://sales.example/", str(house.app.server.secret_key), person.id))
    return f"{parts.path}?{parts.query}"


def wants(house: House, person: Person) -> bool:
    with house.at.database.read() as at:
        return digests.is_wanted(at, person.id)


def test_following_the_link_changes_nothing(house: House) -> None:
    ann = house.person(ANN, ["rep"])
    page = house.browser().get(link(house, ann))
    assert page.status_code == 200
    assert "Get the digest no more?" in page.text
    assert wants(house, ann)


def test_its_button_ends_it(house: House) -> None:
    ann = house.person(ANN, ["rep"])
    page = house.browser().post(link(house, ann))
    assert "You are unsubscribed" in page.text
    assert "Send it again" not in page.text
    assert not wants(house, ann)


def test_a_mail_program_ends_it_with_one_click_from_anywhere(house: House) -> None:
    ann = house.person(ANN, ["rep"])
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    answer = house.browser().post(link(house, ann), data={"List-Unsubscribe": "One-Click"}, headers=headers)
    assert answer.status_code == 200
    assert not wants(house, ann)


@pytest.mark.parametrize("path", ["/account/digest", "/sign-in", "/digest/unsubscribe/", "/digest/unsubscribe/x"])
def test_no_other_address_is_open_to_other_sites(house: House, path: str) -> None:
    assert house.browser().post(path, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_a_wrong_link_gets_the_same_answers_and_changes_nothing(house: House) -> None:
    ann = house.person(ANN, ["rep"])
    right = link(house, ann)
    for wrong in (right.replace("token=", "token=0"), right.replace("who=", "who=9"), "/digest/unsubscribe"):
        assert house.browser().get(wrong).text == house.browser().get(right).text
        assert "You are unsubscribed" in house.browser().post(wrong).text
        assert wants(house, ann)
    assert house.browser().post(wrong).text == house.browser().post(right).text


def test_who_is_signed_in_can_have_it_sent_again(house: House) -> None:
    ann, browser = house.person(ANN, ["rep"]), house.browser()
    sign_in(browser, ANN)
    assert "Send it again" in browser.post(link(house, ann)).text
    answer = browser.post("/account/digest", data={"wanted": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert wants(house, ann)


def test_somebody_elses_link_offers_them_nothing(house: House) -> None:
    house.person(ANN, ["rep"])
    bob, browser = house.person("bob@shop.example", ["rep"]), house.browser()
    sign_in(browser, ANN)
    assert "Send it again" not in browser.post(link(house, bob)).text


def test_the_account_says_whether_it_is_sent_and_changes_that(house: House) -> None:
    ann, browser = house.person(ANN, ["rep"]), house.browser()
    sign_in(browser, ANN)
    assert f"are sent to {ANN}, once a day" in browser.get("/account").text
    page = browser.post("/account/digest", data={"wanted": "0"}, follow_redirects=True)
    assert "No digest is sent to you." in page.text
    assert not wants(house, ann)


def test_the_account_says_nothing_of_it_to_who_gets_none(house: House) -> None:
    house.person(ANN, ["support"])
    browser = house.browser()
    sign_in(browser, ANN)
    assert "Digest" not in browser.get("/account").text


def test_who_is_not_signed_in_chooses_nothing(house: House) -> None:
    assert house.browser().post("/account/digest", data={"wanted": "0"}).status_code == 401


def test_without_the_database_nothing_is_said_to_be_done(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = house.person(ANN, ["rep"])
    address = link(house, ann)
    monkeypatch.setattr("dashboard.web.sign_in.digest._choose", no_database)
    answer = house.browser().post(address)
    assert answer.status_code == 503
    assert "nothing was changed" in answer.text
    assert "unsubscribed" not in answer.text


def no_database(person_id: int, *, is_wanted: bool) -> None:
    raise ActivityUnavailable("gone")


def test_old_digests_go_with_what_else_is_old(house: House) -> None:
    ann = house.person(ANN, ["rep"])
    day = house.time.now.date()
    with house.at.database.write() as at:
        for days in (1, 91):
            digests.claim(at, ann.id, SentDigest(day - timedelta(days=days), day, house.time.now))
        house.at.accounts.remove_old(at, house.time.now)
        assert digests.was_sent(at, ann.id, day - timedelta(days=1))
        assert not digests.was_sent(at, ann.id, day - timedelta(days=91))


def test_behind_a_proxy_the_link_needs_no_name_and_the_way_back_does(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("proxied")
    publish_small(folder / "artifacts")
    house = House(make_app(folder, folder / "artifacts", sign_in="proxy", proxy_secret=PROXY_SECRET, **MAIL))
    ann = house.person(ANN, ["rep"], has_password=False)
    known = {"X-Forwarded-Email": ANN, "X-Repertoire-Proxy-Secret": PROXY_SECRET}
    assert house.browser().post(link(house, ann)).status_code == 200
    assert not wants(house, ann)
    assert "Send it again" in house.browser().post(link(house, ann), headers=known).text
    page = house.browser().post("/account/digest", data={"wanted": "1"}, headers=known)
    assert "You get the digest again" in page.text
    assert wants(house, ann)
    house.close()
