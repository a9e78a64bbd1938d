"""The proof behind one reason: the purchases, customers or counts that its sentence rests on. No Dash."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboard.data.version_queries import year_before
from dashboard.display.formats import NONE, Formats
from dashboard.display.page_context import PageContext
from dashboard.display.timeline import MOST_DOTS, timeline
from dashboard.pages.customer.data.evidence_records import ChanceEvidence, Dots, Evidence, Fact, Instead
from dashboard.records.customers import Buyers, Recommendation
from dashboard.records.products import Product
from recsys.reasons import FEW, times_chance
from recsys.schema.published import EVERYONE

RISING_DAYS = 28  # that a reason of the kind `rising` counts, and those before them
DAY = timedelta(days=1)
MOST_SHOWN = 8  # customers, products or days that a panel lists

QUANTITY_FROM = {
    "own": "the median of their own order days",
    "similar": "the median of the similar customers who buy it",
    "buyers": "the median of all who buy it",
}
_SUGGESTED = {"new": "new", "lost": "silent"}
PRICE_FROM = {"own_last": "what they paid last", "list": "the list price", "last": "what anyone paid last"}


@dataclass(frozen=True)
class _Asked:
    """One line of one customer."""

    context: PageContext
    customer_id: str
    what: Recommendation

    @property
    def formats(self) -> Formats:
        return self.context.formats

    @property
    def as_of(self) -> date:
        return self.context.as_of

    def dots(self, product_id: str) -> Dots | None:
        days = [purchase.on for purchase in self.context.customers.purchases(self.customer_id, product_id)]
        return _dots(days, self.as_of, self.what.reason.gap_days, self.formats) if days else None


def evidence(context: PageContext, customer_id: str, line: tuple[str, int]) -> Evidence | None:
    """Return the proof behind a customer's line, named by list and rank; None where the viewer has no such line."""
    what = context.customers.recommendation(customer_id, line)
    if what is None:
        return None
    asked = _Asked(context, customer_id, what)
    return replace(
        _KINDS[what.reason.kind](asked),
        shares=what.shares,
        chance=_chance(asked),
        no_chance="" if what.chance is not None else _no_chance(asked),
        origin=origin(what, context.formats),
        as_of=asked.as_of,
    )


def _chance(asked: _Asked) -> ChanceEvidence | None:
    """Return what became of suggestions with a like chance, from the build's held-out customers."""
    chance, formats = asked.what.chance, asked.formats
    known = asked.context.version.report().calibrations.get(asked.what.list)
    if known is None or chance is None:
        return None
    found = known.bin_of(chance)
    low, high = formats.chance(found.low), formats.chance(found.high)
    span = f"chances from {low} to {high}" if low != high else f"a chance of {low}"
    which = f"suggestions of {_SUGGESTED.get(asked.what.list, 'usual')} products"
    when = (
        "to customers held out from the model"
        if known.folds
        else "in four weeks that came after all it was learned from"
    )
    n, n_bought = formats.number(found.n), formats.number(found.n_bought)
    return ChanceEvidence(
        formats.chance(chance),
        f"Of {n} such suggestions {n_bought} {'was' if found.n_bought == 1 else 'were'} bought within four weeks.",
        f"Such ones: {which} {when}, with {span}.",
    )


def _no_chance(asked: _Asked) -> str:
    if asked.context.version.report().calibrations.get(asked.what.list) is None:
        return ""  # no line has one, as the page's footnote says
    return "No chance: this line fills the list, and only what the ranker scored was calibrated."


def _purchases(asked: _Asked) -> Evidence:
    """Return their own purchases first, and the similar customers who buy it second, if they are enough."""
    return _with_second(Evidence(dots=asked.dots(asked.what.product_id)), asked)


def _with_second(first: Evidence, asked: _Asked) -> Evidence:
    buyers, number = _buyers(asked, None), asked.formats.number
    n = len(buyers.shown) + buyers.others
    if n < FEW:
        return first
    second = f"Besides, {number(n)} of the {number(buyers.of_similar)} most similar customers buy it:"
    return replace(first, buyers=buyers, second=second)


