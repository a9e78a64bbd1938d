"""A figure of the tile strip, apart from how it is drawn, so that a page's data can make it."""

from dataclasses import dataclass
from typing import Literal

Trend = Literal["up", "down"]


@dataclass(frozen=True)
class Tile:
    """A label, a figure already in its form, and what it is compared with.

    trend   whether the figure went up or down, shown by a caret before the comparison
    meaning what the label says in full, a text of `display/meanings.py`
    share   0 to 1: how much of it is done, shown as a bar beside the figure
    """

    label: str
    value: str
    note: str
    trend: Trend | None = None
    meaning: str = ""
    share: float | None = None
