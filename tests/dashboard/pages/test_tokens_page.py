"""The page of API tokens, on both databases: which there are, how they were used, making and revoking by an admin."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.access.roles import ADMIN, DATA
from dashboard.activity.database import audit, people, tokens
from dashboard.activity.database.connect import Database
from dashboard.activity.token_records import HourOfCalls, Token
from dashboard.display.formats import Formats
from dashboard.pages.tokens.data import bar_shares, last_day, limit_words, token_row
from tests.support.artifacts import publish_small
from tests.support.screens import Caller, make_app, said
from tests.support.sign_in import House
from tests.support.viewers import identity

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
HOUR = NOW.replace(minute=0)
SHOP = Token(
    id=1,
    name="Web shop",
    ends_with="7c1e",
    scopes=frozenset({"read", "events"}),
    per_hour=6000,
    created_at=NOW - timedelta(days=100),
    created_by=4,
    expires_at=None,
    revoked_at=None,
    last_used_at=NOW,
)
REVOKE = """{"output": "..tokens-done.data...tokens-why.children..",
  "outputs": [{"id": "tokens-done", "property": "data"}, {"id": "tokens-why", "property": "children"}],
  "inputs": [[BUTTON]], "state": []}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, at_database: dict[str, str]) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("tokens")
    publish_small(folder / "artifacts")
    made = House(make_app(folder, folder / "artifacts", **at_database))
    yield made
    made.close()


@pytest.fixture
def app(house: House) -> Dash:
    return house.app


@pytest.fixture
def database(house: House) -> Iterator[Database]:
    """Yield the app's database; it is empty after the test."""
    yield house.at.database
    house.empty()
    house.at.tokens.forget()


@pytest.fixture
def admin(app: Dash, database: Database) -> Caller:
    with database.write() as at:
        kim = people.add(at, email="kim@example.com", name="Kim", now=datetime.now(UTC), roles=[ADMIN])
    return Caller(app, who=identity(ADMIN, number=kim.id))


def add(database: Database, name: str = "Web shop", **more: Any) -> Token:
    given = {"scopes": ["read"], "per_hour": 1000, "now": datetime.now(UTC), **more}
    with database.write() as at:
        return tokens.add(at, name=name, **given).token


def make(caller: Caller, **fields: Any) -> str:
    """Press Make token; return what the app says."""
    given = {"name": "Kiosk", "scopes": ["read"], "last-day": "", "per-hour": 1000, **fields}
    values = {f"tokens-{name}.value": value for name, value in given.items()}
    return said(caller.call("tokens-new.children", {"tokens-make.n_clicks": 1, **values}))


def revoke(caller: Caller, number: int, value: int | None = 1) -> Any:
    """Press a token's button; return the answer."""
    button = {"token": number, "type": "token-revoke"}
    pressed = json.dumps({"id": button, "property": "n_clicks", "value": value})
    asked = json.loads(REVOKE.replace("BUTTON", pressed))
    asked["changedPropIds"] = [f"{json.dumps(button, separators=(',', ':'))}.n_clicks"]
    return caller.client.post("/_dash-update-component", json=asked)


def everything(database: Database) -> tuple[Token, ...]:
    with database.read() as at:
        return tokens.everything(at)


def row(**changes: Any) -> Any:
    return token_row(Token(**{**vars(SHOP), **changes}), (), {4: "Emre"}, NOW)


# ---- what a row says ----


def test_calls_are_in_the_hours_in_which_they_were() -> None:
    calls = (
        HourOfCalls(HOUR - timedelta(hours=24), 100, 50),  # one hour too old
        HourOfCalls(HOUR - timedelta(hours=23), 3, 1),
        HourOfCalls(HOUR, 6, 2),
    )
    found = token_row(SHOP, calls, {4: "Emre"}, NOW)
    assert found.hours == (3, *[0] * 22, 6)
    assert (found.most, found.n_refused, found.made_by) == (6, 3, "Emre")


def test_the_busiest_hour_has_the_whole_bar() -> None:
    assert bar_shares((0, 3, 6)) == (0, 0.5, 1)
    assert bar_shares((0, 0)) == (0, 0)


@pytest.mark.parametrize(("days", "said_days"), [(31, None), (30, 30), (1, 1), (0.5, 0), (-1, None)])
def test_an_end_is_warned_of_30_days_before(days: float, said_days: int | None) -> None:
    assert row(expires_at=NOW + timedelta(days)).expires_in == said_days


def test_one_without_an_end_is_not_warned_of() -> None:
    assert row().expires_in is None


@pytest.mark.parametrize(("days", "said_days"), [(30, None), (31, 31), (76, 76)])
def test_one_that_is_not_used_is_said_after_30_days(days: int, said_days: int | None) -> None:
    assert row(last_used_at=NOW - timedelta(days)).unused_for == said_days


def test_one_that_was_never_used_is_as_old_as_it_was_made() -> None:
    assert row(last_used_at=None).unused_for == 100
    assert row(last_used_at=None, created_at=NOW).unused_for is None


def test_who_made_it_is_empty_where_the_account_is_gone() -> None:
    assert row(created_by=9).made_by == ""
    assert row(created_by=None).made_by == ""


def test_the_last_day_is_the_one_that_was_asked_for() -> None:
    token = Token(**{**vars(SHOP), "expires_at": datetime(2027, 5, 18, tzinfo=UTC)})
    assert str(last_day(token)) == "2027-05-17"
    assert limit_words(token, Formats()) == "events, read. 6,000 calls an hour. Expires 17 May 2027."
    assert limit_words(SHOP, Formats()).endswith("Does not expire.")


# ---- the page ----


def test_without_a_token_it_is_said_what_one_is_for(admin: Caller) -> None:
    assert "No token yet" in said(admin.page("/tokens"))


