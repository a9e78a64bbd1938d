"""python -m dashboard digest: who gets one today, and what became of it.

A person's digest of a day is noted as sent before it is, so that of two runs at once one sends it; a mail that was
surely not taken is un-noted, and the next run tries again. A run that is killed in between leaves one mail unsent at
most, and none sent twice.
"""

import argparse
import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from dashboard.access.accounts import identity_of
from dashboard.access.permissions import PAGES
from dashboard.access.viewer import EVERYONE, Viewer, viewer_of
from dashboard.activity.database import digests, people
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.errors import NotFound
from dashboard.activity.records import Person, SentDigest
from dashboard.alerts.rule_book import RuleBook
from dashboard.data.desk import Desk
from dashboard.data.repository import Repository
from dashboard.digest.content import Digest, digest_of
from dashboard.digest.files import write_files
from dashboard.digest.mail_server import MailRefused, MailServer, MailServerAway
from dashboard.digest.message import Envelope, content_of, message_of
from dashboard.digest.subscription import gets_digest, unsubscribe_address
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.urls import Links
from dashboard.settings import OPEN, Settings
from dashboard.shop.availability import Availability
from dashboard.state.folder import CACHE, LOOKUP, prepare_state, secret_key
from recsys.artifacts.reader import Reader
from recsys.errors import RecsysError

SENT, WRITTEN, EMPTY, BEFORE, UNWANTED, FAILED = "sent", "written", "empty", "before", "unwanted", "failed"
WORDS = {
    SENT: "sent",
    WRITTEN: "written",
    EMPTY: "with nothing to say",
    BEFORE: "sent before",
    UNWANTED: "unsubscribed",
    FAILED: "failed",
}


class CannotSend(RecsysError):
    """A digest that the settings or the options do not allow."""


@dataclass
class Report:
    """What became of the digests of a day: how many of which kind, and a line for each that failed."""

    day: date
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Return `Digest of 2026-11-17: 5 sent, 1 unsubscribed`."""
        counted = ", ".join(f"{self.counts[kind]} {word}" for kind, word in WORDS.items() if self.counts[kind])
        return f"Digest of {self.day.isoformat()}: {counted or 'nobody gets one'}"


@dataclass(frozen=True)
class Digests:
    """What digests are made from. `today` is the day that they are of."""

    settings: Settings
    database: Database
    repository: Repository
    rules: RuleBook
    key: str
    today: date

    def of_person(self, person: Person) -> Digest | None:
        """Return a person's digest; None where there is nothing to say."""
        with self.database.read() as at:
            before = digests.last_before(at, person.id, self.today)
        return self._of(viewer_of_sales(person), person.id, before, person.name)

    def of_rep(self, rep: str) -> Digest | None:
        """Return the digest of one rep's customers, where nobody signs in. Raises CannotSend for an unknown rep."""
        reps = [one.name for one in self._context(EVERYONE, 0).version.reps()]
        if rep not in reps:
            raise CannotSend(f"no customer has the rep {rep!r}; there are {', '.join(reps) or 'none'}")
        return self._of(EVERYONE.narrowed(rep), 0, None, rep)

    def unsubscribe_at(self, person: Person) -> str:
        """Return the address that ends a person's digest."""
        return unsubscribe_address(self.settings.address, self.key, person.id)

    def _of(self, viewer: Viewer, person_id: int, before: SentDigest | None, name: str) -> Digest | None:
        return digest_of(self._context(viewer, person_id), self.rules.of_person(person_id), before, name)

    def _context(self, viewer: Viewer, person_id: int) -> PageContext:
        at = self.settings
        formats = Formats(at.locale, at.currency, at.time_zone)
        rule = self.rules.team_lost_rule()
        own = (person_id, at.calls, at.call_again_days, Availability(self.database))
        desk = Desk(self.database, rule, self.today, *own)
        return PageContext(self.repository.snapshot(viewer), formats, Links(at.address), desk)


def viewer_of_sales(person: Person) -> Viewer:
    """Return what a person may see by the roles that the digest is for; what other roles add is not in a mail."""
    identity = identity_of(person)
    return viewer_of(replace(identity, roles=identity.roles & PAGES["alerts"]))


