"""A text for the mailing, which names no customer, and what the price of a set and a discount come to."""

from dashboard.campaigns.candidates import bundle_of
from dashboard.campaigns.draw import Draw
from dashboard.campaigns.sources import Source
from dashboard.display.page_context import PageContext

NAME, PRODUCT, REASON = (
    "{Customer}",
    "{Product to offer}",
    "{Reason}",
)  # columns of the list, which a mailing tool fills in


def mail_text(context: PageContext, drawn: Draw) -> str:
    """Return a suggested text: what is offered, and the reason that holds for everyone who gets it."""
    return f"Hello {NAME},\n\n{_body(context, drawn.source)}\n\nShall we add it to your next delivery? Just reply."


def set_price(context: PageContext, source: Source) -> float | None:
    """Return the price of one unit of each product that is offered together; None where one has none."""
    if source.kind == "bundle":
        return bundle_of(context, source).price
    if source.kind == "product":
        product = context.products.get(source.product)
        return (product.unit_price or product.last_price) if product else None
    return None


def set_cost(context: PageContext, source: Source) -> float | None:
    """Return what one unit of each product costs; None where one is not known, or not for who looks."""
    if source.kind not in ("bundle", "product"):
        return None
    ids = (
        [part.product_id for part in bundle_of(context, source).parts] if source.kind == "bundle" else [source.product]
    )
    costs = [product.cost for product in map(context.products.get, ids) if product is not None]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if known and len(known) == len(ids) else None


def price_words(context: PageContext, price: float | None, discount: float | None, cost: float | None) -> str:
    """Return what a set costs, and what a discount has to bring back; empty without a price."""
    formats = context.formats
    if not price:
        return ""
    if not discount:
        margin = f" It leaves {formats.price(price - cost)} above its cost." if cost is not None else ""
        return f"The set costs {formats.price(price)}.{margin}"
    after = price * (1 - discount)
    said = (
        f"With {formats.percent(discount)} off the set costs {formats.price(after)} instead of {formats.price(price)}."
    )
    if cost is None:
        times = formats.number(1 / (1 - discount), 2)
        return f"{said} {times} times as many have to order for the same revenue; costs are not known here."
    before, left = price - cost, after - cost
    if left <= 0:
        return f"{said} That is at or under its cost of {formats.price(cost)}: no number of orders brings it back."
    times = formats.number(before / left, 2)
    margin = f"It leaves {formats.price(left)} instead of {formats.price(before)} above its cost"
    return f"{said} {margin}: {times} times as many have to order for the same margin."


def _body(context: PageContext, source: Source) -> str:
    if source.kind == "bundle":
        bundle = bundle_of(context, source)
        names = [part.name for part in bundle.parts]
        n = context.formats.number(bundle.n_baskets)
        together = f"{', '.join(names[:-1])} and {names[-1]} are often ordered together: {n} orders have all of them."
        return f"{together} You already order part of it; {PRODUCT} would complete the set."
    if source.kind == "product":
        return f"{context.products.name(source.product)} goes with what you order from us. {REASON}"
    if source.offer == "lost":
        return f"You used to order {PRODUCT} from us, and have not for a while."
    return f"{PRODUCT} goes with what you order from us. {REASON}"
