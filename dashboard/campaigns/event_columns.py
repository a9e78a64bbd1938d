"""Which columns of a file of events are what: our own, Mailchimp's and Brevo's, by their names.

Ours      event_id, reference, kind, at: with the references of the campaign's file.
Mailchimp `Email Address`, `Action`, `Timestamp`: the activity of emails, of its reports and as its API says it
          (`email_address`, `activity`); the lists of who opened or clicked have `Opens` or `Clicks` and no times.
Brevo     `email`, `event`, `date_event` or `ts_event`: the events as its exports and webhooks have them.
Both name customers by their email address alone: they are found among those of the campaign.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.activity.campaign_records import CLICKED, MAILED, OPENED, ORDERED, UNSUBSCRIBED
from dashboard.campaigns.event_lines import Line, Refused, shortened

EVENT_ID = ("event_id", "event id", "eventid")
REFERENCE = ("reference", "ref")
EMAIL = ("email address", "email_address", "email", "e-mail")
KIND = ("kind", "action", "event", "type")
# The first one that is filled: what is surely UTC before what is local.
AT = ("at", "ts_event", "ts_epoch", "timestamp", "time", "date_event", "date")
LINK = ("url", "link")
COUNTS = {"opens": OPENED, "clicks": CLICKED}  # of lists without times
UNSUB_AT = "unsub_time"
ACTIVITY = "activity"  # of Mailchimp's API: several events of one address
# Compared as `_plain` writes them: Brevo's files, its API and its webhooks spell the same kind in three ways.
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("sent", "send", "delivered", "request", "requests", "mailed"), MAILED),
    **dict.fromkeys(("opened", "open", "opens", "uniqueopened", "firstopening"), OPENED),
    **dict.fromkeys(("clicked", "click", "clicks"), CLICKED),
    **dict.fromkeys(("ordered", "order", "purchase"), ORDERED),
    **dict.fromkeys(("unsubscribed", "unsubscribe", "unsub"), UNSUBSCRIBED),
    **dict.fromkeys(("spam", "markedasspam", "complaint", "abuse"), UNSUBSCRIBED),
}
# What tools export besides, and is no event here: an open by a proxy is nobody's.
NO_EVENTS = frozenset(
    (
        *("bounce", "hardbounce", "hardbounces", "hardbounced", "softbounce", "softbounces", "softbounced"),
        *("deferred", "blocked", "error", "invalid", "invalidemail"),
        *("proxyopen", "uniqueproxyopen", "loadedbyproxy"),
        *("contactdeleted", "contactupdated", "listaddition", "contactaddedtolist"),
    )
)
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_ID = 200  # letters
AHEAD = timedelta(days=1)  # of clocks that are wrong
_MARKS = re.compile(r"[\s_-]+")
_EPOCH = re.compile(r"\d{9,13}(\.\d+)?")
_FORMS = ("%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%b %d, %Y %I:%M %p", "%b %d, %Y %I:%M:%S %p")


@dataclass(frozen=True)
class Said:
    """An event as a line says it.

    event_id, reference   empty: the line has none
    email   of the customer, in small letters; empty where a reference says who it is
    at      None: the line has no time, and means the day of the sending
    detail  what else tells two events of one kind and time apart
    """

    line: int
    event_id: str
    reference: str
    email: str
    kind: str
    at: datetime | None
    detail: str = ""


def why_not(names: Sequence[str]) -> str:
    """Return what is missing of a file's columns; empty if nothing is."""
    has = set(names)
    if has & set(REFERENCE):
        missing = [ones[0] for ones in (EVENT_ID, KIND, AT) if not has & set(ones)]
        return f"The columns {', '.join(missing)} are missing; add them." if missing else ""
    if not has & set(EMAIL):
        return "There is no column reference and none with email addresses; see the columns in dashboard/README.md."
    if has & {*COUNTS, UNSUB_AT, ACTIVITY} or (has & set(KIND) and has & set(AT)):
        return ""
    return "There are email addresses, but no columns with the kind of event and its time; export the activity."


