"""Removes events of the web shop that are older than so many days."""

import logging
import time
from datetime import UTC, date, datetime, timedelta
from threading import Lock, Thread

from dashboard.activity.database import shop_events
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityError

PART = 2_000  # rows in one transaction: others that write wait for one part, not for all
REST_SECONDS = 0.05  # between two, so that those who wait come first
AGAIN = timedelta(minutes=10)
_log = logging.getLogger(__name__)


class EventRetention:
    """Removes old events once a day in each process; what is more than a part in a thread: there may be millions.

    rest    the thread that removes the rest; None where there was none
    """

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._kept = timedelta(days=days)
        self._lock = Lock()
        self._begun_on: date | None = None
        self._again_at = datetime.min.replace(tzinfo=UTC)
        self.rest: Thread | None = None

    def look(self, now: datetime) -> bool:
        """Remove what is too old, or begin to; return False if that was done today already."""
        with self._lock:
            if self._begun_on == now.date() or now < self._again_at:
                return False
            self._begun_on = now.date()
        if self._remove_part(now) == PART:
            self.rest = Thread(target=self._remove_rest, args=(now,), name="old shop events", daemon=True)
            self.rest.start()
        return True

    def _remove_rest(self, now: datetime) -> None:
        while self._remove_part(now) == PART:
            time.sleep(REST_SECONDS)

    def _remove_part(self, now: datetime) -> int:
        """Return how many were removed; none without the database, and then it is tried again later."""
        try:
            with self._database.write() as at:
                return shop_events.remove_old(at, now - self._kept, limit=PART)
        except ActivityError as error:
            _log.warning("old events of the shop are not removed yet", extra={"reason": str(error)})
            with self._lock:
                self._begun_on, self._again_at = None, now + AGAIN
            return 0
