"""What a customer's call sheet says, put together for one viewer: one page, which names no other customer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from babel.dates import format_date

from dashboard.display.customer_figures import tiles, years_of
from dashboard.display.diary import Diary, Entry, Step, diary, local_day
from dashboard.display.formats import TIMES, Formats
from dashboard.display.page_context import PageContext
from dashboard.display.pitch_lists import (
    LIST_MEANINGS,
    STATE_WORDS,
    STATUS_WORDS,
    Line,
    PitchList,
    few_orders_words,
    held_words,
    pitch_lists,
    sum_words,
    why_no_lists,
)
from dashboard.display.tile import Tile
from dashboard.display.year_bars import YearBars
from dashboard.paper.plain import plain
from dashboard.records.customers import Customer, PastOrder
from dashboard.records.raised import DUE, LOST, NEW, Raised

N_TILES = 5
MOST_LAST, MOST_STEPS = 3, 3  # days on which something came of a call, and next steps
MOST_FIRST_TIMES = 2  # products bought for the first time that are named
# Letters. What is longer is cut: it would take the place of what is said.
LONGEST_NAME, LONGEST_PERSON, LONGEST_NUMBER, LONGEST_PHONE = 120, 40, 40, 28
LONGEST_SENTENCE, LONGEST_NOTE = 300, 280
MOST_LINES = 16  # of all lists together; more never fit: a line has 40 of the 1,123 pixels of A4
FLOORS = (2, 1, 0)  # lines that each list keeps while another has more: see `cuts`
_GO_FIRST = (NEW, LOST, DUE)  # of lines that are worth the same


@dataclass(frozen=True)
class SheetLine:
    """A product to raise: what, how many at which price, its chance (or worth if ordered), why."""

    name: str
    number: str
    amount: str
    chance: str
    reason: str


@dataclass(frozen=True)
class SheetList:
    """One of the lists.

    titles   by how many of its lines are on paper, from 0: `Due 5`, `Due 3 of 5`, and what it is and is worth
    chance_head   of the column that has chances, or without any what a line is worth if ordered
    """

    state: str
    titles: tuple[tuple[str, str], ...]
    chance_head: str
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True)
class SheetMonths:
    """Twelve months: first letters, revenue, of the year before too (None where the data do not have it), the key."""

    letters: tuple[str, ...]
    now: tuple[float, ...]
    before: tuple[float | None, ...]
    key: str


@dataclass(frozen=True)
class Cut:
    """How many lines of each list, of the last times and of the next steps are on paper, and what is said of the rest.

    lines   that are left to write on, at least
    """

    due: int
    lost: int
    new: int
    last: int
    steps: int
    lines: int
    others: str

    def of(self, state: str) -> int:
        """Return how many lines of a list are on paper."""
        return {DUE: self.due, LOST: self.lost, NEW: self.new}.get(state, 0)


@dataclass(frozen=True)
class CallSheet:
    """All of the page as text.

    made      whose it is, and of which day
    say       by state, what to say to the customer, in `language`
    nothing   why there are no lists; empty where there are
    hint      what the lists of a customer with few orders are
    last      day and what came of it, the newest first
    steps     day, whether that is due, and what is to be done
    cuts      what is on paper, the most first: the first one that fits on the page is printed
    n_products    on the lists, printed or not
    """

    name: str
    number: str
    tag: str
    where: str
    phone: str
    made: str
    tiles: tuple[Tile, ...]
    say: tuple[tuple[str, str, str], ...]
    language: str
    months: SheetMonths | None
    hint: str
    nothing: str
    lists: tuple[SheetList, ...]
    last: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, bool, str], ...]
    order_sum: str
    about: str
    source: str
    cuts: tuple[Cut, ...]
    n_products: int


def call_sheet(context: PageContext, customer_id: str, person: str = "") -> CallSheet | None:
    """Return the sheet of a customer whom the viewer sees; else None.

    person  who prints it; empty where nobody signs in
    """
    customer = context.customers.get(customer_id)
    if customer is None:
        return None
    formats, raised = context.formats, context.raised(customer)
    lists = pitch_lists(context, customer, raised, names_customers=False) if customer.is_pitched_to else ()
    filled = [pitches for pitches in lists if pitches.lines]
    written = diary(context, customer_id)
    last, steps = _last(context, customer, written, person), tuple(map(_step, written.steps[:MOST_STEPS]))
    on_paper = tuple(cuts(filled, len(last), len(steps), formats))
    return CallSheet(
        name=plain(customer.name, LONGEST_NAME),
        number=plain(customer_id, LONGEST_NUMBER) if customer_id != customer.name else "",
        tag=STATUS_WORDS[customer.status][0] if customer.status and not customer.is_pitched_to else "",
        where=_where(customer),
        phone=plain(customer.phone, LONGEST_PHONE),
        made=made_by("Call sheet", person, context),
        tiles=tiles(customer, years_of(context, customer_id), context.as_of, formats)[:N_TILES],
        say=_say(context, filled),
        language=context.speech.language,
        months=_months(context, customer),
        hint=plain(few_orders_words(filled, customer), LONGEST_SENTENCE),
        nothing="" if filled else _nothing(context, customer, raised),
        lists=tuple(_list(pitches, on_paper[0].of(pitches.name), formats) for pitches in filled),
        last=last,
        steps=steps,
        order_sum=f"Order in all {currency_sign(formats)}",
        about=_about(filled),
        source=source_words(context),
        cuts=on_paper,
        n_products=sum(len(pitches.lines) for pitches in filled),
    )


def made_by(what: str, person: str, context: PageContext) -> str:
    """Return whose a sheet is and of which day: `Call sheet of Jana Brandt, Tue 17 Nov 2026`."""
    of = f" of {plain(person, LONGEST_PERSON)}" if person else ""
    return f"{what}{of}, {context.formats.weekday_and_date(context.desk.today)}"


def source_words(context: PageContext) -> str:
    """Return what the numbers are made of."""
    return f"Repertoire, orders up to {context.formats.day(context.as_of, context.desk.today)}"


def _where(customer: Customer) -> str:
    where = ", ".join(part for part in (customer.segment, customer.region) if part)
    return plain(f"{where[:1].upper()}{where[1:]}", LONGEST_NAME)


def _nothing(context: PageContext, customer: Customer, raised: Raised) -> str:
    if raised.account:
        return f"The whole account is off the lists: {held_words(context, raised.account)}."
    _, why = why_no_lists(customer, has_left=bool(raised.held_back))
    return why


# ---- what to say ----


def _say(context: PageContext, lists: Sequence[PitchList]) -> tuple[tuple[str, str, str], ...]:
    """Return state, its word and the sentence of each list's first line."""
    return tuple(
        (pitches.name, STATE_WORDS[pitches.name], plain(pitches.lines[0].say, LONGEST_SENTENCE)) for pitches in lists
    )


