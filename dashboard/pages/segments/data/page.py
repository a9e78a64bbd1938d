"""What the page of segments shows, put together for one viewer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from dashboard.data.answer_cache import AnswerCache, AnswerKey
from dashboard.data.segment_columns import Scheme
from dashboard.data.segment_queries import SegmentQueries
from dashboard.data.snapshot import Snapshot
from dashboard.display.page_context import PageContext
from dashboard.pages.segments.data.filters import SegmentFilters
from dashboard.records.customers import Customer
from dashboard.records.segments import Cohort, Moves, SegmentSummary
from dashboard.records.versions import KeptVersion
from recsys.artifacts.open_version import VersionGone
from recsys.schema.build_report import SegmentsReport

OPPORTUNITY = ("At risk", "Cannot lose")


@dataclass(frozen=True)
class Source:
    """What the page asks.

    kept         versions that have segments, newest first
    snapshot_of  returns one of them as the viewer may see it; raises VersionGone
    """

    context: PageContext
    kept: tuple[KeptVersion, ...]
    snapshot_of: Callable[[str], Snapshot]
    answers: AnswerCache


@dataclass(frozen=True)
class Compared:
    """The version that segments are compared with.

    version    empty: there is none
    as_of      its day
    snapshot   None where it is not kept any more: what this version itself knows of it is used
    is_gone    the address names one that is not kept; the one before is taken
    """

    version: str = ""
    as_of: date | None = None
    snapshot: Snapshot | None = None
    is_gone: bool = False


@dataclass(frozen=True)
class SegmentsPage:
    """What all tabs show.

    to        the version whose segments are shown: the newest, on the tab of moves another one may be chosen
    moves     None where there is nothing to compare with
    """

    version: str
    as_of: date
    to: str
    filters: SegmentFilters
    kept: tuple[KeptVersion, ...]
    compared: Compared
    report: SegmentsReport
    summary: SegmentSummary
    descriptions: Mapping[str, str]
    moves: Moves | None
    cohorts: tuple[Cohort, ...]
    has_year_before: bool
    data_begin_on: date

    @property
    def why_no_segments(self) -> str:
        """Return why the scheme has no segments here; empty where it has some."""
        if self.summary.segments:
            return ""
        return self.report.clusters.why_not or "this version has none"


@dataclass(frozen=True)
class ChosenCustomers:
    """The customers of the list: what they are called, and who they are in words."""

    title: str
    note: str
    customers: tuple[Customer, ...]


def segments_page(source: Source, filters: SegmentFilters) -> SegmentsPage | None:
    """Return the page; None where the version has no segments."""
    context = source.context
    if not context.segments.are_known():
        return None
    to = _to_version(source, filters)
    compared = compared_with(source, filters, to)
    queries = SegmentQueries(to, compared.snapshot)
    filters = _possible(filters, queries)
    return SegmentsPage(
        version=context.version.id,
        as_of=to.source.manifest.facts.as_of,
        to=to.version,
        filters=filters,
        kept=source.kept,
        compared=compared,
        report=to.cache.report(to.version).build.segments,
        summary=_summary(source, queries, to, compared, filters.by),
        descriptions=queries.descriptions(filters.by),
        moves=_moves(source, queries, to, compared, filters.by) if compared.version else None,
        cohorts=context.segments.cohorts(),
        has_year_before=context.version.has_year_before(),
        data_begin_on=context.version.first_order_on,
    )


def chosen_customers(
    source: Source, filters: SegmentFilters, first: tuple[int, int] | None = None
) -> tuple[tuple[Customer, ...], int]:
    """Return the customers whom the filters choose, most revenue in the year before first, and how many there are.

    first  (n, of): only the first n where there are more than `of`; None: all
    """
    compared = compared_with(source, filters, source.context.snapshot)
    queries = SegmentQueries(source.context.snapshot, compared.snapshot)
    asked = (filters.by, filters.segment, filters.cells, filters.moved)
    n = queries.count(*asked)
    most = first[0] if first and n > first[1] else None
    return queries.customers(*asked, most), n


def compared_with(source: Source, filters: SegmentFilters, to: Snapshot) -> Compared:
    """Return the version that another one is compared with: the one that is asked for, else the one before it."""
    older = {one.version: one for one in source.kept if one.version < to.version}
    is_gone = bool(filters.before) and filters.before not in older
    before = to.cache.report(to.version).build.segments.before
    wanted = older.get(filters.before) or (older.get(before.version) if before else None)
    if wanted is None and before is None:
        wanted = next(iter(older.values()), None)
    if wanted is not None:
        try:
            return Compared(wanted.version, wanted.as_of, source.snapshot_of(wanted.version), is_gone)
        except VersionGone:
            is_gone = True
    if before is None or not before.version:
        return Compared(is_gone=is_gone)
    return Compared(before.version, before.as_of, None, is_gone)


# ---- inner ----


def _to_version(source: Source, filters: SegmentFilters) -> Snapshot:
    own = source.context.snapshot
    known = {one.version for one in source.kept}
    if filters.tab != "moves" or filters.to not in known or filters.to == own.version:
        return own
    try:
        return source.snapshot_of(filters.to)
    except VersionGone:
        return own


def _possible(filters: SegmentFilters, queries: SegmentQueries) -> SegmentFilters:
    """Return the filters without a cluster that there is not."""
    known = filters.segment in queries.names(filters.by)
    return filters if known else replace(filters, segment="", moved="")


def _key(source: Source, to: Snapshot, compared: Compared, by: Scheme) -> AnswerKey:
    """Return all that sums of segments depend on; `decided_by` says whose customers are whose."""
    other = compared.snapshot.version if compared.snapshot else ""
    return AnswerKey(to.version, source.context.viewer, asked=(by, other, to.scope.decided_by))


def _summary(source: Source, queries: SegmentQueries, to: Snapshot, compared: Compared, by: Scheme) -> SegmentSummary:
    key = _key(source, to, compared, by)
    return source.answers.answer("segments", key, SegmentSummary, lambda: queries.summary(by))


def _moves(source: Source, queries: SegmentQueries, to: Snapshot, compared: Compared, by: Scheme) -> Moves:
    key = _key(source, to, compared, by)
    return source.answers.answer("segment-moves", key, Moves, lambda: queries.moves(by))
