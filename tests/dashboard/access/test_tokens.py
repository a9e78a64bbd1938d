"""What a process keeps of tokens: no longer than it may, and no count is lost while the database is away."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.access.tokens import KEPT, KEPT_WITHOUT_DATABASE, WRITTEN_AFTER, Tokens
from dashboard.activity.database import tokens
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityUnavailable
from dashboard.activity.token_records import NewToken

NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new(database: Database) -> NewToken:
    with database.write() as at:
        return tokens.add(at, name="Shop", scopes=["read"], per_hour=10, now=NOW, expires_at=NOW + timedelta(hours=1))


@pytest.fixture
def away(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the database not answer."""

    def fail(_: Database) -> None:
        raise ActivityUnavailable("it is away")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "read", fail)
        patch.setattr(Database, "write", fail)
        yield


def test_what_was_found_is_kept_for_less_than_a_minute(database: Database, clock: Clock, new: NewToken) -> None:
    kept = Tokens(database, clock)
    assert kept.check(new.text) == new.token
    with database.write() as at:
        tokens.revoke(at, new.token.id, NOW)
    clock.now += KEPT - timedelta(seconds=1)
    assert kept.check(new.text) == new.token
    clock.now += timedelta(seconds=1)
    assert kept.check(new.text) is None
    assert timedelta(minutes=1) > KEPT


def test_a_token_expires_also_while_it_is_kept(database: Database, clock: Clock, new: NewToken) -> None:
    kept = Tokens(database, clock)
    clock.now = NOW + timedelta(minutes=59, seconds=50)
    assert kept.check(new.text) is not None
    clock.now = NOW + timedelta(hours=1)
    assert kept.check(new.text) is None


def test_a_wrong_token_is_kept_as_wrong(database: Database, clock: Clock) -> None:
    kept = Tokens(database, clock)
    assert [kept.check("rp_wrong"), kept.check("rp_wrong")] == [None, None]


def test_without_the_database_a_known_token_is_good_for_five_minutes(
    database: Database, clock: Clock, new: NewToken, request: pytest.FixtureRequest
) -> None:
    kept = Tokens(database, clock)
    kept.check(new.text)
    request.getfixturevalue("away")
    clock.now += KEPT_WITHOUT_DATABASE - timedelta(seconds=1)
    assert kept.check(new.text) == new.token
    clock.now += timedelta(seconds=1)
    with pytest.raises(ActivityUnavailable):
        kept.check(new.text)


@pytest.mark.usefixtures("away")
def test_without_the_database_nobody_new_is_let_in(database: Database, clock: Clock) -> None:
    with pytest.raises(ActivityUnavailable):
        Tokens(database, clock).check("rp_any")


def n_calls(database: Database) -> tuple[int, int]:
    with database.read() as at:
        hours = [hour for hours in tokens.calls(at, NOW - timedelta(days=1)).values() for hour in hours]
    return sum(one.n_calls for one in hours), sum(one.n_refused for one in hours)


def test_counts_are_written_every_ten_seconds(database: Database, clock: Clock, new: NewToken) -> None:
    kept = Tokens(database, clock)
    for _ in range(5):
        kept.count(new.token, refused=False)
    assert n_calls(database) == (0, 0)
    clock.now += WRITTEN_AFTER
    kept.count(new.token, refused=True)
    assert n_calls(database) == (6, 1)
    kept.write()
    assert n_calls(database) == (6, 1)


def test_what_cannot_be_written_is_written_later(
    database: Database, clock: Clock, new: NewToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Tokens(database, clock)
    kept.count(new.token, refused=True)
    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", lambda _: (_ for _ in ()).throw(ActivityUnavailable("it is away")))
        kept.write()
    kept.count(new.token, refused=False)
    kept.write()
    assert n_calls(database) == (2, 1)
