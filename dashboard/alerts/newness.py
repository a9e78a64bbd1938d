"""Which alerts are new to a person: those that began since they looked last."""

from collections.abc import Mapping
from datetime import date, timedelta

from dashboard.activity.records import Visit
from dashboard.alerts.found import Found
from dashboard.alerts.rules import MISSED
from dashboard.data.alert_rows import day_number

FIRST_VISIT = timedelta(days=7)  # who never looked has what began within so many days


def seen_until(kind: str, visit: Visit | None, as_of: date, today: date, *, before: bool) -> date:
    """Return up to which day a person has seen the alerts of a kind.

    as_of, today   up to where the data reach, and the day of the clock: next steps go by it
    before         at the visit before the last one: so a page says what was new when it was opened
    """
    now = today if kind == MISSED else as_of
    if visit is None:
        return now - FIRST_VISIT
    if before:
        seen = visit.before_day if kind == MISSED else visit.before_as_of
        return seen if seen is not None else now - FIRST_VISIT
    return visit.day if kind == MISSED else visit.as_of


def n_new(found: Mapping[str, Found], visit: Visit | None, as_of: date, today: date, *, before: bool) -> int:
    """Return how many alerts, by kind, began after that day."""
    return sum(
        int((alerts.opened > day_number(seen_until(kind, visit, as_of, today, before=before))).sum())
        for kind, alerts in found.items()
    )
