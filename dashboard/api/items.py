"""Lines of lists as JSON: numbers as data, reasons as data and as a sentence that names no other customer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.data.best_sellers import Seller
from dashboard.display.formats import PageFormatter
from dashboard.display.page_context import PageContext
from dashboard.display.reason_text import reason_sentences
from dashboard.records.customers import Recommendation
from dashboard.records.products import Product
from recsys.reasons import Reason

_DECIMALS = 4
# Of a reason, without the id of the other customer that it may rest on.
_DATA = ("kind", "n", "of", "lift", "on", "gap_days", "since_days", "product_id", "segment", "region", "attribute")
_DAY = "on"


def items_of(context: PageContext, lines: Sequence[Recommendation]) -> list[dict[str, Any]]:
    """Return the lines of a list, ranked in their order."""
    sentences = reason_sentences([line.reason for line in lines], shop_formatter(context))
    counts = {name: one.n for name, one in context.version.report().calibrations.items()}
    return [
        {
            **_of_product(context, rank, line.product_id),
            "quantity": line.quantity,
            "price": rounded(line.price, 2),
            "price_from": line.price_from,
            "value": rounded(line.value, 2),
            "chance": _chance(line, counts),
            "expected": rounded(line.expected, 2),
            "reason": reason_of(line.reason, text),
        }
        for rank, (line, text) in enumerate(zip(lines, sentences, strict=True), 1)
    ]


def best_seller_items(context: PageContext, sellers: Iterable[Seller], segment: str) -> list[dict[str, Any]]:
    """Return best sellers as lines: without a quantity, as nobody's orders say one."""
    kind = "popular_in_segment" if segment else "popular"
    found = [(one, Reason(kind, one.n, of=one.of, segment=segment or None)) for one in sellers]
    sentences = reason_sentences([reason for _, reason in found], shop_formatter(context))
    return [
        own_item(context, rank, one.product_id, None, reason_of(reason, text))
        for rank, ((one, reason), text) in enumerate(zip(found, sentences, strict=True), 1)
    ]


def own_item(
    context: PageContext, rank: int, product_id: str, quantity: float | None, reason: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a line that no published list has, and so no chance."""
    product = context.products.get(product_id)
    price = product.price if product else None
    return {
        **_of_product(context, rank, product_id),
        "quantity": quantity,
        "price": rounded(price, 2),
        "price_from": product.price_from if product else None,
        "value": rounded(price * quantity, 2) if price is not None and quantity is not None else None,
        "chance": None,
        "expected": None,
        "reason": reason,
    }


def reason_of(reason: Reason, sentence: str) -> dict[str, Any]:
    """Return a reason as data, with its sentence."""
    return {**{name: getattr(reason, name) for name in _DATA}, "sentence": sentence}


def reason_data(kind: str, n: int, sentence: str) -> dict[str, Any]:
    """Return a reason that no published list has, as `reason_of` does."""
    return {**dict.fromkeys(_DATA), "kind": kind, "n": n, "sentence": sentence}


def product_facts(product: Product) -> dict[str, Any]:
    """Return what an answer says of every product."""
    return {
        "product_id": product.product_id,
        "name": product.name,
        "category": product.category,
        "price": rounded(product.price, 2),
    }


def shop_formatter(context: PageContext) -> PageFormatter:
    """Return what writes sentences for the shop: no customer is named."""
    return context.reason_formatter(names_customers=False)


def rounded(number: float | None, decimals: int = _DECIMALS) -> float | None:
    """Return a number as it is answered; None of None."""
    return None if number is None else round(number, decimals)


def _of_product(context: PageContext, rank: int, product_id: str) -> dict[str, Any]:
    product = context.products.get(product_id)
    name, category = (product.name, product.category) if product else (product_id, None)
    return {"rank": rank, "product_id": product_id, "name": name, "category": category}


def _chance(line: Recommendation, counts: Mapping[str, int]) -> dict[str, Any] | None:
    n = counts.get(line.list)
    return None if line.chance is None or n is None else {"value": rounded(line.chance), "n": n}
