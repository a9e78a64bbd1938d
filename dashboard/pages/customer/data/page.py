"""What the customer page shows, put together for one viewer; no Dash, no components but plain records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboard.activity.records import NOT_RELEVANT, ORDERED, HeldBack
from dashboard.display.csv import csv_text, rounded
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.pitch_csv import pitch_cells, pitch_heads
from dashboard.display.reason_text import BEST_SELLERS, few_orders, reason_sentences
from dashboard.display.tile import Tile, Trend
from dashboard.display.year_bars import YearBars, compared_by_months, year_bars
from dashboard.records.customers import Customer, Neighbours, Recommendation
from dashboard.records.model_report import Report
from dashboard.records.products import margin_share
from dashboard.records.raised import DUE, LOST, NEW, STATES, Raised
from recsys.schema.reorder_rules import SlowRule

N_SIMILAR = 5
_CALIBRATED = {"usual": "due", "lost": "lost", "new": "new"}


@dataclass(frozen=True)
class Line:
    """A recommendation with its reason as a sentence, and what to say to the customer.

    margin  the share of the price after the cost; None where the cost is unknown, or who looks may not see it
    """

    what: Recommendation
    sentence: str
    say: str
    margin: float | None = None


@dataclass(frozen=True)
class PitchList:
    """One list, the highest expected value first.

    name        DUE, LOST or NEW
    left_out    products that are not worth it any more
    later       of the due ones: products that are due later
    total       the sum of the values that are known, None where none is
    expected    the same of the expected values
    """

    name: str
    lines: tuple[Line, ...]
    left_out: int = 0
    later: int = 0

    @property
    def total(self) -> float | None:
        values = [line.what.value for line in self.lines if line.what.value is not None]
        return sum(values) if values else None

    @property
    def expected(self) -> float | None:
        values = [line.what.expected for line in self.lines if line.what.expected is not None]
        return sum(values) if values else None

    @property
    def has_chances(self) -> bool:
        """Return whether chances were calibrated; if not, lists show ranks, and values if ordered."""
        return any(line.what.chance is not None for line in self.lines)


@dataclass(frozen=True)
class Years:
    """A customer's revenue by month, the day that the data begin, and whether they hold a year to compare with."""

    months: YearBars
    first_on: date
    has_year_before: bool


@dataclass(frozen=True)
class LeftOut:
    """A product that is off the lists, and why; `product_id` can be brought back."""

    product_id: str
    name: str
    words: str


@dataclass(frozen=True)
class Stopping:
    """How likely a customer stops buying: `1 in 10`, of how many, and what it was on the day of the last order.

    slowing  that they order less often than they used to; empty where they do not
    """

    chance: str
    counts: str
    sentence: str
    before: str
    slowing: str = ""


@dataclass(frozen=True)
class CustomerPage:
    """All of the page but the evidence, which is asked for line by line.

    left            what outcomes keep out of the lists
    account         until when the whole account is off the lists; empty where it is not
    stopping        how likely they stop buying; None where that is not known
    about_chances   what chance and expected mean, or why there are none
    no_season       why there is no seasonal list; empty where there is one
    language        of what to say
    """

    version: str
    as_of: date
    customer: Customer
    tiles: tuple[Tile, ...]
    lists: tuple[PitchList, ...]
    similar: Neighbours
    left: tuple[LeftOut, ...] = ()
    account: str = ""
    stopping: Stopping | None = None
    about_chances: str = ""
    no_season: str = ""
    language: str = "en"


def customer_page(context: PageContext, customer_id: str) -> CustomerPage | None:
    """Return the page of a customer whom the viewer sees; else None."""
    customer = context.customers.get(customer_id)
    if customer is None:
        return None
    raised = context.raised(customer)
    lists = pitch_lists(context, customer, raised) if customer.is_pitched_to else ()
    report = context.version.report()
    return CustomerPage(
        version=context.version.id,
        as_of=context.as_of,
        customer=customer,
        tiles=tiles(customer, _years(context, customer_id), context.as_of, context.formats),
        lists=lists,
        similar=context.customers.similar(customer_id, N_SIMILAR),
        left=left_out(context, raised),
        account=held_words(context, raised.account) if raised.account else "",
        stopping=stopping_of(customer, context.as_of, context.formats),
        about_chances=about_chances(lists, report, context.formats),
        no_season=no_season(lists, customer, report, context.formats),
        language=context.speech.language,
    )


