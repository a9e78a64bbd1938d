"""What the drawer of a call shows: what to say, the lists in short, what came of the last time."""

from dataclasses import dataclass

from dashboard.activity.database import outcomes, people
from dashboard.activity.errors import ActivityError
from dashboard.data.call_queries import CallQueries
from dashboard.display.page_context import PageContext
from dashboard.display.recording import outcome_words
from dashboard.records.calls import Call
from dashboard.records.customers import Recommendation
from dashboard.records.raised import DUE, STATES, expected_of

FIRST_LINES = {DUE: 3}  # of each list; of the others one fewer


@dataclass(frozen=True)
class ShortList:
    """A list in short: its first lines, how many more there are, and what is expected of all and of the rest."""

    state: str
    n: int
    expected: float | None
    lines: tuple[Recommendation, ...]
    more: int
    more_expected: float | None


@dataclass(frozen=True)
class Drawer:
    """One customer's call in short.

    say    by state, the sentence for the customer's ear
    last   what came of the last time; empty where nothing was recorded
    """

    call: Call
    facts: str
    say: tuple[tuple[str, str], ...]
    lists: tuple[ShortList, ...]
    last: str
    step: str = ""
    language: str = "en"


def drawer_of(context: PageContext, queries: CallQueries, customer_id: str) -> Drawer | None:
    """Return the drawer of a customer whom the viewer sees."""
    call = queries.call(customer_id)
    if call is None:
        return None
    said = [
        (state, context.speech.of_line(lines[0], lines[0].rank)) for state in STATES if (lines := call.raised.of(state))
    ]
    return Drawer(
        call=call,
        facts=_facts(context, call),
        say=tuple(said),
        lists=tuple(_short(state, call.raised.of(state)) for state in STATES if call.raised.of(state)),
        last=_last(context, customer_id),
        step=call.step.text if call.step else "",
        language=context.speech.language,
    )


def _short(state: str, lines: tuple[Recommendation, ...]) -> ShortList:
    n = FIRST_LINES.get(state, 2)
    rest = lines[n:]
    return ShortList(state, len(lines), expected_of(lines), lines[:n], len(rest), expected_of(rest))


def _facts(context: PageContext, call: Call) -> str:
    customer, formats = call.customer, context.formats
    where = ", ".join(part for part in (customer.segment, customer.region) if part)
    parts = [f"{where[:1].upper()}{where[1:]}."] if where else []
    if customer.last_order_on is None:
        parts.append("No orders yet.")
    else:
        since = formats.days((context.as_of - customer.last_order_on).days)
        usual = f", usual {formats.number(customer.usual_gap_days)}" if customer.usual_gap_days is not None else ""
        parts.append(f"Last order {formats.day(customer.last_order_on, context.as_of)}, {since} ago{usual}.")
    return " ".join(parts)


def _last(context: PageContext, customer_id: str) -> str:
    """Return `20 Oct, Jana Brandt: pitched Oat cookies, "ask again"`; what was said on that day of all products."""
    try:
        with context.desk.database.read() as at:
            recorded = outcomes.of_customer(at, customer_id, limit=10)
            names = people.names(at, {one.person_id for one in recorded})
    except ActivityError:
        return ""
    if not recorded:
        return ""
    zone = context.formats.time_zone
    day = recorded[0].at.astimezone(zone).date()
    same_day = [one for one in recorded if one.at.astimezone(zone).date() == day]
    said = []
    for one in reversed(same_day):
        words = outcome_words(context, one)
        quote = f" \N{LEFT DOUBLE QUOTATION MARK}{one.note}\N{RIGHT DOUBLE QUOTATION MARK}" if one.note else ""
        said.append(f"{words[:1].lower()}{words[1:]}{quote}")
    who = names.get(recorded[0].person_id)
    when = context.formats.day(day, context.desk.today)
    return f"{when}{f', {who}' if who else ''}: {', '.join(said)}."
