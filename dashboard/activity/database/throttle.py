"""Failed sign-ins, and how long the next try has to wait: for each account, and for each address.

A try is counted as failed before the password is looked at, and taken back when it was right: many at once gain
nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, select, update

from dashboard.activity.database.connect import Writing
from dashboard.activity.database.tables import THROTTLE
from dashboard.activity.database.upsert import insert_missing
from dashboard.activity.records import Attempt

NO_WAIT = timedelta()


@dataclass(frozen=True)
class Limit:
    """How waits grow: from `free` failures on each doubles the wait, from `first` to `most`, until `forgets` pass."""

    free: int
    first: timedelta = timedelta(seconds=2)
    most: timedelta = timedelta(minutes=15)
    forgets: timedelta = timedelta(hours=24)

    def wait(self, n_failures: int) -> timedelta:
        """Return the wait after so many failures."""
        over = n_failures - self.free
        return NO_WAIT if over < 0 else min(self.first * 2 ** min(over, 30), self.most)


# An office has one address for all, so that an address has more tries than an account.
LIMITS: Mapping[str, Limit] = {"account": Limit(free=5), "address": Limit(free=50)}


def begin_attempt(at: Writing, keys: Mapping[str, str], now: datetime) -> Attempt:
    """Count a try to sign in, or refuse it.

    keys  kind ("account", "address") to a hash of it; the whole try is refused if one of them has to wait
    """
    rows = {kind: _locked(at, kind, keys[kind], now) for kind in sorted(keys)}
    wait = max((row.wait_until - now for row in rows.values()), default=NO_WAIT)
    if wait > NO_WAIT:
        return Attempt(False, wait)
    for kind, row in rows.items():
        limit = LIMITS[kind]
        n_failures = 1 + (row.n_failures if now - row.last_at < limit.forgets else 0)
        _keep(at, kind, keys[kind], n_failures, now, now + limit.wait(n_failures))
    return Attempt(True, NO_WAIT)


def succeeded(at: Writing, keys: Mapping[str, str], now: datetime) -> None:
    """Take a try back that was right: the account has no failures any more, the address one less."""
    for kind in sorted(keys):
        row = _locked(at, kind, keys[kind], now)
        _keep(at, kind, keys[kind], 0 if kind == "account" else max(0, row.n_failures - 1), row.last_at, now)


def remove_old(at: Writing, before: datetime) -> int:
    """Remove what failed last before a time; return how many rows."""
    return at.execute(delete(THROTTLE).where(THROTTLE.c.last_at < before, THROTTLE.c.wait_until < before)).rowcount


def _locked(at: Writing, kind: str, key: str, now: datetime) -> Row[tuple[int, datetime, datetime]]:
    """Return a row that nobody else changes before this transaction ends."""
    insert_missing(at, THROTTLE, {"kind": kind, "key": key, "n_failures": 0, "last_at": now, "wait_until": now})
    columns = (THROTTLE.c.n_failures, THROTTLE.c.last_at, THROTTLE.c.wait_until)
    found = select(*columns).where(THROTTLE.c.kind == kind, THROTTLE.c.key == key).with_for_update()
    return at.execute(found).one()


def _keep(at: Writing, kind: str, key: str, n_failures: int, last_at: datetime, wait_until: datetime) -> None:
    row = update(THROTTLE).where(THROTTLE.c.kind == kind, THROTTLE.c.key == key)
    at.execute(row.values(n_failures=n_failures, last_at=last_at, wait_until=wait_until))
