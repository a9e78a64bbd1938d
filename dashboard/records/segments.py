"""What the repository answers about segments of customers: sums, moves and cohorts; no customer is named."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SegmentFigures:
    """What one segment of the viewer's customers brings; None where a number is not known.

    revenue, revenue_before  of the 12 months up to as_of, and of those before; None for who may not see it
    recency                  median days since the last order
    moved_in, moved_out      since the version that is compared with; None without one
    """

    name: str
    n: int
    revenue: float | None
    revenue_before: float | None
    orders: int
    recency: float | None
    moved_in: int | None
    moved_out: int | None


@dataclass(frozen=True)
class SegmentSummary:
    """All segments of a scheme, and what they add up to.

    segments   every customer with an order in the 12 months is in exactly one; all of them together are `whole`
    cells      customers by cell of recency and frequency, see segment_columns.cell_place
    n_without  customers without an order in the 12 months
    n_same     of n_compared customers, who have a segment in both versions, those in the same one
    """

    segments: tuple[SegmentFigures, ...]
    whole: SegmentFigures
    cells: tuple[int, ...]
    n_without: int
    n_same: int
    n_compared: int


@dataclass(frozen=True)
class Move:
    """Customers who went from one segment to another; an empty name is no order in the 12 months.

    change   of their revenue, 12 months against the 12 months of then; None where it is not known
    """

    came_from: str
    went_to: str
    n: int
    change: float | None


@dataclass(frozen=True)
class Moves:
    """All moves between two versions, most customers first.

    names            of the segments, in their order
    then, now        customers in each segment, in that order
    n_stayed         customers in the same segment in both
    """

    names: tuple[str, ...]
    then: tuple[int, ...]
    now: tuple[int, ...]
    moves: tuple[Move, ...]
    n_stayed: int

    @property
    def n_moved(self) -> int:
        return sum(move.n for move in self.moves)

    def came_to(self, name: str) -> tuple[Move, ...]:
        """Return the moves into a segment."""
        return tuple(move for move in self.moves if move.went_to == name)

    def went_from(self, name: str) -> tuple[Move, ...]:
        """Return the moves out of a segment."""
        return tuple(move for move in self.moves if move.came_from == name)


@dataclass(frozen=True)
class CohortQuarter:
    """One quarter of a cohort: who of it ordered, and for how much."""

    quarter: date
    n_active: int
    revenue: float


@dataclass(frozen=True)
class Cohort:
    """Customers whose first order is in the same quarter; its quarters from that one on."""

    first_quarter: date
    n: int
    quarters: tuple[CohortQuarter, ...]
