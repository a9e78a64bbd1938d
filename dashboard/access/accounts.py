"""Signing in and out: what of the database makes an identity, and what ends it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from dashboard.access import passwords
from dashboard.access.identity import Identity
from dashboard.activity.database import audit, digests, links, people, role_requests, sessions, throttle, tokens
from dashboard.activity.database.connect import Database, Reading, Writing
from dashboard.activity.errors import ActivityUnavailable
from dashboard.activity.hashing import keyed_hash
from dashboard.activity.records import Link, NewSession, Person, Session
from dashboard.settings import Settings

PASSWORD_LINK = "password"  # noqa: S105 - the purpose of a link
LINK_LASTS = timedelta(hours=72)
KEPT = timedelta(days=30)  # after the end of a session or a link: a page can say what became of it
FAILURES_KEPT = timedelta(hours=24)
API_CALLS_KEPT = timedelta(days=365)
DIGESTS_KEPT = timedelta(days=90)  # it says what is new in the next one
REQUESTS_KEPT = timedelta(days=90)  # since it was made last
BY_PROXY = "proxy"  # in the place of a provider, where a proxy says who it is
LONGEST_EMAIL = 254  # RFC 5321
SEEN_EVERY = timedelta(minutes=1)  # a session's last use is kept no more exactly than this

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Visitor:
    """The browser that sends a request: where from, what it says it is, and the token of its cookie, if any."""

    address: str
    user_agent: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Vouched:
    """Whom a provider names.

    is_verified  whether it says that the address is theirs
    groups       what it says of them, for the admin to see
    roles        those that its groups give; None where the accounts here say which
    rep_names    whose customers are theirs; None where the accounts here say so
    """

    issuer: str
    subject: str
    email: str
    name: str
    is_verified: bool
    groups: tuple[str, ...] = ()
    roles: frozenset[str] | None = None
    rep_names: frozenset[str] | None = None
    sees_all: bool | None = None


@dataclass(frozen=True)
class SignedIn:
    """Who a request comes from, and the session that says so."""

    identity: Identity
    session: Session


@dataclass(frozen=True)
class Outcome:
    """What became of a try to sign in: a new session, or none, perhaps with a time to wait until the next try."""

    started: NewSession | None
    wait: timedelta = timedelta()


def identity_of(person: Person) -> Identity:
    """Return a person as the one who sends a request."""
    return Identity(
        person_id=str(person.id),
        name=person.name,
        email=person.email,
        roles=frozenset(person.roles),
        rep_names=frozenset(person.rep_names),
        sees_all=person.scope_all,
    )


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Accounts:
    """The accounts of one database. Raises ActivityUnavailable from everything where that does not answer.

    key       makes hashes of addresses that nobody without it can undo
    idle      after so long without a request a session ends
    lasts     so long after the sign-in it ends in any case
    """

    def __init__(
        self, database: Database, key: str, *, idle: timedelta, lasts: timedelta, clock: Clock = utc_now
    ) -> None:
        self._database = database
        self._key = key
        self._idle = idle
        self._lasts = lasts
        self._clock = clock

    # ---- who is there ----

    def who(self, token: str, *, is_use: bool = True) -> SignedIn | None:
        """Return who has the session of this token; None where it is wrong or has ended, or the account is disabled.

        is_use  whether this counts as a use; what an open page asks for by itself does not keep a session alive
        """
        now = self._clock()
        with self._database.read() as at:
            session = sessions.find(at, token)
            if session is None or not sessions.is_live(session, now=now, idle=self._idle):
                return None
            person = people.find(at, session.person_id)
        if person is None or person.is_disabled:
            return None
        if is_use and now - session.last_seen_at >= SEEN_EVERY:
            self._remember_use(session, now)
        return SignedIn(identity_of(person), session)

    def _remember_use(self, session: Session, now: datetime) -> None:
        try:
            with self._database.write() as at:
                sessions.seen(at, session.id, now)
                people.seen(at, session.person_id, now)
        except ActivityUnavailable:
            return  # it can be read, so that the request goes on; the next one remembers it

    # ---- with a password ----

    def sign_in(self, email: str, password: str, visitor: Visitor) -> Outcome:
        """Start a session for the right password; the session that the browser had before ends.

        A wrong address and a wrong password are one answer, and take equally long.
        """
        keys = self._throttle_keys(email, visitor)
        with self._database.write() as at:
            attempt = throttle.begin_attempt(at, keys, self._clock())
            person = people.find_by_email(at, email)
            kept = people.password_hash(at, person.id) if person and not person.is_disabled else None
        if not attempt.is_allowed:
            return Outcome(None, attempt.wait)
        is_right = passwords.is_right(password, kept)
        with self._database.write() as at:
            if is_right and person is not None and self._still_has(at, person, kept):
                throttle.succeeded(at, keys, self._clock())
                if kept is not None and passwords.is_outdated(kept):
                    people.set_password(at, person.id, passwords.hash_password(password))
                return Outcome(self._start(at, person.id, visitor, "password"))
            self._record(at, "sign-in", None, [str(person.id)] if person else [], outcome="refused", way="password")
        return Outcome(None)

    def _still_has(self, at: Reading, person: Person, kept: str | None) -> bool:
        """Return whether nobody changed or disabled the account while its password was looked at."""
        now = people.find(at, person.id)
        return now is not None and not now.is_disabled and people.password_hash(at, person.id) == kept

    def change_password(self, signed_in: SignedIn, current: str, new: str, visitor: Visitor) -> Outcome:
        """Set another password and end all sessions of the person; the new one is this browser's."""
        person_id, email = signed_in.session.person_id, signed_in.identity.email
        keys = self._throttle_keys(email, visitor)
        with self._database.write() as at:
            attempt = throttle.begin_attempt(at, keys, self._clock())
            kept = people.password_hash(at, person_id)
        if not attempt.is_allowed:
            return Outcome(None, attempt.wait)
        if not passwords.is_right(current, kept):
            with self._database.write() as at:
                self._record(at, "password", person_id, [str(person_id)], outcome="refused")
            return Outcome(None)
        hashed = passwords.hash_password(new)
        with self._database.write() as at:
            throttle.succeeded(at, keys, self._clock())
            return Outcome(self._set_password(at, person_id, hashed, visitor))

    # ---- with a one-time link ----

    def make_link(self, at: Writing, person_id: int) -> str:
        """Return the token of a link that sets a person's password once; an older one is worth nothing any more."""
        return links.make(at, person_id, PASSWORD_LINK, now=self._clock(), lasts=LINK_LASTS)

    def person_of_link(self, token: str) -> Person | None:
        """Return whose password a link sets; None where it is wrong, used or expired, or the account is disabled."""
        with self._database.read() as at:
            link = links.find(at, token)
            if link is None or not self._is_good(link):
                return None
            person = people.find(at, link.person_id)
        return person if person and not person.is_disabled else None

    def _is_good(self, link: Link) -> bool:
        return link.purpose == PASSWORD_LINK and link.used_at is None and link.expires_at > self._clock()

    def use_link(self, token: str, password: str, visitor: Visitor) -> NewSession | None:
        """Set the password, end all sessions of the person and start one; None for a link that is not good."""
        hashed = passwords.hash_password(password)
        with self._database.write() as at:
            person_id = links.use(at, token, PASSWORD_LINK, self._clock())
            person = None if person_id is None else people.find(at, person_id)
            if person is None or person.is_disabled:
                return None
            return self._set_password(at, person.id, hashed, visitor)

    # ---- whom another one vouches for ----

    def of_address(self, email: str, *, is_use: bool = True) -> Identity | None:
        """Return whose address a trusted proxy names; None where nobody has it, or the account is disabled.

        There is no session here: the proxy has it. The first request after a long pause counts as a sign-in. Who has
        no role here is a request to the admin.
        """
        with self._database.read() as at:
            person = people.find_by_email(at, email)
        if is_use and (person is None or not (person.roles or person.is_disabled)):
            self._remember_request(email, person)
        if person is None or person.is_disabled:
            return None
        if is_use:
            self._remember_visit(person, self._clock())
        return identity_of(person)

    def _remember_request(self, email: str, person: Person | None) -> None:
        """Note who asks for a role, once in a while: their browser sends many requests."""
        now, key = self._clock(), people.email_key(email)
        if email.count("@") != 1 or "," in email or len(email) > LONGEST_EMAIL:
            return
        name = person.name if person else ""
        try:
            with self._database.read() as at:
                before = [
                    one.last_at for one in role_requests.waiting(at) if (one.issuer, one.subject) == (BY_PROXY, key)
                ]
            if before and now - before[0] < self._idle:
                return
            with self._database.write() as at:
                role_requests.note(at, issuer=BY_PROXY, subject=key, email=email, name=name, groups=(), now=now)
                subjects = [str(person.id)] if person else []
                self._record(at, "sign-in", None, subjects, outcome="refused", way=BY_PROXY)
        except ActivityUnavailable:
            return

    def _remember_visit(self, person: Person, now: datetime) -> None:
        pause = None if person.last_seen_at is None else now - person.last_seen_at
        if pause is not None and pause < SEEN_EVERY:
            return
        try:
            with self._database.write() as at:
                people.seen(at, person.id, now)
                if pause is None or pause >= self._idle:
                    self._record(at, "sign-in", person.id, [], way=BY_PROXY)
        except ActivityUnavailable:
            return

    def sign_in_vouched(self, who: Vouched, visitor: Visitor) -> NewSession | None:
        """Start a session for whom the provider named; None, and a request to the admin, where they have no role.

        Who is new gets an account if the provider gives a role. An account that was made here before becomes theirs
        only by an address that the provider has verified.
        """
        with self._database.write() as at:
            person = self._person_of(at, who)
            if person is not None and not person.is_disabled and who.roles is not None:
                reps = None if who.rep_names is None else sorted(who.rep_names)
                person = people.change(at, person.id, roles=sorted(who.roles), rep_names=reps, scope_all=who.sees_all)
            if person is None or person.is_disabled or not person.roles:
                self._note_request(at, who, person)
                return None
            return self._start(at, person.id, visitor, "oidc")

    def _person_of(self, at: Writing, who: Vouched) -> Person | None:
        person = people.find_by_subject(at, who.issuer, who.subject)
        if person is not None:
            return person
        known = people.find_by_email(at, who.email) if who.email else None
        if known is not None:
            is_theirs = who.is_verified and known.issuer is None
            return people.connect(at, known.id, issuer=who.issuer, subject=who.subject) if is_theirs else None
        if not who.roles or not who.email:
            return None
        return people.add(at, email=who.email, name=who.name, now=self._clock(), issuer=who.issuer, subject=who.subject)

    def _note_request(self, at: Writing, who: Vouched, person: Person | None) -> None:
        if person is None or not person.is_disabled:
            role_requests.note(
                at,
                issuer=who.issuer,
                subject=who.subject,
                email=who.email,
                name=who.name,
                groups=who.groups,
                now=self._clock(),
            )
        subjects = [] if person is None else [str(person.id)]
        self._record(at, "sign-in", None, subjects, outcome="refused", way="oidc")

    def refuse_vouched(self, visitor: Visitor) -> None:
        """Record a sign-in at a provider that was not believed; of an address that sends many only the first ones."""
        with self._database.write() as at:
            address = {"address": keyed_hash(self._key, visitor.address)}
            if throttle.begin_attempt(at, address, self._clock()).is_allowed:
                self._record(at, "sign-in", None, [], outcome="refused", way="oidc")

    # ---- sessions ----

    def sign_out(self, token: str) -> None:
        """End the session of this token, where there is one."""
        with self._database.write() as at:
            session = sessions.find(at, token)
            if session is not None and sessions.revoke(at, session.id, self._clock()):
                self._record(at, "sign-out", session.person_id, [str(session.id)])

    def sessions_of(self, person_id: int) -> tuple[Session, ...]:
        """Return a person's live sessions, the last used first."""
        with self._database.read() as at:
            return sessions.of_person(at, person_id, now=self._clock(), idle=self._idle)

    def revoke(self, person_id: int, session_id: int) -> bool:
        """End a session if it is that person's; return whether one was ended."""
        with self._database.write() as at:
            is_ended = sessions.revoke(at, session_id, self._clock(), person_id=person_id)
            outcome = "done" if is_ended else "refused"
            self._record(at, "session-ended", person_id, [str(session_id)], outcome=outcome)
        return is_ended

    def remove_old(self, at: Writing, now: datetime) -> None:
        """Remove sessions, links and failures that ended long ago, requests for a role that nobody repeated, which
        digests were sent long ago, and how often tokens of the API were used long ago.
        """
        sessions.remove_old(at, now - KEPT)
        links.remove_old(at, now - KEPT)
        throttle.remove_old(at, now - FAILURES_KEPT)
        role_requests.remove_old(at, now - REQUESTS_KEPT)
        digests.remove_old(at, (now - DIGESTS_KEPT).date())
        tokens.remove_old(at, now - API_CALLS_KEPT)

    # ---- parts ----

    def _set_password(self, at: Writing, person_id: int, hashed: str, visitor: Visitor) -> NewSession:
        people.set_password(at, person_id, hashed)
        sessions.revoke_all(at, person_id, self._clock())
        self._record(at, "password", person_id, [str(person_id)])
        return self._start(at, person_id, visitor, "password")

    def _start(self, at: Writing, person_id: int, visitor: Visitor, way: str) -> NewSession:
        """Start a session with a token of its own: one that was put into the browser before is worth nothing."""
        now = self._clock()
        before = sessions.find(at, visitor.token) if visitor.token else None
        if before is not None:
            sessions.revoke(at, before.id, now)
        started = sessions.start(
            at,
            person_id,
            now=now,
            ends_at=now + self._lasts,
            user_agent=visitor.user_agent,
            address_hash=keyed_hash(self._key, visitor.address),
        )
        people.seen(at, person_id, now)
        self._record(at, "sign-in", person_id, [str(started.session.id)], way=way)
        return started

    def _throttle_keys(self, email: str, visitor: Visitor) -> dict[str, str]:
        return {
            "account": keyed_hash(self._key, people.email_key(email)),
            "address": keyed_hash(self._key, visitor.address),
        }

    def _record(
        self,
        at: Writing,
        kind: str,
        person_id: int | None,
        subject_ids: list[str],
        *,
        outcome: str = "done",
        way: str = "",
    ) -> None:
        how = {"way": way} if way else None
        audit.record(
            at,
            now=self._clock(),
            kind=kind,
            person_id=person_id,
            subject_ids=subject_ids,
            filter=how,
            outcome=outcome,
        )


def open_accounts(settings: Settings, database: Database, key: str, clock: Clock = utc_now) -> Accounts:
    """Return the accounts of a database, whose sessions last as the settings say."""
    idle, lasts = timedelta(hours=settings.session_idle_hours), timedelta(hours=settings.session_hours)
    return Accounts(database, key, idle=idle, lasts=lasts, clock=clock)
