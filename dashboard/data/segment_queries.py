"""The questions about segments: how many customers each has, what they bring, who moved, who still orders."""

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from dashboard.data.segment_columns import NOWHERE, Scheme, SegmentColumns, cell_place, named_as_today
from dashboard.data.snapshot import Snapshot
from dashboard.records.customers import Customer
from dashboard.records.segments import Cohort, CohortQuarter, Move, Moves, SegmentFigures, SegmentSummary
from recsys.schema.published import COHORTS, SEGMENTS
from recsys.schema.segments import RFM_NAMES, SCORES, Cell

MIDDLE = 50  # percent
Places = NDArray[np.int64]


class SegmentQueries:
    """Answers about the viewer's customers in one version, compared with another one where one is given."""

    def __init__(self, snapshot: Snapshot, compared_with: Snapshot | None = None) -> None:
        """compared_with  None: the version before, as far as this version itself knows it"""
        self._snapshot = snapshot
        self._compared_with = compared_with

    def are_known(self) -> bool:
        """Return whether the version has segments; one of an earlier release has none."""
        return self._snapshot.source.has(SEGMENTS.name)

    def names(self, scheme: Scheme) -> tuple[str, ...]:
        """Return the names of a scheme's segments, in their order."""
        if scheme == "rfm":
            return RFM_NAMES
        return tuple(str(number + 1) for number in range(self._columns.n_clusters))

    def descriptions(self, scheme: Scheme) -> dict[str, str]:
        """Return who is in each segment, in words."""
        rows = self._snapshot.source.table(SEGMENTS.name, ["scheme", "segment", "description"]).to_pylist()
        return {row["segment"]: row["description"] for row in rows if row["scheme"] == scheme}

    def summary(self, scheme: Scheme) -> SegmentSummary:
        """Return what each segment brings, and what all add up to."""
        columns, now, then = self._columns, self._columns.now(scheme), self._then(scheme)
        known = now != NOWHERE
        both = known & (then != NOWHERE) if then is not None else np.zeros(len(now), dtype=bool)
        segments = tuple(
            self._figures(name, now == place, None if then is None else then == place)
            for place, name in enumerate(self.names(scheme))
        )
        cells = np.bincount(columns.cell[columns.cell != NOWHERE], minlength=len(SCORES) ** 2)
        return SegmentSummary(
            segments=segments,
            whole=self._figures("", columns.rfm != NOWHERE, None),
            cells=tuple(cells.tolist()),
            n_without=int((columns.rfm == NOWHERE).sum()),
            n_same=int((both & (now == then)).sum()) if then is not None else 0,
            n_compared=int(both.sum()),
        )

    def customers(
        self, scheme: Scheme, segment: str = "", cells: Collection[Cell] = (), moved: str = "", most: int | None = None
    ) -> tuple[Customer, ...]:
        """Return who is in a segment, or in some cells, else all with orders; most revenue in the year before first.

        moved  in: of them who were in another segment before; out: who were in it before, and are not now
        most   how many of them; None: all
        """
        order, chosen = self._columns.by_year_before, self._chosen(scheme, segment, cells, moved)
        places = order[chosen[order]][:most]
        return tuple(self._columns.customers[place] for place in places.tolist())

    def count(self, scheme: Scheme, segment: str = "", cells: Collection[Cell] = (), moved: str = "") -> int:
        """Return how many customers that are."""
        return int(self._chosen(scheme, segment, cells, moved).sum())

    def moves(self, scheme: Scheme) -> Moves:
        """Return who moved since the version that is compared with; without one nobody did."""
        columns, now = self._columns, self._columns.now(scheme)
        names = self.names(scheme)
        then = self._then(scheme)
        if then is None:
            then = now
        n = len(names) + 1  # the last place is that of no order
        from_place, to_place = (np.where(each == NOWHERE, n - 1, each) for each in (then, now))
        pairs = from_place * n + to_place
        counts = np.bincount(pairs, minlength=n * n)
        change = np.bincount(pairs, weights=columns.revenue - self._revenue_then(), minlength=n * n)
        named = (*names, "")
        moves = [
            Move(named[at // n], named[at % n], int(counts[at]), _known(change[at]))
            for at in np.flatnonzero(counts).tolist()
            if at // n != at % n
        ]
        moves.sort(key=lambda move: -move.n)
        table = counts.reshape(n, n)
        return Moves(
            names=names,
            then=tuple(table.sum(axis=1)[:-1].tolist()),
            now=tuple(table.sum(axis=0)[:-1].tolist()),
            moves=tuple(moves),
            n_stayed=int(np.trace(table[:-1, :-1])),
        )

    def cohorts(self) -> tuple[Cohort, ...]:
        """Return all customers by the quarter of their first order, whoever looks; the oldest cohort first."""
        found: dict[str, Cohort] = {}
        for row in self._snapshot.source.table(COHORTS.name).to_pylist():
            before = found.get(row["cohort"])
            quarter = CohortQuarter(row["quarter"], row["n_active"], row["revenue"])
            quarters = (*(before.quarters if before else ()), quarter)
            found[row["cohort"]] = Cohort(row["first_quarter"], row["n_customers"], quarters)
        return tuple(sorted(found.values(), key=lambda one: one.first_quarter))

    # ---- inner ----

    @property
    def _columns(self) -> SegmentColumns:
        return self._snapshot.cache.segment_columns(self._snapshot.version, self._snapshot.scope)

    def _then(self, scheme: Scheme) -> Places | None:
        """Return each customer's segment in the version that is compared with; None where nobody has one there."""
        snapshot, other = self._snapshot, self._compared_with
        if other is None:
            before = self._columns.before(scheme)
            then = before if scheme == "rfm" else named_as_today(before, self._columns.now(scheme))
        else:
            cache = snapshot.cache
            then = cache.compared_segments(snapshot.version, snapshot.scope, other.version, other.scope, scheme)
        return then if (then != NOWHERE).any() else None

    def _revenue_then(self) -> NDArray[np.float64]:
        snapshot, other = self._snapshot, self._compared_with
        if other is None:
            return np.full(len(self._columns.customers), np.nan)
        there = snapshot.cache.places_then(snapshot.version, snapshot.scope, other.version, other.scope)
        revenue = np.append(snapshot.cache.segments_then(other.version, other.scope).revenue, 0.0)
        return np.where(there == NOWHERE, 0.0, revenue[there])

    def _chosen(self, scheme: Scheme, segment: str, cells: Collection[Cell], moved: str) -> NDArray[np.bool_]:
        columns = self._columns
        if segment:
            return self._in_segment(scheme, segment, moved)
        if cells:
            return np.isin(columns.cell, [cell_place(*cell) for cell in cells])
        return np.asarray(columns.rfm != NOWHERE)

    def _in_segment(self, scheme: Scheme, segment: str, moved: str) -> NDArray[np.bool_]:
        names = self.names(scheme)
        if segment not in names:
            return np.zeros(len(self._columns.customers), dtype=bool)
        place = names.index(segment)
        now, then = self._columns.now(scheme), self._then(scheme) if moved else None
        if then is None:
            return np.asarray(now == place)
        if moved == "in":
            return np.asarray((now == place) & (then != place))
        return np.asarray((then == place) & (now != place))

    def _figures(self, name: str, now: NDArray[np.bool_], then: NDArray[np.bool_] | None) -> SegmentFigures:
        columns = self._columns
        recency = columns.recency[now]
        return SegmentFigures(
            name=name,
            n=int(now.sum()),
            revenue=_total(columns.revenue[now]),
            revenue_before=_total(columns.revenue_before[now]),
            orders=int(columns.orders[now].sum()),
            recency=float(np.percentile(recency, MIDDLE)) if len(recency) else None,
            moved_in=None if then is None else int((now & ~then).sum()),
            moved_out=None if then is None else int((then & ~now).sum()),
        )


def _total(amounts: NDArray[np.float64]) -> float | None:
    """Return a sum; None where an amount is not known, as for who may not see what customers spend."""
    return _known(math.fsum(amounts.tolist()))


def _known(amount: float) -> float | None:
    return None if math.isnan(amount) else round(float(amount), 6)
