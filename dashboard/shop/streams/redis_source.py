"""A stream of Redis, read as one of a consumer group."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    ExecAbortError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from redis.retry import Retry

from dashboard.shop.streams.source import Entry, Refusal, SourceAway, StreamError

FIELD = b"event"
REFUSED = ":refused"  # added to the stream's name
REFUSED_KEPT = 10_000  # about, the newest
ANSWER_SECONDS = 5.0
CLAIM_AFTER_SECONDS = 60.0  # what a consumer has not acknowledged by then is taken over
LOOK_EVERY_SECONDS = 15.0  # whether there is such
_AWAY = (NoConnection, NoAnswer, OutOfMemoryError, ReadOnlyError, ExecAbortError)
_AWAY_WORDS = ("LOADING", "MISCONF", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN")
_AFTER_COMMAND = " of pipeline caused error: "  # the command before it has what is in an entry
_UNREAD, _UNFINISHED = ">", "0"
_START = b"0-0"
_log = logging.getLogger(__name__)

Fields = Mapping[bytes, bytes] | None  # None: the stream was cut


class RedisSource:
    """Reads, in this order, what this consumer left undone, what another one did, and what nobody has read."""

    def __init__(
        self,
        client: Redis,
        stream: str,
        group: str,
        consumer: str,
        *,
        claim_after_seconds: float = CLAIM_AFTER_SECONDS,
        look_every_seconds: float = LOOK_EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._stream, self._group, self._consumer = client, stream, group, consumer
        self._claim_after_ms, self._look_every = int(claim_after_seconds * 1000), look_every_seconds
        self._clock = clock
        self._has_group, self._has_unfinished = False, True
        self._cursor: bytes = _START
        self._next_look = float("-inf")
        self.is_at_end = False

    def read(self, most: int, seconds: float) -> Sequence[Entry]:
        """Return the next entries. Raises SourceAway, StreamError."""
        self.is_at_end = False
        with self._asked():
            self._make_group()
            found = self._unfinished(most) or self._left(most)
            if not found:
                found = self._read(_UNREAD, most, seconds)
                self.is_at_end = not found
            return found

    def acknowledge(self, entries: Sequence[Entry], refused: Sequence[Refusal]) -> None:
        """Acknowledge entries, and add the refused ones to the stream NAME:refused, both or neither."""
        with self._asked(), self._client.pipeline(transaction=True) as steps:
            for entry, reason in refused:
                fields = {"refused_entry": entry.id, "refused_because": reason, **(entry.original or {})}
                steps.xadd(self._stream + REFUSED, fields, maxlen=REFUSED_KEPT, approximate=True)
            steps.xack(self._stream, self._group, *[entry.id for entry in entries])
            steps.execute()

    def hold(self) -> None:
        """Do nothing: a consumer of Redis stays in its group."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _unfinished(self, most: int) -> Sequence[Entry]:
        """Return what this consumer had read before it ended, or before the connection broke."""
        found = self._read(_UNFINISHED, most, 0) if self._has_unfinished else ()
        self._has_unfinished = bool(found)
        return found

    def _left(self, most: int) -> Sequence[Entry]:
        """Take over what other consumers have had for too long; now and then."""
        if self._clock() < self._next_look:
            return ()
        claimed: Any = self._client.xautoclaim(
            self._stream, self._group, self._consumer, self._claim_after_ms, start_id=self._cursor, count=most
        )
        self._cursor, found, *gone = claimed
        if self._cursor == _START:
            self._next_look = self._clock() + self._look_every
        if gone and gone[0]:
            _log.warning("the stream was cut before entries were read", extra={"n_entries": len(gone[0])})
        return [_entry(number, fields) for number, fields in found]

    def _read(self, which: str, most: int, seconds: float) -> Sequence[Entry]:
        answer: Any = self._client.xreadgroup(
            self._group, self._consumer, {self._stream: which}, count=most, block=int(seconds * 1000) or None
        )
        streams = answer.items() if isinstance(answer, dict) else answer
        return [_entry(number, fields) for _, entries in streams or () for number, fields in entries]

    def _make_group(self) -> None:
        """Make the group, which reads the stream from its beginning, and the stream, where they are missing."""
        if self._has_group:
            return
        try:
            self._client.xgroup_create(self._stream, self._group, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise
        self._has_group = True

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Turn what Redis raises into SourceAway, where it is to be asked again, and StreamError."""
        try:
            yield
        except RedisError as error:
            self._has_unfinished = True  # of an answer that did not arrive
            words = str(error).rpartition(_AFTER_COMMAND)[2]
            message = f"Redis cannot be asked for the stream {self._stream} ({words})"
            if words.startswith("NOGROUP"):  # a server that lost what it had
                self._has_group = False
            elif not _is_away(error, words):
                raise StreamError(message) from error
            raise SourceAway(message) from error


def redis_client(url: str, password: str | None = None) -> Redis:
    """Return a client that asks nothing yet. Raises StreamError for a URL that is none."""
    options: dict[str, Any] = {"password": password} if password else {}
    try:
        return Redis.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),  # its own tries would hide that an answer was lost
            **options,
        )
    except ValueError as error:
        raise StreamError(
            "--redis is no URL that can be read; it must be like redis://host:6379/0, rediss:// with TLS"
        ) from error


def _entry(number: bytes, fields: Fields) -> Entry:
    if not fields:
        return Entry(number.decode(), b"", wrong="the stream was cut before it was read")
    if FIELD not in fields:
        return Entry(number.decode(), b"", fields, f"the entry has no field {FIELD.decode()}")
    return Entry(number.decode(), fields[FIELD], fields)


def _is_away(error: RedisError, words: str) -> bool:
    if isinstance(error, AuthenticationError):  # to redis-py a failed connection
        return False
    return isinstance(error, _AWAY) or words.startswith(_AWAY_WORDS)
