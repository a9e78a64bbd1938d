"""Who sends a request: what the sign-in found, and what roles and scope decide upon."""

from dataclasses import dataclass

from flask import g

ROLES = ("rep", "support", "marketer", "director", "procurement", "data", "admin")
_KEY = "repertoire_identity"


@dataclass(frozen=True)
class Identity:
    """A person who is signed in, or OPEN where nobody signs in.

    person_id  of the database; "open" where nobody signs in
    roles      of ROLES
    rep_names  whose customers are theirs
    sees_all   scope "all" was granted: all customers, whoever their rep is
    """

    person_id: str
    name: str
    email: str
    roles: frozenset[str]
    rep_names: frozenset[str]
    sees_all: bool


OPEN = Identity("open", "", "", frozenset(ROLES), frozenset(), sees_all=True)


def current_identity() -> Identity | None:
    """Return who sends the current request; None where nobody signed in. Needs an app context.

    Where nothing has said who it is, it is OPEN.
    """
    found = g.get(_KEY, OPEN)
    return found if isinstance(found, Identity) else None


def set_identity(identity: Identity | None) -> None:
    """Say who sends the current request."""
    g.repertoire_identity = identity
