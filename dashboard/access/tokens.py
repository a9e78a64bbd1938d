"""Who asks the API: tokens, what each may do, and how often it was used."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import NamedTuple

from dashboard.activity.database import tokens as saved
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityError, ActivityUnavailable
from dashboard.activity.hashing import token_hash
from dashboard.activity.token_records import HourOfCalls, Token

PER_HOUR, MOST_PER_HOUR = 10_000, 10_000_000
LONGEST_NAME = 100
KEPT = timedelta(seconds=30)  # so revoking works within a minute
KEPT_WITHOUT_DATABASE = timedelta(minutes=5)
WRITTEN_AFTER = timedelta(seconds=10)
MOST_KEPT = 10_000  # wrong ones too


@dataclass(frozen=True)
class Checked:
    """What is known of a token's text; `token` is None for a wrong one."""

    token: Token | None
    at: datetime


class _Hour(NamedTuple):
    token_id: int
    hour: datetime


class Tokens:
    """Checks tokens and counts their calls. Made once an app; threads may share it."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database, self._clock = database, clock
        self._lock = Lock()
        self._checked: dict[str, Checked] = {}
        self._calls: Counter[_Hour] = Counter()
        self._refused: Counter[_Hour] = Counter()
        self._written_at = clock()

    def check(self, text: str) -> Token | None:
        """Return the live token of a text; None for a wrong, expired or revoked one.

        What was found is kept for KEPT; while the database does not answer, for KEPT_WITHOUT_DATABASE. Raises
        ActivityUnavailable without either.
        """
        now, key = self._clock(), token_hash(text)
        known = self._checked.get(key)
        if known is None or now - known.at >= KEPT:
            known = self._look(text, key, known, now)
        return known.token if known.token is not None and known.token.is_live(now) else None

    def count(self, token: Token, *, refused: bool) -> None:
        """Count a call. It is written to the database every WRITTEN_AFTER: a process that is killed loses so much."""
        now = self._clock()
        hour = _Hour(token.id, now.replace(minute=0, second=0, microsecond=0))
        with self._lock:
            self._calls[hour] += 1
            self._refused[hour] += refused
            is_time = now - self._written_at >= WRITTEN_AFTER
        if is_time:
            self.write()

    def write(self) -> None:
        """Write what was counted; what cannot be written now is kept for the next time."""
        now = self._clock()
        with self._lock:
            self._written_at = now
            calls, refused = self._calls, self._refused
            self._calls, self._refused = Counter(), Counter()
        if not calls:
            return
        found = [(one.token_id, HourOfCalls(one.hour, n, refused[one])) for one, n in calls.items()]
        try:
            with self._database.write() as at:
                saved.count(at, found, now)
        except ActivityError:
            with self._lock:
                self._calls += calls
                self._refused += refused

    def forget(self) -> None:
        """Check every token anew: one has just been made or revoked."""
        self._checked = {}

    def _look(self, text: str, key: str, known: Checked | None, now: datetime) -> Checked:
        try:
            with self._database.read() as at:
                found = Checked(saved.find(at, text), now)
        except ActivityUnavailable:
            if known is None or now - known.at >= KEPT_WITHOUT_DATABASE:
                raise
            return replace(known)
        with self._lock:
            if len(self._checked) >= MOST_KEPT:
                self._checked = {}
            self._checked[key] = found
        return found
