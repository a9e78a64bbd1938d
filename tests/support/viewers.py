"""Who looks, for tests: viewers and identities by role, and an app that believes whom a test says it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from dash import Dash
from flask import Flask, request

from dashboard.access.identity import OPEN, Identity, set_identity
from dashboard.access.viewer import Viewer, viewer_of

WHO = "tests.identity"  # in the WSGI environment of a request
CHECK = "check"  # what dashboard/web/guard.py calls its look at the table


def identity(*roles: str, reps: tuple[str, ...] = (), sees_all: bool = False, number: int = 7) -> Identity:
    """Return who has these roles, and these reps' customers."""
    return Identity(str(number), "Kim Test", "kim@example.com", frozenset(roles), frozenset(reps), sees_all)


def viewer(*roles: str, reps: tuple[str, ...] = (), sees_all: bool = False) -> Viewer:
    """Return what such a person may see."""
    return viewer_of(identity(*roles, reps=reps, sees_all=sees_all))


def rep(name: str) -> Viewer:
    """Return the viewer of a rep's customers who sees all of them."""
    return Viewer(name, "rep")


def believe_tests(app: Dash) -> None:
    """Let requests come from whom `WHO` of their environment names, whatever the sign-in found."""

    def who() -> None:
        if WHO in request.environ:
            set_identity(request.environ[WHO])

    before = app.server.before_request_funcs[None]
    before.insert(next(at for at, one in enumerate(before) if one.__name__ == CHECK), who)


def open_to_all(server: Flask) -> None:
    """Let everyone in as everything: for a server without the guard of the app."""
    server.before_request(lambda: set_identity(OPEN))


@contextmanager
def a_request(server: Flask, path: str = "/", who: Identity = OPEN) -> Iterator[None]:
    """Be within a request of somebody, as if the guard had let them in."""
    with server.test_request_context(path):
        set_identity(who)
        yield
