"""The questions about products: who buys one, what else they buy, who should have it.

Products are everyone's to see. Of their buyers only the viewer's are named, the others are counted.
"""

from collections.abc import Collection, Iterator
from statistics import median
from typing import Any

from dashboard.access.permissions import REVENUE
from dashboard.data.customer_queries import CustomerQueries
from dashboard.data.shown_fields import shown_product
from dashboard.data.snapshot import Snapshot
from dashboard.data.stock_now import AS_COUNTED, StockNow
from dashboard.data.version_cache import OnOneDay
from dashboard.records.customers import Customer
from dashboard.records.products import (
    Pair,
    PairProof,
    Product,
    ProductBuyer,
    ProductBuyers,
    ProductMonth,
    Prospect,
    Prospects,
    SegmentBuyers,
    TookBoth,
)
from recsys.artifacts.open_version import Version

LOOKED_THROUGH = 8  # customers whose order days are read for the proof of a pair


class ProductQueries:
    """Answers about all products of a version, and about the viewer's customers who buy them."""

    def __init__(self, snapshot: Snapshot, stock: StockNow = AS_COUNTED) -> None:
        """stock   what the stock system said since the version was built"""
        self._snapshot, self._stock = snapshot, stock
        self._products = snapshot.cache.names(snapshot.version).products
        self._customers = CustomerQueries(snapshot)
        self._fields = snapshot.viewer.product_fields

    def get(self, product_id: str) -> Product | None:
        """Return a product, None where the version does not know it."""
        found = self._found(product_id)
        return shown_product(found, self._fields) if found else None

    def may_be_suggested(self, product_id: str) -> bool:
        """Return whether a product is offered and can be had now, whoever may see what was counted."""
        found = self._found(product_id)
        return found is not None and found.is_offered and not found.is_used_up

    def name(self, product_id: str) -> str:
        """Return a product's name, its id where the version does not know it."""
        found = self.get(product_id)
        return found.name if found else product_id

    def named(self, text: str) -> str | None:
        """Return the id of the product whose number or name a text is; None for none, and for a name of several.

        A number may lack the zeros in front, or have blanks and hyphens.
        """
        return text if text in self._products else self._snapshot.cache.product_names(self._snapshot.version).find(text)

    def everything(self) -> tuple[Product, ...]:
        """Return all products, most revenue in 12 months first; equal ones by name, then id."""
        products = [shown_product(one, self._fields) for one in self._products.values()]
        return tuple(sorted(products, key=lambda one: (-(one.revenue_12m or 0), one.name, one.product_id)))

    def nearest(self, text: str) -> tuple[Product, ...]:
        """Return up to five products whose id or name is spelled most like the text."""
        return tuple(
            shown_product(one, self._fields)
            for one in self._snapshot.cache.finder.nearest_products(self._snapshot.version, text)
        )

    def pairs(self, product_id: str) -> tuple[Pair, ...]:
        """Return the products whose buyers are most like this one's, nearest first."""
        return tuple(
            Pair(other, row["n_customers"], row["n_baskets"], row["lift"])
            for row in self._snapshot.source.rows("similar_products", product_id)
            if (other := self.get(row["other_id"])) is not None
        )

    def nearest_to(self, product_id: str) -> tuple[str, ...]:
        """Return the few products whose buyers are most like a product's, nearest first."""
        found: tuple[str, ...] = self._snapshot.cache.nearest(self._snapshot.version, product_id)
        return found

    def on_one_day(self, product_id: str) -> tuple[OnOneDay, ...]:
        """Return what is on the same order days as a product, of those whose buyers are most like its own."""
        return self._snapshot.cache.pairs(self._snapshot.version, product_id)

    def of_category(self, category: str) -> Iterator[Product]:
        """Yield the products of a category, named with all its levels, most order days first."""
        for product_id in self._snapshot.cache.categories(self._snapshot.version).get(category, ()):
            found = self.get(product_id)
            if found is not None:
                yield found

    def months(self, product_id: str) -> tuple[ProductMonth, ...]:
        """Return the months with a sale, oldest first."""
        rows = self._snapshot.source.rows("product_months", product_id)
        shows_revenue = REVENUE in self._fields
        return tuple(
            ProductMonth(row["month"], row["units"], row["revenue"] if shows_revenue else None) for row in rows
        )

    def segments(self, product_id: str) -> tuple[SegmentBuyers, ...]:
        """Return all customers' row first, then the segments with a buyer, most buyers first."""
        rows = self._snapshot.source.rows("product_segments", product_id)
        found = [
            SegmentBuyers(row["segment"], row["n_customers"], row["of_customers"], row["n_baskets"]) for row in rows
        ]
        return tuple(sorted(found, key=lambda one: (one.segment != "", -one.n_customers, one.segment)))

    def buyers(self, product_id: str) -> ProductBuyers:
        """Return who ever bought a product, most order days first."""
        rows = self._snapshot.source.rows("buyers", product_id)
        shown = tuple(
            ProductBuyer(
                customer,
                row["n_baskets"],
                row["last_on"],
                row["usual_quantity"],
                row["revenue_12m"] if customer.revenue_12m is not None else None,
            )
            for row, customer in self._seen(rows)
        )
        usual = median(row["usual_quantity"] for row in rows) if rows else None
        return ProductBuyers(shown, len(rows) - len(shown), usual)

    def prospects(self, product_id: str, n: int, without: Collection[str] = ()) -> Prospects:
        """Return the first n whose list of new products holds the product, those with it highest in their list first.

        without   customers from whose lists outcomes keep it

        Blocked and closed customers have no lists; a product that cannot be had is on none.
        """
        if product_id in self._stock.away:
            return Prospects((), 0, 0)
        rows = [row for row in self._snapshot.source.rows("prospects", product_id) if row["customer_id"] not in without]
        seen = list(self._seen(rows))
        shown = [
            Prospect(customer, line)
            for row, customer in seen[:n]
            if (line := self._customers.recommendation(customer.customer_id, (row["list"], row["list_rank"])))
        ]
        return Prospects(tuple(shown), len(seen), len(rows) - len(seen))

    def pair_proof(self, product_id: str, other_id: str) -> PairProof | None:
        """Return what a pair rests on; None where the products are no pair of the version.

        Of the viewer's customers who bought both, those with the most order days are looked through.
        """
        product = self.get(product_id)
        pair = next((pair for pair in self.pairs(product_id) if pair.other.product_id == other_id), None)
        if product is None or pair is None:
            return None
        return PairProof(product, pair, self.took_both(product_id, other_id))

    def took_both(self, product_id: str, other_id: str) -> tuple[TookBoth, ...]:
        """Return the viewer's customers who took two products on one day, most such days first.

        Those with the most order days of both are looked through.
        """
        source = self._snapshot.source
        other_days = {row["customer_id"]: row["n_baskets"] for row in source.rows("buyers", other_id)}
        both = [
            (-min(row["n_baskets"], other_days[row["customer_id"]]), row["rank"], customer)
            for row, customer in self._seen(source.rows("buyers", product_id))
            if row["customer_id"] in other_days
        ]
        first = [customer for _, _, customer in sorted(both, key=lambda one: one[:2])[:LOOKED_THROUGH]]
        took = [TookBoth(customer, _days_with_both(source, customer, (product_id, other_id))) for customer in first]
        return tuple(sorted((one for one in took if one.days), key=lambda one: -len(one.days)))

    # ---- inner ----

    def _found(self, product_id: str) -> Product | None:
        """Return a product as it is now, with all that is known of it."""
        return self._stock.products.get(product_id) or self._products.get(product_id)

    def _seen(self, rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Customer]]:
        """Yield the rows of the viewer's customers."""
        for row in rows:
            customer = self._customers.get(row["customer_id"])
            if customer is not None:
                yield row, customer


def _days_with_both(source: Version, customer: Customer, pair: tuple[str, str]) -> tuple[Any, ...]:
    days: dict[str, set[Any]] = {product: set() for product in pair}
    for row in source.rows("basket_lines", customer.customer_id):
        if row["product_id"] in days:
            days[row["product_id"]].add(row["ordered_on"])
    one, other = days.values()
    return tuple(sorted(one & other, reverse=True))
