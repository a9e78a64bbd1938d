"""Of whom anything is held back or happened in the shop: of all others the database has nothing that changes a list.

The shop asks for the lists of ten thousand people, of whom most did nothing since the build. Who did is kept here and
brought up to date by what was added since, at most once a second.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import NamedTuple

from dashboard.activity.database import outcomes, shop_events
from dashboard.activity.database.connect import Database, Reading
from dashboard.activity.errors import ActivityError
from dashboard.shop.reaction import LONGEST

KEPT_SECONDS = 1.0  # between two looks whether somebody did something
OVERLAP = 64  # changes that are looked at again: one with a lower number may be committed later
OVERLAP_EVENTS = 4_000  # likewise: some batches of 1,000 may be written at once
_log = logging.getLogger(__name__)


class Touched(NamedTuple):
    """Of some customers those of whom something is held back, and those who did something in the shop."""

    held: list[str]
    shop: list[str]


class TouchedCustomers:
    """Keeps whom something happened for; made once an app, and used by all its threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._held: set[str] | None = None
        self._shop: set[str] = set()
        self._seen: dict[int, str] = {}
        self._last_event, self._n_events = 0, 0

    def look_again(self) -> None:
        """Look anew at the next question, because something was saved."""
        with self._lock:
            self._looked_at = float("-inf")

    def of(self, customer_ids: Collection[str]) -> Touched:
        """Return for whom the database has to be asked; for all of them while it does not answer."""
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
            return Touched(
                [one for one in customer_ids if one in held], [one for one in customer_ids if one in self._shop]
            )

    # ---- inner ----

    def _look(self, at: Reading) -> None:
        changes = outcomes.held_changes(at, after=max(self._seen, default=0) - OVERLAP)
        new = {one for number, one in changes.items() if number not in self._seen}
        if self._held is None:
            self._shop = shop_events.customers_since(at, datetime.now(UTC) - LONGEST)
        if self._held is None or outcomes.EVERYBODY in new:
            self._held = outcomes.customers_held(at)
        self._held |= new
        self._seen = changes
        self._look_at_events(at)

    def _look_at_events(self, at: Reading) -> None:
        last, n = shop_events.newest(at, self._last_event - OVERLAP_EVENTS)
        if (last, n) != (self._last_event, self._n_events):
            self._shop |= shop_events.customers_after(at, self._last_event - OVERLAP_EVENTS)
            self._last_event, self._n_events = last, n
