"""Which products cannot be had now, by the stock system's last word, read anew when it changed."""

import threading
import time
from collections.abc import Callable, Sequence

from dashboard.activity.database import availability
from dashboard.activity.database.connect import Database
from dashboard.activity.shop_records import Stock

KEPT_SECONDS = 1.0  # between two looks whether something changed


class Availability:
    """Keeps the products that cannot be had; made once an app, and used by all its threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._looked_at, self._change = float("-inf"), -1
        self._unavailable: frozenset[str] = frozenset()

    def push(self, stocks: Sequence[Stock]) -> int:
        """Save what the stock system says, and return of how many products; an older word changes nothing."""
        with self._database.write() as at:
            n_changed = availability.push(at, stocks)
        with self._lock:
            self._looked_at = float("-inf")
        return n_changed

    def unavailable(self) -> frozenset[str]:
        """Return the products that cannot be had; another process's push counts after KEPT_SECONDS."""
        with self._lock:
            if self._clock() - self._looked_at >= KEPT_SECONDS:
                self._look()
            return self._unavailable

    def _look(self) -> None:
        with self._database.read() as at:
            change = availability.last_change(at)
            if change != self._change:
                self._unavailable, self._change = availability.unavailable(at), change
        self._looked_at = self._clock()
