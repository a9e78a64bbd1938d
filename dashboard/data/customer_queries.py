"""The questions about customers: who they are, what to pitch to them and why, what they bought."""

from datetime import date
from typing import Any

from dashboard.data.snapshot import Snapshot
from dashboard.records.customers import (
    BestSeller,
    Bought,
    Buyer,
    Buyers,
    Customer,
    Neighbour,
    Neighbours,
    Purchase,
    Recommendation,
    Returned,
)


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
