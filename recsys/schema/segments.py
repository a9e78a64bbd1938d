"""RFM: the eleven named segments of customers, and the cells of recency and frequency that each consists of.

Scores are 1 to 5 and 5 is best, by quintiles of the customers with an order day in the 12 months up to as_of:
recency is the days since the last order, frequency the order days and monetary the revenue of these 12 months.

      F1             F2                  F3                  F4       F5
R5    New            Potential loyalist  Potential loyalist  Loyal    Champions
R4    Promising      Potential loyalist  Potential loyalist  Loyal    Champions
R3    About to sleep About to sleep      Needs attention     Loyal    Loyal
R2    Hibernating    Hibernating         At risk             At risk  Cannot lose
R1    Lost           Lost                At risk             At risk  Cannot lose
"""

from dataclasses import dataclass
from itertools import product

SCORES = (1, 2, 3, 4, 5)  # 5 is best
SCHEMES = ("rfm", "cluster")

Cell = tuple[int, int]  # (R, F)


@dataclass(frozen=True)
class RfmSegment:
    """A named segment: its cells, and who is in it in words."""

    name: str
    cells: tuple[Cell, ...]
    words: str

    @property
    def rule(self) -> str:
        """Return its cells as they are written: `R3 F4-5, R4-5 F4`."""
        frequencies: dict[int, list[int]] = {}
        for recency, frequency in sorted(self.cells):
            frequencies.setdefault(recency, []).append(frequency)
        rows: dict[tuple[int, ...], list[int]] = {}
        for recency, scores in frequencies.items():
            rows.setdefault(tuple(scores), []).append(recency)
        return ", ".join(f"R{_span(recencies)} F{_span(scores)}" for scores, recencies in rows.items())


def _span(scores: list[int] | tuple[int, ...]) -> str:
    return str(scores[0]) if len(scores) == 1 else f"{scores[0]}-{scores[-1]}"


def _cells(*blocks: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[Cell, ...]:
    return tuple(sorted(cell for recencies, frequencies in blocks for cell in product(recencies, frequencies)))


RFM_SEGMENTS = (
    RfmSegment("Champions", _cells(((4, 5), (5,))), "Buy most often, and lately."),
    RfmSegment("Loyal", _cells(((4, 5), (4,)), ((3,), (4, 5))), "Buy often, and not long ago."),
    RfmSegment("Potential loyalist", _cells(((4, 5), (2, 3))), "Bought lately, a few times."),
    RfmSegment("New", _cells(((5,), (1,))), "Bought just now, hardly ever before."),
    RfmSegment("Promising", _cells(((4,), (1,))), "Bought lately, hardly ever before."),
    RfmSegment("Needs attention", _cells(((3,), (3,))), "In the middle: neither often nor lately."),
    RfmSegment("About to sleep", _cells(((3,), (1, 2))), "Buy seldom, last some time ago."),
    RfmSegment("At risk", _cells(((1, 2), (3, 4))), "Bought often, not lately."),
    RfmSegment("Cannot lose", _cells(((1, 2), (5,))), "Bought most often, not lately."),
    RfmSegment("Hibernating", _cells(((2,), (1, 2))), "Bought seldom, and long ago."),
    RfmSegment("Lost", _cells(((1,), (1, 2))), "Bought seldom, longest ago."),
)
RFM_NAMES = tuple(segment.name for segment in RFM_SEGMENTS)
RFM_CELLS: dict[Cell, str] = {cell: segment.name for segment in RFM_SEGMENTS for cell in segment.cells}


def rfm_segment(name: str) -> RfmSegment:
    """Return a segment by its name. Raises KeyError if there is none of that name."""
    return {segment.name: segment for segment in RFM_SEGMENTS}[name]