def _stopped(asked: _Asked) -> Evidence:
    """Return all purchases with the silence after them, what it was worth, and what to offer instead."""
    what, formats = asked.what, asked.formats
    days = [purchase.on for purchase in asked.context.customers.purchases(asked.customer_id, what.product_id)]
    gaps = [(later - earlier).days for earlier, later in zip(days, days[1:], strict=False)]
    dots = asked.dots(what.product_id)
    since = what.reason.since_days or 0
    longer = sum(since > gap for gap in gaps)
    if dots is not None and gaps:
        than = f"all {formats.number(len(gaps))} gaps" if longer == len(gaps) else _of_gaps(longer, len(gaps), formats)
        dots = replace(dots, gap=f"{formats.days(since)} without, more than {than} before")
    return Evidence(dots=dots, instead=_instead(asked))


def _of_gaps(n: int, of: int, formats: Formats) -> str:
    return f"{formats.number(n)} of the {formats.number(of)} gaps"


def _instead(asked: _Asked) -> Instead:
    what, formats, products = asked.what, asked.formats, asked.context.products
    worth = ""
    if what.worth is not None and asked.context.customers.shows_revenue(asked.customer_id):
        gone = f", {formats.money(what.at_stake)} of it gone by now" if what.at_stake else ""
        worth = f"Worth {formats.money(what.worth)} in the year up to the last purchase{gone}."
    other = products.get(what.substitute_id) if what.substitute_id else None
    if other is None:
        return Instead(worth, why="Nothing of its category is known to offer instead.")
    price = f"{formats.price(other.price)}, " if other.price is not None else ""
    of = formats.number(what.substitute_n)
    return Instead(worth, other.product_id, other.name, f"{price}bought by {of} of the most similar customers")


def _similar(asked: _Asked) -> Evidence:
    return Evidence(buyers=_buyers(asked, asked.what.reason.of or 0))


def _buyers(asked: _Asked, n: int | None) -> Buyers:
    """Return who of the similar customers bought it in the last 12 months, as the reason counts them."""
    after = year_before(asked.as_of)
    return asked.context.customers.buyers_among_similar(asked.customer_id, asked.what.product_id, n, after=after)


def _together(asked: _Asked) -> Evidence:
    reason, formats = asked.what.reason, asked.formats
    other = reason.product_id or ""
    name = asked.context.products.name(other)
    facts = (
        Fact(f"Order days with {name}, all customers", formats.number(reason.of)),
        Fact(f"{asked.what.product_name} on the same day", f"{formats.number(reason.n)} ({_share(asked)})"),
        Fact("Bought together", times_chance(reason.lift, formats.number) if reason.lift is not None else NONE),
    )
    took = asked.context.products.took_both(asked.what.product_id, other)
    return Evidence(
        dots=asked.dots(other),
        together=took,
        days_of_others=max(0, reason.n - sum(len(one.days) for one in took)),
        facts=facts,
        note=f"This customer's order days with {name}:",
    )


def _rising(asked: _Asked) -> Evidence:
    """Return the counts, and those of the viewer's customers whose last purchase is among them."""
    reason, formats = asked.what.reason, asked.formats
    since, before = (asked.as_of - timedelta(days=days - 1) for days in (RISING_DAYS, 2 * RISING_DAYS))
    facts = (
        Fact(f"Customers who bought it from {_span(since, asked.as_of, asked)}", formats.number(reason.n)),
        Fact(f"In the {RISING_DAYS} days before, from {_span(before, since - DAY, asked)}", formats.number(reason.of)),
    )
    bought = asked.context.products.buyers(asked.what.product_id)
    lately = sorted((one for one in bought.shown if one.last_on >= since), key=lambda one: one.last_on, reverse=True)
    shown = tuple(lately[:MOST_SHOWN])
    return Evidence(facts=facts, recent=shown, others=max(0, reason.n - len(shown)))


def _span(first: date, last: date, asked: _Asked) -> str:
    return f"{asked.formats.day(first, asked.as_of)} to {asked.formats.day(last, asked.as_of)}"


def _same_season(asked: _Asked) -> Evidence:
    """Return all purchases, and those of the same weeks last year: the `n` last up to the reason's day."""
    reason, formats = asked.what.reason, asked.formats
    dots = asked.dots(asked.what.product_id)
    bought = asked.context.customers.purchases(asked.customer_id, asked.what.product_id)
    then = [one for one in bought if reason.on is not None and one.on <= reason.on][-reason.n :]
    facts = tuple(Fact(f"Bought on {formats.day(one.on)}", f"{formats.quantity(one.quantity)} units") for one in then)
    return _with_second(Evidence(dots=dots, facts=facts[-MOST_SHOWN:]), asked)


