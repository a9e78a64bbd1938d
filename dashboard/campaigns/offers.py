"""What each of the drawn is offered, with chance, value and reason, and the reference that the mail names it by."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping

from dashboard.activity.campaign_records import HELD, SENT, Member, Offer
from dashboard.campaigns.candidates import MOST_OWN, Candidate, Chance, bundle_of, chances_of
from dashboard.campaigns.draw import Draw, lot_of
from dashboard.campaigns.sources import Source
from dashboard.data.desk import Beside
from dashboard.display.page_context import PageContext
from dashboard.display.reason_text import reason_texts
from dashboard.records.bundles import Bundle
from dashboard.records.customers import Recommendation
from dashboard.records.raised import LOST, NEW

# Letters and digits that cannot be taken for one another, however they are typed or printed.
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16  # of 30 letters: 78 bits


def members_of(context: PageContext, drawn: Draw) -> tuple[Member, ...]:
    """Return who takes part, as it is saved."""
    facts = context.snapshot.cache.names(context.version.id).customers
    found = []
    for one in drawn.drawn:
        lot = lot_of(facts[one.customer.customer_id])
        segment = facts[lot.customer_id].rfm_segment
        found.append(Member(lot.customer_id, drawn.arm(one), lot.stratum, segment, lot.revenue))
    return tuple(found)


def offers_of(context: PageContext, drawn: Draw) -> Iterator[Offer]:
    """Yield what each of the drawn is offered, their best first; who is held out has no reference."""
    source = drawn.source
    products = {product for one in drawn.drawn for product in one.products or ()}
    chances = {product: chances_of(context, product) for product in products}
    bundle = bundle_of(context, source) if source.kind == "bundle" else None
    own = [one.customer.customer_id for one in drawn.drawn if one.products is None]
    held = Beside(context.desk.held_back(own, context.as_of)) if own else Beside()
    for one in drawn.drawn:
        is_sent = drawn.arm(one) == SENT
        lines = {} if bundle else _own_lines(context, one, source, held)
        for rank, (product, known, reason) in enumerate(_of(context, one, lines, chances, bundle), 1):
            reference = new_reference() if is_sent else None
            numbers = (known.chance, known.value, known.expected)
            yield Offer(one.customer.customer_id, rank, product, reference, *numbers, reason)


def new_reference() -> str:
    """Return a reference: nobody guesses one that was given, and it holds nothing of what it stands for."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def new_seed() -> int:
    """Return a seed for a lot."""
    return secrets.randbelow(2**31)


def arms_of(members: Iterable[Member]) -> tuple[tuple[Member, ...], tuple[Member, ...]]:
    """Return who gets the mail, and who is held out."""
    ones = tuple(members)
    return tuple(one for one in ones if one.arm == SENT), tuple(one for one in ones if one.arm == HELD)


# ---- inner ----


def _of(
    context: PageContext,
    one: Candidate,
    lines: Mapping[str, Recommendation],
    chances: Mapping[str, Mapping[str, Chance]],
    bundle: Bundle | None,
) -> Iterator[tuple[str, Chance, str]]:
    """Yield the products of a customer with what is expected of them and why they are offered."""
    customer_id = one.customer.customer_id
    for product in one.products if one.products is not None else lines:
        line = lines.get(product)
        expected = chances.get(product, {}).get(customer_id, Chance())
        known = Chance(line.chance, line.value, line.expected) if line else expected
        if bundle is not None:
            reason = _bundle_reason(context, bundle, product, one.products or ())
        else:
            reason = _reason(context, one, line)
        yield product, known, reason


def _own_lines(context: PageContext, one: Candidate, source: Source, held: Beside) -> dict[str, Recommendation]:
    """Return by product the lines of a customer that offers are taken from; without products of a source the best."""
    customer_id = one.customer.customer_id
    if one.products is not None:
        rows = context.customers.recommendations(customer_id, NEW)
        return {row.product_id: row for row in rows if row.product_id in one.products}
    raised = context.raised_beside(one.customer, held)
    own = raised.of(LOST if source.offer == "lost" else NEW)
    return {row.product_id: row for row in own[:MOST_OWN]}


def _bundle_reason(context: PageContext, bundle: Bundle, product: str, lacking: Collection[str]) -> str:
    """Return `Buys A and B. In 45 % of the orders with them is C too.`"""
    names = {part.product_id: part.name for part in bundle.parts}
    bought = _listed([names[one] for one in names if one not in lacking])
    if product == bundle.consequent_id and len(lacking) == 1:
        share = context.formats.percent(bundle.confidence)
        with_it = "it" if bundle.size == 2 else "them"
        return f"Buys {bought}. {names[product]} is in {share} of the orders with {with_it}."
    n = context.formats.number(bundle.n_baskets)
    them = "it" if bundle.size - len(lacking) == 1 else "them"
    orders = "1 order has" if bundle.n_baskets == 1 else f"{n} orders have"
    return f"Buys {bought}. {orders} {them} together with {_listed([names[one] for one in lacking])}."


def _reason(context: PageContext, one: Candidate, line: Recommendation | None) -> str:
    """Return the reason of a line, without the name of any other customer."""
    if line is None and one.fit is not None:
        n = context.formats.number(one.fit.like_days)
        day = "day" if one.fit.like_days == 1 else "days"
        return f"Ordered {context.products.name(one.fit.like_id)}, which is like it, on {n} {day}."
    if line is None:
        return "Never bought."
    return reason_texts([(line, one.customer)], context.reason_formatter(names_customers=False))[0]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
