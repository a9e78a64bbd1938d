"""Making and revoking tokens of the API, whoever asks for it: a page or the command line. Both are in the trail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dashboard.access.people_changes import By
from dashboard.access.permissions import SCOPES
from dashboard.access.tokens import LONGEST_NAME, MOST_PER_HOUR, PER_HOUR
from dashboard.access.trail import TOKEN_MADE, TOKEN_REVOKED
from dashboard.activity.database import audit, tokens
from dashboard.activity.database.connect import Writing
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import JsonValue
from dashboard.activity.token_records import NewToken, Token


@dataclass(frozen=True)
class WantedToken:
    """What a token is to be; `last_day` is None for one that does not expire."""

    name: str
    scopes: Collection[str]
    last_day: date | None = None
    per_hour: int = PER_HOUR


def make_token(at: Writing, wanted: WantedToken, by: By) -> NewToken:
    """Return a new token with its text, which nobody can read again. Raises ActivityError for what cannot be."""
    made = tokens.add(
        at,
        name=_checked_name(wanted.name),
        scopes=_checked_scopes(wanted.scopes),
        per_hour=_checked_per_hour(wanted.per_hour),
        now=by.now,
        created_by=by.person_id,
        expires_at=_end_of(wanted.last_day, by.now),
    )
    _record(at, TOKEN_MADE, made.token, by)
    return made


def revoke_token(at: Writing, token_id: int, by: By) -> Token:
    """Revoke a token, for good, and return it. Raises NotFound for a number that no live one has."""
    token = tokens.revoke(at, token_id, by.now)
    _record(at, TOKEN_REVOKED, token, by)
    return token


def _checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        length = f"this one has {len(name)}" if name else "say what will use it, such as Web shop"
        raise ActivityError(f"The name of a token has 1 to {LONGEST_NAME} letters; {length}.")
    return name


def _checked_scopes(scopes: Collection[str]) -> frozenset[str]:
    wrong = sorted(set(scopes) - set(SCOPES))
    if wrong or not scopes:
        said = f"There is no scope {wrong[0]!r}" if wrong else "A token without a scope may do nothing"
        raise ActivityError(f"{said}; there are {', '.join(SCOPES)}.")
    return frozenset(scopes)


def _checked_per_hour(per_hour: int) -> int:
    if not 1 <= per_hour <= MOST_PER_HOUR:
        raise ActivityError(f"{per_hour} calls an hour cannot be; it must be between 1 and {MOST_PER_HOUR}.")
    return per_hour


def _end_of(day: date | None, now: datetime) -> datetime | None:
    """Return the end of a last day. Raises ActivityError for a day that is over."""
    if day is None:
        return None
    if day < now.astimezone(UTC).date() or day == date.max:
        raise ActivityError(f"A token cannot expire on {day}; choose a day to come.")
    return datetime.combine(day + timedelta(1), time(), UTC)


def _record(at: Writing, kind: str, token: Token, by: By) -> None:
    said: dict[str, JsonValue] = {"token": token.name, "scopes": tuple(sorted(token.scopes))}
    if by.way == "command":
        said["way"] = by.way
    audit.record(at, now=by.now, kind=kind, person_id=by.person_id, subject_ids=[str(token.id)], filter=said)
