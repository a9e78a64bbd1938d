"""The questions about products: who buys one, what else they buy, who should have it.

Products are everyone's to see. Customers end at the viewer's, as in `repository`: others are counted, never named.
"""

from collections.abc import Iterator
from statistics import median
from typing import Any, Protocol

from dashboard.access.viewer import Viewer
from dashboard.records.customers import Customer, Recommendation
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
from recsys.artifacts.reader import Reader

LOOKED_THROUGH = 8  # customers whose order days are read for the proof of a pair


class Scope(Protocol):
    """What is asked of the repository: rows that end at what a viewer may see."""

    def customer(self, viewer: Viewer, customer_id: str, version: str = "") -> Customer | None: ...

    def product(self, product_id: str, version: str = "") -> Product | None: ...

    def products(self, version: str = "") -> tuple[Product, ...]: ...

    def recommendation(
        self, viewer: Viewer, customer_id: str, line: tuple[str, int], version: str = ""
    ) -> Recommendation | None: ...


class Assortment:
    """Answers about products, from the versions that a reader opens. Raises as the repository does."""

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._reader = reader
        self._scope = scope

    def pairs(self, product_id: str, version: str = "") -> tuple[Pair, ...]:
        """Return the products whose buyers are most like this one's, nearest first."""
        return tuple(
            Pair(other, row["n_customers"], row["n_baskets"], row["lift"])
            for row in self._version(version).rows("similar_products", product_id)
            if (other := self._scope.product(row["other_id"], version)) is not None
        )

    def of_category(self, category: str, version: str = "") -> tuple[Product, ...]:
        """Return the products of a category, named with all its levels, most order days first."""
        found = [product for product in self._scope.products(version) if product.category == category]
        return tuple(sorted(found, key=lambda product: (-product.n_baskets, product.product_id)))

    def months(self, product_id: str, version: str = "") -> tuple[ProductMonth, ...]:
        """Return the months with a sale, oldest first."""
        rows = self._version(version).rows("product_months", product_id)
        return tuple(ProductMonth(row["month"], row["units"], row["revenue"]) for row in rows)

    def segments(self, product_id: str, version: str = "") -> tuple[SegmentBuyers, ...]:
        """Return all customers' row first, then the segments with a buyer, most buyers first."""
        rows = self._version(version).rows("product_segments", product_id)
        found = [
            SegmentBuyers(row["segment"], row["n_customers"], row["of_customers"], row["n_baskets"]) for row in rows
        ]
        return tuple(sorted(found, key=lambda one: (one.segment != "", -one.n_customers, one.segment)))

    def buyers(self, viewer: Viewer, product_id: str, version: str = "") -> ProductBuyers:
        """Return who ever bought a product, most order days first."""
        rows = self._version(version).rows("buyers", product_id)
        shown = tuple(
            ProductBuyer(customer, row["n_baskets"], row["last_on"], row["usual_quantity"], row["revenue_12m"])
            for row, customer in self._seen(viewer, rows, version)
        )
        usual = median(row["usual_quantity"] for row in rows) if rows else None
        return ProductBuyers(shown, len(rows) - len(shown), usual)

    def prospects(self, viewer: Viewer, product_id: str, n: int, version: str = "") -> Prospects:
        """Return the first n whose list of new products holds the product, those with it highest in their list first.

        Blocked and closed customers have no lists.
        """
        rows = self._version(version).rows("prospects", product_id)
        seen = list(self._seen(viewer, rows, version))
        shown = [
            Prospect(customer, line)
            for row, customer in seen[:n]
            if (
                line := self._scope.recommendation(
                    viewer, customer.customer_id, (row["list"], row["list_rank"]), version
                )
            )
        ]
        return Prospects(tuple(shown), len(seen), len(rows) - len(seen))

    def pair_proof(self, viewer: Viewer, product_id: str, other_id: str, version: str = "") -> PairProof | None:
        """Return what a pair rests on; None where the products are no pair of the version.

        Of the viewer's customers who bought both, those with the most order days are looked through.
        """
        product = self._scope.product(product_id, version)
        pair = next((pair for pair in self.pairs(product_id, version) if pair.other.product_id == other_id), None)
        if product is None or pair is None:
            return None
        source = self._version(version)
        other_days = {row["customer_id"]: row["n_baskets"] for row in source.rows("buyers", other_id)}
        both = [
            (-min(row["n_baskets"], other_days[row["customer_id"]]), row["rank"], customer)
            for row, customer in self._seen(viewer, source.rows("buyers", product_id), version)
            if row["customer_id"] in other_days
        ]
        first = [customer for _, _, customer in sorted(both, key=lambda one: one[:2])[:LOOKED_THROUGH]]
        took = [TookBoth(customer, _days_with_both(source, customer, (product_id, other_id))) for customer in first]
        shown = sorted((one for one in took if one.days), key=lambda one: -len(one.days))
        return PairProof(product, pair, tuple(shown))

    # ---- inner ----

    def _version(self, version: str) -> Version:
        return self._reader.at(version) if version else self._reader.current()

    def _seen(
        self, viewer: Viewer, rows: list[dict[str, Any]], version: str
    ) -> Iterator[tuple[dict[str, Any], Customer]]:
        for row in rows:
            customer = self._scope.customer(viewer, row["customer_id"], version)
            if customer is not None:
                yield row, customer


def _days_with_both(source: Version, customer: Customer, pair: tuple[str, str]) -> tuple[Any, ...]:
    days: dict[str, set[Any]] = {product: set() for product in pair}
    for row in source.rows("basket_lines", customer.customer_id):
        if row["product_id"] in days:
            days[row["product_id"]].add(row["ordered_on"])
    one, other = days.values()
    return tuple(sorted(one & other, reverse=True))
