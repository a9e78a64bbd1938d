"""What people wrote and recorded about a customer: notes and outcomes in one line of time, and open next steps."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.activity.database import notes, outcomes, people
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import NextStep, Outcome
from dashboard.display.page_context import PageContext
from dashboard.display.recording import outcome_words

MOST_ENTRIES = 40
FIRST_ENTRIES = 5  # shown before "Show all"
PITCHED_DAYS = 30  # for so long a line says when it was pitched
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One note or outcome: when and by whom, and what was said.

    by  the person's name; empty where nobody signed in
    """

    at: datetime
    head: str
    text: str
    said: str = ""
    by: str = ""


@dataclass(frozen=True)
class Step:
    """An open next step, and when it is due in words."""

    step_id: int
    text: str
    due: str
    is_due: bool
    by: str


@dataclass(frozen=True)
class Diary:
    """All of a customer's entries, the newest first, and the open next steps.

    pitched    by product, when it was pitched last, in words
    unread     why nothing can be read; empty where it can
    """

    entries: tuple[Entry, ...] = ()
    steps: tuple[Step, ...] = ()
    pitched: dict[str, str] | None = None
    last_contact: str = ""
    unread: str = ""


def diary(context: PageContext, customer_id: str) -> Diary:
    """Return what is known of a customer whom the viewer sees; else nothing."""
    if context.customers.get(customer_id) is None:
        return Diary()
    try:
        with context.desk.database.read() as at:
            written = notes.notes_of(at, customer_id, limit=MOST_ENTRIES)
            recorded = outcomes.of_customer(at, customer_id, limit=MOST_ENTRIES)
            steps = notes.open_steps_of(at, customer_id)
            ids = {one.person_id for one in written} | {one.person_id for one in recorded}
            names = people.names(at, ids | {one.person_id for one in steps})
    except ActivityError as error:
        _log.warning("a diary could not be read", extra={"reason": str(error)})
        return Diary(unread="Notes and outcomes cannot be read now: the database does not answer.")
    entries = [
        Entry(one.at, _head(context, one.at, names.get(one.person_id)), one.text, by=names.get(one.person_id, ""))
        for one in written
    ]
    entries += [_of_outcome(context, one, names.get(one.person_id)) for one in recorded]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    contact = max((entry.at for entry in entries), default=None)
    return Diary(
        tuple(entries[:MOST_ENTRIES]),
        tuple(_step(context, one, names.get(one.person_id, "")) for one in steps),
        _pitched(context, recorded),
        context.formats.day(local_day(context, contact), context.desk.today) if contact else "",
    )


def _head(context: PageContext, at: datetime, name: str | None) -> str:
    when = context.formats.moment(at)
    return f"{name}, {when}" if name else when


def _of_outcome(context: PageContext, outcome: Outcome, name: str | None) -> Entry:
    formats, today = context.formats, context.desk.today
    words = outcome_words(context, outcome)
    if outcome.until is not None:
        words += f" until {formats.day(outcome.until, today)}"
    elif outcome.until_order_after is not None:
        words += " until the next order"
    shows_value = context.customers.shows_revenue(outcome.customer_id)
    if outcome.kind == "ordered" and outcome.value is not None and shows_value:
        words += f" ({formats.money(outcome.value)})"
    said = ". ".join(part for part in (outcome.why, outcome.note) if part)
    return Entry(outcome.at, _head(context, outcome.at, name), words, said, name or "")


def _step(context: PageContext, step: NextStep, by: str) -> Step:
    today = context.desk.today
    away = (step.due_on - today).days
    words = {0: "today", 1: "tomorrow"}.get(away) or context.formats.day(step.due_on, today)
    if away < 0:
        words = f"{words}, {context.formats.days(-away)} late"
    return Step(step.id, step.text, words, away <= 0, by)


def _pitched(context: PageContext, recorded: tuple[Outcome, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    since = context.desk.today - timedelta(PITCHED_DAYS)
    for one in recorded:  # the newest first
        day = local_day(context, one.at)
        if one.kind == "pitched" and day >= since and one.product_id not in found:
            when = "today" if day == context.desk.today else context.formats.day(day, context.desk.today)
            found[one.product_id] = f"Pitched {when}"
    return found


def local_day(context: PageContext, at: datetime) -> date:
    """Return the day of a moment where the company is."""
    return at.astimezone(context.formats.time_zone).date()
