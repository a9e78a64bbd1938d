"""What the page of tokens shows: each with its calls of 24 hours and what is to be known of it. No Dash."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dashboard.activity.database import people, tokens
from dashboard.activity.database.connect import Database
from dashboard.activity.token_records import HourOfCalls, Token
from dashboard.display.formats import Formats

N_HOURS = 24
EXPIRES_SOON, UNUSED = timedelta(days=30), timedelta(days=30)


@dataclass(frozen=True)
class TokenRow:
    """A token and its use.

    made_by        the name of who made it; empty: on the command line, or the account is gone
    hours          its calls in each of the last N_HOURS hours, the one that runs last
    n_refused      calls in them that were refused
    expires_in     days until it ends, where that is soon
    unused_for     days since its last use, where that is long ago
    """

    token: Token
    made_by: str
    hours: tuple[int, ...]
    n_refused: int
    expires_in: int | None
    unused_for: int | None

    @property
    def most(self) -> int:
        """Return the calls of the busiest hour."""
        return max(self.hours)


@dataclass(frozen=True)
class TokensPage:
    """All of the page: tokens in use, last used first, and those that are revoked or expired, the newest first."""

    live: tuple[TokenRow, ...]
    ended: tuple[TokenRow, ...]

    @property
    def n_calls(self) -> int:
        """Return the calls of all in the last N_HOURS hours, refused ones too."""
        return sum(sum(one.hours) for one in (*self.live, *self.ended))

    @property
    def n_refused(self) -> int:
        """Return how many of them were refused."""
        return sum(one.n_refused for one in (*self.live, *self.ended))


def tokens_page(database: Database, now: datetime) -> TokensPage:
    """Return the page. Raises ActivityUnavailable without the database."""
    first = _first_hour(now)
    with database.read() as at:
        found, calls = tokens.everything(at), tokens.calls(at, first)
        names = {one.id: one.name or one.email for one in people.everyone(at)}
    rows = [token_row(one, calls.get(one.id, ()), names, now) for one in found]
    live = [row for row in rows if row.token.is_live(now)]
    never = datetime.min.replace(tzinfo=UTC)
    live.sort(key=lambda row: (row.token.last_used_at or never, row.token.id), reverse=True)
    return TokensPage(tuple(live), tuple(row for row in reversed(rows) if not row.token.is_live(now)))


def token_row(token: Token, calls: Collection[HourOfCalls], names: Mapping[int, str], now: datetime) -> TokenRow:
    """Return a token with its use; `calls` before the last N_HOURS hours do not count."""
    first = _first_hour(now)
    by_hour = {one.hour: one for one in calls if one.hour >= first}
    hours = tuple(by_hour[at].n_calls if (at := first + timedelta(hours=n)) in by_hour else 0 for n in range(N_HOURS))
    left = token.expires_at - now if token.expires_at else None
    idle = now - (token.last_used_at or token.created_at)
    return TokenRow(
        token,
        names.get(token.created_by, "") if token.created_by is not None else "",
        hours,
        sum(one.n_refused for one in by_hour.values()),
        left.days if left is not None and timedelta(0) < left <= EXPIRES_SOON else None,
        idle.days if idle > UNUSED else None,
    )


def last_day(token: Token) -> date | None:
    """Return the last day of a token, in UTC; None for one that does not expire."""
    return (token.expires_at - timedelta(seconds=1)).astimezone(UTC).date() if token.expires_at else None


def head_words(page: TokensPage, formats: Formats) -> str:
    """Return the sentence under the title: `5 in use, 2 revoked or expired. Each call is counted, refused ones too.`"""
    ended = f", {formats.number(len(page.ended))} revoked or expired" if page.ended else ""
    return f"{formats.number(len(page.live))} in use{ended}. Each call is counted, refused ones too."


def scopes_words(scopes: Collection[str]) -> str:
    """Return scopes as a sentence has them: `events, read`."""
    return ", ".join(sorted(scopes))


def limit_words(token: Token, formats: Formats) -> str:
    """Return what a token may do: `events, read. 1,000 calls an hour. Expires 17 May 2027.`"""
    day = last_day(token)
    end = f"Expires {formats.day(day)}." if day else "Does not expire."
    return f"{scopes_words(token.scopes)}. {formats.number(token.per_hour)} calls an hour. {end}"


def days_words(days: int) -> str:
    """Return `1 day`, `27 days`."""
    return f"{days} day{'' if days == 1 else 's'}"


def bar_shares(hours: Sequence[int]) -> tuple[float, ...]:
    """Return each hour's calls as a share of the busiest hour's; all 0 where there was none."""
    most = max(hours, default=0)
    return tuple(n / most if most else 0.0 for n in hours)


def _first_hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=N_HOURS - 1)
