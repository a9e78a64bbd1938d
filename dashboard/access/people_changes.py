"""Changes of accounts, whoever asks for them: a page or the command line. Each has its line in the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from dashboard.access.accounts import BY_PROXY, Accounts
from dashboard.access.roles import ADMIN
from dashboard.access.trail import (
    LINK_MADE,
    PERSON_ADDED,
    PERSON_CHANGED,
    PERSON_DISABLED,
    PERSON_ENABLED,
    REQUEST_REFUSED,
    SESSION_ENDED,
)
from dashboard.activity.database import audit, people, role_requests, sessions
from dashboard.activity.database.connect import Writing
from dashboard.activity.errors import ActivityError, NotFound
from dashboard.activity.records import JsonValue, Person
from dashboard.settings import Settings

LINK_PATH = "set-password"
LOCAL = "local"
SETTLED = "Somebody has settled this request already. Reload the page."


@dataclass(frozen=True)
class By:
    """Who changes an account, and when.

    person_id  their number; None at the command line, and where nobody signs in
    way        `command` or `page`
    """

    person_id: int | None
    way: str
    now: datetime


@dataclass(frozen=True)
class Wanted:
    """What an account is to be."""

    name: str
    roles: tuple[str, ...]
    rep_names: tuple[str, ...]
    scope_all: bool
    is_disabled: bool = False


def add_person(
    at: Writing, email: str, wanted: Wanted, by: By, issuer: str | None = None, subject: str | None = None
) -> Person:
    """Add an account, of a provider's where it is named. Raises ActivityError for an address that is none or taken."""
    text = email.strip()
    if text.count("@") != 1 or text.startswith("@") or text.endswith("@") or any(map(str.isspace, text)):
        raise ActivityError(f"{text!r} is no email address; write one such as ann@example.com.")
    person = people.add(
        at,
        email=text,
        name=wanted.name,
        now=by.now,
        roles=wanted.roles,
        rep_names=wanted.rep_names,
        scope_all=wanted.scope_all,
        issuer=issuer,
        subject=subject,
    )
    _record(at, PERSON_ADDED, person, by, said_of(person))
    return person


def change_person(at: Writing, person_id: int, wanted: Wanted, by: By) -> Person:
    """Change an account; who is disabled is signed out everywhere.

    Nobody takes away their own way back, and an administrator stays: raises ActivityError.
    """
    if person_id == by.person_id and (wanted.is_disabled or ADMIN not in wanted.roles):
        raise ActivityError("You cannot take the role Administrator from yourself, nor disable your own account.")
    with _an_admin_stays(at):
        person = people.change(
            at,
            person_id,
            name=wanted.name,
            roles=wanted.roles,
            rep_names=wanted.rep_names,
            scope_all=wanted.scope_all,
            is_disabled=wanted.is_disabled,
        )
    if wanted.is_disabled:
        sessions.revoke_all(at, person_id, by.now)
    _record(at, PERSON_CHANGED, person, by, said_of(person))
    return person


def grant_request(at: Writing, request_id: int, wanted: Wanted, by: By) -> Person:
    """Give a role to who asked for one: an account of the provider's that comes in from now on.

    Raises NotFound for a request that was settled before.
    """
    found = next((one for one in role_requests.waiting(at) if one.id == request_id), None)
    if found is None:
        raise NotFound(SETTLED)
    is_proxys = found.issuer == BY_PROXY  # it vouches for the address alone
    if is_proxys:
        known = people.find_by_email(at, found.email)
    else:
        known = people.find_by_subject(at, found.issuer, found.subject)
    if known is not None and known.is_disabled:
        raise ActivityError("This account is disabled. Enable it first, on its own page.")
    if known is not None:
        person = change_person(at, known.id, wanted, by)
    elif is_proxys:
        person = add_person(at, found.email, wanted, by)
    else:  # the same address alone is no proof of being the same person: then it is refused
        person = add_person(at, found.email, wanted, by, found.issuer, found.subject)
    role_requests.settle(at, request_id)
    return person


def refuse_request(at: Writing, request_id: int, by: By) -> None:
    """Take a request away; who made it asks again by the next sign-in. Raises NotFound for one that was settled."""
    if not role_requests.settle(at, request_id):
        raise NotFound(SETTLED)
    audit.record(at, now=by.now, kind=REQUEST_REFUSED, person_id=by.person_id, subject_ids=[f"request {request_id}"])


def let_in(at: Writing, person: Person, by: By, *, is_let_in: bool) -> int:
    """Enable or disable an account; return how many sessions that ended. The last administrator stays."""
    with _an_admin_stays(at):
        people.change(at, person.id, is_disabled=not is_let_in)
    _record(at, PERSON_ENABLED if is_let_in else PERSON_DISABLED, person, by)
    return 0 if is_let_in else sessions.revoke_all(at, person.id, by.now)


def end_session(at: Writing, session_id: int, by: By) -> None:
    """End anybody's session."""
    sessions.revoke(at, session_id, by.now)
    audit.record(at, now=by.now, kind=SESSION_ENDED, person_id=by.person_id, subject_ids=[f"session {session_id}"])


def one_time_link(at: Writing, accounts: Accounts, settings: Settings, person: Person, by: By, base: str = "") -> str:
    """Return the address at which a person sets their password, once; the one before is worth nothing any more.

    base  scheme, host and prefix under which the app is reached; empty: as the settings say
    Raises ActivityError where nobody has a password here.
    """
    if settings.sign_in != LOCAL:
        raise ActivityError(
            f"REPERTOIRE_SIGN_IN is {settings.sign_in!r}, so that nobody has a password here; a link is for 'local'"
        )
    address = f"{base or settings.address}{LINK_PATH}?token={quote(accounts.make_link(at, person.id))}"
    _record(at, LINK_MADE, person, by)
    return address


def said_of(person: Person) -> dict[str, JsonValue]:
    """Return what the trail says of an account: roles, and how many reps, not which."""
    return {
        "roles": person.roles,
        "reps": len(person.rep_names),
        "all": person.scope_all,
        "disabled": person.is_disabled,
    }


@contextmanager
def _an_admin_stays(at: Writing) -> Iterator[None]:
    """Refuse a change that leaves nobody who can change accounts, also if two are made at once."""
    before = people.enabled_with(at, ADMIN)
    yield
    if before and not people.enabled_with(at, ADMIN):
        raise ActivityError("This account is the last administrator's. Give the role Administrator to another first.")


def _record(at: Writing, kind: str, person: Person, by: By, said: dict[str, JsonValue] | None = None) -> None:
    audit.record(
        at,
        now=by.now,
        kind=kind,
        person_id=by.person_id,
        subject_ids=[f"person {person.id}"],
        filter={**(said or {}), **({"way": by.way} if by.way == "command" else {})},
    )
