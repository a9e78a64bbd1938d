"""What a page that is one long list says above its table."""

from dataclasses import dataclass
from typing import NamedTuple

from dashboard.display.formats import Formats


class Active(NamedTuple):
    """What was done in the last 12 months, and the same of those who did not: `sold in the last 12 months`, `not`."""

    words: str
    without: str


@dataclass(frozen=True)
class ListHead:
    """A list's title, what is said beside it, and the version that it is from."""

    title: str
    said: str
    version: str


def active_words(n: int, n_active: int, active: Active, formats: Formats) -> str:
    """Return `1,120 sold in the last 12 months, 80 not`; empty for a list without rows."""
    if not n:
        return ""
    if n == n_active:
        return f"All {formats.number(n)} {active.words}"
    return f"{formats.number(n_active)} {active.words}, {formats.number(n - n_active)} {active.without}"
