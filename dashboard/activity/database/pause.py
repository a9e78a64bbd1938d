"""A pause after a failure: the next callers are refused at once, and one of them tries again when it is over."""

from collections.abc import Callable
from threading import Lock


class Pause:
    """Whether the database is to be asked at all, shared by the threads of a process.

    Without it every request of a page would wait for its own timeout as long as the database is gone, and they would
    take all threads. After a failure nobody asks for `seconds`; then one caller does, and the others are refused until
    it has its answer, or for `patience` seconds.
    """

    def __init__(self, seconds: float, patience: float, clock: Callable[[], float]) -> None:
        self._seconds, self._patience, self._clock = seconds, patience, clock
        self._lock = Lock()
        self._until: float | None = None
        self._reason = ""

    def refusal(self) -> str | None:
        """Return why nobody is to ask now, or None for a caller that may."""
        with self._lock:
            if self._until is None:
                return None
            if self._clock() < self._until:
                return self._reason
            self._until = self._clock() + self._patience
            return None

    def failed(self, reason: str) -> None:
        """Begin a pause."""
        with self._lock:
            self._until, self._reason = self._clock() + self._seconds, reason

    def worked(self) -> None:
        """End it."""
        with self._lock:
            self._until = None
