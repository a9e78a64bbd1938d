"""The frozen records that the database's questions are answered with. All times are UTC and aware."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

JsonValue = str | int | float | bool | None | tuple["JsonValue", ...] | Mapping[str, "JsonValue"]


@dataclass(frozen=True)
class Person:
    """An account. `roles` and `rep_names` are sorted; `scope_all`: sees all customers, whoever their rep is.

    A person signs in with a password (`has_password`), or is known to a provider by `issuer` and `subject`.
    """

    id: int
    email: str
    name: str
    roles: tuple[str, ...]
    rep_names: tuple[str, ...]
    scope_all: bool
    is_disabled: bool
    created_at: datetime
    last_seen_at: datetime | None
    has_password: bool
    issuer: str | None
    subject: str | None


@dataclass(frozen=True)
class Link:
    """A one-time link as the database has it, which is without its token."""

    person_id: int
    purpose: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Session:
    """A signed-in browser. `id` names it in lists and is no secret; the token that its cookie holds is not kept."""

    id: int
    person_id: int
    created_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    user_agent: str
    address_hash: str
    revoked_at: datetime | None


@dataclass(frozen=True)
class NewSession:
    """A session just started, with the one copy of its token."""

    token: str
    session: Session


@dataclass(frozen=True)
class RoleRequest:
    """A sign-in through a provider by someone who has no role here. `groups` is what the provider said."""

    id: int
    issuer: str
    subject: str
    email: str
    name: str
    groups: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    n_times: int


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit trail. `person_id` is None where nobody was signed in.

    subject_ids  ids of what it is about: customers, people, versions
    row_count    rows that left the app, None where it is no export
    filter       what an export was narrowed by, None where it was not; without names, phone numbers, email addresses
    outcome      e.g. "done", "refused"
    """

    id: int
    at: datetime
    person_id: int | None
    kind: str
    subject_ids: tuple[str, ...]
    row_count: int | None
    filter: Mapping[str, JsonValue] | None
    outcome: str


@dataclass(frozen=True)
class Attempt:
    """Whether a sign-in may be tried now; else how long to wait."""

    is_allowed: bool
    wait: timedelta


@dataclass(frozen=True)
class Loss:
    """A table that going back to an older schema removes, with its rows."""

    table: str
    n_rows: int


@dataclass(frozen=True)
class Health:
    """Whether something can be saved now. `reason` is empty where it can."""

    is_available: bool
    kind: str
    reason: str


# ---- what came of calls ----

PITCHED, ORDERED, SNOOZED, NOT_RELEVANT = "pitched", "ordered", "snoozed", "not_relevant"
ACCOUNT = ""  # as a product: the whole account of the customer
DONE, DROPPED = "done", "dropped"


@dataclass(frozen=True)
class NewOutcome:
    """What a person says came of a line, with what the line showed at that moment.

    key         made by the browser: the same one twice is recorded once
    product_id  ACCOUNT for the whole account
    kind        PITCHED, ORDERED, SNOOZED or NOT_RELEVANT
    list, rank, reason, chance, value, version   of the line; nothing for an account
    why         of the configured reasons; empty for none
    until       SNOOZED: the day it comes back; None: with the customer's next order
    last_order_on   of the customer as the version shows it; None without orders
    as_of       the day up to which the version has orders
    """

    key: str
    customer_id: str
    product_id: str
    kind: str
    list: str
    version: str
    as_of: date
    rank: int | None = None
    reason: str = ""
    chance: float | None = None
    value: float | None = None
    why: str = ""
    note: str = ""
    until: date | None = None
    last_order_on: date | None = None


@dataclass(frozen=True)
class Outcome:
    """An outcome as it was recorded; `undone_at` is None while it holds. See NewOutcome."""

    id: int
    customer_id: str
    product_id: str
    kind: str
    at: datetime
    person_id: int
    list: str
    rank: int | None
    reason: str
    chance: float | None
    value: float | None
    version: str
    why: str
    note: str
    until: date | None
    until_order_after: date | None
    undone_at: datetime | None


class BasketItem(NamedTuple):
    """How much of a product is in a basket."""

    product_id: str
    quantity: float


class Pitched(NamedTuple):
    """Of a product that was pitched, or recorded as ordered, what results are made of; see NewOutcome."""

    id: int
    customer_id: str
    product_id: str
    kind: str
    at: datetime
    list: str
    value: float | None


@dataclass(frozen=True)
class HeldBack:
    """What keeps a product, or the whole account, out of a customer's lists until one of the days is reached.

    until              a day of the clock
    until_order_after  the customer's first order after this day
    until_data         a version with orders of this day or later
    None of them: for good.
    """

    customer_id: str
    product_id: str
    kind: str
    until: date | None
    until_order_after: date | None
    until_data: date | None

    def holds(self, today: date, as_of: date, last_order_on: date | None) -> bool:
        """Return whether it is still held back."""
        if self.until is not None and today >= self.until:
            return False
        if self.until_order_after is not None and last_order_on is not None and last_order_on > self.until_order_after:
            return False
        return self.until_data is None or as_of < self.until_data


@dataclass(frozen=True)
class Sighting:
    """Who had a customer's lists of which version on the screen, on which day."""

    person_id: int
    customer_id: str
    version: str
    day: date


@dataclass(frozen=True)
class Note:
    """What a person wrote about a customer."""

    id: int
    customer_id: str
    person_id: int
    at: datetime
    text: str


@dataclass(frozen=True)
class NextStep:
    """What a person wants to do for a customer on a day; `closed_as` is None while it is open, else DONE or DROPPED."""

    id: int
    customer_id: str
    person_id: int
    at: datetime
    text: str
    due_on: date
    closed_at: datetime | None
    closed_as: str | None


@dataclass(frozen=True)
class SavedView:
    """A page's filters under a name; `query` is of the address, without its question mark."""

    id: int
    name: str
    query: str


# ---- alerts ----


class AlertKey(NamedTuple):
    """What an alert is about: see the columns of the tables of alerts."""

    kind: str
    customer_id: str
    product_id: str = ""


@dataclass(frozen=True)
class SavedRule:
    """Values of an alert's rule, by the name of each bound, and who set them."""

    kind: str
    bounds: Mapping[str, float]
    set_by: int
    set_at: datetime


class Assignment(NamedTuple):
    """Who is to look after an alert, and who said so."""

    assigned_to: int
    assigned_by: int
    at: datetime


@dataclass(frozen=True)
class SentDigest:
    """A day's digest that was sent to a person, and up to where the data reached."""

    day: date
    as_of: date
    at: datetime


@dataclass(frozen=True)
class Visit:
    """Up to which day of the data, and of the clock, a person has seen their alerts.

    before_as_of, before_day  the same of the visit before; None at the first one
    """

    at: datetime
    as_of: date
    day: date
    before_as_of: date | None
    before_day: date | None
