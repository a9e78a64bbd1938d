"""python -m dashboard tokens: tokens of the API from the command line."""

import argparse
from datetime import UTC, date, datetime

from dashboard.access.people_changes import By
from dashboard.access.permissions import SCOPES
from dashboard.access.token_changes import WantedToken, make_token, revoke_token
from dashboard.access.tokens import PER_HOUR
from dashboard.activity.database import tokens
from dashboard.activity.database.connect import Database, Writing, open_database
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


def _add(at: Writing, asked: argparse.Namespace) -> str:
    scopes = [one.strip() for one in asked.scopes.split(",") if one.strip()]
    made = make_token(at, WantedToken(asked.name, scopes, asked.expires, asked.per_hour), _by())
    return f"Token {made.token.id}, {_words(made.token)}. It is shown this once:\n{made.text}"


def _revoke(at: Writing, token_id: int) -> str:
    token = revoke_token(at, token_id, _by())
    return f"Token {token.id}, {token.name}, is revoked; running processes refuse it within a minute"


def _by() -> By:
    return By(None, "command", datetime.now(UTC))


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