def _alike(asked: _Asked) -> Evidence:
    """Return what they buy of the shared category or supplier, and when they bought the product named."""
    reason, products = asked.what.reason, asked.context.products
    other, shared = reason.product_id or "", reason.attribute or ""
    product = products.get(asked.what.product_id)
    kind = "Supplier" if product is not None and product.supplier == shared else "Category"
    bought = asked.context.customers.bought(asked.customer_id)
    alike = [one for one in bought if _has(products.get(one.product_id), shared)]
    most = sorted(alike, key=lambda one: -one.n_baskets)[:MOST_SHOWN]
    name = products.name(other)
    return Evidence(
        dots=asked.dots(other),
        facts=(Fact(f"{kind} of both", shared),),
        note=f"This customer's order days with {name}:",
        alike=tuple(most),
    )


def _has(product: Product | None, shared: str) -> bool:
    """Return whether a product is of a supplier, or of a category or one below it."""
    if product is None:
        return False
    return product.supplier == shared or f"{product.category} > ".startswith(f"{shared} > ")


def _popular(asked: _Asked) -> Evidence:
    reason, formats = asked.what.reason, asked.formats
    segment = reason.segment or EVERYONE
    where = f" in {reason.region}" if reason.region else ""
    whose = f"{segment[:1].upper()}{segment[1:]} customers{where}" if segment else "Customers"
    best = asked.context.customers.best_seller(asked.what.product_id, segment) if not where else None
    n, of = reason.n, reason.of
    if reason.kind == "best_seller":  # n is its place; best sellers are published by segment alone
        n, of = (best.n_customers, best.of_customers) if best else (0, None)
    facts = []
    if of is not None:
        share = formats.percent(n / of if of else None)
        facts.append(Fact(f"{whose} who ever ordered", formats.number(of)))
        facts.append(Fact("Of them bought it", f"{formats.number(n)} ({share})"))
    if best is not None:
        facts.append(Fact("Order days with it", formats.number(best.n_baskets)))
    place = best.rank if best else reason.n if reason.kind == "best_seller" else None
    if place is not None:
        facts.append(Fact("Place among the best sellers", formats.number(place)))
    return Evidence(facts=tuple(facts))


def _pattern(asked: _Asked) -> Evidence:
    """Return how much is known of the customer; the shares of the score, beside it, say what it rests on."""
    customer = asked.context.customers.get(asked.customer_id)
    days = customer.n_order_days if customer else asked.what.reason.n
    bought = asked.context.customers.bought(asked.customer_id)
    number = asked.formats.number
    return Evidence(facts=(Fact("Their order days", number(days)), Fact("Products they bought", number(len(bought)))))


_KINDS = {
    "due_again": _purchases,
    "bought_before": _purchases,
    "stopped": _stopped,
    "similar_customers": _similar,
    "bought_together": _together,
    "rising": _rising,
    "same_season": _same_season,
    "alike": _alike,
    "popular_in_segment": _popular,
    "popular": _popular,
    "best_seller": _popular,
    "pattern": _pattern,
}


def origin(what: Recommendation, formats: Formats) -> str:
    """Return a sentence on where quantity and price come from; both may be unknown."""
    quantity = f"Quantity: {QUANTITY_FROM[what.quantity_from]}." if what.quantity_from else "Quantity: not known."
    if what.quantity_from and what.quantity_before_cap is not None:
        median = f"{QUANTITY_FROM[what.quantity_from]} ({formats.number(what.quantity_before_cap)})"
        quantity = f"Quantity: the most that is usual for the product, not {median}."
    price = f"Price: {PRICE_FROM[what.price_from]}." if what.price_from else "Price: not known."
    return f"{quantity} {price}"


def _share(asked: _Asked) -> str:
    reason = asked.what.reason
    return asked.formats.percent(reason.n / reason.of if reason.of else None)


def _dots(days: list[date], as_of: date, usual_gap: float | None, formats: Formats) -> Dots:
    line = timeline(days, as_of)
    since = (as_of - days[-1]).days
    count = f"{formats.number(len(days))} order day{'' if len(days) == 1 else 's'}"
    shown = f", the last {MOST_DOTS} shown" if len(days) > MOST_DOTS else ""
    usual = f", usual gap {formats.days(usual_gap)}" if usual_gap is not None else ""
    title, gap = f"{count}{shown}{usual}", f"{formats.days(since)} since the last"
    span = f"from {formats.day(line.start, as_of)} to {formats.day(as_of, as_of)}"
    return Dots(line, title, gap, f"{title}, {span}; {gap}", is_late=usual_gap is not None and since > usual_gap)
