"""What a stream is to its consumer, whichever server keeps it."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from recsys.errors import RecsysError


class SourceAway(RecsysError):
    """The stream's server does not answer now; it is asked again."""


class StreamError(RecsysError):
    """A stream that cannot be read until someone corrects a setting, a right or a command."""


class Entry(NamedTuple):
    """One entry of a stream.

    id        what its server calls it
    content   an event, as JSON
    original  as the server gave it, for what is refused
    wrong     why the source itself finds no event in it; empty: it does
    """

    id: str
    content: bytes
    original: Any = None
    wrong: str = ""


class Refusal(NamedTuple):
    """An entry that is not saved, and why, without what is in it."""

    entry: Entry
    reason: str


class Source(Protocol):
    """A consumer's place in a stream. Entries that were read come again, here or to another consumer, until they are
    acknowledged."""

    @property
    def is_at_end(self) -> bool:
        """Return whether the last `read` found that there is no more. Raises SourceAway where that cannot be known."""
        ...

    def read(self, most: int, seconds: float) -> Sequence[Entry]:
        """Return the next entries, in their order; none where none come within so many seconds. Raises SourceAway."""
        ...

    def acknowledge(self, entries: Sequence[Entry], refused: Sequence[Refusal]) -> None:
        """Note that all entries are done with, and keep aside those that were refused. Raises SourceAway."""
        ...

    def hold(self) -> None:
        """Stay a member of the group while entries in hand cannot be saved."""
        ...

    def close(self) -> None:
        """Leave. What is not acknowledged is given to another consumer."""
        ...
