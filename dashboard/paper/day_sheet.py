"""The calls of a day on paper: first all of them in their order, then each customer's call sheet."""

from dataclasses import dataclass

from dashboard.data.call_queries import CallQueries
from dashboard.display.call_words import REASON_WORDS, first_words, why_no_calls
from dashboard.display.page_context import PageContext
from dashboard.paper.call_sheet import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_PHONE,
    LONGEST_SENTENCE,
    CallSheet,
    call_sheet,
    source_words,
)
from dashboard.paper.plain import plain
from dashboard.records.calls import STEP, Call, CallFilters, CallList


@dataclass(frozen=True)
class DayCall:
    """A call in the overview; `state` is that of the first thing to say, STEP where a next step is."""

    name: str
    number: str
    phone: str
    why: str
    state: str
    first: str
    expected: str


@dataclass(frozen=True)
class Overview:
    """The first page: the calls in the order of the call list.

    facts       how many calls, what is expected of them, and which ones the filters left
    nothing     why there is no call; empty where there is one
    """

    title: str
    person: str
    facts: str
    has_chances: bool
    calls: tuple[DayCall, ...]
    nothing: str
    source: str


@dataclass(frozen=True)
class DaySheet:
    """The calls, the overview of them, and their sheets, all in one order."""

    calls: tuple[Call, ...]
    overview: Overview
    sheets: tuple[CallSheet, ...]


def day_sheet(context: PageContext, queries: CallQueries, filters: CallFilters, person: str = "") -> DaySheet:
    """Return the open calls of a day as the call list shows them with the same filters.

    person  who prints it; empty where nobody signs in
    """
    found = queries.today(filters)
    sheets = (call_sheet(context, call.customer.customer_id, person) for call in found.open)
    overview = _overview(context, found, filters, person)
    return DaySheet(found.open, overview, tuple(sheet for sheet in sheets if sheet is not None))


def _overview(context: PageContext, found: CallList, filters: CallFilters, person: str) -> Overview:
    return Overview(
        title=f"Calls for {context.formats.weekday_and_date(context.desk.today)}",
        person=plain(person, LONGEST_NAME),
        facts=_facts(context, found, filters),
        has_chances=found.expected is not None,
        calls=tuple(_call(context, call) for call in found.open),
        nothing="" if found.open else why_no_calls(context, found, filters),
        source=source_words(context),
    )


def _facts(context: PageContext, found: CallList, filters: CallFilters) -> str:
    """Return `11 open calls, expected €1,240. Region North.`"""
    formats, n = context.formats, len(found.open)
    worth = f", expected {formats.money(found.expected)} in the next 4 weeks" if found.expected is not None else ""
    named = [("Region", filters.region), ("Segment", filters.segment), ("Reason", REASON_WORDS.get(filters.reason, ""))]
    if filters.value:
        named.append(("Value from", formats.money(filters.value)))
    narrowed = ", ".join(f"{name} {plain(value, LONGEST_NAME)}" for name, value in named if value)
    facts = f"{formats.number(n)} open call{'' if n == 1 else 's'}{worth}."
    return " ".join(part for part in (facts, f"{narrowed}." if narrowed else "", found.unread) if part)


def _call(context: PageContext, call: Call) -> DayCall:
    customer = call.customer
    return DayCall(
        name=plain(customer.name, LONGEST_NAME),
        number=plain(customer.customer_id, LONGEST_NUMBER) if customer.customer_id != customer.name else "",
        phone=plain(customer.phone, LONGEST_PHONE),
        why=REASON_WORDS[call.why],
        state=STEP if call.why == STEP else call.state,
        first=plain(first_words(context, call, names_customers=False), LONGEST_SENTENCE),
        expected=context.formats.money(call.expected) if call.expected is not None else "",
    )
