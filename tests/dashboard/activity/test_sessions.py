from collections.abc import Callable
from datetime import timedelta

import pytest

from dashboard.activity.database import sessions
from dashboard.activity.database.connect import Database
from dashboard.activity.records import NewSession, Person, Session
from tests.support.activity import NOW

HOUR = timedelta(hours=1)
IDLE, LASTS = 2 * HOUR, 12 * HOUR


def started(database: Database, person: Person, after: timedelta = 0 * HOUR) -> NewSession:
    now = NOW + after
    with database.write() as at:
        return sessions.start(
            at, person.id, now=now, ends_at=now + LASTS, user_agent="Firefox " + "x" * 300, address_hash="a1"
        )


def live(database: Database, person: Person, after: timedelta = 0 * HOUR) -> list[int]:
    with database.read() as at:
        return [session.id for session in sessions.of_person(at, person.id, now=NOW + after, idle=IDLE)]


def test_a_session_is_found_by_its_token_alone(database: Database, ann: Person) -> None:
    new = started(database, ann)
    with database.read() as at:
        assert sessions.find(at, new.token) == new.session
        assert sessions.find(at, str(new.session.id)) is None
    agent = "Firefox " + "x" * (sessions.USER_AGENT_LENGTH - len("Firefox "))
    assert new.session == Session(1, ann.id, NOW, NOW, NOW + LASTS, agent, "a1", None)


def test_two_sessions_have_two_tokens(database: Database, ann: Person) -> None:
    first, second = started(database, ann), started(database, ann)
    assert first.token != second.token
    assert first.session.id != second.session.id


@pytest.mark.parametrize(
    ("seen_after", "asked_after", "counts"),
    [
        (0 * HOUR, IDLE - HOUR, True),
        (0 * HOUR, IDLE, False),
        (11 * HOUR, LASTS - timedelta(seconds=1), True),
        (11 * HOUR, LASTS, False),
    ],
)
def test_a_session_ends_when_it_is_idle_and_at_its_end(
    database: Database, ann: Person, seen_after: timedelta, asked_after: timedelta, counts: bool
) -> None:
    new = started(database, ann)
    with database.write() as at:
        sessions.seen(at, new.session.id, NOW + seen_after)
        session = sessions.find(at, new.token)
    assert session is not None
    assert sessions.is_live(session, now=NOW + asked_after, idle=IDLE) == counts
    assert live(database, ann, asked_after) == ([session.id] if counts else [])


def test_a_session_is_not_seen_earlier_than_it_was(database: Database, ann: Person) -> None:
    new = started(database, ann, HOUR)
    with database.write() as at:
        sessions.seen(at, new.session.id, NOW)
        assert sessions.find(at, new.token) == new.session


def test_a_revoked_session_does_not_count(database: Database, ann: Person) -> None:
    new = started(database, ann)
    with database.write() as at:
        assert [sessions.revoke(at, new.session.id, NOW), sessions.revoke(at, new.session.id, NOW)] == [True, False]
        session = sessions.find(at, new.token)
    assert session is not None
    assert session.revoked_at == NOW
    assert not sessions.is_live(session, now=NOW, idle=IDLE)
    assert live(database, ann) == []


def test_nobody_revokes_the_session_of_another(
    database: Database, ann: Person, add_person: Callable[[str], Person]
) -> None:
    new, bob = started(database, ann), add_person("bob@example.com")
    with database.write() as at:
        assert not sessions.revoke(at, new.session.id, NOW, person_id=bob.id)
        assert sessions.revoke(at, new.session.id, NOW, person_id=ann.id)


def test_a_new_password_ends_all_sessions_but_one(
    database: Database, ann: Person, add_person: Callable[[str], Person]
) -> None:
    bob = add_person("bob@example.com")
    kept, _, _, other = started(database, ann), started(database, ann), started(database, ann), started(database, bob)
    with database.write() as at:
        assert sessions.revoke_all(at, ann.id, NOW, but=kept.session.id) == 2
    assert (live(database, ann), live(database, bob)) == ([kept.session.id], [other.session.id])
    with database.write() as at:
        assert sessions.revoke_all(at, ann.id, NOW) == 1
    assert live(database, ann) == []


def test_the_last_used_session_is_first(database: Database, ann: Person, add_person: Callable[[str], Person]) -> None:
    bob = add_person("bob@example.com")
    first, second, third = started(database, ann), started(database, ann, HOUR), started(database, bob)
    with database.write() as at:
        sessions.seen(at, first.session.id, NOW + HOUR * 1.5)
        listed = sessions.all_live(at, now=NOW + HOUR * 1.5, idle=IDLE)
    assert [session.id for session in listed] == [first.session.id, second.session.id, third.session.id]
    assert live(database, ann, HOUR * 1.5) == [first.session.id, second.session.id]


def test_sessions_whose_end_is_past_are_removed(database: Database, ann: Person) -> None:
    started(database, ann)
    kept = started(database, ann, HOUR)
    with database.write() as at:
        assert sessions.remove_old(at, NOW + LASTS + HOUR / 2) == 1
    assert live(database, ann, HOUR) == [kept.session.id]
