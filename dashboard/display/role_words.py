"""How screens call roles, and what the tables of permissions say of each in a few words."""

from collections.abc import Collection

from dashboard.access.identity import ROLES
from dashboard.access.permissions import ALL_CUSTOMERS, FIELDS, NAMES, OWN_CUSTOMERS
from dashboard.access.roles import ADMIN, DATA, DIRECTOR, MARKETER, PROCUREMENT, REP, SUPPORT

ROLE_WORDS = {
    REP: "Rep",
    SUPPORT: "Support",
    MARKETER: "Marketing",
    DIRECTOR: "Sales management",
    PROCUREMENT: "Purchasing",
    DATA: "Data",
    ADMIN: "Administrator",
}


def roles_text(roles: Collection[str]) -> str:
    """Return `Rep, Administrator` in the order of the roles; a word that is no role stays; nothing without any."""
    known = [ROLE_WORDS[role] for role in ROLES if role in roles]
    return ", ".join([*known, *sorted(set(roles) - set(ROLES))])


def reach_words(role: str) -> str:
    """Return whose customers a role reaches."""
    if role in OWN_CUSTOMERS:
        return "own customers"
    if role in ALL_CUSTOMERS:
        return "all customers" if NAMES in FIELDS[role] else "all, numbers without names"
    return "none"


def field_words(role: str) -> str:
    """Return what of them it sees beside orders: `phone, email, revenue`."""
    return ", ".join(sorted(FIELDS[role] - {NAMES})) or "nothing more"
