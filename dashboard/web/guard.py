"""The permission table in front of every route and callback: closed unless a row lets in."""

from collections.abc import Callable

from dash import Dash
from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.identity import Identity, current_identity
from dashboard.access.permissions import (
    ANYONE,
    ROUTES,
    action_name,
    allows,
    may_call,
    may_open,
)
from dashboard.access.trail import REFUSED, note
from dashboard.services import services
from dashboard.web.api_guard import is_api
from dashboard.web.callback_bodies import PATH as _CALLBACKS
from dashboard.web.callback_bodies import sent_body

_PAGES = ("/", "/<path:path>")


def guard(app: Dash, prefix: str, page_at: Callable[[str], str | None], first_page: Callable[[Identity], str]) -> None:
    """Refuse each request that the table does not allow, and write it down. Call after what finds out who it is.

    page_at     returns the name of the page at a path below the prefix, None for no page
    first_page  returns the address of the first page that somebody may open
    """
    server: Flask = app.server

    @server.before_request
    def check() -> ResponseReturnValue | None:
        if is_api(prefix):
            return None  # a token opened it: api_guard.py
        identity, rule = current_identity(), _rule(prefix)
        if rule is None or ROUTES.get(rule) is ANYONE:  # without a rule it is answered by 404 or 405
            return None
        if identity is None:
            return _plain(401, "Sign in first.")
        if rule == "/" and identity.roles and not may_open("calls", identity.roles):
            return redirect(first_page(identity))
        return _check(identity, rule)

    @server.after_request
    def page_of_others_is_403(response: Response) -> Response:
        if _rule(prefix) in _PAGES and response.status_code in (200, 404):
            response.status_code = _status(page_at(f"/{request.path.removeprefix(prefix)}"), response.status_code)
        return response


def rule_below(rule: str, prefix: str) -> str:
    """Return a route's rule as the table has it: below the URL prefix, starting with a slash."""
    return f"/{rule.removeprefix(prefix)}" if rule.startswith(prefix) else rule


def _status(page: str | None, status: int) -> int:
    """Return 403 for a page that is not for who asks, else the status that it has."""
    identity = current_identity()
    return status if page is None or may_open(page, identity.roles if identity else ()) else 403


def _rule(prefix: str) -> str | None:
    return rule_below(request.url_rule.rule, prefix) if request.url_rule else None


def _check(identity: Identity, rule: str) -> Response | None:
    """Return the refusal of what is not for somebody's roles, else None."""
    if not allows(ROUTES.get(rule), identity.roles):
        return _refused(rule)
    if rule == _CALLBACKS and request.method == "POST":
        return _check_callback(identity)
    return None


def _check_callback(identity: Identity) -> Response | None:
    asked = sent_body()
    output = asked.get("output") if isinstance(asked, dict) else None
    if isinstance(output, str) and may_call(output, identity.roles):
        return None
    return _refused(action_name(output) if isinstance(output, str) else "")


def _refused(what: str) -> Response:
    note(services().database, REFUSED, what, outcome=REFUSED)
    return _plain(403, "This is not for your role.")


def _plain(status: int, text: str) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain")
