"""Sessions of signed-in browsers. Only the hash of a session's token is kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.people import must_exist
from dashboard.activity.database.tables import SESSIONS
from dashboard.activity.hashing import new_token, token_hash
from dashboard.activity.records import NewSession, Session

USER_AGENT_LENGTH = 200


def start(
    at: Writing, person_id: int, *, now: datetime, ends_at: datetime, user_agent: str, address_hash: str
) -> NewSession:
    """Return a new session with its token; `ends_at` is its end whatever happens in it. Raises NotFound."""
    token = new_token()
    values = {"token_hash": token_hash(token), "person_id": person_id, "created_at": now, "last_seen_at": now}
    more = {"ends_at": ends_at, "user_agent": user_agent[:USER_AGENT_LENGTH], "address_hash": address_hash}
    with must_exist(person_id):
        row = at.execute(insert(SESSIONS).values(**values, **more).returning(SESSIONS)).one()
    return NewSession(token, _session(row))


def find(at: Reading, token: str) -> Session | None:
    """Return the session of a token whatever its state, so that a page can say which; None for a wrong token."""
    row = at.execute(select(SESSIONS).where(SESSIONS.c.token_hash == token_hash(token))).one_or_none()
    return _session(row) if row else None


def is_live(session: Session, *, now: datetime, idle: timedelta) -> bool:
    """Return whether a session counts: not revoked, not at its end, and seen within `idle`."""
    return session.revoked_at is None and now < session.ends_at and now - session.last_seen_at < idle


def seen(at: Writing, session_id: int, now: datetime) -> None:
    """Remember that a session was used; an older time than the one that is kept changes nothing."""
    is_later = SESSIONS.c.last_seen_at < now
    at.execute(update(SESSIONS).where(SESSIONS.c.id == session_id, is_later).values(last_seen_at=now))


def of_person(at: Reading, person_id: int, *, now: datetime, idle: timedelta) -> tuple[Session, ...]:
    """Return a person's live sessions, the last used first."""
    return _live(at, SESSIONS.c.person_id == person_id, now, idle)


def all_live(at: Reading, *, now: datetime, idle: timedelta) -> tuple[Session, ...]:
    """Return everybody's live sessions, the last used first."""
    return _live(at, SESSIONS.c.id.is_not(None), now, idle)


def revoke(at: Writing, session_id: int, now: datetime, *, person_id: int | None = None) -> bool:
    """End a session; with `person_id` only if it is that person's. Return whether one was ended."""
    where = [SESSIONS.c.id == session_id, SESSIONS.c.revoked_at.is_(None)]
    if person_id is not None:
        where.append(SESSIONS.c.person_id == person_id)
    return bool(at.execute(update(SESSIONS).where(*where).values(revoked_at=now)).rowcount)


def revoke_all(at: Writing, person_id: int, now: datetime, *, but: int | None = None) -> int:
    """End all sessions of a person, but one if it is named; return how many."""
    where = [SESSIONS.c.person_id == person_id, SESSIONS.c.revoked_at.is_(None)]
    if but is not None:
        where.append(SESSIONS.c.id != but)
    return at.execute(update(SESSIONS).where(*where).values(revoked_at=now)).rowcount


def remove_old(at: Writing, before: datetime) -> int:
    """Remove the sessions whose end was before a time; return how many."""
    return at.execute(delete(SESSIONS).where(SESSIONS.c.ends_at < before)).rowcount


def _live(at: Reading, where: ColumnElement[bool], now: datetime, idle: timedelta) -> tuple[Session, ...]:
    in_time = (SESSIONS.c.ends_at > now) & (SESSIONS.c.last_seen_at > now - idle) & SESSIONS.c.revoked_at.is_(None)
    rows = at.execute(select(SESSIONS).where(where, in_time).order_by(SESSIONS.c.last_seen_at.desc(), SESSIONS.c.id))
    return tuple(_session(row) for row in rows)


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        person_id=row.person_id,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        ends_at=row.ends_at,
        user_agent=row.user_agent,
        address_hash=row.address_hash,
        revoked_at=row.revoked_at,
    )
