"""How the page is drawn, and what who looks may do with it."""

from dataclasses import dataclass
from datetime import date

from dashboard.display.formats import Formats
from dashboard.display.urls import Links


@dataclass(frozen=True)
class Shown:
    """How the page is shown.

    span              first and last day of the lines of purchases
    days              to snooze until, with their words
    may_record        snooze, dismiss, record outcomes
    may_assign        say who looks after an alert, and set one's own rule
    may_change_team   set the team's rule
    is_alone          nobody signs in: one rule, nobody to assign to
    """

    formats: Formats
    links: Links
    as_of: date
    span: tuple[date, date]
    days: tuple[tuple[date, str], ...]
    may_record: bool
    may_assign: bool
    may_change_team: bool
    is_alone: bool
