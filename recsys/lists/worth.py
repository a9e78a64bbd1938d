"""Where a list ends: rows whose chance or expected value is too low to be worth a word are left out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts

MIN_ROWS = 5  # of a list are kept, if it has so many: who calls all the same has something to say
MAX_LOST_HITS = 0.03  # share of what was bought from the lists that a chosen floor may cost
_FIRST = 10
CHANCES = (0.005, 0.003, 0.002, 0.001)  # no higher: 1 in 200 is still worth a word in a list of twenty
EXPECTED = (50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)  # in the currency, within 28 days


@dataclass(frozen=True)
class Floor:
    """Least chance, 0-1, and least expected value, in the currency, of a row; and what share of the hits it costs."""

    chance: float = 0.0
    expected: float = 0.0
    lost_hits: float | None = None


@dataclass(frozen=True)
class RowWorth:
    """Rows of lists, ordered by owner and place; (m,) each. Chance and expected value are NaN where unknown."""

    owners: Counts
    items: Counts
    chances: NDArray[np.float64]
    expected: NDArray[np.float64]

    def above(self, floor: Floor) -> NDArray[np.bool_]:
        """Return (m,) a mask of the rows to keep: those above the floor, and the first others up to MIN_ROWS.

        Rows without a chance, which other models named, are kept in lists that have no row with one.
        """
        known = ~np.isnan(self.chances)
        has_known = np.bincount(self.owners, weights=known, minlength=1)[self.owners] > 0
        keep = np.where(known, self.chances >= floor.chance, ~has_known | (floor.chance <= 0))
        keep &= ~(self.expected < floor.expected)  # NaN stays
        missing = MIN_ROWS - np.bincount(self.owners, weights=keep, minlength=1)
        others = np.flatnonzero(~keep)
        nth = np.arange(len(others)) - np.searchsorted(self.owners[others], self.owners[others])
        keep[others[nth < missing[self.owners[others]]]] = True
        return keep

    def breadth(self, keep: NDArray[np.bool_]) -> int:
        """Return how many products are in the first ten places of any list when only the rows `keep` are in them."""
        owners = self.owners[keep]
        first = np.arange(len(owners)) - np.searchsorted(owners, owners) < _FIRST
        return len(np.unique(self.items[keep][first]))


def choose_floor(
    rows: RowWorth,
    bought: NDArray[np.bool_],
    max_lost_breadth: float = 1.0,
    asked: tuple[float | None, float | None] = (None, None),
) -> Floor:
    """Return the highest floor that costs few hits and products: chance first, then value.

    At most MAX_LOST_HITS of the rows that were bought, and `max_lost_breadth` of the products, see RowWorth.breadth.

    bought  (m,) whether the customer bought it afterwards
    asked   least chance and expected value that were asked for and are not chosen; None: choose
    """
    chance, expected = asked
    chances = (*CHANCES, 0.0) if chance is None else (chance,)
    is_chosen = expected is None and not np.isnan(rows.expected).all()
    values = (*EXPECTED, 0.0) if is_chosen else (expected or 0.0,)
    least_breadth = (1 - max_lost_breadth) * rows.breadth(np.ones(len(bought), dtype=bool))

    def highest_allowed(floors: Iterable[Floor]) -> Floor:
        """Return the first floor, from the highest, that costs little enough; the last one if none does."""
        found = Floor()
        for floor in floors:
            keep = rows.above(floor)
            lost = float((bought & ~keep).sum() / max(int(bought.sum()), 1))
            found = replace(floor, lost_hits=lost)
            if lost <= MAX_LOST_HITS and rows.breadth(keep) >= least_breadth:
                break
        return found

    by_chance = highest_allowed(Floor(each, expected or 0.0) for each in chances)
    return highest_allowed(Floor(by_chance.chance, each) for each in values)
