"""The proof behind one reason: the purchases, customers or counts that its sentence rests on. No Dash."""

from dataclasses import dataclass
from datetime import date

from dashboard.answers import Buyers, Recommendation
from dashboard.formats import Formats
from dashboard.product_answers import TookBoth
from dashboard.repository import Repository
from dashboard.timelines import MOST_DOTS, Timeline, timeline
from dashboard.viewer import Viewer
from recsys.schema import EVERYONE

QUANTITY_FROM = {
    "own": "the median of their own order days",
    "similar": "the median of the similar customers who buy it",
    "buyers": "the median of all who buy it",
}
PRICE_FROM = {"own_last": "what they paid last", "list": "the list price", "last": "what anyone paid last"}


@dataclass(frozen=True)
class Dots:
    """Purchases on a line of time.

    title, gap  what stands above the line, left and right; `summary` says all of it at once
    is_late     more days have passed than usual
    """

    line: Timeline
    title: str
    gap: str
    summary: str
    is_late: bool = False


@dataclass(frozen=True)
class Fact:
    """A count in words."""

    label: str
    value: str


@dataclass(frozen=True)
class Evidence:
    """What the panel shows, from top to bottom; `origin` says where quantity and price come from."""

    dots: Dots | None = None
    buyers: Buyers | None = None
    together: tuple[TookBoth, ...] = ()
    facts: tuple[Fact, ...] = ()
    note: str = ""
    origin: str = ""
    as_of: date = date.min


@dataclass(frozen=True)
class _Asked:
    """One line of one customer, asked of one version by one viewer."""

    repository: Repository
    viewer: Viewer
    formats: Formats
    customer_id: str
    version: str
    what: Recommendation
    as_of: date

    def dots(self, product_id: str) -> Dots | None:
        bought = self.repository.purchases(self.viewer, self.customer_id, product_id, self.version)
        days = [purchase.on for purchase in bought]
        return _dots(days, self.as_of, self.what.reason.gap_days, self.formats) if days else None


def evidence(
    repository: Repository, viewer: Viewer, formats: Formats, customer_id: str, line: tuple[str, int], version: str
) -> Evidence | None:
    """Return the proof behind a customer's line, named by list and rank; None where the viewer has no such line."""
    what = repository.recommendation(viewer, customer_id, line, version)
    if what is None:
        return None
    asked = _Asked(repository, viewer, formats, customer_id, version, what, repository.as_of(version))
    return _KINDS[what.reason.kind](asked)


def _purchases(asked: _Asked) -> Evidence:
    return Evidence(dots=asked.dots(asked.what.product_id), origin=origin(asked.what), as_of=asked.as_of)


def _similar(asked: _Asked) -> Evidence:
    n = asked.what.reason.of or 0
    buyers = asked.repository.buyers_among_similar(
        asked.viewer, asked.customer_id, asked.what.product_id, n, asked.version
    )
    return Evidence(buyers=buyers, origin=origin(asked.what), as_of=asked.as_of)


def _together(asked: _Asked) -> Evidence:
    reason, formats = asked.what.reason, asked.formats
    other = reason.product_id or ""
    name = asked.repository.product_name(other, asked.version)
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
        origin=origin(asked.what),
        as_of=asked.as_of,
    )


def _took_both(asked: _Asked, other: str) -> tuple[TookBoth, ...]:
    """Customers of the viewer's whose order days hold both products, most such days first."""
    product = asked.what.product_id
    for one, two in ((other, product), (product, other)):  # a pair may be among the nearest of one of them only
        found = asked.repository.assortment.pair_proof(asked.viewer, one, two, asked.version)
        if found is not None:
            return found.customers
    return ()


def _rising(asked: _Asked) -> Evidence:
    reason, formats = asked.what.reason, asked.formats
    facts = (
        Fact("Customers who bought it in the last 4 weeks", formats.number(reason.n)),
        Fact("In the 4 weeks before", formats.number(reason.of)),
    )
    return Evidence(facts=facts, origin=origin(asked.what), as_of=asked.as_of)


def _alike(asked: _Asked) -> Evidence:
    reason = asked.what.reason
    other = reason.product_id or ""
    name = asked.repository.product_name(other, asked.version)
    return Evidence(
        dots=asked.dots(other),
        note=f"This customer's order days with {name}, {reason.attribute} too:",
        origin=origin(asked.what),
        as_of=asked.as_of,
    )


def _popular(asked: _Asked) -> Evidence:
    reason, formats = asked.what.reason, asked.formats
    segment = reason.segment or EVERYONE
    whose = f"Customers in {segment}" if segment else "Customers"
    facts = [
        Fact(f"{whose} who ever ordered", formats.number(reason.of)),
        Fact("Of them bought it", f"{formats.number(reason.n)} ({_share(asked)})"),
    ]
    best = asked.repository.best_seller(asked.what.product_id, segment, asked.version)
    if best is not None:
        facts.append(Fact("Order days with it", formats.number(best.n_baskets)))
        facts.append(Fact("Place among the best sellers", formats.number(best.rank)))
    return Evidence(facts=tuple(facts), origin=origin(asked.what), as_of=asked.as_of)


_KINDS = {
    "due_again": _purchases,
    "bought_before": _purchases,
    "similar_customers": _similar,
    "bought_together": _together,
    "rising": _rising,
    "same_season": _purchases,
    "alike": _alike,
    "popular_in_segment": _popular,
    "popular": _popular,
}


def origin(what: Recommendation) -> str:
    """Say where quantity and price come from; both may be unknown."""
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
