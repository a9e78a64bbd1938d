"""A customer's lists of what to pitch as screens and paper show them, what is off them, and what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.activity.records import NOT_RELEVANT, ORDERED, HeldBack
from dashboard.activity.shop_records import Reaction
from dashboard.display.formats import CENTS_BELOW, Formats, PageFormatter
from dashboard.display.page_context import PageContext
from dashboard.display.reason_text import BEST_SELLERS, few_orders, reason_sentences
from dashboard.display.shop_words import shop_words
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.model_report import Report
from dashboard.records.products import margin_share
from dashboard.records.raised import DUE, LOST, NEW, STATES, Raised, state_of

STATE_WORDS = {DUE: "Due", LOST: "Lost", NEW: "New"}
LIST_MEANINGS = {
    DUE: "Reorder now, usual quantity",
    LOST: "Used to buy, stopped",
    NEW: "Never bought",
}
STATUS_WORDS = {
    "blocked": ("Blocked", "This customer is blocked, so nothing is pitched to them."),
    "closed": ("Closed", "This customer is closed, so nothing is pitched to them."),
}
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
    away        products that cannot be had now
    total       the sum of the values that are known, None where none is
    expected    the same of the expected values
    """

    name: str
    lines: tuple[Line, ...]
    left_out: int = 0
    later: int = 0
    away: int = 0

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
class LeftOut:
    """A product that is off the lists, and why; `product_id` can be brought back."""

    product_id: str
    name: str
    words: str


def pitch_lists(
    context: PageContext, customer: Customer, raised: Raised, *, names_customers: bool = True
) -> tuple[PitchList, ...]:
    """Return the lists in the order of the page, empty ones too; a reason names nobody whom the viewer cannot see.

    names_customers     whether a reason may name another customer at all
    """
    formatter = context.reason_formatter(names_customers=names_customers)
    return tuple(_pitch_list(context, customer, raised, state, formatter) for state in STATES)


def pitch_list(context: PageContext, customer: Customer, name: str) -> PitchList | None:
    """Return one of the lists; None for one that there is not."""
    if name not in STATES:
        return None
    return _pitch_list(context, customer, context.raised(customer), name, context.reason_formatter())


def _pitch_list(
    context: PageContext, customer: Customer, raised: Raised, state: str, formatter: PageFormatter
) -> PitchList:
    left = {DUE: "usual", NEW: "new"}.get(state, "")
    later = len(raised.later) if state == DUE else 0
    away = sum(state_of(line.list) == state for line in raised.away)
    lines = _lines(context, raised.of(state), raised.shop, formatter)
    return PitchList(state, lines, customer.left_out(left), later, away)


def _lines(
    context: PageContext, found: Sequence[Recommendation], shop: Reaction, formatter: PageFormatter
) -> tuple[Line, ...]:
    texts = reason_sentences([what.reason for what in found], formatter)  # few orders are said above the lists
    seen = [shop_words(shop, what.product_id, context.formats) for what in found]
    texts = [f"{first} {text}" if first else text for first, text in zip(seen, texts, strict=True)]
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
    if pitches.away:
        parts.append(f"{formats.number(pitches.away)} not in stock now")
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


def heads_of_list(pitches: PitchList) -> tuple[str, ...]:
    """Return the column heads of a list's numbers: without chances nothing is expected, only worth if ordered."""
    amounts = ("Quantity \N{MULTIPLICATION SIGN} price", "If ordered")
    return (*amounts, "Chance", "Expected") if pitches.has_chances else amounts


def sum_words(pitches: PitchList, formats: Formats) -> str:
    """Return the sum of the rows' expected values, or without chances of their values if ordered."""
    if pitches.has_chances:
        return expected_words(pitches.expected, pitches, formats)
    return formats.money(pitches.total)


def expected_words(amount: float | None, pitches: PitchList, formats: Formats) -> str:
    """Return a list's expected value: with cents where all values of the list are small."""
    small = all((line.what.expected or 0) < CENTS_BELOW for line in pitches.lines)
    return formats.expected(amount, cents=small)


def why_no_lists(customer: Customer, *, has_left: bool) -> tuple[str, str]:
    """Return a title and a sentence that say why a customer has nothing on the lists.

    has_left    whether outcomes keep products out of them
    """
    if not customer.is_pitched_to and customer.status:
        _, why = STATUS_WORDS[customer.status]
        return "No lists", why
    if has_left:
        why = "Every product that there was a reason to pitch is snoozed, ordered or not relevant."
        return "Nothing more to pitch", why
    why = (
        "No product has a reason to be pitched: neither own purchases nor similar customers nor best sellers give one."
    )
    return "Nothing to pitch", why
