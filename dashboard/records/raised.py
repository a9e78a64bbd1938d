"""What to raise with a customer: their lists, told apart into due, lost and new. Plain frozen records."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from dashboard.activity.records import HeldBack
from dashboard.activity.shop_records import NO_REACTION, Reaction
from dashboard.records.customers import Recommendation

DUE, LOST, NEW = "due", "lost", "new"
STATES = (DUE, LOST, NEW)  # in the order of the page


def state_of(list_name: str) -> str:
    """Return the state that a published list's rows have: DUE of all but the lists `lost` and `new`."""
    return list_name if list_name in (LOST, NEW) else DUE


class StateCounts(NamedTuple):
    """How many products a customer has in each list."""

    due: int = 0
    lost: int = 0
    new: int = 0


@dataclass(frozen=True)
class Raised:
    """A customer's products to raise; each is in one of the lists only, the highest expected value first.

    due        bought before and due within a week, or without a known rhythm; and what the season brings back
    lost       bought again and again, and by the team's rule not any more
    new        never bought
    later      bought before, and due later
    held_back  what outcomes keep out of all of these, with what keeps it
    account    what keeps the whole account out; then all lists are empty
    held       products that outcomes keep out, whether they would be on a list or not
    away       what cannot be had now and is off the lists for it
    shop       what the customer did in the web shop lately
    """

    due: tuple[Recommendation, ...] = ()
    lost: tuple[Recommendation, ...] = ()
    new: tuple[Recommendation, ...] = ()
    later: tuple[Recommendation, ...] = ()
    held_back: tuple[tuple[Recommendation, HeldBack], ...] = ()
    account: HeldBack | None = None
    held: frozenset[str] = frozenset()
    away: tuple[Recommendation, ...] = ()
    shop: Reaction = NO_REACTION

    def of(self, state: str) -> tuple[Recommendation, ...]:
        """Return the list of a state, nothing for an unknown one."""
        return {DUE: self.due, LOST: self.lost, NEW: self.new}.get(state, ())

    @property
    def everything(self) -> tuple[Recommendation, ...]:
        """Return the lines of all lists, with what is due later."""
        return (*self.due, *self.lost, *self.new, *self.later)

    @cached_property
    def expected(self) -> float | None:
        """Return the sum of the lists; None where nothing has a chance: then there is no money to name."""
        sums = [one for state in STATES if (one := expected_of(self.of(state))) is not None]
        return sum(sums) if sums else None

    def __bool__(self) -> bool:
        return bool(self.due or self.lost or self.new)


def expected_of(lines: tuple[Recommendation, ...]) -> float | None:
    """Return the sum of the lines' expected values; None where none is known."""
    known = [line.expected for line in lines if line.expected is not None]
    return sum(known) if known else None