# ---- the lists ----


def _list(pitches: PitchList, most: int, formats: Formats) -> SheetList:
    """Return a list with the most of its lines that there is room for."""
    return SheetList(
        state=pitches.name,
        titles=tuple(_title(pitches, n, formats) for n in range(most + 1)),
        chance_head="Chance" if pitches.has_chances else "If ordered",
        lines=tuple(_line(line, pitches, formats) for line in pitches.lines[:most]),
    )


def _title(pitches: PitchList, n: int, formats: Formats) -> tuple[str, str]:
    """Return a list's head where its first n lines are on paper: their number and, as a sum, what they are worth."""
    of = len(pitches.lines)
    count = formats.number(n) if n == of else f"{formats.number(n)} of {formats.number(of)}"
    shown = replace(pitches, lines=pitches.lines[:n])
    known = shown.expected if pitches.has_chances else shown.total
    word = "expected" if pitches.has_chances else "if ordered"
    worth = f", {word} {sum_words(shown, formats)}" if known is not None else ""
    return f"{STATE_WORDS[pitches.name]} {count}", f"{LIST_MEANINGS[pitches.name]}{worth}"


def _line(line: Line, pitches: PitchList, formats: Formats) -> SheetLine:
    what = line.what
    return SheetLine(
        name=plain(what.product_name, LONGEST_NAME),
        number=plain(what.product_id, LONGEST_NUMBER) if what.product_id != what.product_name else "",
        amount=formats.quantity_price(what.quantity, what.price),
        chance=formats.chance(what.chance) if pitches.has_chances else formats.money(what.value),
        reason=plain(line.sentence, LONGEST_SENTENCE),
    )


def _about(lists: Sequence[PitchList]) -> str:
    """Return what the numbers of the lists mean."""
    if not lists:
        return ""
    if any(pitches.has_chances for pitches in lists):
        return f"Expected = chance {TIMES} quantity {TIMES} price, next 4 weeks, net of VAT."
    return f"Ranked only, without chances. If ordered = quantity {TIMES} price, net of VAT."


# ---- what does not fit ----


