"""Answers that add up many rows, kept for who asks the same again: in this process, or in Redis for all of them.

An answer is kept as JSON under all that it depends on, and is read back as the type that was asked for. Redis is no
part of the truth: where it does not answer, or holds what cannot be read, the answer is made anew.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from cachelib.serializers import BaseSerializer
from flask import Flask
from flask_caching import Cache
from flask_caching.backends.rediscache import RedisCache
from pydantic import TypeAdapter, ValidationError
from redis.exceptions import RedisError

from dashboard.access.viewer import Viewer
from recsys import __version__

KEPT_ANSWERS = 500  # in memory, a few kilobytes each
KEPT_SECONDS = 24 * 60 * 60  # versions come once a day
REDIS_WAITS_SECONDS = 0.25  # longer than most answers take to be made
REDIS_REST_SECONDS = 30.0  # after a failure it is not asked for so long
PREFIX = "repertoire:"

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AnswerKey:
    """All that an answer depends on, beside its name.

    version   of the data
    viewer    whose customers, and what of them
    revision  what of the database changes with each change of what the answer is made from; empty for nothing
    asked     what was asked for: texts, numbers, days
    """

    version: str
    viewer: Viewer
    revision: tuple[object, ...] = ()
    asked: tuple[object, ...] = ()

    def digest(self, name: str) -> str:
        """Return the key under which an answer of this name is kept; a release of Repertoire reads its own alone."""
        grants = [
            [None if grant.reps is None else sorted(grant.reps), sorted(grant.fields)] for grant in self.viewer.grants
        ]
        parts = [
            *(__version__, name, self.version),
            *(self.viewer.who, self.viewer.role, sorted(grants, key=json.dumps)),
            *([repr(part) for part in self.revision], [repr(part) for part in self.asked]),
        ]
        return f"{name}:{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"


class _Text(BaseSerializer):
    """Texts as they are. The default would unpickle what Redis holds, which runs whatever somebody put there."""

    def dumps(self, value: str, protocol: int = 0) -> bytes:
        return value.encode()

    def loads(self, bvalue: bytes | None) -> str | None:
        return None if bvalue is None else bvalue.decode()


class TextRedisCache(RedisCache):
    """Flask-Caching's Redis, for texts."""

    serializer = _Text()  # type: ignore[assignment]  # of its base's own kind, says its annotation


class AnswerCache:
    """Keeps answers. Made once an app."""

    def __init__(self, app: Flask, url: str = "", now: Callable[[], float] = time.monotonic) -> None:
        """Keep answers in this process, or in the Redis of a URL."""
        config: dict[str, Any] = {"CACHE_DEFAULT_TIMEOUT": KEPT_SECONDS, "CACHE_KEY_PREFIX": PREFIX}
        if url:
            waits = {"socket_timeout": REDIS_WAITS_SECONDS, "socket_connect_timeout": REDIS_WAITS_SECONDS}
            kind = f"{TextRedisCache.__module__}.{TextRedisCache.__name__}"
            config |= {"CACHE_TYPE": kind, "CACHE_REDIS_URL": url, "CACHE_OPTIONS": waits}
        else:
            config |= {"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": KEPT_ANSWERS}
        self._cache = Cache(app, config=config)
        # What is kept in memory is pruned by a loop over it, which a second thread may not change meanwhile.
        self._alone: AbstractContextManager[Any] = nullcontext() if url else threading.Lock()
        self._app, self._now = app, now
        self._rests_until = 0.0

    def answer(self, name: str, key: AnswerKey, kind: type[T], make: Callable[[], T]) -> T:
        """Return the answer of this name that is kept under the key, else make it and keep it.

        kind  what `make` returns: a type that JSON can hold, such as a frozen dataclass of numbers and texts
        """
        form, at = _form_of(kind), key.digest(name)
        kept = self._ask(lambda: self._cache.get(at))
        if kept is not None:
            try:
                return form.validate_json(kept)
            except ValidationError:
                _log.warning("a kept answer could not be read and is made anew", extra={"answer": name})
        made = form.dump_json(value := make()).decode()
        self._ask(lambda: self._cache.set(at, made))
        return value

    def _ask(self, do: Callable[[], Any]) -> Any:
        """Return what the cache says; None where it fails, and while it is not asked for that."""
        if self._now() < self._rests_until:
            return None
        try:
            with self._app.app_context(), self._alone:
                return do()
        except (RedisError, UnicodeDecodeError) as error:
            self._rests_until = self._now() + REDIS_REST_SECONDS
            _log.warning("the cache does not answer", extra={"reason": type(error).__name__})
            return None


_FORMS: dict[Any, TypeAdapter[Any]] = {}


def _form_of(kind: type[T]) -> TypeAdapter[T]:
    """Return what reads and writes a type: it takes longer to make than most kept answers take to read."""
    found = _FORMS.get(kind)
    if found is None:
        found = _FORMS[kind] = TypeAdapter(kind)
    return found
