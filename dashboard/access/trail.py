"""The audit trail as the app writes it: one line a thing that somebody did or was refused."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from dashboard.access.identity import OPEN, current_identity
from dashboard.activity.database import audit
from dashboard.activity.database.connect import Database, Writing
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import JsonValue

CUSTOMER_OPENED = "customer-opened"
EXPORT = "export"
HANDED_OVER = "handed-over"
ALERT_RULE_CHANGED = "alert-rule-changed"
CAMPAIGN_MADE = "campaign-made"
CAMPAIGN_REMOVED = "campaign-removed"
CAMPAIGN_SENT = "campaign-sent"
CAMPAIGN_CALLS = "campaign-calls"
EVENTS_IMPORTED = "events-imported"
PERSON_ADDED = "person-added"
PERSON_CHANGED = "person-changed"
PERSON_DISABLED = "person-disabled"
PERSON_ENABLED = "person-enabled"
LINK_MADE = "link-made"
TOKEN_MADE = "token-made"  # noqa: S105 - what happened, not a token
TOKEN_REVOKED = "token-revoked"  # noqa: S105 - as above
REQUEST_REFUSED = "request-refused"
SESSION_ENDED = "session-ended"
FORGOTTEN = "forgotten"
REFUSED = "refused"
CHANGES = frozenset(
    {
        FORGOTTEN,
        ALERT_RULE_CHANGED,
        CAMPAIGN_MADE,
        CAMPAIGN_REMOVED,
        CAMPAIGN_SENT,
        CAMPAIGN_CALLS,
        EVENTS_IMPORTED,
        TOKEN_MADE,
        TOKEN_REVOKED,
    }
)
DONE = "done"
LONGEST_SUBJECT = 200
AGAIN = timedelta(minutes=10)

_log = logging.getLogger(__name__)


def note(
    database: Database,
    kind: str,
    *subject_ids: str,
    row_count: int | None = None,
    filter: Mapping[str, JsonValue] | None = None,
    outcome: str = DONE,
) -> None:
    """Add a line about who sends the current request. Needs a request context.

    Where nobody signs in there is nobody to name, and only changes are written. Where the database does not answer,
    the log has the line instead: what people may read does not depend on it.
    """
    person_id = person_number()
    if current_identity() == OPEN and kind not in CHANGES:
        return
    subjects = [one[:LONGEST_SUBJECT] for one in subject_ids]
    try:
        with database.write() as at:
            audit.record(
                at,
                now=datetime.now(UTC),
                kind=kind,
                person_id=person_id,
                subject_ids=subjects,
                row_count=row_count,
                filter=filter,
                outcome=outcome,
            )
    except ActivityError:
        line = {"kind": kind, "subject_ids": subjects, "row_count": row_count, "outcome": outcome}
        _log.warning("audit line without a database", extra=line)


class Retention:
    """Removes lines that are older than so many days, and what else is over, once a day in each process.

    others  removes the rest, in the same transaction
    """

    def __init__(self, database: Database, days: int, others: Callable[[Writing, datetime], None]) -> None:
        self._database = database
        self._kept = timedelta(days=days)
        self._others = others
        self._done_on: date | None = None
        self._again_at = datetime.min.replace(tzinfo=UTC)

    def look(self, now: datetime) -> None:
        """Remove what is too old, if that was not done today; without the database it is tried again later."""
        if self._done_on == now.date() or now < self._again_at:
            return
        try:
            with self._database.write() as at:
                audit.remove_old(at, before=now - self._kept, now=now)
                self._others(at, now)
        except ActivityError:
            self._again_at = now + AGAIN
            return
        self._done_on = now.date()


def person_number() -> int | None:
    """Return the number of who sends the current request in the database; None for who is not in it."""
    identity = current_identity()
    return int(identity.person_id) if identity is not None and identity.person_id.isdecimal() else None