def _years(context: PageContext, customer_id: str) -> Years:
    first_on = context.version.first_order_on
    months = year_bars(context.customers.months(customer_id), context.as_of, first_on)
    return Years(months, first_on, has_year_before=context.version.has_year_before())


def pitch_lists(context: PageContext, customer: Customer, raised: Raised) -> tuple[PitchList, ...]:
    """Return the lists in the order of the page, empty ones too; a reason names nobody whom the viewer cannot see."""
    return tuple(_pitch_list(context, customer, raised, state) for state in STATES)


def pitch_list(context: PageContext, customer: Customer, name: str) -> PitchList | None:
    """Return one of the lists; None for one that there is not."""
    return _pitch_list(context, customer, context.raised(customer), name) if name in STATES else None


def _pitch_list(context: PageContext, customer: Customer, raised: Raised, state: str) -> PitchList:
    left = {DUE: "usual", NEW: "new"}.get(state, "")
    later = len(raised.later) if state == DUE else 0
    return PitchList(state, _lines(context, raised.of(state)), customer.left_out(left), later)


def _lines(context: PageContext, found: Sequence[Recommendation]) -> tuple[Line, ...]:
    formatter = context.reason_formatter()
    texts = reason_sentences([what.reason for what in found], formatter)  # few orders are said above the lists
    return tuple(
        Line(what, text, context.speech.of_line(what, what.rank), _margin(context, what))
        for what, text in zip(found, texts, strict=True)
    )


def _margin(context: PageContext, what: Recommendation) -> float | None:
    product = context.products.get(what.product_id)
    return margin_share(what.price, product.cost) if product else None


def end_of_list(pitches: PitchList, formats: Formats) -> str:
    """Return what a list leaves out; nothing where it leaves nothing out."""
    parts = []
    if pitches.later:
        parts.append(f"{formats.number(pitches.later)} due later")
    if pitches.left_out:
        parts.append(f"{formats.number(pitches.left_out)} unlikely to sell")
    return f"Nothing more worth pitching ({', '.join(parts)})." if parts else ""


# ---- what outcomes keep out ----


def left_out(context: PageContext, raised: Raised) -> tuple[LeftOut, ...]:
    """Return what outcomes keep out of the lists, by name; a product that two lists had is named once."""
    found = {
        line.product_id: LeftOut(line.product_id, line.product_name, held_words(context, held))
        for line, held in raised.held_back
    }
    return tuple(sorted(found.values(), key=lambda one: one.name))


def held_words(context: PageContext, held: HeldBack) -> str:
    """Return until when something is off the lists: `snoozed until 1 Dec`."""
    if held.kind == NOT_RELEVANT:
        return "not relevant"
    if held.kind == ORDERED:
        return "ordered; back when the orders are in the data"
    if held.until is not None:
        return f"snoozed until {context.formats.day(held.until, context.desk.today)}"
    return "snoozed until the next order"


# ---- how likely they stop ----


def stopping_of(customer: Customer, as_of: date, formats: Formats) -> Stopping | None:
    """Return how many of the customers who had been silent for as long half a year ago did not order since."""
    n, of = customer.stopped, customer.as_silent
    if n is None or not of or customer.last_order_on is None or customer.usual_gap_days is None:
        return None
    since = formats.days((as_of - customer.last_order_on).days)
    silent = f"Silent for {since}, usual {formats.number(customer.usual_gap_days)}."
    counts = f"Of {formats.number(of)} customers as silent half a year ago, {formats.number(n)} did not order since."
    before = ""
    if customer.stopped_then is not None and customer.as_silent_then:
        then = formats.chance(customer.stopped_then / customer.as_silent_then)
        if then != formats.chance(n / of):
            before = f"It was {then} on {formats.day(customer.last_order_on, as_of)}."
    of_as_silent = f"{formats.number(n)} of {formats.number(of)} as silent"
    return Stopping(formats.chance(n / of), of_as_silent, f"{silent} {counts}", before, _slowing(customer, formats))


