"""What a person's digest says, in words: new alerts by kind, the first calls of today, next steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from dashboard.activity.database import alerts, notes, people
from dashboard.activity.errors import ActivityUnavailable
from dashboard.activity.records import NextStep, SentDigest, Visit
from dashboard.alerts.newness import seen_until
from dashboard.alerts.queries import AlertQueries
from dashboard.alerts.rule_book import RuleInUse
from dashboard.alerts.rules import DUE, KINDS, LOST, MISSED, SEASON, SLOWING, STOCK
from dashboard.data.alert_rows import day_number
from dashboard.data.call_queries import CallQueries
from dashboard.display.alert_lines import LISTS, AlertLine, alert_lines, rhythm
from dashboard.display.call_words import first_words
from dashboard.display.page_context import PageContext
from dashboard.records.calls import Call, CallFilters, CallList

CALLS, STEPS = "calls", "steps"  # sections besides the kinds of alerts
MOST = {LOST: 3, SLOWING: 3, DUE: 2, SEASON: 2, STOCK: 2, CALLS: 5, STEPS: 5}  # lines of a section
HEADINGS: Mapping[str, str] = {
    LOST: "Lost products",
    SLOWING: "Slowing customers",
    DUE: "Due",
    SEASON: "Season ahead",
    STOCK: "Stock short",
    CALLS: "Today\N{RIGHT SINGLE QUOTATION MARK}s calls",
    STEPS: "Next steps",
}
FIGURES = {LOST: "a year", SLOWING: "in 12 months", DUE: "expected", SEASON: "if ordered", STOCK: "short"}
STALE_DAYS = 3  # data that end so many days before today are said to


@dataclass(frozen=True)
class Item:
    """One line.

    title, at       a customer, or a product, and the address of its page
    text            what happened, or what to say first
    figure, unit    what it is worth, or how late it is: `€1,240`, `a year`; empty where nothing is known
    offer           what to offer in its place; empty without
    """

    title: str
    at: str
    text: str
    figure: str = ""
    unit: str = ""
    offer: str = ""


@dataclass(frozen=True)
class Section:
    """The first lines of a kind of alert, of the calls, or of the next steps.

    n      of how many lines
    more   what else there is, and `at` where; empty where all is here
    """

    kind: str
    heading: str
    n: int
    items: tuple[Item, ...]
    more: str
    at: str


@dataclass(frozen=True)
class Digest:
    """What one person's digest says.

    head, about    `Tuesday, 17 November`; `For Jana Brandt. Data up to 16 Nov.`
    summary        `3 new alerts, 11 calls`
    short_day      `Tue 17 Nov`, for the subject
    calls_at, alerts_at   addresses
    """

    day: date
    as_of: date
    head: str
    short_day: str
    about: str
    summary: str
    sections: tuple[Section, ...]
    calls_at: str
    alerts_at: str


def digest_of(
    context: PageContext, rules: Mapping[str, RuleInUse], before: SentDigest | None, name: str
) -> Digest | None:
    """Return the digest of today, by the desk; None where there is nothing to say.

    before   the digest before this one: what began since is new; None: what began since the last visit of the alerts
    name     of the person
    Raises ActivityUnavailable where the database does not answer: without it, it would name what was settled.
    """
    calls = CallQueries(context.snapshot, context.desk, context.formats.time_zone).today(CallFilters())
    if calls.unread:
        raise ActivityUnavailable(calls.unread)
    sections = (*_alerts(context, rules, before), _calls(context, calls), _steps(context))
    found = tuple(sorted((one for one in sections if one.n), key=lambda one: one.kind == STOCK))  # that one last
    if not found:
        return None
    formats, day = context.formats, context.desk.today
    return Digest(
        day=day,
        as_of=context.as_of,
        head=formats.weekday_and_day(day),
        short_day=formats.short_weekday_and_day(day),
        about=f"{f'For {name}. ' if name else ''}{_data(context)}",
        summary=_summary(context, found),
        sections=found,
        calls_at=context.links.home(),
        alerts_at=context.links.alerts(),
    )


def _data(context: PageContext) -> str:
    formats, age = context.formats, (context.desk.today - context.as_of).days
    old = f", {formats.days(age)} ago" if age >= STALE_DAYS else ""
    return _sentence(f"Data up to {formats.day(context.as_of, context.desk.today)}{old}.")


def _summary(context: PageContext, sections: tuple[Section, ...]) -> str:
    """Return `3 new alerts, 11 calls, 1 next step`; `4 products short` where there is nothing else.

    What is short may have been so before: it is counted anew, and no news.
    """
    counts = {section.kind: section.n for section in sections}
    n_calls, n_steps, n_short = (counts.pop(kind, 0) for kind in (CALLS, STEPS, STOCK))
    named = ((sum(counts.values()), "new alert"), (n_calls, "call"), (n_steps, "next step"))
    said = ", ".join(_counted(context, n, noun) for n, noun in named if n)
    return said or f"{_counted(context, n_short, 'product')} short"


def _counted(context: PageContext, n: int, noun: str) -> str:
    return f"{context.formats.number(n)} {noun}{'' if n == 1 else 's'}"


# ---- alerts ----


def _alerts(context: PageContext, rules: Mapping[str, RuleInUse], before: SentDigest | None) -> Iterator[Section]:
    """Yield the new alerts of each kind; follow-ups are in the section of next steps."""
    queries, seen = AlertQueries(context.snapshot, context.desk), _seen(context, before)
    for kind in KINDS:
        if kind == MISSED or (kind == STOCK and not queries.has_stock()):
            continue
        found = queries.find(rules[kind].rule).open
        until = seen_until(kind, seen, context.as_of, context.desk.today, before=False)
        new = found.where(found.opened > day_number(until))
        first, states = new.alerts(MOST[kind]), queries.states(new, MOST[kind])
        lines = alert_lines(context, first, states, {}, has_dots=False)
        items = tuple(_item(context, line) for line in lines)
        yield _section(context, kind, len(new), items, context.links.alerts(**({} if kind == LOST else {"tab": kind})))


def _seen(context: PageContext, before: SentDigest | None) -> Visit | None:
    """Return what the person has seen: the digest before this one, else the alerts at their last visit."""
    if before is not None:
        return Visit(before.at, before.as_of, before.day, None, None)
    with context.desk.database.read() as at:
        return alerts.visit_of(at, context.desk.person_id)


def _item(context: PageContext, line: AlertLine) -> Item:
    kind, links = line.key.kind, context.links
    if line.customer is None:  # stock
        return Item(line.title, links.product(line.number), line.about, line.days, FIGURES[kind])
    if kind == SLOWING:
        return Item(line.title, links.customer(line.number), f"{line.about} {line.extra}.", line.worth, FIGURES[kind])
    bought = rhythm(context, line.alert)
    at = links.reason(line.customer.customer_id, LISTS[kind][0], line.key.product_id)
    text = _sentence(f"{line.title}: {bought[:1].lower()}{bought[1:]}")
    offer = f"Offer {line.offer.name} instead: {line.offer.note}." if line.offer else ""
    return Item(line.customer.name, at, text, line.worth, FIGURES[kind], offer)


# ---- calls and next steps ----


def _calls(context: PageContext, calls: CallList) -> Section:
    items = tuple(_call(context, call) for call in calls.open[: MOST[CALLS]])
    return _section(context, CALLS, len(calls.open), items, context.links.home())


def _call(context: PageContext, call: Call) -> Item:
    return Item(
        call.customer.name,
        context.links.customer(call.customer.customer_id),
        call.step.text if call.step else _sentence(first_words(context, call)),
        context.formats.money(call.expected) if call.expected is not None else "",
        "expected" if call.expected is not None else "",
    )


def _steps(context: PageContext) -> Section:
    """Return the next steps that are due today or late, the latest first."""
    desk = context.desk
    with desk.database.read() as at:
        found = [one for one in notes.open_steps(at, until=desk.today) if one.customer_id in context.snapshot.visible]
        shown = found[: MOST[STEPS]]
        names = people.names(at, {one.person_id for one in shown})
    items = tuple(_step(context, one, names) for one in shown)
    return _section(context, STEPS, len(found), items, context.links.alerts(tab=MISSED))


def _step(context: PageContext, step: NextStep, names: Mapping[int, str]) -> Item:
    formats, late = context.formats, (context.desk.today - step.due_on).days
    by = names.get(step.person_id, "") if step.person_id != context.desk.person_id else ""
    text = f"{step.text} (planned by {by})" if by else step.text
    figure, unit = (formats.days(late), "late") if late else ("Today", "")
    customer = context.snapshot.visible[step.customer_id]
    return Item(customer.name, context.links.customer(step.customer_id), text, figure, unit)


def _sentence(text: str) -> str:
    """Return a sentence that ends with one stop: in some locales a day ends with one too."""
    return text[:-1] if text.endswith("..") else text


def _section(context: PageContext, kind: str, n: int, items: tuple[Item, ...], at: str) -> Section:
    rest, page = n - len(items), "Calls" if kind == CALLS else "Alerts"
    more = f"{context.formats.number(rest)} more in {page}" if rest > 0 else ""
    return Section(kind, HEADINGS[kind], n, items, more, at)
