"""The people page's layout and callbacks: an admin changes accounts here; each change is in the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dash
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from flask import request

from dashboard.access.people_changes import (
    LOCAL,
    By,
    Wanted,
    add_person,
    change_person,
    end_session,
    grant_request,
    one_time_link,
    refuse_request,
)
from dashboard.access.trail import person_number
from dashboard.activity.database import people
from dashboard.activity.database.connect import Writing
from dashboard.activity.errors import ActivityError, NotFound
from dashboard.activity.records import Person
from dashboard.components.empty_states import unreadable_page
from dashboard.components.table import register_csv
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import PEOPLE_PATH
from dashboard.pages.people.data import COLUMNS, PEOPLE, PeoplePage, known_roles, people_page, people_table
from dashboard.pages.people.view import done_words, link_words, people_view
from dashboard.records.customers import Rep
from dashboard.services import newest_context, services

MOST_REPS = 200
MOST_LETTERS = 200


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
        Input({"type": "person-link", "person": ALL}, "n_clicks"),
        State("people-subject", "data"),
        *(State(f"people-{name}", "value") for name in fields),
        prevent_initial_call=True,
    )(change)
    app.callback(
        Output("request-done", "data"),
        Output("request-message", "children"),
        Input({"type": "request-refuse", "request": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )(refuse)
    for done in ("people-done", "request-done"):
        app.clientside_callback(
            ClientsideFunction("repertoire", "reloadOn"),
            Output(done, "clear_data"),
            Input(done, "data"),
            prevent_initial_call=True,
        )


def layout(**query: Any) -> Component:
    """Draw the page; `person` and `request` of the address say which account or request is open."""
    at = services()
    version = at.repository.newest() or ""
    try:
        page = _page(text_of(query.get("person")), text_of(query.get("request")), _reps())
    except ActivityError as error:
        return unreadable_page("Accounts", str(error), version)
    state = table_state(query, PEOPLE, COLUMNS, is_main=True)
    has_passwords = at.settings.sign_in == LOCAL
    return people_view(page, state, at.formats, at.links, version, has_passwords=has_passwords)


def all_people(context: PageContext) -> TableRows:
    """Return the accounts, for the CSV."""
    page = _page("", "", context.version.reps())
    return people_table(page.accounts, context.formats, context.links)


def _page(person: str, asked: str, reps: Sequence[Rep]) -> PeoplePage:
    at = services()
    idle = timedelta(hours=at.settings.session_idle_hours)
    return people_page(at.database, reps, datetime.now(UTC), person, asked, idle)


def change(saves: Any, _ends: Any, _links: Any, subject: Any, *values: Any) -> tuple[Any, Any]:
    """Save an account, make a link or end a session.

    Returns when it was done, for the page to be drawn again, or what is to be said: a link, or why it was not done.
    """
    asked = ctx.triggered_id
    try:
        if isinstance(asked, dict):
            return _pressed(asked)
        return _save(text_of(subject), *values) if saves else (no_update, no_update)
    except ActivityError as error:
        return no_update, done_words(str(error))


def refuse(_refusals: Any) -> tuple[Any, Any]:
    """Refuse a request for a role. Returns when it was done, or why it was not."""
    asked = ctx.triggered_id
    number = _number_of(asked, "request") if isinstance(asked, dict) else None
    if number is None:
        return no_update, no_update
    by = _by()
    try:
        with services().database.write() as writing:
            refuse_request(writing, number, by)
    except ActivityError as error:
        return no_update, done_words(str(error))
    return by.now.isoformat(), no_update


def _number_of(button: Mapping[str, Any], name: str) -> int | None:
    """Return what the id of a pressed button says; None where it was only drawn."""
    number = button.get(name)
    return number if isinstance(number, int) and any(one.get("value") for one in ctx.triggered) else None


def _pressed(button: Mapping[str, Any]) -> tuple[Any, Any]:
    """Do what the button of a session or of a link is for; nothing where it was only drawn."""
    number = _number_of(button, "person" if button.get("type") == "person-link" else "session")
    if number is None:
        return no_update, no_update
    at, by = services(), _by()
    with at.database.write() as writing:
        if button.get("type") == "session-end":
            end_session(writing, number, by)
            return by.now.isoformat(), no_update
        person = people.find(writing, number)
        if person is None:
            raise NotFound("Somebody has removed this account. Reload the page.")
        return no_update, _link(writing, person, by)


def _save(subject: str, email: Any, name: Any, roles: Any, reps: Any, flags: Any) -> tuple[Any, Any]:
    """Save the fields of an account: a new one, one that was asked for, or one that there is."""
    kind, _, number = subject.partition(":")
    wanted, at, by = _wanted(name, roles, reps, flags), services(), _by()
    with at.database.write() as writing:
        if kind == "person" and number.isdecimal():
            change_person(writing, int(number), wanted, by)
        elif kind == "request" and number.isdecimal():
            grant_request(writing, int(number), wanted, by)
        elif kind == "new":
            person = add_person(writing, text_of(email)[:MOST_LETTERS], wanted, by)
            if at.settings.sign_in == LOCAL:
                return no_update, _link(writing, person, by)
        else:
            return no_update, no_update
    return by.now.isoformat(), no_update


def _link(writing: Writing, person: Person, by: By) -> Component:
    """Return a new one-time link as it is said, under the address at which the admin has the app."""
    at = services()
    base = "" if at.settings.public_url else f"{request.host_url.rstrip('/')}{at.settings.url_prefix}"
    return link_words(person, one_time_link(writing, at.accounts, at.settings, person, by, base), at.links)


def _by() -> By:
    return By(person_number(), "page", datetime.now(UTC))


def _wanted(name: Any, roles: Any, reps: Any, flags: Any) -> Wanted:
    said = flags if isinstance(flags, list) else ()
    chosen = known_roles(roles if isinstance(roles, list) else ())
    return Wanted(text_of(name)[:MOST_LETTERS], chosen, _rep_names(reps), "all" in said, "disabled" in said)


def _rep_names(text: Any) -> tuple[str, ...]:
    lines = (line.strip() for line in text_of(text).splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))[:MOST_REPS]


def _reps() -> tuple[Rep, ...]:
    context = newest_context()
    return context.version.reps() if context else ()
