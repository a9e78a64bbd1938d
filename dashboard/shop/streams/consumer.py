"""Reads a stream, saves what it finds, and only then acknowledges it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import TypeVar

from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityUnavailable
from dashboard.shop.events import IsKnown
from dashboard.shop.streams.entries import save
from dashboard.shop.streams.source import Entry, Source, SourceAway

BATCH = 500
READ_SECONDS = 1.0  # that a signal waits for, where nothing comes
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds between tries while a server is away
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass
class Counts:
    """What became of the entries."""

    n_new: int = 0
    n_known: int = 0
    n_refused: int = 0

    @property
    def words(self) -> str:
        """Return `12 events: 10 new, 1 known, 1 refused`."""
        n = self.n_new + self.n_known + self.n_refused
        parts = f"{self.n_new:,} new, {self.n_known:,} known, {self.n_refused:,} refused"
        return f"{n:,} event{'' if n == 1 else 's'}: {parts}"


class _Stopped(Exception):
    """The consumer was asked to end while a server was away."""


class Consumer:
    """Consumes one source until `stop` is set.

    What it has in its hand is then saved and acknowledged, unless a server is away: another consumer gets it.
    """

    def __init__(
        self,
        source: Source,
        database: Database,
        is_known: IsKnown,
        stop: Event,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._source, self._database, self._is_known = source, database, is_known
        self._stop, self._clock = stop, clock
        self.counts = Counts()

    def run(self, *, once: bool = False) -> Counts:
        """Consume until stopped, or once: until the stream has no more. Return what became of the entries.

        Raises StreamError; once, also SourceAway and ActivityUnavailable.
        """
        try:
            while not self._stop.is_set():
                entries = self._tried(lambda: self._source.read(BATCH, READ_SECONDS), once=once)
                if entries:
                    self._consume(entries, once=once)
                elif once and self._source.is_at_end:
                    break
        except _Stopped:
            pass
        return self.counts

    def _consume(self, entries: Sequence[Entry], *, once: bool) -> None:
        n_new, refused = self._tried(lambda: save(self._database, entries, self._clock(), self._is_known), once=once)
        for entry, reason in refused:
            _log.warning("event refused", extra={"entry": entry.id, "reason": reason})
        self._tried(lambda: self._source.acknowledge(entries, refused), once=once)
        self.counts.n_new += n_new
        self.counts.n_known += len(entries) - len(refused) - n_new
        self.counts.n_refused += len(refused)

    def _tried(self, do: Callable[[], T], *, once: bool) -> T:
        """Do something, again and again while a server is away, ever less often."""
        seconds = FIRST_WAIT
        while True:
            try:
                return do()
            except (SourceAway, ActivityUnavailable) as error:
                if once:
                    raise
                _log.warning("waiting", extra={"reason": str(error), "seconds": seconds})
            if self._stop.wait(seconds):
                raise _Stopped
            self._source.hold()
            seconds = min(2 * seconds, LONGEST_WAIT)
