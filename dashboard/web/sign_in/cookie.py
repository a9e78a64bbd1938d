"""The cookie that holds the token of a session."""

from flask import Response, request

from dashboard.access.accounts import Visitor
from dashboard.activity.records import NewSession
from dashboard.settings import Settings

NAME = "repertoire-session"


def cookie_name(settings: Settings) -> str:
    """Return the cookie's name. Over https browsers take a `__Host-` one only from this very host, whole and secure."""
    return f"__Host-{NAME}" if settings.secure_cookie else NAME


def visitor(settings: Settings) -> Visitor:
    """Return who sends the current request."""
    token = request.cookies.get(cookie_name(settings), "")
    return Visitor(request.remote_addr or "", request.headers.get("User-Agent", ""), token)


def keep(response: Response, started: NewSession, settings: Settings) -> Response:
    """Put a new session into the browser, until its end."""
    response.set_cookie(
        cookie_name(settings),
        started.token,
        expires=started.session.ends_at,
        path="/",
        secure=settings.secure_cookie,
        httponly=True,
        samesite="Lax",  # a link in a mail finds who follows it signed in
    )
    return response


def drop(response: Response, settings: Settings) -> Response:
    """Take the session out of the browser."""
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.secure_cookie, httponly=True, samesite="Lax"
    )
    return response
