"""Sends what happens in the shop to Repertoire, in the background: no page waits for it, and none is lost meanwhile."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from threading import Condition, Thread
from typing import Any
from uuid import uuid4

from examples.client import Problem
from examples.shop.visits import Visit

AT_ONCE = 500
MOST_KEPT = 10_000  # while Repertoire is away; then the oldest go
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between two tries
PATIENCE = 5.0  # seconds in which the last ones are sent when the shop ends
_OF_THE_BATCH = (400, 413, 422)  # to send the same again would bring the same answer

Event = Mapping[str, Any]
_log = logging.getLogger(__name__)


def event_of(visit: Visit, kind: str, **fields: Any) -> Event:
    """Return an event of a visit that happened now. Its number is its own: sent again, it counts once."""
    who = {"customer_id": visit.customer} if visit.customer else {}
    when = {"event_id": uuid4().hex, "kind": kind, "at": datetime.now(UTC).isoformat()}
    return {**when, "session": visit.session, **who, **{name: value for name, value in fields.items() if value}}


class EventQueue:
    """Events on their way, in order. What was not sent is sent again, until it was taken."""

    def __init__(
        self,
        send: Callable[[Sequence[Event]], Mapping[str, Any]],
        most: int = MOST_KEPT,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self._send, self._most, self._first_pause = send, most, first_pause
        self._waiting: deque[Event] = deque()
        self._changed, self._is_closing, self._pause = Condition(), False, 0.0
        self.n_lost = 0
        self._thread = Thread(target=self._run, name="events", daemon=True)
        self._thread.start()

    def put(self, events: Iterable[Event]) -> None:
        """Take events; returns at once. Of more than are kept the oldest are lost, and counted."""
        with self._changed:
            self._waiting.extend(events)
            while len(self._waiting) > self._most:
                self._waiting.popleft()
                self.n_lost += 1
            self._changed.notify_all()

    def is_empty(self) -> bool:
        """Return whether all that was put was taken."""
        with self._changed:
            return not self._waiting

    def is_alive(self) -> bool:
        """Return whether it still sends."""
        return self._thread.is_alive()

    def close(self, patience: float = PATIENCE) -> None:
        """Send what is left, in one more try, and end."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join(patience)
        with self._changed:
            if self._waiting:
                _log.error("%d events are lost: the shop ends and they were not taken", len(self._waiting))

    def _run(self) -> None:
        while batch := self._next():
            try:
                answer = self._send(batch)
            except Problem as problem:
                if not self._failed(batch, problem):
                    return
            else:
                self._pause = 0.0
                self._take_out(batch)
                for one in answer.get("refused", ()):
                    _log.warning("Repertoire refused an event: %s", one.get("reason"))

    def _next(self) -> tuple[Event, ...]:
        """Return what to send now, once there is something; nothing when the shop ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            return tuple(islice(self._waiting, AT_ONCE))

    def _failed(self, batch: Sequence[Event], problem: Problem) -> bool:
        """Wait until it is worth another try; return whether there is one."""
        if problem.status in _OF_THE_BATCH:
            _log.error("Repertoire takes none of %d events: %s", len(batch), problem)
            self._take_out(batch)
            return True
        if not self._pause:
            _log.warning("%d events wait: %s", len(batch), problem)
        self._pause = min(max(self._pause * 2, self._first_pause), LONGEST_PAUSE)
        with self._changed:
            if self._is_closing:
                return False
            self._changed.wait_for(lambda: self._is_closing, max(problem.retry_seconds or 0, self._pause))
            return True

    def _take_out(self, batch: Sequence[Event]) -> None:
        sent = {one["event_id"] for one in batch}
        with self._changed:
            while self._waiting and self._waiting[0]["event_id"] in sent:
                self._waiting.popleft()
