"""Who asks: every question to the repository takes a `Viewer`.

Until there is a sign-in the rep is chosen in the shell and kept in a signed cookie. The choice narrows what is
shown, it is no right: without a cookie, or with one whose signature does not hold, the viewer is everyone.
A sign-in replaces `current_viewer` and `choose`, and touches no page.
"""

from dataclasses import dataclass
from typing import Literal

from flask import session

Role = Literal["rep", "all"]
_REP = "rep"


@dataclass(frozen=True)
class Viewer:
    """Who looks: a rep by name, who sees that rep's customers, or everyone, who sees all.

    A rep whom no customer names (any more) sees nothing; the shell compares `who` with the repository's reps
    and says so.
    """

    who: str | None
    role: Role

    def __post_init__(self) -> None:
        if (self.role == "rep") != bool(self.who):
            raise ValueError(f"a viewer with the role {self.role!r} cannot be {self.who!r}")

    def sees(self, customer_rep: str | None) -> bool:
        """Return whether a customer whose `rep` column holds this value is the viewer's to see."""
        return self.role == "all" or (customer_rep is not None and customer_rep == self.who)


EVERYONE = Viewer(None, "all")


def current_viewer() -> Viewer:
    """Return who sends the current request. Needs a request context."""
    rep = session.get(_REP)
    return Viewer(rep, "rep") if isinstance(rep, str) and rep else EVERYONE


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