def _slowing(customer: Customer, formats: Formats) -> str:
    """Return how much less often a customer orders than usual; empty where they do not, or it is not known."""
    usual, recent = customer.usual_gap_days, customer.recent_gap_days
    now, before = customer.order_days_90d, customer.order_days_90d_before
    if usual is None or recent is None or now is None or before is None:
        return ""
    rule = SlowRule()
    if not rule.holds(customer.n_order_days, usual, recent, now, before):
        return ""
    every = (
        f"every {formats.days(recent)} lately, usual {formats.number(usual)}; " if recent >= rule.gaps * usual else ""
    )
    days = f"{formats.number(now)} order day{'' if now == 1 else 's'} in the last 90 days, {formats.number(before)}"
    return f"Slowing: {every}{days} in the 90 before."


def talking_points(page: CustomerPage) -> str:
    """Return what to say as text for an e-mail: of each list the first lines, each a sentence."""
    most = {DUE: 3, LOST: 1, NEW: 1}
    said = [line.say for pitches in page.lists for line in pitches.lines[: most[pitches.name]]]
    return "\n".join(said)


def about_chances(lists: Sequence[PitchList], report: Report, formats: Formats) -> str:
    """Return what chance and expected mean, with n; of what was not calibrated, that it is ranked alone."""
    if not any(pitches.lines for pitches in lists):
        return ""
    known, why_not = report.calibrations, report.build.calibration.why_not
    if not known:
        why = f": {formats.with_days(why_not).rstrip('.')}" if why_not else ""
        return f"Ranked only, as no chances were calibrated{why}. If ordered = quantity × price, net of VAT."
    counts = ", ".join(f"{formats.number(known[name].n)} {word}" for name, word in _CALIBRATED.items() if name in known)
    return (
        "Expected = chance × quantity × price, next 4 weeks, net of VAT. Chance: share of such suggestions bought "
        f"within 4 weeks ({counts} suggestions, held out).{_ranked_alone(lists)}"
    )


def _ranked_alone(lists: Sequence[PitchList]) -> str:
    names = [pitches.name for pitches in lists if pitches.lines and not pitches.has_chances]
    return f" Without chances, as they were not calibrated: {', '.join(names)}." if names else ""


def no_season(lists: Sequence[PitchList], customer: Customer, report: Report, formats: Formats) -> str:
    """Return why there is no seasonal list; nothing where there is one, or for a customer without any list."""
    if not any(pitches.lines for pitches in lists) or not customer.n_orders:
        return ""
    if any(line.what.list == "seasonal" for pitches in lists for line in pitches.lines):
        return ""
    seasonal = report.build.seasonal
    if seasonal.why_not:
        return f"Nothing seasonal among the due: {formats.with_days(seasonal.why_not).rstrip('.')}."
    if seasonal.customers is not None:
        return "Nothing seasonal among the due: they miss nothing that they bought in these weeks of last year."
    return ""


def few_orders_words(lists: Sequence[PitchList], customer: Customer) -> str:
    """Return what is said once above the lists of a customer with few orders or none; empty for others.

    `No orders yet: these are best sellers among Cafe customers.`
    """
    reasons = [line.what.reason for pitches in lists for line in pitches.lines]
    sellers = [reason for reason in reasons if reason.kind in BEST_SELLERS]
    few = few_orders(customer.n_orders)
    if not few or not sellers:
        return ""
    segments = {reason.segment for reason in sellers}
    only = segments.pop() if len(segments) == 1 else None
    which = "these are" if len(sellers) == len(reasons) else "rows without a reason of their own are"
    return f"{few}{which} best sellers among {f'{only} customers' if only else 'all customers'}."


def list_csv(pitches: PitchList) -> str:
    """Return a list as CSV: the rows, columns and order of the screen, raw values rounded to what a column means.

    Margins are there for who may see them.
    """
    has_chances, has_margins = pitches.has_chances, any(line.margin is not None for line in pitches.lines)
    rows = [
        (
            line.what.product_name,
            line.what.product_id,
            *pitch_cells(line.what, (line.say, line.sentence), has_chances=has_chances),
            *((rounded(line.margin, 4),) if has_margins else ()),
        )
        for line in pitches.lines
    ]
    heads = ("Product", "Product number", *pitch_heads(has_chances=has_chances), *(("Margin",) if has_margins else ()))
    return csv_text(heads, rows)


