"""Of whom anything is held back or happened in the shop: of all others the database has nothing that changes a list.

The shop asks for the lists of ten thousand people, of whom most did nothing since the build. Who did is kept here and
brought up to date by what was added since, at most once a second.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from dashboard.activity.database import outcomes, shop_events
from dashboard.activity.database.connect import Database, Reading
from dashboard.activity.errors import ActivityError
from dashboard.activity.shop_records import NO_REACTION, Reaction
from dashboard.shop.reaction import LONGEST

KEPT_SECONDS = 1.0  # between two looks whether somebody did something
OVERLAP = 64  # changes that are looked at again: one with a lower number may be committed later
OVERLAP_EVENTS = 4_000  # likewise: some batches of 1,000 may be written at once
KEPT_REACTION_SECONDS = 600.0  # what was looked at this week changes by time, too
MOST_KEPT = 10_000  # customers, a kilobyte each
AHEAD = 50  # customers read beside one who asks: one question for all takes hardly longer than for one
_log = logging.getLogger(__name__)


class Touched(NamedTuple):
    """Of some customers those of whom something is held back, and those who did something in the shop.

    known   what is known already of what these did
    ahead   others who did something, to be read with those of `shop`: who does something asks for a list soon
    look    that found this; what somebody did after it is not known
    """

    held: list[str]
    shop: list[str]
    known: Mapping[str, Reaction] = {}
    ahead: Sequence[str] = ()
    look: int = 0


class _Kept(NamedTuple):
    """What a customer did, as of a look and a time."""

    reaction: Reaction
    as_of: date
    look: int
    until: float


class TouchedCustomers:
    """Keeps whom something happened for; made once an app, and used by all its threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._held: set[str] | None = None
        self._shop: dict[str, int] = {}  # with the look that found them last
        self._n_looks = 0
        self._kept: dict[str, _Kept] = {}
        self._waiting: dict[str, None] = {}  # of whom nothing is read yet, who did something last at the end
        self._waiting_as_of = date.min
        self._seen: dict[int, str] = {}
        self._last_event, self._n_events = 0, 0

    def look_again(self) -> None:
        """Look anew at the next question, because something was saved."""
        with self._lock:
            self._looked_at = float("-inf")

    def of(self, customer_ids: Collection[str], as_of: date) -> Touched:
        """Return for whom the database has to be asked; for all of them while it does not answer.

        as_of   the last day of the data that what they did comes after
        """
        with self._lock:
            if self._clock() - self._looked_at >= KEPT_SECONDS:
                try:
                    with self._database.read() as at:
                        self._look(at)
                except ActivityError as error:
                    _log.warning("the database is asked for everybody", extra={"reason": str(error)})
                    return Touched(list(customer_ids), list(customer_ids))
                self._looked_at = self._clock()
            held = self._held or set()
            known = {one: kept.reaction for one in customer_ids if (kept := self._still_kept(one, as_of))}
            shop = [one for one in customer_ids if one in self._shop and one not in known]
            ahead = self._ahead(shop, as_of) if shop else ()
            return Touched([one for one in customer_ids if one in held], shop, known, ahead, self._n_looks)

    def keep(self, found: Mapping[str, Reaction], as_of: date, asked: Touched) -> None:
        """Keep what was found of those for whom the database had to be asked, until they do something more."""
        with self._lock:
            for one in (*asked.shop, *asked.ahead):
                if self._shop.get(one, asked.look + 1) <= asked.look:  # else they did something while it was read
                    until = self._clock() + KEPT_REACTION_SECONDS
                    kept = _Kept(found.get(one, NO_REACTION), as_of, self._shop[one], until)
                    self._kept.pop(one, None)
                    self._kept[one] = kept
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    # ---- inner ----

    def _ahead(self, asked: Collection[str], as_of: date) -> list[str]:
        """Return some who did something last and of whom nothing is kept, besides those who are asked for."""
        if as_of != self._waiting_as_of:
            self._waiting, self._waiting_as_of = {}, as_of
            self._wait(self._shop)
        found: list[str] = []
        while self._waiting and len(found) < AHEAD:
            one, _ = self._waiting.popitem()
            if one not in asked and self._still_kept(one, as_of) is None:
                found.append(one)
        return found

    def _wait(self, customer_ids: Iterable[str]) -> None:
        self._waiting |= dict.fromkeys(customer_ids)
        for one in list(self._waiting)[:-MOST_KEPT]:
            del self._waiting[one]

    def _did_something(self, customer_ids: Collection[str]) -> None:
        self._shop |= dict.fromkeys(customer_ids, self._n_looks)
        self._wait(customer_ids)

    def _still_kept(self, customer_id: str, as_of: date) -> _Kept | None:
        kept = self._kept.get(customer_id)
        if kept is None or kept.as_of != as_of or kept.until < self._clock():
            return None
        return kept if kept.look == self._shop.get(customer_id) else None

    def _look(self, at: Reading) -> None:
        self._n_looks += 1
        changes = outcomes.held_changes(at, after=max(self._seen, default=0) - OVERLAP)
        new = {one for number, one in changes.items() if number not in self._seen}
        if self._held is None:
            self._did_something(shop_events.customers_since(at, datetime.now(UTC) - LONGEST))
        if self._held is None or outcomes.EVERYBODY in new:
            self._held = outcomes.customers_held(at)
            self._kept.clear()  # somebody may be forgotten
        self._held |= new
        self._seen = changes
        self._look_at_events(at)

    def _look_at_events(self, at: Reading) -> None:
        overlap = 0 if at.dialect == "sqlite" else OVERLAP_EVENTS  # SQLite writes one after another
        after = max(self._last_event - overlap, 0)
        last, n = shop_events.newest(at, after)
        if (last, n) != (self._last_event, self._n_events):
            self._did_something(shop_events.customers_after(at, after))
            self._last_event, self._n_events = last, n
