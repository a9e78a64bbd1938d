"""Which products can be had now, by the stock system's last word, read anew when it changed."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.activity.database import availability
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityError
from dashboard.activity.shop_records import Stock

KEPT_SECONDS = 1.0  # between two looks whether something changed
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StockWords:
    """What the stock system said last, by product; `change` is another number after each push."""

    change: int = 0
    by_product: Mapping[str, Stock] = field(default_factory=dict)


NOTHING_SAID = StockWords()


class Availability:
    """Keeps what the stock system said last; made once an app, and used by all its threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._words = NOTHING_SAID

    def push(self, stocks: Sequence[Stock]) -> int:
        """Save what the stock system says, and return of how many products; an older word changes nothing.

        Raises ActivityUnavailable where nothing can be saved.
        """
        with self._database.write() as at:
            n_changed = availability.push(at, stocks)
        with self._lock:
            self._looked_at = float("-inf")
        return n_changed

    def words(self) -> StockWords:
        """Return what was said last; another process's push counts after KEPT_SECONDS.

        While the database does not answer it is what was known before.
        """
        with self._lock:
            if self._clock() - self._looked_at >= KEPT_SECONDS:
                try:
                    self._look()
                except ActivityError as error:
                    _log.warning("lists by an older word of the stock system", extra={"reason": str(error)})
                self._looked_at = self._clock()
            return self._words

    def _look(self) -> None:
        with self._database.read() as at:
            change = availability.last_change(at)
            if change != self._words.change:
                self._words = StockWords(change, availability.words(at))
