"""One request: who is here, what Repertoire was asked for it, and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from flask import g, render_template, request

from examples.client import List, Repertoire
from examples.shop.asking import Asking, Rest
from examples.shop.event_queue import EventQueue, event_of
from examples.shop.shelves import Catalogue, Shelf, Shelves
from examples.shop.visits import Visit, Visits

# What a customer's lists are called in this shop.
LISTS: dict[List, str] = {
    "new": "For you",
    "due": "Due again",
    "usual": "Order again",
    "seasonal": "In season",
    "lost": "Not ordered lately",
}


@dataclass(frozen=True)
class Shop:
    """What all requests share.

    customers   who may be chosen, the first is at the door; none: visitors alone
    currency    the sign before amounts
    """

    api: Repertoire
    events: EventQueue
    customers: Sequence[str] = ()
    currency: str = "€"


@dataclass
class Here:
    """A request of a visit."""

    shop: Shop
    visits: Visits
    catalogue: Catalogue
    rest: Rest
    cookie: str
    visit: Visit
    asking: Asking = field(init=False)

    def __post_init__(self) -> None:
        self.asking = Asking(self.rest)

    @property
    def shelves(self) -> Shelves:
        return Shelves(self.shop.api, self.catalogue, self.asking, self.visit)

    def record(self, kind: str, **fields: Any) -> None:
        """Tell Repertoire what happened, in the background; nothing happened where a browser only fetched ahead."""
        if request.method != "HEAD" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
            self.shop.events.put([event_of(self.visit, kind, **fields)])

    def begin_anew(self, customer: str) -> None:
        """Begin another visit: what one customer did is never joined with what another does."""
        self.visits.end(self.cookie)
        self.cookie, self.visit = self.visits.begin(customer)

    def page(self, template: str, *shelves: Shelf | None, status: int = 200, **fields: Any) -> tuple[str, int]:
        """Return a page, and record which lists were shown on it."""
        filled = [one for one in shelves if one is not None and one.offers]
        self.visit.shown = frozenset()
        self.record_shown(filled)
        known = {"here": self, "visit": self.visit, "shop": self.shop, "lists": LISTS, "path": _path()}
        return render_template(template, shelves=filled, **known, **fields), status

    def record_shown(self, shelves: Sequence[Shelf]) -> None:
        """Record what is on a list of the page on the screen, each product once."""
        for shelf in shelves:
            for name, product_id in sorted(shelf.shown - self.visit.shown):
                self.record("shown", list=name, product_id=product_id)
            self.visit.shown |= shelf.shown


def here() -> Here:
    """Return the current request."""
    found: Here = g.here
    return found


def _path() -> str:
    """Return where an action on this page comes back to."""
    return quote(request.path)
