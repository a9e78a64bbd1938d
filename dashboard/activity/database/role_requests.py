"""Who signed in through a provider and has no role here: for an admin to see and settle."""

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from dashboard.activity.database.connect import Reading, Writing
from dashboard.activity.database.tables import ROLE_REQUESTS
from dashboard.activity.database.upsert import insert_missing
from dashboard.activity.records import RoleRequest


def note(
    at: Writing, *, issuer: str, subject: str, email: str, name: str, groups: Collection[str], now: datetime
) -> None:
    """Remember a request; the second one of the same account counts up and keeps what was said last."""
    key = {"issuer": issuer, "subject": subject}
    said = {"email": email, "name": name, "groups": json.dumps(sorted(groups)), "last_at": now}
    insert_missing(at, ROLE_REQUESTS, {**key, **said, "first_at": now, "n_times": 0})
    same = (ROLE_REQUESTS.c.issuer == issuer) & (ROLE_REQUESTS.c.subject == subject)
    at.execute(update(ROLE_REQUESTS).where(same).values(**said, n_times=ROLE_REQUESTS.c.n_times + 1))


def waiting(at: Reading) -> tuple[RoleRequest, ...]:
    """Return the requests that nobody settled, the latest first."""
    rows = at.execute(select(ROLE_REQUESTS).order_by(ROLE_REQUESTS.c.last_at.desc(), ROLE_REQUESTS.c.id))
    return tuple(
        RoleRequest(
            id=row.id,
            issuer=row.issuer,
            subject=row.subject,
            email=row.email,
            name=row.name,
            groups=tuple(json.loads(row.groups)),
            first_at=row.first_at,
            last_at=row.last_at,
            n_times=row.n_times,
        )
        for row in rows
    )


def remove_old(at: Writing, before: datetime) -> int:
    """Remove requests that were last made before a time; return how many."""
    return at.execute(delete(ROLE_REQUESTS).where(ROLE_REQUESTS.c.last_at < before)).rowcount


def settle(at: Writing, request_id: int) -> bool:
    """Remove a request that was granted or refused; return whether it was there."""
    return bool(at.execute(delete(ROLE_REQUESTS).where(ROLE_REQUESTS.c.id == request_id)).rowcount)
