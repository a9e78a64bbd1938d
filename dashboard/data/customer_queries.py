"""The questions about customers: who they are, what to pitch to them and why, what they bought."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from dashboard.data.snapshot import Snapshot
from dashboard.data.version_cache import UsualPurchase
from dashboard.records.customers import (
    BestSeller,
    Bought,
    Buyer,
    Buyers,
    CategoryGap,
    Customer,
    Neighbour,
    Neighbours,
    PastLine,
    PastOrder,
    Purchase,
    Recommendation,
    Returned,
)

LEAST_OF_GAP = 5  # similar customers who buy a category: of fewer nothing is said
SMALL_SHARE = 0.25  # of their median: who spends less hardly buys it


class CustomerQueries:
    """Answers about the customers whom the viewer sees: of all others it returns nothing, as of unknown ones."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._names = snapshot.cache.names(snapshot.version)

    def get(self, customer_id: str) -> Customer | None:
        """Return a customer, None where there is none."""
        return self._snapshot.visible.get(customer_id)

    def name(self, customer_id: str) -> str | None:
        """Return a customer's name, None where there is none."""
        found = self.get(customer_id)
        return found.name if found else None

    def shows_revenue(self, customer_id: str) -> bool:
        """Return whether the viewer sees what a customer spends."""
        found = self.get(customer_id)
        return found is not None and found.revenue_12m is not None

    def everyone(self) -> tuple[Customer, ...]:
        """Return all of the viewer's customers, most revenue in 12 months first; equal ones by name, then id."""
        return tuple(sorted(self._snapshot.visible.values(), key=lambda customer: -(customer.revenue_12m or 0)))

    def nearest(self, text: str) -> tuple[Customer, ...]:
        """Return up to five customers whose id or name is spelled most like the text."""
        found = self._snapshot.cache.finder.nearest_customers(self._snapshot.version, self._snapshot.scope, text)
        return tuple(self._snapshot.visible[one.customer_id] for one in found)

    # ---- what to pitch, and why ----

    def recommendations(self, customer_id: str, list_name: str = "") -> tuple[Recommendation, ...]:
        """Return a customer's lists, list by list, best first; or one of them."""
        found = self._all_recommendations(customer_id)
        return tuple(one for one in found if one.list == list_name) if list_name else found

    def recommendation(self, customer_id: str, line: tuple[str, int]) -> Recommendation | None:
        """Return the line of one list and rank; None where there is none."""
        return next((one for one in self._all_recommendations(customer_id) if (one.list, one.rank) == line), None)

    def similar(self, customer_id: str, n: int) -> Neighbours:
        """Return the nearest n customers: those whom the viewer sees, and how many of the n belong to others."""
        if self.get(customer_id) is None:
            return Neighbours()
        rows = self._rows("similar_customers", customer_id)[:n]
        shown = tuple(
            Neighbour(
                found.customer_id,
                found.name,
                row["n_shared"],
                row["n_products"],
                found.n_order_days,
                row["similarity"],
            )
            for row in rows
            if (found := self.get(row["neighbour_id"])) is not None
        )
        return Neighbours(shown, len(rows) - len(shown), self._n_bought(customer_id))

    def buyers_among_similar(
        self, customer_id: str, product_id: str, n: int | None = None, *, after: date = date.min
    ) -> Buyers:
        """Return who of the nearest n customers buys a product: those whom the viewer sees, and how many others.

        n       None: all similar customers
        after   who bought it last on this day or before does not count
        """
        if self.get(customer_id) is None:
            return Buyers()
        shown: list[Buyer] = []
        others = 0
        rows = self._rows("similar_customers", customer_id)[:n]
        for row in rows:
            bought = self._snapshot.cache.purchases(self._snapshot.version, row["neighbour_id"]).get(product_id)
            if bought is None or bought.last_on <= after:
                continue
            name = self.name(row["neighbour_id"])
            if name is None:
                others += 1
                continue
            how = (bought.n_baskets, bought.usual_quantity, bought.last_on, row["similarity"])
            shown.append(Buyer(row["neighbour_id"], name, row["n_shared"], *how))
        return Buyers(tuple(shown), others, self._n_bought(customer_id), len(rows))

    def best_seller(self, product_id: str, segment: str) -> BestSeller | None:
        """Return how a product sells in a segment (empty: among all customers); None if it is no best seller."""
        for row in self._snapshot.source.rows("popular", segment):
            if row["product_id"] == product_id:
                return BestSeller(segment, row["rank"], row["n_customers"], row["of_customers"], row["n_baskets"])
        return None

    # ---- what they bought ----

    def purchases(self, customer_id: str, product_id: str) -> tuple[Purchase, ...]:
        """Return the customer's order days with a product, oldest first."""
        rows = self._rows("basket_lines", customer_id)
        return tuple(Purchase(row["ordered_on"], row["quantity"]) for row in rows if row["product_id"] == product_id)

    def order_dates(self, customer_id: str) -> tuple[date, ...]:
        """Return the days on which a customer ordered, the oldest first."""
        return tuple(sorted({row["ordered_on"] for row in self._rows("basket_lines", customer_id)}))

    def bought(self, customer_id: str) -> tuple[Bought, ...]:
        """Return what the customer ever bought, most revenue in 12 months first."""
        products, shows_revenue = self._names.products, self.shows_revenue(customer_id)
        rows = [
            Bought(
                product_id=row["product_id"],
                product_name=products[row["product_id"]].name,
                category=products[row["product_id"]].category,
                n_baskets=row["n_baskets"],
                first_on=row["first_on"],
                last_on=row["last_on"],
                usual_gap_days=row["usual_gap_days"],
                usual_quantity=row["usual_quantity"],
                revenue=row["revenue"] if shows_revenue else None,
                revenue_12m=row["revenue_12m"] if shows_revenue else None,
            )
            for row in self._rows("purchases", customer_id)
        ]
        return tuple(sorted(rows, key=lambda row: (-(row.revenue_12m or 0), -(row.revenue or 0), row.product_id)))

    def order_days(self, customer_id: str) -> tuple[PastOrder, ...]:
        """Return what a customer ordered day by day, the newest day first."""
        shows_revenue = self.shows_revenue(customer_id)
        by_day: dict[date, list[dict[str, Any]]] = {}
        first_on: dict[str, date] = {}
        for row in self._rows("basket_lines", customer_id):
            by_day.setdefault(row["ordered_on"], []).append(row)
            first_on[row["product_id"]] = min(first_on.get(row["product_id"], row["ordered_on"]), row["ordered_on"])
        days = sorted(by_day)
        gaps = [None, *((day - before).days for before, day in pairwise(days))][: len(days)]

        def lines(day: date) -> tuple[PastLine, ...]:
            return tuple(self._past_line(row, first_on, shows=shows_revenue) for row in _dearest(by_day[day]))

        found = [PastOrder(day, gap, lines(day)) for day, gap in zip(days, gaps, strict=True)]
        return tuple(reversed(found))

    def category_gaps(self, customer_id: str, n: int, least: int = LEAST_OF_GAP) -> tuple[CategoryGap, ...]:
        """Return in which categories the nearest n customers spend and this one hardly does, most money first.

        Of fewer than `least` buyers nothing is said; nothing either to who does not see what customers spend.
        """
        if not self.shows_revenue(customer_id):
            return ()
        own = self._by_category(customer_id)
        rows = self._rows("similar_customers", customer_id)[:n]
        spent: dict[str, list[float]] = {}
        for row in rows:
            for category, amount in self._by_category(row["neighbour_id"]).items():
                spent.setdefault(category, []).append(amount)
        found = [
            CategoryGap(category, len(amounts), len(rows), median(amounts), own.get(category, 0.0))
            for category, amounts in spent.items()
            if len(amounts) >= max(least, len(rows) / 2)
        ]
        gaps = [one for one in found if one.own < SMALL_SHARE * one.median]
        return tuple(sorted(gaps, key=lambda one: (one.own - one.median, one.category)))

    def _by_category(self, customer_id: str) -> dict[str, float]:
        """Return what anybody spent in 12 months by top category."""
        products = self._snapshot.cache.names(self._snapshot.version).products
        sums: dict[str, float] = {}
        for row in self._snapshot.source.rows("purchases", customer_id):
            product = products.get(row["product_id"])
            if product and product.category and row["revenue_12m"] > 0:
                top = product.category.partition(" > ")[0]
                sums[top] = sums.get(top, 0.0) + row["revenue_12m"]
        return sums

    def _past_line(self, row: Mapping[str, Any], first_on: Mapping[str, date], *, shows: bool) -> PastLine:
        product_id, quantity, revenue = row["product_id"], row["quantity"], row["revenue"]
        price = revenue / quantity if quantity else 0.0
        is_first = first_on[product_id] == row["ordered_on"]
        name = self._product_name(product_id)
        return PastLine(product_id, name, quantity, price, revenue if shows else None, is_first)

    def usual_purchases(self, customer_id: str) -> Mapping[str, UsualPurchase]:
        """Return how a customer buys each product that they ever bought, by its id."""
        if self.get(customer_id) is None:
            return {}
        return self._snapshot.cache.purchases(self._snapshot.version, customer_id)

    def months(self, customer_id: str) -> dict[date, float]:
        """Return the customer's revenue by the first day of each month with an order; nothing of what is not shown."""
        if not self.shows_revenue(customer_id):
            return {}
        return {row["month"]: row["revenue"] for row in self._rows("customer_months", customer_id)}

    def returned(self, customer_id: str) -> tuple[Returned, ...]:
        """Return what the customer gave back, newest first."""
        shows_revenue = self.shows_revenue(customer_id)
        rows = [
            Returned(
                row["returned_on"],
                row["order_id"],
                row["product_id"],
                self._product_name(row["product_id"]),
                row["quantity"],
                row["revenue"] if shows_revenue else None,
            )
            for row in self._rows("returned", customer_id)
        ]
        return tuple(sorted(rows, key=lambda row: (-row.on.toordinal(), row.product_name, row.order_id)))

    # ---- inner ----

    def _rows(self, table: str, customer_id: str) -> list[dict[str, Any]]:
        """Return a customer's rows; none where the viewer does not see them."""
        return self._snapshot.source.rows(table, customer_id) if customer_id in self._snapshot.visible else []

    def _all_recommendations(self, customer_id: str) -> tuple[Recommendation, ...]:
        if customer_id not in self._snapshot.visible:
            return ()
        return self._snapshot.cache.recommendations(self._snapshot.version, customer_id)

    def _n_bought(self, customer_id: str) -> int:
        return len(self._snapshot.cache.purchases(self._snapshot.version, customer_id))

    def _product_name(self, product_id: str) -> str:
        found = self._names.products.get(product_id)
        return found.name if found else product_id


def _dearest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (-row["revenue"], row["product_id"]))
