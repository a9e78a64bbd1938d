"""The records of API tokens. All times are UTC and aware."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Token:
    """A token as the database has it, which is without its text.

    ends_with    its last letters       created_by  number of who made it; None at the command line
    per_hour     calls at most          expires_at  None: never
    """

    id: int
    name: str
    ends_with: str
    scopes: frozenset[str]
    per_hour: int
    created_at: datetime
    created_by: int | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Return whether it opens anything: neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True)
class NewToken:
    """A token just made, with the one copy of its text."""

    text: str
    token: Token


@dataclass(frozen=True)
class HourOfCalls:
    """How often a token was used in the hour that begins at `hour`; `n_refused` of its `n_calls` were."""

    hour: datetime
    n_calls: int
    n_refused: int
