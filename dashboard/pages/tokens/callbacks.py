"""The layout and callbacks of the page of tokens: an admin makes and revokes them; both are in the audit trail."""

from datetime import UTC, date, datetime
from typing import Any

import dash
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from flask import request

from dashboard.access.people_changes import By
from dashboard.access.token_changes import WantedToken, make_token, revoke_token
from dashboard.access.tokens import LONGEST_NAME
from dashboard.access.trail import person_number
from dashboard.activity.errors import ActivityError
from dashboard.components.empty_states import unreadable_page
from dashboard.display.request_values import text_of
from dashboard.display.urls import TOKENS_PATH
from dashboard.pages.tokens.data import tokens_page
from dashboard.pages.tokens.view import made_card, tokens_view, why_words
from dashboard.services import services

LONGEST_DAY = 10  # letters


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page("tokens", path=TOKENS_PATH, name="API tokens", title="API tokens - Repertoire", layout=layout)
    app.callback(
        Output("tokens-new", "children"),
        Output("tokens-message", "children"),
        Input("tokens-make", "n_clicks"),
        *(State(f"tokens-{name}", "value") for name in ("name", "scopes", "last-day", "per-hour")),
        prevent_initial_call=True,
    )(make)
    app.callback(
        Output("tokens-done", "data"),
        Output("tokens-why", "children"),
        Input({"type": "token-revoke", "token": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )(revoke)
    app.clientside_callback(
        ClientsideFunction("repertoire", "reloadOn"),
        Output("tokens-done", "clear_data"),
        Input("tokens-done", "data"),
        prevent_initial_call=True,
    )


def layout(**query: Any) -> Component:
    """Draw the page; `new` of the address opens the form of a new token, `revoked` shows those that ended."""
    at = services()
    version = at.repository.newest() or ""
    try:
        at.tokens.write()  # what this process has counted since the last time
        page = tokens_page(at.database, datetime.now(UTC))
    except ActivityError as error:
        return unreadable_page("Tokens", str(error), version)
    is_new, has_ended = bool(text_of(query.get("new"))), bool(text_of(query.get("revoked")))
    return tokens_view(page, at.formats, at.links, version, is_new=is_new, has_ended=has_ended)


def make(clicks: Any, name: Any, scopes: Any, day: Any, per_hour: Any) -> tuple[Any, Any]:
    """Make a token. Returns the card that shows it, this once, or why it was not made."""
    if not clicks:
        return no_update, no_update
    at = services()
    try:
        wanted = WantedToken(text_of(name)[: LONGEST_NAME + 1], _scopes(scopes), _day(text_of(day)), _calls(per_hour))
        with at.database.write() as writing:
            made = make_token(writing, wanted, _by())
    except ActivityError as error:
        return no_update, why_words(str(error))
    at.tokens.forget()
    return made_card(made, _address(), at.formats, at.links), no_update


def revoke(_clicks: Any) -> tuple[Any, Any]:
    """Revoke the token whose button was pressed. Returns when it was done, or why it was not."""
    asked = ctx.triggered_id
    number = asked.get("token") if isinstance(asked, dict) else None
    if not isinstance(number, int) or not any(one.get("value") for one in ctx.triggered):
        return no_update, no_update
    at, by = services(), _by()
    try:
        with at.database.write() as writing:
            revoke_token(writing, number, by)
    except ActivityError as error:
        return no_update, why_words(str(error))
    at.tokens.forget()
    return by.now.isoformat(), no_update


def _address() -> str:
    """Return under which address a program reaches the app: the public one, else that at which the admin has it."""
    settings = services().settings
    return settings.address if settings.public_url else f"{request.host_url.rstrip('/')}{settings.url_prefix}"


def _by() -> By:
    return By(person_number(), "page", datetime.now(UTC))


def _scopes(said: Any) -> frozenset[str]:
    return frozenset(map(text_of, said)) - {""} if isinstance(said, list) else frozenset()


def _day(text: str) -> date | None:
    """Return a day as a field has it; None where it is empty. Raises ActivityError for anything else."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[: LONGEST_DAY + 1])
    except ValueError as error:
        raise ActivityError("The last day is no day; write one such as 2027-01-31.") from error


def _calls(said: Any) -> int:
    """Return a number as a field has it. Raises ActivityError for anything that is no whole number."""
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    raise ActivityError("Calls an hour must be a whole number, such as 1000.")
