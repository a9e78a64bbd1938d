"""Asks Repertoire for a page: what was asked and how long it took, and nothing more once it does not answer."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple, TypeVar

from examples.client import Problem

REST_SECONDS = 2.0  # after no answer; meanwhile pages are made without lists, at once
_NOT_THERE = (404, 422)
_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class NotThere(Exception):
    """Repertoire answers that it has no such thing."""


class Rest:
    """Since when Repertoire is not to be asked; all pages share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock, self._until = clock, Lock(), float("-inf")

    def is_on(self) -> bool:
        """Return whether Repertoire is left alone."""
        with self._lock:
            return self._clock() < self._until

    def begin(self, problem: Problem) -> None:
        """Leave Repertoire alone for a while."""
        _log.warning("pages are without lists for a while: %s", problem)
        with self._lock:
            self._until = self._clock() + (problem.retry_seconds or REST_SECONDS)


class Asked(NamedTuple):
    """What was asked, and in how many milliseconds it was answered."""

    what: str
    ms: float


@dataclass
class Asking:
    """The questions of one page."""

    rest: Rest
    asked: list[Asked] = field(default_factory=list)
    is_away: bool = False

    def __call__(self, what: str, ask: Callable[[], Answer]) -> Answer | None:
        """Return an answer; None where there is none. Raises NotThere for what Repertoire does not have."""
        if self.is_away or self.rest.is_on():
            self.is_away = True
            return None
        began = time.perf_counter()
        try:
            return ask()
        except Problem as problem:
            if problem.status in _NOT_THERE:
                raise NotThere(problem.detail) from None
            self.rest.begin(problem)
            self.is_away = True
            return None
        finally:
            if not self.is_away:
                self.asked.append(Asked(what, (time.perf_counter() - began) * 1000))