def digest(settings: Settings, asked: argparse.Namespace, context: ssl.SSLContext | None = None) -> Report:
    """Send or write the digests and return what became of them.

    context   which mail servers' certificates are trusted; None: those that the operating system trusts
    Raises RecsysError for what stops all of them.
    """
    _check(settings, asked)
    with _opened(settings, asked.day) as made:
        report = Report(made.today)
        if asked.rep:
            found = made.of_rep(asked.rep)
            report.counts[_written(found, asked.file, f"rep-{asked.rep}", "")] += 1
            return report
        chosen = list(_people(made.database, asked.person, report))
        if asked.file:
            for person in chosen:
                name = str(person.id)
                report.counts[_written(made.of_person(person), asked.file, name, made.unsubscribe_at(person))] += 1
            return report
        with MailServer(settings, context) as server:
            _send(made, server, chosen, report, again=asked.again)
        return report


def _check(settings: Settings, asked: argparse.Namespace) -> None:
    """Refuse what cannot be done before anything is."""
    if asked.rep and (not asked.file or asked.person):
        raise CannotSend("--rep NAME writes files: it goes with --file DIR, and without --person")
    if settings.sign_in == OPEN and not asked.rep:
        raise CannotSend(
            "nobody signs in here (REPERTOIRE_SIGN_IN is open), so nobody has an address; name a rep and a folder: "
            "--rep NAME --file DIR"
        )
    if not settings.smtp_host and not asked.file:
        raise CannotSend("REPERTOIRE_SMTP_HOST is not set, so no mail is sent; set it, or write files: --file DIR")


@contextmanager
def _opened(settings: Settings, day: date | None) -> Iterator[Digests]:
    prepare_state(settings.state)
    database = open_database(settings)
    reader = Reader(settings.artifacts, poll_seconds=settings.poll_seconds, forms=settings.state / CACHE / LOOKUP)
    try:
        database.prepare()
        today = day or Formats(settings.locale, settings.currency, settings.time_zone).today(datetime.now(UTC))
        book = RuleBook(database, settings.lost_rule)
        yield Digests(settings, database, Repository(reader), book, secret_key(settings.state), today)
    finally:
        reader.close()
        database.close()


def _people(database: Database, email: str | None, report: Report) -> Iterator[Person]:
    """Yield who gets a digest; who wants none is counted. Raises CannotSend, NotFound for one who cannot get any."""
    with database.read() as at:
        everyone, unwanted = people.everyone(at), digests.unwanted(at)
        one = people.find_by_email(at, email) if email else None
    if email and one is None:
        raise NotFound(f"nobody has the address {email}; `python -m dashboard people list` prints all")
    if one is not None and not _is_for(one):
        roles = ", ".join(sorted(PAGES["alerts"]))
        raise CannotSend(f"person {one.id} is disabled or has no role that the digest is for ({roles})")
    for person in everyone if one is None else (one,):
        if not _is_for(person):
            continue
        if person.id in unwanted:
            report.counts[UNWANTED] += 1
        else:
            yield person


def _is_for(person: Person) -> bool:
    return bool(person.email) and not person.is_disabled and gets_digest(person.roles)


def _written(found: Digest | None, folder: Path, name: str, unsubscribe_at: str) -> str:
    if found is None:
        return EMPTY
    write_files(folder, name, found, unsubscribe_at)
    return WRITTEN


def _send(made: Digests, server: MailServer, chosen: Sequence[Person], report: Report, *, again: bool) -> None:
    """Send to each; one who cannot be reached does not stop the others, a mail server that is away does."""
    for person in chosen:
        try:
            report.counts[_sent(made, server, person, again=again)] += 1
        except MailServerAway as error:
            n_left = len(chosen) - sum(report.counts[kind] for kind in (SENT, EMPTY, BEFORE, FAILED))
            report.counts[FAILED] += n_left
            report.failures.append(f"nothing more is sent: {error}")
            return
        except RecsysError as error:
            report.counts[FAILED] += 1
            report.failures.append(f"person {person.id}: {error}")


def _sent(made: Digests, server: MailServer, person: Person, *, again: bool) -> str:
    """Send one person's digest and return what became of it."""
    with made.database.read() as at:
        if digests.was_sent(at, person.id, made.today) and not again:
            return BEFORE
    found = made.of_person(person)
    if found is None:
        return EMPTY
    now = datetime.now(UTC)
    envelope = Envelope(made.settings.smtp_from, person.email, now, made.unsubscribe_at(person))
    content = content_of(message_of(found, envelope))
    with made.database.write() as at:
        is_first = digests.claim(at, person.id, SentDigest(made.today, found.as_of, now))
    if not is_first and not again:
        return BEFORE
    try:
        server.send(content, person.email)
    except (MailServerAway, MailRefused):
        if is_first:
            with made.database.write() as at:
                digests.take_back(at, person.id, made.today)
        raise
    return SENT
