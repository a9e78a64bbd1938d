"""Which products the current version has."""

import time
from collections.abc import Callable

from recsys.artifacts.reader import Reader
from recsys.errors import ArtifactError


class KnownProducts:
    """Whether the current version has a product; where no version was published yet, it may be any."""

    def __init__(self, reader: Reader, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """seconds    between two looks for a new version"""
        self._reader, self._seconds, self._clock = reader, seconds, clock
        self._next_look = float("-inf")
        self._version = ""
        self._known: frozenset[str] | None = None

    def __call__(self, product_id: str) -> bool:
        """Return whether an event may name a product."""
        if self._clock() >= self._next_look:
            self._look()
            self._next_look = self._clock() + self._seconds
        return self._known is None or product_id in self._known

    def _look(self) -> None:
        self._reader.poll()
        try:
            version = self._reader.current()
            if version.id != self._version:
                self._known = frozenset(map(str, version.table("products", ["product_id"])[0].to_pylist()))
                self._version = version.id
        except ArtifactError:  # the reader logs it; what was known before counts on
            return