def test_the_page_shows_calls_and_limit_of_each(admin: Caller, database: Database) -> None:
    token, now = add(database, per_hour=6000), datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    with database.write() as at:
        tokens.count(at, [(token.id, HourOfCalls(hour, 1611, 12))], now)
    text = said(admin.page("/tokens"))
    assert "1 in use. Each call is counted, refused ones too." in text
    assert '"1,611"' in text
    assert '"of 6,000"' in text
    assert "1,611 calls in 24 hours, 12 refused" in text


def test_those_last_used_come_first(admin: Caller, database: Database) -> None:
    first, second = add(database, "Older"), add(database, "Newer")
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with database.write() as at:
        tokens.count(at, [(first.id, HourOfCalls(hour, 1, 0))], datetime.now(UTC))
    text = said(admin.page("/tokens"))
    assert second.name in text
    assert text.index("Older") < text.index("Newer")


def test_calls_that_this_process_has_not_written_yet_are_shown(house: House, admin: Caller, database: Database) -> None:
    house.at.tokens.count(add(database), refused=True)
    assert "1 calls in 24 hours, 1 refused" in said(admin.page("/tokens"))


def test_ended_ones_are_shown_when_asked_for_and_cannot_be_revoked_again(admin: Caller, database: Database) -> None:
    gone = add(database, "Old kiosk")
    revoke(admin, gone.id)
    text = said(admin.page("/tokens"))
    assert "Old kiosk" not in text
    assert "Show 1 revoked or expired" in text
    shown = said(admin.page("/tokens", "?revoked=1"))
    assert "Old kiosk" in shown
    assert "token-revoke" not in shown


def test_only_an_admin_opens_the_page_makes_and_revokes(app: Dash, database: Database) -> None:
    token = add(database, "Web shop")
    other = Caller(app, who=identity(DATA, number=5))
    assert "Web shop" not in said(other.page("/tokens"))
    assert "rp_" not in make(other)
    assert revoke(other, token.id).status_code == 403
    assert everything(database) == (token,)


# ---- a new one ----


def test_a_new_token_is_shown_once_and_opens_what_it_may(house: House, admin: Caller, database: Database) -> None:
    answer = make(admin, name=" Kiosk  Westhafen ", scopes=["stock", "read"], **{"last-day": "2099-05-17"})
    [text] = set(re.findall(r"rp_[\w-]{43}", answer))
    assert "read, stock. 1,000 calls an hour. Expires 17 May 2099." in answer
    token = house.at.tokens.check(text)
    assert token is not None
    assert (token.name, token.scopes, token.per_hour) == ("Kiosk Westhafen", {"read", "stock"}, 1000)
    assert text.removeprefix("rp_") not in said(admin.page("/tokens"))


def test_who_made_it_is_named(admin: Caller, database: Database) -> None:
    make(admin)
    assert '", by Kim"' in said(admin.page("/tokens"))


def test_making_and_revoking_are_in_the_trail_without_the_token(admin: Caller, database: Database) -> None:
    answer = make(admin)
    [token] = everything(database)
    revoke(admin, token.id)
    with database.read() as at:
        lines = audit.entries(at, limit=5)
    found = sorted((line.kind, line.person_id, line.subject_ids, (line.filter or {})["token"]) for line in lines)
    number = (str(token.id),)
    assert found == [
        ("token-made", token.created_by, number, "Kiosk"),
        ("token-revoked", token.created_by, number, "Kiosk"),
    ]
    assert not any(text in repr(lines) for text in re.findall(r"rp_[\w-]{43}", answer))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": " "}, "The name of a token has 1 to 100 letters"),
        ({"name": "x" * 101}, "has 101"),
        ({"name": None}, "The name of a token has 1 to 100 letters"),
        ({"scopes": []}, "A token without a scope may do nothing"),
        ({"scopes": None}, "A token without a scope may do nothing"),
        ({"scopes": ["write"]}, "There is no scope 'write'"),
        ({"last-day": "2020-01-01"}, "A token cannot expire on 2020-01-01"),
        ({"last-day": "9999-12-31"}, "A token cannot expire on 9999-12-31"),
        ({"last-day": "soon"}, "The last day is no day"),
        ({"per-hour": 0}, "0 calls an hour cannot be"),
        ({"per-hour": 10_000_001}, "10000001 calls an hour cannot be"),
        ({"per-hour": None}, "Calls an hour must be a whole number"),
        ({"per-hour": 1.5}, "Calls an hour must be a whole number"),
        ({"per-hour": True}, "Calls an hour must be a whole number"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(
    admin: Caller, database: Database, fields: dict[str, Any], why: str
) -> None:
    assert why in make(admin, **fields)
    assert everything(database) == ()


# ---- revoking ----


def test_a_revoked_token_is_refused_at_once_by_this_process(house: House, admin: Caller, database: Database) -> None:
    [text] = set(re.findall(r"rp_[\w-]{43}", make(admin)))
    assert house.at.tokens.check(text) is not None
    revoke(admin, everything(database)[0].id)
    assert house.at.tokens.check(text) is None


def test_a_button_that_was_only_drawn_revokes_nothing(admin: Caller, database: Database) -> None:
    token = add(database)
    revoke(admin, token.id, None)
    assert everything(database) == (token,)


def test_one_that_somebody_else_revoked_is_said(admin: Caller, database: Database) -> None:
    assert "There is no token 99 in use" in revoke(admin, 99).text


def test_revoking_asks_first_and_says_that_it_is_for_good(admin: Caller, database: Database) -> None:
    add(database, "Web shop")
    text = said(admin.page("/tokens"))
    assert "What uses Web shop is refused within a minute. This cannot be undone." in text
    assert "Revoke for good" in text
