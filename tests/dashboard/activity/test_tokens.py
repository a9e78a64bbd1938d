from datetime import UTC, datetime, timedelta

import pytest

from dashboard.activity.database import tokens
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import NotFound
from dashboard.activity.records import Person
from dashboard.activity.token_records import HourOfCalls, NewToken
from tests.support.activity import NOW

HOUR = datetime(2026, 11, 28, 9, tzinfo=UTC)


def made(database: Database, name: str = "Web shop", expires_at: datetime | None = None) -> NewToken:
    with database.write() as at:
        return tokens.add(
            at, name=name, scopes=["stock", "read"], per_hour=50, now=NOW, created_by=None, expires_at=expires_at
        )


def test_a_token_is_found_by_its_text_which_is_not_kept(database: Database) -> None:
    new = made(database)
    assert new.text.startswith("rp_")
    assert len(new.text) > 40
    with database.read() as at:
        found = tokens.find(at, new.text)
        assert tokens.find(at, new.text[:-1]) is None
    assert found == new.token
    assert (new.token.scopes, new.token.per_hour, new.token.ends_with) == ({"read", "stock"}, 50, new.text[-4:])
    assert new.text not in repr(new.token)


def test_two_tokens_of_one_name_are_two(database: Database) -> None:
    first, second = made(database), made(database)
    assert first.text != second.text
    with database.read() as at:
        assert tokens.everything(at) == (first.token, second.token)


def test_a_revoked_token_is_revoked_for_good(database: Database) -> None:
    new = made(database)
    with database.write() as at:
        assert not tokens.revoke(at, new.token.id, NOW).is_live(NOW)
    with database.write() as at, pytest.raises(NotFound, match=f"no token {new.token.id} in use"):
        tokens.revoke(at, new.token.id, NOW + timedelta(1))
    with database.read() as at:
        assert tokens.everything(at)[0].revoked_at == NOW


def test_a_token_is_good_until_it_expires(database: Database) -> None:
    token = made(database, expires_at=NOW + timedelta(hours=1)).token
    assert [token.is_live(NOW + timedelta(minutes=minutes)) for minutes in (0, 59, 60)] == [True, True, False]
    assert made(database).token.is_live(NOW + timedelta(days=9999))


def test_calls_add_up_by_token_and_hour(database: Database) -> None:
    one, other = made(database).token, made(database).token
    counted = [(one.id, HourOfCalls(HOUR, 5, 1)), (other.id, HourOfCalls(HOUR, 2, 0))]
    later = [(one.id, HourOfCalls(HOUR, 3, 2)), (one.id, HourOfCalls(HOUR + timedelta(hours=1), 7, 0))]
    for calls in (counted, later):
        with database.write() as at:
            tokens.count(at, calls, NOW)
    with database.read() as at:
        assert tokens.calls(at, HOUR) == {
            one.id: (HourOfCalls(HOUR, 8, 3), HourOfCalls(HOUR + timedelta(hours=1), 7, 0)),
            other.id: (HourOfCalls(HOUR, 2, 0),),
        }
        assert list(tokens.calls(at, HOUR + timedelta(minutes=1))) == [one.id]
        assert {token.last_used_at for token in tokens.everything(at)} == {NOW}


def test_calls_of_a_token_that_is_gone_are_not_kept(database: Database) -> None:
    with database.write() as at:
        tokens.count(at, [(99, HourOfCalls(HOUR, 1, 0))], NOW)
    with database.read() as at:
        assert tokens.calls(at, HOUR) == {}


def test_old_counts_are_removed(database: Database) -> None:
    token = made(database).token
    with database.write() as at:
        tokens.count(at, [(token.id, HourOfCalls(HOUR, 1, 0)), (token.id, HourOfCalls(NOW, 1, 0))], NOW)
        assert tokens.remove_old(at, max(HOUR, NOW)) == 1


def test_who_made_a_token_may_go(database: Database, ann: Person) -> None:
    with database.write() as at:
        tokens.add(at, name="Shop", scopes=["read"], per_hour=1, now=NOW, created_by=ann.id)
    with database.read() as at:
        assert tokens.everything(at)[0].created_by == ann.id
