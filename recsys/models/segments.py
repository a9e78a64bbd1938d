"""RFM: customers by how lately, how often and for how much they ordered, in five steps each.

A score is the number of bounds that a figure passes. Bounds are four of the customers' own values: the smallest that
at least 20, 40, 60 and 80 % of them do not exceed. A value on a bound belongs below it, so that equal values have
equal scores; where more than a fifth of the customers share a value, steps next to it are empty.

days since the last order   0 .. b1 | .. b2 | .. b3 | .. b4 | more     score 5 4 3 2 1
order days, revenue         .. b1   | .. b2 | .. b3 | .. b4 | more     score 1 2 3 4 5

Source: Hughes, Strategic Database Marketing (1994).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.array_types import Counts
from recsys.schema.segments import RFM_CELLS, RFM_NAMES, SCORES

_N_BOUNDS = len(SCORES) - 1
_PLACES = np.array([[RFM_NAMES.index(RFM_CELLS[recency, frequency]) for frequency in SCORES] for recency in SCORES])

Values = NDArray[np.float64]


@dataclass(frozen=True)
class CustomerFigures:
    """Of each customer with an order day in the 12 months up to as_of, (n,) each.

    recency_days  since the last order day       order_days, revenue  of these 12 months
    """

    recency_days: Values
    order_days: Values
    revenue: Values

    def __len__(self) -> int:
        return len(self.recency_days)

    def take(self, rows: NDArray[np.int64]) -> "CustomerFigures":
        """Return the figures of some customers, any of them several times."""
        return CustomerFigures(self.recency_days[rows], self.order_days[rows], self.revenue[rows])


@dataclass(frozen=True)
class RfmBounds:
    """Where one score ends and the next begins: four ascending values of each figure."""

    recency: Values
    frequency: Values
    monetary: Values


@dataclass(frozen=True)
class RfmScores:
    """Scores from 1 to 5, 5 is best; (n,) each."""

    recency: Counts
    frequency: Counts
    monetary: Counts

    @property
    def places(self) -> Counts:
        """The place of each customer's segment in RFM_NAMES."""
        return np.asarray(_PLACES[self.recency - 1, self.frequency - 1])

    @property
    def segments(self) -> NDArray[np.object_]:
        """The name of each customer's segment."""
        return np.asarray(np.array(RFM_NAMES, dtype=object)[self.places])


def fit_bounds(figures: CustomerFigures) -> RfmBounds:
    """Return the bounds of the customers' own figures. Raises ValueError without any customer."""
    if not len(figures):
        raise ValueError("there are no customers with an order day in the 12 months; quintiles need at least one")
    return RfmBounds(*(_bounds(each) for each in (figures.recency_days, figures.order_days, figures.revenue)))


def score(figures: CustomerFigures, bounds: RfmBounds) -> RfmScores:
    """Return the customers' scores by given bounds."""
    return RfmScores(
        recency=SCORES[-1] - _passed(figures.recency_days, bounds.recency),
        frequency=SCORES[0] + _passed(figures.order_days, bounds.frequency),
        monetary=SCORES[0] + _passed(figures.revenue, bounds.monetary),
    )


def _bounds(values: Values) -> Values:
    ascending, n = np.sort(values), len(values)
    places = [-(-n * step // len(SCORES)) - 1 for step in range(1, _N_BOUNDS + 1)]  # whole numbers: exact for any n
    return np.asarray(ascending[places], dtype=np.float64)


def _passed(values: Values, bounds: Values) -> Counts:
    """Return how many bounds each value exceeds."""
    return np.searchsorted(bounds, values, side="left").astype(np.int64)
