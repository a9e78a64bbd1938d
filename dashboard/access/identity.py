"""Who sends a request: what a sign-in found out, kept in flask.g for as long as the request lasts."""

from dataclasses import dataclass

from flask import g, has_app_context

REP, SUPPORT, MARKETER, DIRECTOR = "rep", "support", "marketer", "director"
PROCUREMENT, DATA, ADMIN = "procurement", "data", "admin"
ROLES = (REP, SUPPORT, MARKETER, DIRECTOR, PROCUREMENT, DATA, ADMIN)
_IDENTITY = "repertoire_identity"


@dataclass(frozen=True)
class Identity:
    """A person with the rights that hold for one request.

    person_id   of the database; "open" where nobody signs in
    roles       of ROLES
    rep_names   whose customers are theirs
    sees_all    the scope "all" was granted
    """

    person_id: str
    name: str
    email: str
    roles: frozenset[str]
    rep_names: frozenset[str]
    sees_all: bool


OPEN = Identity("open", "Everyone", "", frozenset(ROLES), frozenset(), sees_all=True)


def current_identity() -> Identity | None:
    """Return who sends the current request, None where nobody signed in.

    Where nobody ever set one, as with sign-in "open", it is OPEN; so it is where there is no request at all.
    """
    if not has_app_context():
        return OPEN
    found = g.get(_IDENTITY, OPEN)
    return found if isinstance(found, Identity) else None


def set_identity(identity: Identity | None) -> None:
    """Say who sends the current request."""
    setattr(g, _IDENTITY, identity)
