"""Events of the mailing tool into the database: each once, bad lines refused one by one, whatever ends it half-way.

Lines are saved in batches, each with the count of the import in one transaction: an import that was killed can be
repeated, and what it has saved already is known then.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import BinaryIO
from zoneinfo import ZoneInfo

from dashboard.access.trail import EVENTS_IMPORTED
from dashboard.activity.batches import batches
from dashboard.activity.campaign_records import MAILED, SENT, Campaign, CampaignEvent, Member, Referred
from dashboard.activity.database import audit, campaign_events, campaigns
from dashboard.activity.database.connect import Database, Reading, Writing
from dashboard.campaigns.event_columns import Said, begin_of, said_in, why_not
from dashboard.campaigns.event_lines import Refused, lines_of, shortened
from dashboard.records.customers import Customer

BATCH = 1_000  # events in one transaction
MOST_KEPT = 100  # refusals in the report; all of them go to who asked for them
EARLIER = timedelta(days=1)  # than the sending: clocks differ


@dataclass(frozen=True)
class Addresses:
    """Whom the mail of a campaign went to, by email address in small letters: several customers may share one."""

    campaign_id: int
    customers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class ImportReport:
    """What an import did: lines read, events new and known, lines refused with the first reasons."""

    batch_id: int
    n_lines: int
    n_new: int
    n_known: int
    n_refused: int
    refused: tuple[Refused, ...]


@dataclass
class _Counts:
    lines: int = 0
    new: int = 0
    known: int = 0
    refused: int = 0
    kept: list[Refused] = field(default_factory=list)


@dataclass(frozen=True)
class EventImport:
    """How events are imported.

    zone        of times that have none
    person_id   who does it; 0 for the command
    addresses   of the campaign that lines without a reference are of; None: they are refused
    refuse      gets each refusal, in the order of the file
    progress    gets how many lines were read, after each batch
    """

    database: Database
    zone: ZoneInfo
    person_id: int = 0
    addresses: Addresses | None = None
    refuse: Callable[[Refused], None] = lambda _: None
    progress: Callable[[ImportReport], None] = lambda _: None

    def run(self, file: BinaryIO, name: str, now: datetime) -> ImportReport:
        """Import a file and return what was done. Raises ActivityUnavailable without the database.

        name    of the file, without its folder
        """
        with self.database.write() as at:
            batch_id = campaign_events.begin(at, file=name, person_id=self.person_id, now=now)
        counts = _Counts()
        lines = lines_of(file, why_not)
        for some in batches(self._said(lines, counts, now), BATCH):
            self._save(batch_id, some, counts)
            self.progress(_report(batch_id, counts))
        with self.database.write() as at:
            self._count(at, batch_id, counts)
            campaign_events.end(at, batch_id, now)
            who = self.person_id or None
            about = {"lines": counts.lines, "known": counts.known, "refused": counts.refused}
            audit.record(
                at,
                now=now,
                kind=EVENTS_IMPORTED,
                person_id=who,
                subject_ids=[f"import {batch_id}"],
                row_count=counts.new,
                filter=about,
            )
        return _report(batch_id, counts)

    # ---- inner ----

    def _said(self, lines: Iterable[object], counts: _Counts, now: datetime) -> Iterator[Said]:
        """Yield the events that lines say; what is refused of them is counted and handed on."""
        for line in lines:
            counts.lines += 1
            if isinstance(line, Refused):
                self._refused(line, counts)
                continue
            for one in said_in(line, self.zone, now):  # type: ignore[arg-type]
                if isinstance(one, Refused):
                    self._refused(one, counts)
                else:
                    yield one

    def _save(self, batch_id: int, said: Sequence[Said], counts: _Counts) -> None:
        with self.database.write() as at:
            events = list(self._events(at, said, counts))
            new = campaign_events.add(at, batch_id, events)
            counts.new += len(new)
            counts.known += len(events) - len(new)
            for campaign_id, first in _first_mails(events).items():
                campaigns.send_on(at, campaign_id, first.astimezone(self.zone).date())
            self._count(at, batch_id, counts)

    def _events(self, at: Reading, said: Sequence[Said], counts: _Counts) -> Iterator[CampaignEvent]:
        found = campaigns.referred(at, sorted({one.reference for one in said if one.reference}))
        ids = {one.campaign_id for one in found.values()} | ({self.addresses.campaign_id} if self.addresses else set())
        of_campaign = {one: campaign for one in ids if (campaign := campaigns.get(at, one)) is not None}
        for one in said:
            whom = self._whom(one, found)
            if isinstance(whom, Refused):
                self._refused(whom, counts)
                continue
            for who in whom:
                event = self._event(one, who, of_campaign[who.campaign_id])
                if isinstance(event, Refused):
                    self._refused(event, counts)
                else:
                    yield event

    def _whom(self, one: Said, found: Mapping[str, Referred]) -> Sequence[Referred] | Refused:
        """Return whom an event is about, or why that is not known."""
        if one.reference:
            known = found.get(one.reference)
            remedy = "No campaign gave this reference; look whether it is cut or of another installation."
            return (known,) if known else Refused(one.line, "reference", shortened(one.reference), remedy)
        if self.addresses is None:
            remedy = "The file has no references: name the campaign that it is of, with --campaign or on its page."
            return Refused(one.line, "email", shortened(one.email), remedy)
        customers = self.addresses.customers.get(one.email)
        if not customers:
            remedy = "Nobody who got this campaign's mail has this address; look for the campaign that it is of."
            return Refused(one.line, "email", shortened(one.email), remedy)
        return tuple(Referred(self.addresses.campaign_id, customer_id, "") for customer_id in customers)

    def _event(self, one: Said, who: Referred, campaign: Campaign) -> CampaignEvent | Refused:
        sent_on = campaign.sent_on or campaign.at.astimezone(self.zone).date()
        at = one.at or begin_of(sent_on, self.zone)
        earliest = begin_of(min(sent_on, campaign.at.astimezone(self.zone).date()), self.zone) - EARLIER
        if at < earliest:
            remedy = "It is before the campaign was sent; look for the campaign that it is of."
            return Refused(one.line, "at", at.isoformat(), remedy)
        event_id = one.event_id or _made_id(one, who, at)
        if one.event_id and not one.reference:  # an address may be of several customers, and each has the event
            event_id = f"{event_id} of {who.customer_id}"
        return CampaignEvent(event_id, *who, one.kind, at)

    def _refused(self, one: Refused, counts: _Counts) -> None:
        counts.refused += 1
        if len(counts.kept) < MOST_KEPT:
            counts.kept.append(one)
        self.refuse(one)

    def _count(self, at: Writing, batch_id: int, counts: _Counts) -> None:
        said = {"lines": counts.lines, "new": counts.new, "known": counts.known, "refused": counts.refused}
        campaign_events.count(at, batch_id, **said)


def addresses_of(campaign_id: int, members: Iterable[Member], customers: Mapping[str, Customer]) -> Addresses:
    """Return whom a campaign's mail went to by email address, of customers that nothing is taken out of."""
    found: dict[str, list[str]] = {}
    for member in members:
        customer = customers.get(member.customer_id)
        if member.arm == SENT and customer is not None and customer.email and customer.email.strip():
            found.setdefault(customer.email.strip().lower(), []).append(member.customer_id)
    return Addresses(campaign_id, {email: tuple(ids) for email, ids in found.items()})


def _first_mails(events: Iterable[CampaignEvent]) -> dict[int, datetime]:
    """Return by campaign when its first mail was sent, of those among the events."""
    found: dict[int, datetime] = {}
    for one in events:
        if one.kind == MAILED:
            found[one.campaign_id] = min(one.at, found.get(one.campaign_id, one.at))
    return found


def _made_id(one: Said, who: Referred, at: datetime) -> str:
    """Return a number for an event that came without one: the same event has the same number in each export."""
    parts = (str(who.campaign_id), who.customer_id, one.kind, at.isoformat() if one.at else "", one.detail)
    return f"made:{sha256(chr(0).join(parts).encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _report(batch_id: int, counts: _Counts) -> ImportReport:
    return ImportReport(batch_id, counts.lines, counts.new, counts.known, counts.refused, tuple(counts.kept))
