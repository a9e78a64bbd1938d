"""What the list of all customers says above its table, and how many products there are to raise. No Dash."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.activity.records import SavedView
from dashboard.data.state_queries import CountsOf, StateQueries
from dashboard.display.customer_table import packed_states, with_states
from dashboard.display.kept_tables import Kept
from dashboard.display.list_head import Active, ListHead, active_words
from dashboard.display.page_context import PageContext
from dashboard.display.saved_views import views_of
from dashboard.display.table_columns import column_of_counts
from dashboard.records.raised import STATES

ORDERED = Active("with orders in the last 12 months", "without")
PAGE = "customers"


@dataclass(frozen=True)
class Filters:
    """What the bar above the table offers.

    has_segments  whether customers are in named segments
    with_state  by state the number of customers who have a product in it
    views       the person's own
    """

    regions: tuple[str, ...]
    reps: tuple[str, ...]
    with_state: Mapping[str, int]
    has_segments: bool
    has_year_before: bool
    has_revenue: bool
    views: tuple[SavedView, ...]


def customers_head(context: PageContext) -> ListHead:
    """Return how many customers the viewer has, and how many of them ordered in the last 12 months."""
    groups = context.snapshot.groups
    said = active_words(groups.n, groups.n_active, ORDERED, context.formats)
    return ListHead("Customers", said, context.version.id)


def counts_of(context: PageContext) -> CountsOf:
    """Return how many products there are to raise with each of the viewer's customers, now."""
    return StateQueries(context.snapshot, context.desk).counts()


def with_counts(kept: Kept, counts: CountsOf, context: PageContext) -> Kept:
    """Return the kept table with the counts of the states."""
    packed = kept.packed
    if packed is not None:
        columns = {**packed["columns"], **packed_states(packed["keys"], counts, context.formats)}
        packed = {**packed, "columns": columns}
    table = with_states(kept.table, counts, context.formats)
    own = {state: column_of_counts(counts.column(state)[kept.by_name]) for state in STATES} if packed is None else {}
    return kept._replace(table=table, packed=packed, columns=kept.columns.with_own(table, own))


def filters_of(context: PageContext, counts: CountsOf) -> Filters:
    """Return what there is to filter by."""
    groups = context.snapshot.groups
    return Filters(
        regions=groups.regions,
        reps=groups.reps if context.viewer.role == "all" else (),
        with_state={state: counts.customers_with(state) for state in STATES},
        has_segments=context.segments.are_known(),
        has_year_before=context.version.has_year_before(),
        has_revenue=groups.has_revenue,
        views=views_of(context.desk, PAGE),
    )
