"""The call list of one person: rows, filters, figures of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dashboard.activity.records import SavedView
from dashboard.data.call_queries import CallQueries
from dashboard.display.call_words import REASON_WORDS, first_words, why_no_calls
from dashboard.display.csv import csv_text, rounded
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.recording import KIND_WORDS
from dashboard.display.tile import Tile
from dashboard.display.year_bars import YearBars, year_bars
from dashboard.records.calls import CAMPAIGN, LOST_PRODUCT, ORDER, REASONS, STEP, Call, CallFilters, CallList
from dashboard.records.raised import STATES

PAGE = "calls"  # of saved views
_WHY = {ORDER: "due", STEP: "next step", LOST_PRODUCT: "lost", CAMPAIGN: "campaign"}
VALUES = (0, 50, 100, 200, 500, 1000)
FILTER_NAMES = ("region", "segment", "reason", "value")


@dataclass(frozen=True)
class Row:
    """One open call.

    counts       by state, how many products there are to raise
    first        the first thing to say, of `state`; the next step's text where that is why
    since, usual days since the last order, and the usual gap; usual is empty where none is known
    bars         of revenue by month; None for who sees none
    """

    call: Call
    where: str
    first: str
    counts: Mapping[str, int]
    since: str
    usual: str
    revenue: str
    change: str
    trend: str
    contact: str
    bars: YearBars | None


@dataclass(frozen=True)
class CallsPage:
    """All of the page but the drawer.

    done_words  what came of the calls that are done; empty without any
    nothing     why no call is open; empty where one is
    """

    version: str
    today: date
    filters: CallFilters
    rows: tuple[Row, ...]
    tiles: tuple[Tile, ...]
    regions: tuple[str, ...]
    segments: tuple[str, ...]
    done: tuple[tuple[str, str, str], ...]
    done_words: str
    nothing: str
    has_chances: bool
    views: tuple[SavedView, ...] = ()
    n_customers: int = 0
    unread: str = ""


def calls_page(
    context: PageContext, queries: CallQueries, filters: CallFilters, views: tuple[SavedView, ...] = ()
) -> CallsPage:
    """Return the page."""
    groups, found = context.snapshot.groups, queries.today(filters)
    return CallsPage(
        version=context.version.id,
        today=context.desk.today,
        filters=filters,
        rows=tuple(_row(context, call) for call in found.open),
        tiles=_tiles(context, found),
        regions=groups.regions,
        segments=groups.segments,
        done=tuple(_done(context, found)),
        done_words=_done_words(context, found),
        nothing="" if found.open else why_no_calls(context, found, filters),
        has_chances=found.expected is not None or not found.open,
        views=views,
        n_customers=len(context.snapshot.visible),
        unread=found.unread,
    )


def _row(context: PageContext, call: Call) -> Row:
    customer, formats = call.customer, context.formats
    now, before = customer.revenue_12m, customer.revenue_12m_before
    shows_year = context.version.has_year_before() and now is not None and before
    since = formats.number((context.as_of - customer.last_order_on).days) if customer.last_order_on else ""
    bars = None
    if now is not None:
        months = context.customers.months(customer.customer_id)
        bars = year_bars(months, context.as_of, context.version.first_order_on)
    return Row(
        call=call,
        where=", ".join(part for part in (customer.segment, customer.region) if part),
        first=first_words(context, call),
        counts={state: len(call.raised.of(state)) for state in STATES},
        since=since,
        usual=formats.number(customer.usual_gap_days) if customer.usual_gap_days is not None else "",
        revenue=formats.compact(now) if now is not None else "",
        change=formats.change_size(now, before) if shows_year and now is not None and before else "",
        trend="" if not shows_year or now == before else "up" if (now or 0) > (before or 0) else "down",
        contact=_day(context, call),
        bars=bars,
    )


def _day(context: PageContext, call: Call) -> str:
    if call.last_contact is None:
        return ""
    day = call.last_contact.astimezone(context.formats.time_zone).date()
    return context.formats.day(day, context.desk.today)


def _tiles(context: PageContext, found: CallList) -> tuple[Tile, ...]:
    formats = context.formats
    number, n_done = formats.number, len(found.done)
    whys = [call.why for call in found.open]
    reasons = ", ".join(f"{number(whys.count(why))} {_WHY[why]}" for why in REASONS if why in whys)
    figures = [
        ("Open calls", number(len(found.open)), reasons),
        ("Done today", f"{number(n_done)} of {number(found.planned)}", f"{number(len(found.open))} to go"),
        ("Offered today", formats.money(found.offered), "if all of it is ordered"),
        ("Ordered today", formats.money(found.ordered), "as recorded"),
        ("Next steps overdue", number(found.late), "of earlier days"),
    ]
    if found.expected is not None:
        figures.insert(0, ("Expected from open calls", formats.money(found.expected), "in the next 4 weeks"))
    done = {"Done today": n_done / found.planned if found.planned else 0.0}
    return tuple(
        Tile(label, value, note, meaning=MEANINGS[label], share=done.get(label)) for label, value, note in figures
    )


def _done(context: PageContext, found: CallList) -> list[tuple[str, str, str]]:
    """Return name, number and what came of each call that is done."""
    return [
        (one.customer.name, one.customer.customer_id, ", ".join(KIND_WORDS[kind].lower() for kind in one.kinds))
        for one in found.done
    ]


def _done_words(context: PageContext, found: CallList) -> str:
    """Return `Done today (4): 2 ordered, 1 pitched, 1 snoozed`, each call under the first of its outcomes."""
    if not found.done:
        return ""
    firsts = [one.kinds[0] for one in found.done]
    number = context.formats.number
    counts = [f"{number(firsts.count(kind))} {KIND_WORDS[kind].lower()}" for kind in dict.fromkeys(firsts)]
    return f"Done today ({number(len(found.done))}): {', '.join(counts)}"


def calls_csv(context: PageContext, page: CallsPage) -> str:
    """Return the open calls as CSV, in the order of the screen."""
    heads = ("Customer", "Customer number", "Segment", "Region", "Why", "First to say", "Due", "Lost", "New",
             "Expected, 4 weeks", "Days since", "Usual gap, days", "Phone")  # fmt: skip
    rows = []
    for row in page.rows:
        customer = row.call.customer
        since = (context.as_of - customer.last_order_on).days if customer.last_order_on else None
        rows.append(
            (
                customer.name,
                customer.customer_id,
                customer.segment,
                customer.region,
                REASON_WORDS[row.call.why],
                row.first,
                *(row.counts[state] for state in STATES),
                rounded(row.call.expected, 2),
                since,
                rounded(customer.usual_gap_days, 1),
                customer.phone,
            )  # fmt: skip
        )
    return csv_text(heads, rows)
