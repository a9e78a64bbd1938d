"""Tokens of the API, of which only the hash is kept, and how often each was used, by the hour."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import API_CALLS, API_TOKENS
from dashboard.activity.database.upsert import insert_or_add_all
from dashboard.activity.errors import NotFound
from dashboard.activity.hashing import new_token, token_hash
from dashboard.activity.token_records import HourOfCalls, NewToken, Token

PREFIX = "rp_"  # by which a search for secrets finds one that got into some text
_SHOWN = 4  # last letters


def add(
    at: Writing,
    *,
    name: str,
    scopes: Collection[str],
    per_hour: int,
    now: datetime,
    created_by: int | None = None,
    expires_at: datetime | None = None,
) -> NewToken:
    """Return a new token with its text."""
    text = f"{PREFIX}{new_token()}"
    row = at.execute(
        insert(API_TOKENS)
        .values(
            name=name,
            token_hash=token_hash(text),
            ends_with=text[-_SHOWN:],
            scopes=" ".join(sorted(scopes)),
            per_hour=per_hour,
            created_at=now,
            created_by=created_by,
            expires_at=expires_at,
        )
        .returning(API_TOKENS)
    ).one()
    return NewToken(text, _token(row))


def find(at: Reading, text: str) -> Token | None:
    """Return the token of a text whatever its state; None for a wrong text."""
    row = at.execute(select(API_TOKENS).where(API_TOKENS.c.token_hash == token_hash(text))).one_or_none()
    return _token(row) if row else None


def everything(at: Reading) -> tuple[Token, ...]:
    """Return all tokens, revoked and expired ones too, the newest last."""
    return tuple(_token(row) for row in at.execute(select(API_TOKENS).order_by(API_TOKENS.c.id)))


def revoke(at: Writing, token_id: int, now: datetime) -> Token:
    """Revoke a token, for good, and return it. Raises NotFound for a number that no live one has."""
    changed = update(API_TOKENS).where(API_TOKENS.c.id == token_id, API_TOKENS.c.revoked_at.is_(None))
    row = at.execute(changed.values(revoked_at=now).returning(API_TOKENS)).one_or_none()
    if row is None:
        raise NotFound(f"There is no token {token_id} in use; `python -m dashboard tokens list` prints all.")
    return _token(row)


def count(at: Writing, calls: Collection[tuple[int, HourOfCalls]], used_at: datetime) -> None:
    """Add to the calls of tokens by the hour, and say that they were used; of a token that is gone nothing is kept."""
    known = set(at.execute(select(API_TOKENS.c.id)).scalars())
    rows = [
        {"token_id": token_id, "hour": one.hour, "n_calls": one.n_calls, "n_refused": one.n_refused}
        for token_id, one in calls
        if token_id in known
    ]
    if rows:
        insert_or_add_all(at, API_CALLS, rows, ("n_calls", "n_refused"))
        ids = {row["token_id"] for row in rows}
        at.execute(update(API_TOKENS).where(API_TOKENS.c.id.in_(ids)).values(last_used_at=used_at))


def calls(at: Reading, since: datetime) -> dict[int, tuple[HourOfCalls, ...]]:
    """Return by token the hours with a call since a time, the oldest first."""
    found: dict[int, list[HourOfCalls]] = {}
    for row in at.execute(select(API_CALLS).where(API_CALLS.c.hour >= since).order_by(API_CALLS.c.hour)):
        found.setdefault(row.token_id, []).append(HourOfCalls(row.hour, row.n_calls, row.n_refused))
    return {token_id: tuple(hours) for token_id, hours in found.items()}


def remove_old(at: Writing, before: datetime) -> int:
    """Remove the counts of hours before a time; return how many."""
    return at.execute(delete(API_CALLS).where(API_CALLS.c.hour < before)).rowcount


def _token(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        ends_with=row.ends_with,
        scopes=frozenset(row.scopes.split()),
        per_hour=row.per_hour,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
