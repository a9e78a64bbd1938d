"""What of the segments an address wants: the tab, the scheme, what is chosen, the versions that are compared."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from dashboard.data.segment_columns import Scheme
from dashboard.display.request_values import text_of
from recsys.schema.segments import RFM_CELLS, RFM_NAMES, RFM_SEGMENTS, SCORES, Cell

Tab = Literal["segments", "moves", "retention"]
TABS: tuple[Tab, ...] = ("segments", "moves", "retention")
MOVED = ("in", "out")
REVENUE = "revenue"
_CELL = re.compile(r"R([1-5])F([1-5])")
_CLUSTER = re.compile(r"[1-9]\d?")
_VERSION = re.compile(r"[0-9-]{1,40}")


@dataclass(frozen=True)
class SegmentFilters:
    """Empty is nothing chosen.

    segment  a name of the scheme: `At risk`, or the number of a cluster
    cells    of recency and frequency; they are no whole segment, else `segment` is it
    moved    in, out: of the segment, those who moved since the version that is compared with
    before, to  versions that are compared; empty: the one before, the newest
    show     revenue: of cohorts, in the place of how many still order
    """

    tab: Tab = "segments"
    by: Scheme = "rfm"
    segment: str = ""
    cells: tuple[Cell, ...] = ()
    moved: str = ""
    before: str = ""
    to: str = ""
    show: str = ""

    @property
    def query(self) -> dict[str, str]:
        """Return the filters as an address has them."""
        said = {
            "tab": "" if self.tab == "segments" else self.tab,
            "by": "" if self.by == "rfm" else self.by,
            "segment": self.segment,
            "cell": cells_text(self.cells),
            "moved": self.moved,
            "before": self.before,
            "to": self.to,
            "show": self.show,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def chosen(self) -> frozenset[Cell]:
        """Return the cells that are outlined: those chosen, or those of the segment."""
        if self.by != "rfm":
            return frozenset()
        return frozenset(self.cells) or frozenset(cell for cell, name in RFM_CELLS.items() if name == self.segment)

    def with_segment(self, segment: str) -> "SegmentFilters":
        """Return the filters with one segment chosen; it is let go where it is chosen already, or none is named."""
        is_chosen = segment == self.segment and not self.moved
        return replace(self, segment="" if is_chosen else segment, cells=(), moved="")

    def with_cell(self, cell: Cell) -> "SegmentFilters":
        """Return the filters with a cell more among those chosen, or without it; a segment makes way for the cell."""
        cells = {*self.cells} ^ {cell} if self.cells else {cell}
        return _as_segment(replace(self, segment="", moved="", cells=tuple(sorted(cells))))

    def on_tab(self, tab: Tab) -> "SegmentFilters":
        """Return the filters of another tab: the scheme, the segment and the version before go along."""
        return SegmentFilters(tab, self.by, self.segment, before=self.before)


def cells_text(cells: tuple[Cell, ...]) -> str:
    """Return cells as an address has them: `R2F3,R2F4`."""
    return ",".join(f"R{recency}F{frequency}" for recency, frequency in cells)


def filters_of(query: Mapping[str, object]) -> SegmentFilters:
    """Return the filters that an address names; what is not known counts as nothing."""
    said = {name: text_of(query.get(name)) for name in ("tab", "segment", "moved", "before", "to", "show")}
    by: Scheme = "cluster" if query.get("by") == "cluster" else "rfm"
    segment = said["segment"] if _is_segment(by, said["segment"]) else ""
    cells = [(int(one[1]), int(one[2])) for one in _CELL.finditer(text_of(query.get("cell"))[:200])]
    filters = SegmentFilters(
        tab=next((tab for tab in TABS if tab == said["tab"]), "segments"),
        by=by,
        segment=segment,
        cells=tuple(sorted({*cells})) if by == "rfm" and not segment else (),
        moved=said["moved"] if segment and said["moved"] in MOVED else "",
        before=said["before"] if _VERSION.fullmatch(said["before"]) else "",
        to=said["to"] if _VERSION.fullmatch(said["to"]) else "",
        show=REVENUE if said["show"] == REVENUE else "",
    )
    return _as_segment(filters)


def _is_segment(by: Scheme, name: str) -> bool:
    return name in RFM_NAMES if by == "rfm" else _CLUSTER.fullmatch(name) is not None


def _as_segment(filters: SegmentFilters) -> SegmentFilters:
    """Return the filters with the segment that the chosen cells are; all cells of the grid are no choice."""
    if len(filters.cells) == len(SCORES) ** 2:
        return replace(filters, cells=())
    whole = next((one.name for one in RFM_SEGMENTS if one.cells == filters.cells), "")
    return replace(filters, segment=whole, cells=()) if whole else filters
