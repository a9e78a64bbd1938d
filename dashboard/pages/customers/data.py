"""What the list of all customers says above its table, and how many products there are to raise. No Dash."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.activity.records import SavedView
from dashboard.data.state_queries import StateQueries
from dashboard.display.customer_table import packed_states, with_states
from dashboard.display.kept_tables import Kept
from dashboard.display.list_head import Active, ListHead, active_words
from dashboard.display.page_context import PageContext
from dashboard.display.saved_views import views_of
from dashboard.records.raised import STATES, StateCounts

ORDERED = Active("with orders in the last 12 months", "without")
PAGE = "customers"


@dataclass(frozen=True)
class Filters:
    """What the bar above the table offers.

    with_state  by state the number of customers who have a product in it
    views       the person's own
    """

    regions: tuple[str, ...]
    reps: tuple[str, ...]
    with_state: Mapping[str, int]
    has_year_before: bool
    has_revenue: bool
    views: tuple[SavedView, ...]


def customers_head(context: PageContext) -> ListHead:
    """Return how many customers the viewer has, and how many of them ordered in the last 12 months."""
    everyone = context.customers.everyone()
    n_active = sum(one.orders_12m > 0 for one in everyone)
    return ListHead("Customers", active_words(len(everyone), n_active, ORDERED, context.formats), context.version.id)


def counts_of(context: PageContext) -> Mapping[str, StateCounts]:
    """Return how many products there are to raise with each of the viewer's customers, now."""
    return StateQueries(context.snapshot, context.desk).counts()


def with_counts(kept: Kept, counts: Mapping[str, StateCounts], context: PageContext) -> Kept:
    """Return the kept table with the counts of the states."""
    columns = {**kept.packed["columns"], **packed_states(kept.packed["keys"], counts, context.formats)}
    return Kept(with_states(kept.table, counts, context.formats), {**kept.packed, "columns": columns})


def filters_of(context: PageContext, counts: Mapping[str, StateCounts]) -> Filters:
    """Return what there is to filter by."""
    everyone = tuple(context.snapshot.visible.values())  # in no order: everyone() sorts them
    reps = sorted({one.rep for one in everyone if one.rep}) if context.shows_rep(everyone) else []
    return Filters(
        regions=tuple(sorted({one.region for one in everyone if one.region})),
        reps=tuple(reps),
        with_state={state: sum(getattr(one, state) > 0 for one in counts.values()) for state in STATES},
        has_year_before=context.version.has_year_before(),
        has_revenue=any(one.revenue_12m is not None for one in everyone),
        views=views_of(context.desk, PAGE),
    )