# ---- tiles ----


def tiles(customer: Customer, years: Years, as_of: date, formats: Formats) -> tuple[Tile, ...]:
    """Return the six figures of a customer; where one is not known its comparison says why.

    Who sees no revenue gets the four that are not made of it.
    """
    revenue, average = _revenue(customer, as_of, formats), _average_order(customer, formats)
    orders = Tile(
        "Orders, 12 months",
        formats.number(customer.orders_12m),
        _before(formats.number(customer.orders_12m_before)),
        meaning=MEANINGS["Orders"],
    )
    if not years.has_year_before:
        # Full months, as far as the data hold them twice; of orders and their average they hold no months.
        begin = f"data from {formats.day(years.first_on)}"
        revenue = compared_by_months(revenue, years.months, years.first_on, formats)
        orders, average = replace(orders, note=begin), replace(average, note=begin)
    money = (revenue, average) if customer.revenue_12m is not None else ()
    return (
        *money[:1],
        orders,
        *money[1:],
        _days_since(customer, as_of, formats),
        *_stop_tile(customer, as_of, formats),
        _products(customer, formats),
        *([] if customer.stopped is not None else [_category(customer, formats)]),
    )


def _revenue(customer: Customer, as_of: date, formats: Formats) -> Tile:
    now, before = customer.revenue_12m, customer.revenue_12m_before
    tile = Tile(
        f"Revenue, 12 months to {formats.day(as_of, as_of)}",
        formats.money(now),
        "nothing the year before",
        meaning=MEANINGS["Revenue"],
    )
    if not before or now is None:
        return tile
    return replace(tile, note=formats.compared(now, before, formats.money), trend=_trend(now, before))


def _average_order(customer: Customer, formats: Formats) -> Tile:
    now = _ratio(customer.revenue_12m, customer.orders_12m)
    before = _ratio(customer.revenue_12m_before, customer.orders_12m_before)
    note = _before(formats.money(before)) if before is not None else "nothing the year before"
    return Tile("Average order", formats.money(now), note, meaning=MEANINGS["Average order"])


def _ratio(revenue: float | None, n_orders: int) -> float | None:
    return revenue / n_orders if revenue is not None and n_orders else None


def _days_since(customer: Customer, as_of: date, formats: Formats) -> Tile:
    label, meaning = "Days since last order", MEANINGS["Days since"]
    if customer.last_order_on is None:
        return Tile(label, formats.number(None), "no orders yet", meaning=meaning)
    parts = []
    if customer.usual_gap_days is not None:
        parts.append(f"usual {formats.number(customer.usual_gap_days)}")
    if customer.longest_gap_days is not None:
        parts.append(f"longest before {formats.number(customer.longest_gap_days)}")
    since = formats.number((as_of - customer.last_order_on).days)
    return Tile(label, since, ", ".join(parts) or "one order day only", meaning=meaning)


def _stop_tile(customer: Customer, as_of: date, formats: Formats) -> list[Tile]:
    found = stopping_of(customer, as_of, formats)
    if found is None:
        return []
    return [Tile("Likely to stop buying", found.chance, found.counts, meaning=MEANINGS["Likely to stop buying"])]


def _products(customer: Customer, formats: Formats) -> Tile:
    similar = customer.similar_active_products
    note = "no similar customers" if similar is None else f"median of similar: {formats.number(similar)}"
    return Tile("Active products", formats.number(customer.active_products), note, meaning=MEANINGS["Active products"])


def _category(customer: Customer, formats: Formats) -> Tile:
    label, meaning = "Largest category", MEANINGS["Largest category"]
    if customer.top_category is None:
        why = "no categories in the data" if customer.orders_12m else "nothing in 12 months"
        return Tile(label, formats.percent(None), why, meaning=meaning)
    return Tile(label, formats.percent(customer.top_category_share), customer.top_category, meaning=meaning)


def _trend(now: float, before: float) -> Trend | None:
    if now == before:
        return None
    return "up" if now > before else "down"


def _before(amount: str) -> str:
    return f"{amount} the year before"
