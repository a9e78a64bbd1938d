"""The frozen records that the database's questions are answered with. All times are UTC and aware."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

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
