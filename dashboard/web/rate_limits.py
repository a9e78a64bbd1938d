"""How many answers an hour each token gets, counted in a Redis for all processes, else by each process for itself."""

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from limits import RateLimitItemPerHour
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from redis.exceptions import RedisError

from dashboard.activity.token_records import Token
from dashboard.data.answer_cache import PREFIX, REDIS_REST_SECONDS, REDIS_WAITS_SECONDS

_log = logging.getLogger(__name__)


class HourCounts(Storage):
    """Counts in memory; the library's own starts a thread every hundredth of a second, .07 ms an answer."""

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._counts: dict[str, tuple[int, float]] = {}  # and until when; a token has one

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            n, until = self._counts.get(key, (0, 0.0))
            self._counts[key] = found = (n + amount, until) if now < until else (amount, now + expiry)
        return found[0]

    def get(self, key: str) -> int:
        n, until = self._counts.get(key, (0, 0.0))
        return n if time.time() < until else 0

    def get_expiry(self, key: str) -> float:
        return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            n = len(self._counts)
            self._counts.clear()
        return n

    def clear(self, key: str) -> None:
        with self._lock:
            self._counts.pop(key, None)


class RateLimits:
    """Counts the answers of tokens; made once an app."""

    def __init__(self, url: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        """url   of a Redis, which is no part of the truth: without it each process counts for itself"""
        self._alone = FixedWindowRateLimiter(HourCounts())
        self._counted = FixedWindowRateLimiter(_redis(url)) if url else self._alone
        self._clock, self._rests_until = clock, float("-inf")

    def seconds_to_wait(self, token: Token) -> int:
        """Count one answer, and return after how many seconds the token gets more; 0 if it gets this one."""
        if self._clock() >= self._rests_until:
            try:
                return _counted(self._counted, token)
            except RedisError as error:
                self._rests_until = self._clock() + REDIS_REST_SECONDS
                _log.warning("calls are counted by each process", extra={"reason": type(error).__name__})
        return _counted(self._alone, token)


def _redis(url: str) -> RedisStorage:
    waits: dict[str, Any] = {"socket_timeout": REDIS_WAITS_SECONDS, "socket_connect_timeout": REDIS_WAITS_SECONDS}
    return RedisStorage(url, key_prefix=PREFIX, **waits)


def _counted(by: RateLimiter, token: Token) -> int:
    limit = RateLimitItemPerHour(token.per_hour)
    if by.hit(limit, "token", str(token.id)):
        return 0
    return max(int(by.get_window_stats(limit, "token", str(token.id)).reset_time - time.time()), 1)
