"""The people page's layout and callbacks: an admin changes accounts here; each change is in the audit trail."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dash
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from dashboard.access.roles import ADMIN
from dashboard.access.trail import PERSON_CHANGED, SESSION_ENDED, note, person_number
from dashboard.activity.database import people, role_requests, sessions
from dashboard.activity.database.connect import Writing
from dashboard.activity.errors import ActivityError, NotFound
from dashboard.activity.records import JsonValue, Person
from dashboard.components.table import register_csv
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import PEOPLE_PATH
from dashboard.pages.people.data import COLUMNS, PEOPLE, known_roles, people_page, people_table
from dashboard.pages.people.view import done_words, people_view, unavailable_view
from dashboard.records.customers import Rep
from dashboard.services import newest_context, services

MOST_REPS = 200
MOST_LETTERS = 200


@dataclass(frozen=True)
class Wanted:
    """What an account is to be, as the form says it."""

    name: str
    roles: tuple[str, ...]
    rep_names: tuple[str, ...]
    scope_all: bool
    is_disabled: bool


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page("people", path=PEOPLE_PATH, name="People", title="People - Repertoire", layout=layout)
    register_csv(app, PEOPLE, all_people, file="people")
    fields = ("email", "name", "roles", "reps", "flags")
    app.callback(
        Output("people-done", "data"),
        Output("people-message", "children"),
        Input("people-save", "n_clicks"),
        Input({"type": "session-end", "session": ALL}, "n_clicks"),
        State("people-subject", "data"),
        *(State(f"people-{name}", "value") for name in fields),
        prevent_initial_call=True,
    )(change)
    app.clientside_callback(
        ClientsideFunction("repertoire", "reloadOn"),
        Output("people-done", "clear_data"),
        Input("people-done", "data"),
        prevent_initial_call=True,
    )


def layout(**query: Any) -> Component:
    """Draw the page; `person` and `request` of the address say which account or request is open."""
    at, now = services(), datetime.now(UTC)
    version = at.repository.newest() or ""
    try:
        page = people_page(at.database, _reps(), now, text_of(query.get("person")), text_of(query.get("request")))
    except ActivityError as error:
        return unavailable_view(str(error), version)
    return people_view(page, table_state(query, PEOPLE, COLUMNS, is_main=True), at.formats, at.links, version)


def all_people(context: PageContext) -> TableRows:
    """Return the accounts, for the CSV."""
    page = people_page(services().database, context.version.reps(), datetime.now(UTC), "", "")
    return people_table(page.accounts, context.formats, context.links)


def change(saves: Any, _ends: Any, subject: Any, *values: Any) -> tuple[Any, Any]:
    """Save an account or end a session; return when it was done, for the page to be drawn again, or why it was not."""
    asked = ctx.triggered_id
    try:
        if isinstance(asked, dict):
            return _end_session(asked.get("session")), no_update
        if not saves:
            return no_update, no_update
        return _save(text_of(subject), *values), no_update
    except ActivityError as error:
        return no_update, done_words(str(error))


def _end_session(session_id: Any) -> Any:
    if not isinstance(session_id, int) or not any(one.get("value") for one in ctx.triggered):
        return no_update
    now = datetime.now(UTC)
    with services().database.write() as at:
        sessions.revoke(at, session_id, now)
    note(services().database, SESSION_ENDED, f"session {session_id}")
    return now.isoformat()


def _save(subject: str, email: Any, name: Any, roles: Any, reps: Any, flags: Any) -> Any:
    """Save the fields of an account: a new one, one that was asked for, or one that there is."""
    kind, _, number = subject.partition(":")
    wanted = _wanted(name, roles, reps, flags)
    now = datetime.now(UTC)
    with services().database.write() as at:
        if kind == "person" and number.isdecimal():
            person = _changed(at, int(number), now, wanted)
        elif kind == "request" and number.isdecimal():
            person = _granted(at, int(number), now, wanted)
        elif kind == "new":
            person = _added(at, _checked(email), now, wanted)
        else:
            return no_update
    said: dict[str, JsonValue] = {
        "roles": person.roles,
        "reps": len(person.rep_names),
        "all": person.scope_all,
        "disabled": person.is_disabled,
    }
    note(services().database, PERSON_CHANGED, f"person {person.id}", filter=said)
    return now.isoformat()


def _wanted(name: Any, roles: Any, reps: Any, flags: Any) -> Wanted:
    said = flags if isinstance(flags, list) else ()
    chosen = known_roles(roles if isinstance(roles, list) else ())
    return Wanted(text_of(name)[:MOST_LETTERS], chosen, _rep_names(reps), "all" in said, "disabled" in said)


def _added(
    at: Writing, email: str, now: datetime, wanted: Wanted, issuer: str | None = None, subject: str | None = None
) -> Person:
    """Add an account, of a provider's where it is named."""
    return people.add(
        at,
        email=email,
        name=wanted.name,
        now=now,
        roles=wanted.roles,
        rep_names=wanted.rep_names,
        scope_all=wanted.scope_all,
        issuer=issuer,
        subject=subject,
    )


def _changed(at: Writing, person_id: int, now: datetime, wanted: Wanted) -> Person:
    """Change an account; who is disabled is signed out everywhere. Nobody takes away their own way back."""
    if person_id == person_number() and (wanted.is_disabled or ADMIN not in wanted.roles):
        raise ActivityError("You cannot take the role Administrator from yourself, nor disable your own account.")
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
        sessions.revoke_all(at, person_id, now)
    return person


def _granted(at: Writing, request_id: int, now: datetime, wanted: Wanted) -> Person:
    """Give a role to who asked for one: an account of the provider's that comes in from now on."""
    found = next((one for one in role_requests.waiting(at) if one.id == request_id), None)
    if found is None:
        raise NotFound("Somebody has settled this request already. Reload the page.")
    known = people.find_by_subject(at, found.issuer, found.subject)
    if known is not None:
        person = _changed(at, known.id, now, wanted)
    else:  # the same address alone is no proof of being the same person: then `add` refuses
        person = _added(at, found.email, now, wanted, found.issuer, found.subject)
    role_requests.settle(at, request_id)
    return person


def _checked(email: Any) -> str:
    """Return an address. Raises ActivityError for what is none."""
    text = text_of(email).strip()[:MOST_LETTERS]
    if not text.partition("@")[0] or not text.partition("@")[2]:
        raise ActivityError(f"{text!r} is no email address; write one such as jana@example.com.")
    return text


def _rep_names(text: Any) -> tuple[str, ...]:
    lines = (line.strip() for line in text_of(text).splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))[:MOST_REPS]


def _reps() -> tuple[Rep, ...]:
    context = newest_context()
    return context.version.reps() if context else ()
