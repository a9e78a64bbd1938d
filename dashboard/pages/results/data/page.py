"""My results: one sentence, the figures of a span of days with their denominators, and what is behind them."""

from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.data.found_orders import FOUND_DAYS
from dashboard.data.result_queries import ResultQueries
from dashboard.display.csv import csv_text, rounded
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.recording import KIND_WORDS
from dashboard.display.tile import Tile
from dashboard.records.raised import STATES, state_of
from dashboard.records.results import Results, Share

PERIODS = {"week": "This week", "last": "Last week", "month": "4 weeks", "quarter": "12 weeks"}
LEAST_TO_TELL = 50  # pitches: of fewer no share is said
MOST_OUTCOMES = 50


@dataclass(frozen=True)
class ListRow:
    """What came of the pitches of one state."""

    state: str
    pitched: int
    ordered: int
    value: float


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome in words."""

    day: str
    customer_id: str
    customer: str
    product_id: str
    product: str
    state: str
    outcome: str
    value: str
    said: str


@dataclass(frozen=True)
class StepRow:
    """One next step of the span: its day, whose, what, and what became of it."""

    day: str
    customer_id: str
    customer: str
    text: str
    done: str


@dataclass(frozen=True)
class ResultsPage:
    """All of the page."""

    version: str
    period: str
    span: str
    sentence: str
    long_run: str
    tiles: tuple[Tile, ...]
    lists: tuple[ListRow, ...]
    outcomes: tuple[OutcomeRow, ...]
    n_outcomes: int
    steps: tuple[StepRow, ...]
    why_not: tuple[tuple[str, int], ...]
    note: str
    unread: str = ""


def span_of(period: str, today: date) -> tuple[date, date]:
    """Return the first and last day of a period; weeks begin on Monday, and none goes beyond today."""
    monday = today - timedelta(today.weekday())
    if period == "last":
        return monday - timedelta(7), monday - timedelta(1)
    weeks = {"month": 4, "quarter": 12}.get(period)
    return (today - timedelta(7 * weeks - 1) if weeks else monday), today


def results_page(context: PageContext, queries: ResultQueries, period: str) -> ResultsPage:
    """Return the page of a period; an unknown one is this week."""
    period = period if period in PERIODS else "week"
    since, until = span_of(period, context.desk.today)
    found = queries.results(since, until)
    formats = context.formats
    span = f"{formats.day(since, context.desk.today)} to {formats.day(until, context.desk.today)}"
    return ResultsPage(
        version=context.version.id,
        period=period,
        span=span,
        sentence=_sentence(context, found, period),
        long_run=_long_run(context, found.long_run),
        tiles=_tiles(context, found),
        lists=tuple(_list_row(state, found) for state in STATES),
        outcomes=tuple(_outcome_rows(context, found)),
        n_outcomes=len(found.outcomes),
        steps=tuple(_step_rows(context, found)),
        why_not=tuple(sorted(found.why_not.items(), key=lambda one: (-one[1], one[0]))),
        note=f"Unit: a customer and day, under the product raised first. Ordered: recorded by you, or an order with a "
        f"pitched product within {FOUND_DAYS} days; orders are known up to "
        f"{formats.day(context.as_of, context.desk.today)}. Value: of the pitched products, net of VAT.",
        unread=found.unread,
    )


def _sentence(context: PageContext, found: Results, period: str) -> str:
    number, pitched, ordered = context.formats.number, len(found.pitches), found.ordered
    if not pitched:
        return (
            f"{PERIODS[period]}: nothing pitched yet." if period == "week" else f"{PERIODS[period]}: nothing pitched."
        )
    customers = f"{number(pitched)} customer{'' if pitched == 1 else 's'}"
    worth = f", worth {context.formats.money(found.value)}" if ordered else ""
    return f"{PERIODS[period]}: pitched to {customers}, {number(len(ordered))} ordered{worth}."


def _long_run(context: PageContext, share: Share) -> str:
    """Return what came of 12 weeks, with its interval; of too few pitches no share."""
    number, percent = context.formats.number, context.formats.percent
    if not share.of:
        return "No pitch of the last 12 weeks is decided yet."
    if share.of < LEAST_TO_TELL:
        return f"Over 12 weeks {number(share.n)} of {number(share.of)} ordered: too few to tell a share."
    between = f"{percent(share.low)} to {percent(share.high)}"
    return f"Over 12 weeks {number(share.n)} of {number(share.of)} ordered ({percent(share.n / share.of)}, {between})."


def _tiles(context: PageContext, found: Results) -> tuple[Tile, ...]:
    number, money = context.formats.number, context.formats.money
    recorded = sum(pitch.recorded for pitch in found.pitches)
    alone = sum(pitch.found_on is not None and not pitch.recorded for pitch in found.pitches)
    waiting = sum(pitch.is_open for pitch in found.pitches)
    called = len({one.customer_id for one in found.outcomes})
    kept = [step for step in found.steps if step.closed_as == "done"]
    n_ordered = len(found.ordered)
    each = f"{money(found.value / n_ordered)} an order" if n_ordered else "no order yet"
    return (
        Tile("Pitched", number(len(found.pitches)), f"of {number(called)} called", meaning=MEANINGS["Pitched"]),
        Tile("Ordered", f"{number(n_ordered)} of {number(len(found.pitches))}",
             f"{number(recorded)} recorded, {number(alone)} found in orders", meaning=MEANINGS["Ordered"]),
        Tile("Not decided", number(waiting), f"within {FOUND_DAYS} days", meaning=MEANINGS["Not decided"]),
        Tile("Value", money(found.value), each, meaning=MEANINGS["Value of pitches"]),
        Tile("Next steps kept", f"{number(len(kept))} of {number(len(found.steps))}", "due in these days",
             meaning=MEANINGS["Next steps kept"]),
    )  # fmt: skip


def _list_row(state: str, found: Results) -> ListRow:
    pitches = [pitch for pitch in found.pitches if pitch.state == state]
    ordered = [pitch for pitch in pitches if pitch.is_ordered]
    return ListRow(state, len(pitches), len(ordered), sum(pitch.value for pitch in ordered))


def _outcome_rows(context: PageContext, found: Results) -> list[OutcomeRow]:
    formats, zone, today = context.formats, context.formats.time_zone, context.desk.today
    rows = []
    for one in found.outcomes[:MOST_OUTCOMES]:
        value = one.value if one.kind in ("ordered", "pitched") else None
        rows.append(
            OutcomeRow(
                formats.day(one.at.astimezone(zone).date(), today),
                one.customer_id,
                context.customers.name(one.customer_id) or one.customer_id,
                one.product_id,
                context.products.name(one.product_id) if one.product_id else "The whole account",
                state_of(one.list) if one.list else "",
                KIND_WORDS.get(one.kind, one.kind),
                formats.money(value) if value is not None else "",
                ". ".join(part for part in (one.why, one.note) if part),
            )
        )
    return rows


def _step_rows(context: PageContext, found: Results) -> list[StepRow]:
    formats, zone, today = context.formats, context.formats.time_zone, context.desk.today
    rows = []
    for step in found.steps:
        if step.closed_at is None:
            done = "open" if step.due_on >= today else f"{formats.days((today - step.due_on).days)} late"
        elif step.closed_as != "done":
            done = "dropped"
        else:
            late = (step.closed_at.astimezone(zone).date() - step.due_on).days
            done = "on the day" if late == 0 else f"{formats.days(late)} late" if late > 0 else "ahead"
        name = context.customers.name(step.customer_id) or step.customer_id
        rows.append(StepRow(formats.day(step.due_on, today), step.customer_id, name, step.text, done))
    return rows


def results_csv(context: PageContext, queries: ResultQueries, period: str) -> str:
    """Return the outcomes of a period as CSV, the newest first."""
    found = queries.results(*span_of(period if period in PERIODS else "week", context.desk.today))
    zone = context.formats.time_zone
    rows = [
        (
            one.at.astimezone(zone).date(), context.customers.name(one.customer_id), one.customer_id,
            context.products.name(one.product_id) if one.product_id else None, one.product_id or None, one.list or None,
            KIND_WORDS.get(one.kind, one.kind), rounded(one.value, 2), rounded(one.chance, 4), one.why or None,
            one.note or None, one.until,
        )
        for one in found.outcomes
    ]  # fmt: skip
    heads = ("Date", "Customer", "Customer number", "Product", "Product number", "List", "Outcome", "Value", "Chance",
             "Why", "Note", "Until")  # fmt: skip
    return csv_text(heads, rows)
