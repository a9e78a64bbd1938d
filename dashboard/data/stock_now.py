"""What can be had now: a version's counts of stock, and what the stock system said since."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dashboard.activity.shop_records import Stock
from dashboard.records.products import Product
from dashboard.shop.availability import StockWords


@dataclass(frozen=True)
class StockNow:
    """How products are otherwise than in the version.

    change      the number of the stock system's word
    products    by id as they are now: those of which it said something
    away        those of them that cannot be had
    """

    change: int = 0
    products: Mapping[str, Product] = field(default_factory=dict)
    away: frozenset[str] = frozenset()


AS_COUNTED = StockNow()


def stock_now(products: Mapping[str, Product], words: StockWords) -> StockNow:
    """Return the products of which the stock system said something; a count of a later day outdates its word."""
    said = ((products[one], word) for one, word in words.by_product.items() if one in products)
    changed = {one.product_id: _as_said(one, word) for one, word in said if not _is_outdated(one, word)}
    away = frozenset(one.product_id for one in changed.values() if one.away_since is not None)
    return StockNow(words.change, changed, away)


def _is_outdated(product: Product, word: Stock) -> bool:
    return product.stock_on is not None and product.stock_on > word.at.date()


def _as_said(product: Product, word: Stock) -> Product:
    if word.is_available:
        return replace(product, stock=word.stock, stock_on=word.at.date() if word.stock is not None else None)
    return replace(product, away_since=word.at)
