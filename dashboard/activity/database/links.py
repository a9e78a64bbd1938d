"""One-time links: to set a first password, or a forgotten one. Only the hash of a link's token is kept."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.people import must_exist
from dashboard.activity.database.tables import LINKS
from dashboard.activity.hashing import new_token, token_hash
from dashboard.activity.records import Link


def make(at: Writing, person_id: int, purpose: str, *, now: datetime, lasts: timedelta) -> str:
    """Return the token of a new link; a person's older ones for this purpose are worth nothing any more.

    Raises NotFound.
    """
    at.execute(delete(LINKS).where(LINKS.c.person_id == person_id, LINKS.c.purpose == purpose))
    token = new_token()
    values = {"token_hash": token_hash(token), "person_id": person_id, "purpose": purpose, "created_at": now}
    with must_exist(person_id):
        at.execute(insert(LINKS).values(**values, expires_at=now + lasts))
    return token


def find(at: Reading, token: str) -> Link | None:
    """Return the link of a token, used or expired ones too, so that a page can say which; None for a wrong token."""
    row = at.execute(select(LINKS).where(LINKS.c.token_hash == token_hash(token))).one_or_none()
    return Link(row.person_id, row.purpose, row.created_at, row.expires_at, row.used_at) if row else None


def use(at: Writing, token: str, purpose: str, now: datetime) -> int | None:
    """Use a link up and return its person; None if it is wrong, for another purpose, used or expired.

    Of several who use it at once one gets the person.
    """
    is_good = (LINKS.c.purpose == purpose) & LINKS.c.used_at.is_(None) & (LINKS.c.expires_at > now)
    used = update(LINKS).where(LINKS.c.token_hash == token_hash(token), is_good).values(used_at=now)
    return at.execute(used.returning(LINKS.c.person_id)).scalar_one_or_none()


def remove_old(at: Writing, before: datetime) -> int:
    """Remove the links that expired before a time; return how many."""
    return at.execute(delete(LINKS).where(LINKS.c.expires_at < before)).rowcount
