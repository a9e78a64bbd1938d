"""python -m dashboard tokens: tokens of the API from the command line."""

import argparse
from datetime import UTC, date, datetime, time, timedelta

from dashboard.access.permissions import SCOPES
from dashboard.access.tokens import LONGEST_NAME, MOST_PER_HOUR, PER_HOUR
from dashboard.access.trail import TOKEN_MADE, TOKEN_REVOKED
from dashboard.activity.database import audit, tokens
from dashboard.activity.database.connect import Database, Writing, open_database
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import JsonValue
from dashboard.activity.token_records import Token
from dashboard.settings import Settings
from dashboard.state.folder import prepare_state


def add_tokens(parser: argparse.ArgumentParser) -> None:
    """Add the actions of the command."""
    actions = parser.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("add", help="make a token and print it, once")
    adding.add_argument("name", metavar="NAME", help="of what uses it, such as `Web shop`")
    adding.add_argument("--scopes", required=True, help=f"what it may do, with commas: {', '.join(SCOPES)}")
    adding.add_argument("--expires", type=_day, metavar="DATE", help="its last day (none: it has none)")
    adding.add_argument("--per-hour", type=int, default=PER_HOUR, metavar="N", help=f"calls at most ({PER_HOUR})")
    actions.add_parser("list", help="print all tokens, without what they are")
    revoking = actions.add_parser("revoke", help="let a token in no more, for good")
    revoking.add_argument("id", type=int, metavar="ID")


def tokens_command(settings: Settings, asked: argparse.Namespace) -> str:
    """Do what was asked and return what to print. Raises ActivityError for what cannot be."""
    prepare_state(settings.state)
    database = open_database(settings)
    database.prepare()
    try:
        if asked.action == "list":
            return _list(database)
        with database.write() as at:
            return _add(at, asked) if asked.action == "add" else _revoke(at, asked.id)
    finally:
        database.close()


def scopes_of(text: str) -> frozenset[str]:
    """Return scopes that were written with commas. Raises ActivityError for one that there is not, and for none."""
    found = frozenset(one.strip() for one in text.split(",")) - {""}
    wrong = sorted(found - set(SCOPES))
    if wrong or not found:
        said = f"There is no scope {wrong[0]!r}" if wrong else "A token without a scope may do nothing"
        raise ActivityError(f"{said}; there are {', '.join(SCOPES)}.")
    return found


def checked_name(text: str) -> str:
    """Return the name of a token. Raises ActivityError for an empty or too long one."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        raise ActivityError(f"The name of a token has 1 to {LONGEST_NAME} letters; {name[:20]!r} has {len(name)}.")
    return name


def end_of(day: date | None) -> datetime | None:
    """Return when a token ends whose last day this is; None for one that never does."""
    return None if day is None else datetime.combine(day + timedelta(1), time(), UTC)


def _add(at: Writing, asked: argparse.Namespace) -> str:
    now = datetime.now(UTC)
    ends = end_of(asked.expires)
    if ends is not None and ends <= now:
        raise ActivityError(f"{asked.expires} is over; --expires takes a day to come.")
    if not 1 <= asked.per_hour <= MOST_PER_HOUR:
        raise ActivityError(f"--per-hour is {asked.per_hour}; it must be between 1 and {MOST_PER_HOUR}.")
    wanted = {"name": checked_name(asked.name), "scopes": scopes_of(asked.scopes), "per_hour": asked.per_hour}
    made = tokens.add(at, **wanted, now=now, expires_at=ends)
    _record(at, TOKEN_MADE, made.token, now)
    return f"Token {made.token.id}, {_words(made.token)}. It is shown this once:\n{made.text}"


def _revoke(at: Writing, token_id: int) -> str:
    now = datetime.now(UTC)
    token = tokens.revoke(at, token_id, now)
    _record(at, TOKEN_REVOKED, token, now)
    return f"Token {token.id}, {token.name}, is revoked; running processes refuse it within a minute"


def _record(at: Writing, kind: str, token: Token, now: datetime) -> None:
    said: dict[str, JsonValue] = {"token": token.name, "scopes": tuple(sorted(token.scopes)), "way": "command"}
    audit.record(at, now=now, kind=kind, person_id=None, subject_ids=[str(token.id)], filter=said)


def _list(database: Database) -> str:
    with database.read() as at:
        lines = [f"{token.id}: {_words(token)}" for token in tokens.everything(at)]
    return "\n".join(lines) or "there is no token; make one with: python -m dashboard tokens add NAME --scopes read"


def _words(token: Token) -> str:
    parts = [token.name, f"scopes: {', '.join(sorted(token.scopes))}", f"{token.per_hour} calls an hour"]
    parts.append(f"ends with {token.ends_with}")
    if token.expires_at:
        parts.append(f"good until {token.expires_at:%Y-%m-%d %H:%M} UTC")
    if token.last_used_at:
        parts.append(f"last used {token.last_used_at:%Y-%m-%d %H:%M} UTC")
    return "; ".join([*parts, *(["revoked"] if token.revoked_at else [])])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write one such as 2027-01-31") from error
