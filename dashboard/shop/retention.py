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
    """Removes old events once a day in each process, in a thread of its own: there may be millions of them."""

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._kept = timedelta(days=days)
        self._lock = Lock()
        self._begun_on: date | None = None
        self._again_at = datetime.min.replace(tzinfo=UTC)

    def look(self, now: datetime) -> Thread | None:
        """Begin to remove what is too old, and return the thread that does it; None if that was begun today."""
        with self._lock:
            if self._begun_on == now.date() or now < self._again_at:
                return None
            self._begun_on = now.date()
        thread = Thread(target=self._remove, args=(now,), name="old shop events", daemon=True)
        thread.start()
        return thread

    def _remove(self, now: datetime) -> None:
        """Remove all that is too old, part by part; without the database it is tried again later."""
        try:
            while self._remove_part(now - self._kept) == PART:
                time.sleep(REST_SECONDS)
        except ActivityError as error:
            _log.warning("old events of the shop are not removed yet", extra={"reason": str(error)})
            with self._lock:
                self._begun_on, self._again_at = None, now + AGAIN

    def _remove_part(self, before: datetime) -> int:
        with self._database.write() as at:
            return shop_events.remove_old(at, before, limit=PART)