def said_in(line: Line, zone: ZoneInfo, now: datetime) -> Iterator[Said | Refused]:
    """Yield the events that a line says, mostly one, or why it is refused.

    zone    of times without one
    """
    activity = line.values.get(ACTIVITY)
    if isinstance(activity, list):
        for one in activity:
            values = {str(name).strip().lower(): value for name, value in one.items()} if isinstance(one, dict) else {}
            yield _said(Line(line.number, {**line.values, ACTIVITY: None, **values}), zone, now)
        return
    has_kind = _first(line, KIND)[1]
    if not has_kind and not _first(line, REFERENCE)[1]:
        counted = [kind for name, kind in COUNTS.items() if _is_count(line.values.get(name))]
        if counted or any(name in line.values for name in COUNTS):
            for kind in counted:
                yield Said(line.number, "", "", _first(line, EMAIL)[1].lower(), kind, None)
            return
        if line.values.get(UNSUB_AT):
            line = Line(line.number, {**line.values, "kind": UNSUBSCRIBED, "at": line.values[UNSUB_AT]})
    yield _said(line, zone, now)


def moment_of(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the moment that a text is, in UTC; None for one that cannot be read.

    ISO 8601, seconds or milliseconds since 1970, and the forms of both tools. Days before months are told from months
    before days by what separates them: `03-11-2026` is Brevo's, `11/03/2026` is nobody's and is not guessed.
    """
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds >= 1e11 else seconds, UTC)
    found = _iso(text) or next((each for form in _FORMS if (each := _by(text, form)) is not None), None)
    if found is None:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


# ---- inner ----


def _said(line: Line, zone: ZoneInfo, now: datetime) -> Said | Refused:
    kind_name, kind_text = _first(line, KIND)
    kind = KINDS.get(_plain(kind_text))
    if kind is None:
        if _plain(kind_text) in NO_EVENTS:
            return _refused(line, kind_name, kind_text, "It is no event that is counted; nothing is to be done.")
        known = "sent, opened, clicked, ordered or unsubscribed"
        return _refused(line, kind_name or KIND[0], kind_text, f"The kind is one of {known}; correct it.")
    at_name, at_text = _first(line, AT)
    at = _moment(at_text, zone)
    if at is None:
        return _refused(line, at_name or AT[0], at_text, "It is no time; write it as 2026-11-03T09:12:00Z.")
    if not FIRST_DAY <= at <= now + AHEAD:
        return _refused(line, at_name, at_text, "It is no time in the past; look at the clock of the export.")
    reference, email = _first(line, REFERENCE)[1], _first(line, EMAIL)[1].lower()
    if not reference and "@" not in email:
        return _refused(line, REFERENCE[0], email, "There is neither a reference nor an email address; add one.")
    event_id = _first(line, EVENT_ID)[1]
    if reference and not event_id or len(event_id) > LONGEST_ID:
        return _refused(
            line, EVENT_ID[0], event_id, f"Each event needs a number of its own, up to {LONGEST_ID} letters."
        )
    return Said(line.number, event_id, reference, email, kind, at, _first(line, LINK)[1])


def _plain(kind: str) -> str:
    """Return a kind in small letters, without blanks, hyphens and underscores: `hard_bounce` is `hardBounce`."""
    return _MARKS.sub("", kind.lower())


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return moment_of(text, zone)
    except (OverflowError, OSError, ValueError):
        return None


def _first(line: Line, names: Sequence[str]) -> tuple[str, str]:
    """Return the first of some columns that is filled, and its text; both empty where none is."""
    for name in names:
        value: Any = line.values.get(name)
        if value is not None and not isinstance(value, dict | list) and (text := str(value).strip()):
            return name, text
    return "", ""


def _is_count(value: Any) -> bool:
    return str(value).strip().isdecimal() and int(str(value).strip()[:9]) > 0


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _by(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the caller's
    except ValueError:
        return None


def _refused(line: Line, thing: str, value: str, remedy: str) -> Refused:
    return Refused(line.number, thing, shortened(value), remedy)
