"""How many answers an hour each token gets, counted in a Redis for all processes, else by each process for itself."""

import logging
import time
from collections.abc import Callable
from typing import Any

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from redis.exceptions import RedisError

from dashboard.activity.token_records import Token
from dashboard.data.answer_cache import PREFIX, REDIS_REST_SECONDS, REDIS_WAITS_SECONDS

_log = logging.getLogger(__name__)


class RateLimits:
    """Counts the answers of tokens; made once an app."""

    def __init__(self, url: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        """url   of a Redis, which is no part of the truth: without it each process counts for itself"""
        self._alone = FixedWindowRateLimiter(MemoryStorage())
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
