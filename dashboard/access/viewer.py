"""Who asks: every question to the repository takes a `Viewer`, which says whose customers are shown and what of them.

It comes from the identity of who sends the request. Who may see the customers of several reps can choose one of them
in the shell; the choice is kept in a signed cookie, narrows what is shown, and is no right.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from flask import session

from dashboard.access.identity import ROLES, Identity, current_identity
from dashboard.access.permissions import ALL_CUSTOMERS, ALL_FIELDS, FIELDS, OWN_CUSTOMERS

Role = Literal["rep", "all"]
_REP = "rep"


@dataclass(frozen=True)
class Grant:
    """What one role shows: of the customers of these reps, of all where `reps` is None, these fields."""

    reps: frozenset[str] | None
    fields: frozenset[str]

    def reaches(self, customer_rep: str | None) -> bool:
        """Return whether it is about a customer whose `rep` column holds this value."""
        return self.reps is None or customer_rep in self.reps


EVERYTHING = Grant(None, ALL_FIELDS)


@dataclass(frozen=True)
class Viewer:
    """Who looks: at one rep's customers (`who`), or at all whom the grants reach.

    A rep whom no customer names (any more) sees nothing; the shell compares `who` with the repository's reps
    and says so.
    """

    who: str | None
    role: Role
    grants: tuple[Grant, ...] = (EVERYTHING,)

    def __post_init__(self) -> None:
        if (self.role == "rep") != bool(self.who):
            raise ValueError(f"a viewer with the role {self.role!r} cannot be {self.who!r}")

    def sees(self, customer_rep: str | None) -> bool:
        """Return whether a customer whose `rep` column holds this value is the viewer's to see."""
        return self.fields_of(customer_rep) is not None

    def fields_of(self, customer_rep: str | None) -> frozenset[str] | None:
        """Return which fields of such a customer are shown; None for one who is not the viewer's to see."""
        if self.role == "rep" and customer_rep != self.who:
            return None
        reaching = [grant.fields for grant in self.grants if grant.reaches(customer_rep)]
        return frozenset().union(*reaching) if reaching else None

    @property
    def product_fields(self) -> frozenset[str]:
        """Return which fields of products are shown: products are nobody's in particular."""
        return frozenset().union(*(grant.fields for grant in self.grants))

    @property
    def reaches_any(self) -> bool:
        """Return whether any customer could be the viewer's to see."""
        return any(grant.reps is None or grant.reps for grant in self.grants)

    @property
    def may_choose(self) -> bool:
        """Return whether there are several reps to choose one from."""
        reps = [grant.reps for grant in self.grants]
        return None in reps or len(frozenset().union(*(each for each in reps if each))) > 1

    def choices(self, reps: Iterable[str]) -> tuple[str, ...]:
        """Return those of the reps whose customers the viewer may choose to see alone."""
        return tuple(rep for rep in reps if any(grant.reaches(rep) for grant in self.grants))

    def narrowed(self, rep: str) -> "Viewer":
        """Return the viewer of one rep's customers alone; the same viewer where that rep is none of theirs."""
        return replace(self, who=rep, role="rep") if self.choices([rep]) else self

    @property
    def of_products(self) -> "Viewer":
        """Return the viewer who sees the same of products, and no customers: equal for many people."""
        return Viewer(None, "all", (Grant(frozenset(), self.product_fields),))


@dataclass(frozen=True)
class Scope:
    """A viewer, and the id of the version whose reps decide: the newest, whichever is read.

    So a customer who went to another rep cannot be read through an older version.
    """

    viewer: Viewer
    decided_by: str


EVERYONE = Viewer(None, "all")
NOBODY = Viewer(None, "all", ())


def viewer_of(identity: Identity | None) -> Viewer:
    """Return what an identity may see; nothing for nobody."""
    if identity is None:
        return NOBODY
    if identity.roles >= frozenset(ROLES) and identity.sees_all:
        return EVERYONE
    grants = []
    for role in sorted(identity.roles):
        if role in ALL_CUSTOMERS or (role in OWN_CUSTOMERS and identity.sees_all):
            grants.append(Grant(None, FIELDS[role]))
        elif role in OWN_CUSTOMERS:
            grants.append(Grant(identity.rep_names, FIELDS[role]))
        elif role in FIELDS:
            grants.append(Grant(frozenset(), FIELDS[role]))  # products alone
    viewer = Viewer(None, "all", tuple(grants))
    reaches_all = any(grant.reps is None for grant in grants)
    if not reaches_all and len(identity.rep_names) == 1 and not identity.roles.isdisjoint(OWN_CUSTOMERS):
        return viewer.narrowed(next(iter(identity.rep_names)))
    return viewer


def current_viewer() -> Viewer:
    """Return who sends the current request, narrowed to the rep who was chosen. Needs a request context."""
    viewer = viewer_of(current_identity())
    rep = session.get(_REP)
    return viewer.narrowed(rep) if isinstance(rep, str) and rep else viewer


def choose(rep: str | None) -> Viewer:
    """Keep a choice of rep in the response's cookie and return the viewer that it makes; None chooses everyone.

    The caller checks that there is such a rep.
    """
    if rep:
        session[_REP] = rep
        session.permanent = True
    else:
        session.clear()
    return current_viewer()
