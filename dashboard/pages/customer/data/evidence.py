"""The proof behind one reason: the purchases, customers or counts that its sentence rests on. No Dash."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.timeline import MOST_DOTS, timeline
from dashboard.pages.customer.data.evidence_records import ChanceEvidence, Dots, Evidence, Fact
from dashboard.records.customers import Recommendation
from dashboard.records.products import Product, TookBoth
from recsys.schema.published import EVERYONE

RISING_DAYS = 28  # that a reason of the kind `rising` counts, and those before them
DAY = timedelta(days=1)
MOST_SHOWN = 8  # customers, products or days that a panel lists

QUANTITY_FROM = {
    "own": "the median of their own order days",
    "similar": "the median of the similar customers who buy it",
    "buyers": "the median of all who buy it",
}
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
        origin=origin(what),
        as_of=asked.as_of,
    )


def _chance(asked: _Asked) -> ChanceEvidence | None:
    """Return what became of suggestions with a like chance, from the build's held-out customers."""
    chance, formats = asked.what.chance, asked.formats
    known = asked.context.version.report().calibrations.get(asked.what.list)
    if known is None or chance is None:
        return None
    found = known.bin_of(chance)
    low, high = formats.percent(found.low, 1), formats.percent(found.high, 1)
    span = f"{low} to {high}" if low != high else low
    which = f"suggestions of {'new' if asked.what.list == 'new' else 'usual'} products"
    return ChanceEvidence(
        formats.chance(found.bought),
        f"{formats.number(found.n_bought)} of {formats.number(found.n)}",
        f"Such ones: {which} to customers held out from the model, with a chance of {span}.",
    )


def _no_chance(asked: _Asked) -> str:
    if asked.context.version.report().calibrations.get(asked.what.list) is None:
        return ""  # no line has one, as the page's footnote says
    return "No chance: this line fills the list, and only what the ranker scored was calibrated."


def _purchases(asked: _Asked) -> Evidence:
    return Evidence(dots=asked.dots(asked.what.product_id))


def _similar(asked: _Asked) -> Evidence:
    n = asked.what.reason.of or 0
    return Evidence(buyers=asked.context.customers.buyers_among_similar(asked.customer_id, asked.what.product_id, n))


def _together(asked: _Asked) -> Evidence:
    reason, formats = asked.what.reason, asked.formats
    other = reason.product_id or ""
    name = asked.context.products.name(other)
    facts = (
        Fact(f"Order days with {name}, all customers", formats.number(reason.of)),
        Fact(f"{asked.what.product_name} on the same day", f"{formats.number(reason.n)} ({_share(asked)})"),
        Fact("Times what chance would give", formats.number(reason.lift, 1)),
    )
    return Evidence(
        dots=asked.dots(other),
        together=_took_both(asked, other),
        facts=facts,
        note=f"This customer's order days with {name}:",
    )


def _took_both(asked: _Asked, other: str) -> tuple[TookBoth, ...]:
    """Return the viewer's customers who took both products on one day, most such days first."""
    product = asked.what.product_id
    for one, two in ((other, product), (product, other)):  # a pair may be among the nearest of one of them only
        found = asked.context.products.pair_proof(one, two)
        if found is not None:
            return found.customers
    return ()


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
    return Evidence(dots=dots, facts=facts[-MOST_SHOWN:])


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
    where = f"{segment}, {reason.region}" if reason.region else segment
    whose = f"Customers in {where}" if where else "Customers"
    facts = [
        Fact(f"{whose} who ever ordered", formats.number(reason.of)),
        Fact("Of them bought it", f"{formats.number(reason.n)} ({_share(asked)})"),
    ]
    best = asked.context.customers.best_seller(asked.what.product_id, segment)
    if best is not None and not reason.region:  # best sellers are published by segment alone
        facts.append(Fact("Order days with it", formats.number(best.n_baskets)))
        facts.append(Fact("Place among the best sellers", formats.number(best.rank)))
    return Evidence(facts=tuple(facts))


_KINDS = {
    "due_again": _purchases,
    "bought_before": _purchases,
    "similar_customers": _similar,
    "bought_together": _together,
    "rising": _rising,
    "same_season": _same_season,
    "alike": _alike,
    "popular_in_segment": _popular,
    "popular": _popular,
}


def origin(what: Recommendation) -> str:
    """Return a sentence on where quantity and price come from; both may be unknown."""
    quantity = f"Quantity: {QUANTITY_FROM[what.quantity_from]}." if what.quantity_from else "Quantity: not known."
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