def cuts(lists: Sequence[PitchList], n_last: int, n_steps: int, formats: Formats) -> Iterator[Cut]:
    """Yield what may be on the page, from everything on, each with a little less.

    Of the lines the least expected one goes first, whichever list it is in, but each list keeps two as long as
    another one has more. Then what came of the last times goes but for the newest, then lines but for the first of each
    list, then all lines: texts are bounded, so that what is left fits.
    """
    lines = {pitches.name: list(pitches.lines) for pitches in lists}
    total = sum(map(len, lines.values()))

    def cut(last: int, steps: int, to_write_on: int) -> Cut:
        left_out = total - sum(map(len, lines.values()))
        others = f"{formats.number(left_out)} other{'' if left_out == 1 else 's'} left out." if left_out else ""
        due, lost, new = (len(lines.get(state, ())) for state in (DUE, LOST, NEW))
        return Cut(due, lost, new, last, steps, to_write_on, others)

    for floor, last, steps, to_write_on in zip(FLOORS, (n_last, 1, 1), (n_steps, 2, 1), (4, 3, 1), strict=True):
        last, steps = min(last, n_last), min(steps, n_steps)
        while state := _least(lines, floor):
            if sum(map(len, lines.values())) <= MOST_LINES:
                yield cut(last, steps, to_write_on)
            lines[state].pop()
        yield cut(last, steps, to_write_on)


def _least(lines: dict[str, list[Line]], floor: int) -> str:
    """Return the list with more lines than the floor whose last line is expected least; empty where none has more."""
    longer = [state for state in _GO_FIRST if len(lines.get(state, ())) > floor]
    return min(longer, key=lambda state: lines[state][-1].what.expected or 0.0, default="")


# ---- months ----


def _months(context: PageContext, customer: Customer) -> SheetMonths | None:
    """Return the months; None for who sees no revenue, and where there was none in two years."""
    bars, formats = years_of(context, customer.customer_id).months, context.formats
    before = tuple(None if value is None else max(value, 0.0) for value in bars.before)
    now = tuple(max(value, 0.0) for value in bars.now)
    if customer.revenue_12m is None or not any((*now, *before)):
        return None
    letters = tuple(str(format_date(month, "LLLLL", locale=formats.locale)) for month in bars.months)
    return SheetMonths(letters, now, before, _key(bars, formats))


def _key(bars: YearBars, formats: Formats) -> str:
    words = [f"Dark: 12 months to {formats.month(bars.months[-1])}."]
    if any(value is not None for value in bars.before):
        words.append("White: the year before.")
    most = max(bars.now)
    if most > 0:
        words.append(f"Highest {formats.money(most)} in {formats.month(bars.months[bars.now.index(most)])}.")
    return " ".join(words)


# ---- last time, and what is to be done ----


def _last(context: PageContext, customer: Customer, written: Diary, person: str) -> tuple[tuple[str, str], ...]:
    """Return the last order and what came of the last calls, by day, the newest first."""
    found = [(day, text) for day, text in _recorded(context, written, person)]
    order = next(iter(context.customers.order_days(customer.customer_id)), None)
    if order is not None:
        found.append((order.on, _ordered(context, customer, order)))
    found.sort(key=lambda one: one[0], reverse=True)
    today = context.desk.today
    said = tuple((context.formats.day(day, today), plain(text, LONGEST_NOTE)) for day, text in found[:MOST_LAST])
    return (("", written.unread), *said) if written.unread else said


def _recorded(context: PageContext, written: Diary, person: str) -> Iterator[tuple[date, str]]:
    """Yield what was recorded and written, a day and person each."""

    def day_and_name(entry: Entry) -> tuple[date, str]:
        return local_day(context, entry.at), entry.by

    for (day, by), entries in groupby(written.entries, day_and_name):
        words = " ".join(map(_entry, reversed(tuple(entries))))
        yield day, f"{by}: {words}" if by and by != person else words


def _entry(entry: Entry) -> str:
    said = f": \N{LEFT DOUBLE QUOTATION MARK}{entry.said}\N{RIGHT DOUBLE QUOTATION MARK}" if entry.said else ""
    text = f"{entry.text}{said}"
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _ordered(context: PageContext, customer: Customer, order: PastOrder) -> str:
    """Return what the last order had: `Ordered 6 products, €487.30. For the first time: Cheesecake.`"""
    n = len(order.lines)
    paid = f", {context.formats.price(order.revenue)}" if order.revenue is not None else ""
    words = f"Ordered {context.formats.number(n)} product{'' if n == 1 else 's'}{paid}."
    first = [line.product_name for line in order.lines if line.is_first] if customer.n_order_days > 1 else []
    if not first:
        return words
    more = len(first) - MOST_FIRST_TIMES
    and_more = f" and {context.formats.number(more)} more" if more > 0 else ""
    return f"{words} For the first time: {', '.join(first[:MOST_FIRST_TIMES])}{and_more}."


def _step(step: Step) -> tuple[str, bool, str]:
    due = f"{step.due[:1].upper()}{step.due[1:]}"
    return due, step.is_due, plain(f"{step.text} ({step.by})" if step.by else step.text, LONGEST_NOTE)


def currency_sign(formats: Formats) -> str:
    """Return how the currency is written in the locale: `€`."""
    return str(formats.locale.currency_symbols.get(formats.currency, formats.currency))
