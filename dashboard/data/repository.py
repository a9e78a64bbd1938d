"""The questions that the pages ask, answered from artifacts, never beyond what the viewer may see.

Every question takes a `Viewer` and, last, the version it is asked of: the id that the page was drawn from, or
nothing for the newest. Another rep's customer is as unknown as one that does not exist; where such customers stand
behind a number they are counted, never named.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dashboard.access.viewer import Viewer
from dashboard.data.model_report import report_of
from dashboard.data.product_queries import Assortment
from dashboard.records.customers import (
    BestSeller,
    Bought,
    Buyer,
    Buyers,
    Customer,
    Listing,
    Neighbour,
    Neighbours,
    Purchase,
    Recommendation,
    Rep,
    Returned,
)
from dashboard.records.model_report import Report
from dashboard.records.products import Product
from dashboard.records.search import Found
from dashboard.records.versions import DataState
from dashboard.search.matching import fold
from dashboard.search.search import Finder
from recsys.artifacts.open_version import Version, VersionGone
from recsys.artifacts.reader import Reader
from recsys.reasons import Reason
from recsys.schema.published import SCORE_FAMILIES

YEAR_BEGINS_WITHIN_DAYS = 14  # the first order of a year may come after a holiday

KEPT_VERSIONS = 3  # names and customers of so many versions stay in memory
KEPT_VIEWERS = 32  # and so many viewers' parts of them
# And what so many customers bought: a reason asks for 20 neighbours, who are the same for the page's next reason;
# reading them took 11 ms, most of the answer's time.
KEPT_BUYERS = 512


@dataclass(frozen=True)
class _Names:
    """What is asked of every row of a version: read once a version, kept under its id."""

    customers: tuple[Customer, ...]
    customer_by_id: dict[str, Customer]
    product_by_id: dict[str, Product]


class Repository:
    """Answers from the versions that a reader opens. Raises ArtifactError where there is none, VersionGone for an
    old version that is not kept any more.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._bought = lru_cache(maxsize=KEPT_BUYERS)(self._read_bought)
        # Keys: a version's id, with it a viewer or a customer's id. What is kept never changes, as versions do not.
        self._names = lru_cache(maxsize=KEPT_VERSIONS)(self._read_names)
        self._visible = lru_cache(maxsize=KEPT_VIEWERS)(self._pick_visible)
        self._report = lru_cache(maxsize=KEPT_VERSIONS)(lambda version_id: report_of(reader.at(version_id).manifest))
        self._finder = Finder(self._searched)
        self.assortment = Assortment(reader, self)

    # ---- which data ----

    def newest(self) -> str:
        """Return the id of the version that is served now."""
        return self._reader.current().id

    def as_of(self, version: str = "") -> date:
        """Return the day that the version's gaps and windows count from."""
        return self._version(version).manifest.facts.as_of

    def first_order_on(self, version: str = "") -> date:
        """Return the day of the first order that the version knows."""
        return self._version(version).manifest.facts.first_order_on

    def has_year_before(self, version: str = "") -> bool:
        """Whether the data reach back over the 12 months before the last 12, but for their first days.

        Otherwise the two are no full periods, and a comparison would say something false.
        """
        facts = self._version(version).manifest.facts
        return facts.first_order_on <= _two_years_before(facts.as_of) + timedelta(days=YEAR_BEGINS_WITHIN_DAYS)

    def data_state(self) -> DataState:
        """Return what is served now, and what was refused last."""
        manifest = self._reader.current().manifest
        refused = self._reader.refused
        return DataState(
            version=manifest.version,
            built_at=manifest.built_at,
            as_of=manifest.facts.as_of,
            n_lines=manifest.facts.source_rows.get("order_lines", 0),
            refused_version=refused.version if refused else None,
            refused_why=refused.reason if refused else None,
            refused_at=refused.at if refused else None,
        )

    def report(self, version: str = "") -> Report:
        """Return what a version says of its own recommendations."""
        return self._report(self._id(version))

    def report_before(self, version: str = "") -> Report | None:
        """Return the same of the newest older version that is kept; None without any."""
        manifest = self._reader.before(self._id(version))
        return report_of(manifest) if manifest else None

    def reps(self, version: str = "") -> tuple[Rep, ...]:
        """Return all reps by name with the number of their customers; none where the data have no reps."""
        counts: dict[str, int] = {}
        for customer in self._names(self._id(version)).customers:
            if customer.rep is not None:
                counts[customer.rep] = counts.get(customer.rep, 0) + 1
        return tuple(Rep(name, counts[name]) for name in sorted(counts, key=fold))

    # ---- customers ----

    def customer(self, viewer: Viewer, customer_id: str, version: str = "") -> Customer | None:
        """Return a customer whom the viewer sees, else None."""
        found = self._names(self._id(version)).customer_by_id.get(customer_id)
        return found if found is not None and viewer.sees(found.rep) else None

    def customer_name(self, viewer: Viewer, customer_id: str, version: str = "") -> str | None:
        """Return the name of a customer whom the viewer sees, else None."""
        found = self.customer(viewer, customer_id, version)
        return found.name if found else None

    def product_name(self, product_id: str, version: str = "") -> str:
        """Return a product's name, its id where the version does not know it."""
        found = self.product(product_id, version)
        return found.name if found else product_id

    def product(self, product_id: str, version: str = "") -> Product | None:
        """Return a product, None where the version does not know it."""
        return self._names(self._id(version)).product_by_id.get(product_id)

    def products(self, version: str = "") -> tuple[Product, ...]:
        """Return all products, by id."""
        return tuple(self._names(self._id(version)).product_by_id.values())

    def largest_customers(self, viewer: Viewer, n: int, version: str = "") -> Listing:
        """Return the viewer's n customers with the largest revenue in 12 months; equal ones by name, then id."""
        visible = self._visible(self._id(version), viewer)
        ranked = sorted(visible, key=lambda customer: -customer.revenue_12m)
        return Listing(tuple(ranked[:n]), len(visible))

    def search(self, viewer: Viewer, text: str, version: str = "", *, prefer_products: bool = False) -> Found:
        """Return the viewer's customers and the products that a text finds, up to twenty; see `Finder.search`."""
        return self._finder.search(self._id(version), viewer, text, prefer_products=prefer_products)

    def prepare_search(self, version: str) -> None:
        """Make what a version's searches look things up in; a version that is gone meanwhile needs none."""
        with suppress(VersionGone):
            self._finder.prepare(version)

    def nearest_customers(self, viewer: Viewer, text: str, version: str = "") -> tuple[Customer, ...]:
        """Return up to five of the viewer's customers whose id or name is spelled most like the text."""
        return self._finder.nearest_customers(self._id(version), viewer, text)

    def nearest_products(self, text: str, version: str = "") -> tuple[Product, ...]:
        """Return up to five products whose id or name is spelled most like the text."""
        return self._finder.nearest_products(self._id(version), text)

    # ---- what to pitch, and why ----

    def recommendations(self, viewer: Viewer, customer_id: str, version: str = "") -> tuple[Recommendation, ...]:
        """Return a customer's lists, list by list, best first; nothing for one whom the viewer does not see."""
        if not self._sees(viewer, customer_id, version):
            return ()
        source = self._version(version)
        made = ("product_name", "reason", "shares")
        taken = [field.name for field in fields(Recommendation) if field.name not in made]
        return tuple(
            Recommendation(
                **{name: row[name] for name in taken},
                product_name=self.product_name(row["product_id"], source.id),
                reason=Reason.from_row(row),
                shares=_shares(row),
            )
            for row in source.rows("recommendations", customer_id)
        )

    def recommendation(
        self, viewer: Viewer, customer_id: str, line: tuple[str, int], version: str = ""
    ) -> Recommendation | None:
        """Return the line of one list and rank; None where there is none or the viewer does not see the customer."""
        lines = self.recommendations(viewer, customer_id, version)
        return next((one for one in lines if (one.list, one.rank) == line), None)

    def similar_customers(self, viewer: Viewer, customer_id: str, n: int, version: str = "") -> Neighbours:
        """Return the nearest n customers: those whom the viewer sees, and how many of the n belong to others."""
        if not self._sees(viewer, customer_id, version):
            return Neighbours()
        source = self._version(version)
        rows = source.rows("similar_customers", customer_id)[:n]
        named = [(row, self.customer_name(viewer, row["neighbour_id"], version)) for row in rows]
        shown = tuple(
            Neighbour(row["neighbour_id"], name, row["n_shared"], row["n_products"])
            for row, name in named
            if name is not None
        )
        return Neighbours(shown, len(rows) - len(shown), len(self._bought(source.id, customer_id)))

    def buyers_among_similar(
        self, viewer: Viewer, customer_id: str, product_id: str, n: int, version: str = ""
    ) -> Buyers:
        """Return who of the nearest n customers buys a product: those whom the viewer sees, and how many others."""
        if not self._sees(viewer, customer_id, version):
            return Buyers()
        source = self._version(version)
        shown: list[Buyer] = []
        others = 0
        for row in source.rows("similar_customers", customer_id)[:n]:
            bought = self._bought(source.id, row["neighbour_id"]).get(product_id)
            if bought is None:
                continue
            name = self.customer_name(viewer, row["neighbour_id"], version)
            if name is None:
                others += 1
                continue
            shown.append(Buyer(row["neighbour_id"], name, row["n_shared"], *bought))
        return Buyers(tuple(shown), others, len(self._bought(source.id, customer_id)))

    def purchases(self, viewer: Viewer, customer_id: str, product_id: str, version: str = "") -> tuple[Purchase, ...]:
        """Return the customer's order days with a product, oldest first; nothing where the viewer does not see them."""
        if not self._sees(viewer, customer_id, version):
            return ()
        rows = self._version(version).rows("basket_lines", customer_id)
        return tuple(Purchase(row["ordered_on"], row["quantity"]) for row in rows if row["product_id"] == product_id)

    def bought(self, viewer: Viewer, customer_id: str, version: str = "") -> tuple[Bought, ...]:
        """Return what the customer ever bought, most revenue in 12 months first; nothing where the viewer does not
        see them.
        """
        if not self._sees(viewer, customer_id, version):
            return ()
        source = self._version(version)
        products = self._names(source.id).product_by_id
        taken = [field.name for field in fields(Bought) if field.name not in ("product_name", "category")]
        rows = [
            Bought(
                **{name: row[name] for name in taken},
                product_name=products[row["product_id"]].name,
                category=products[row["product_id"]].category,
            )
            for row in source.rows("purchases", customer_id)
        ]
        return tuple(sorted(rows, key=lambda row: (-row.revenue_12m, -row.revenue, row.product_id)))

    def months(self, viewer: Viewer, customer_id: str, version: str = "") -> dict[date, float]:
        """Return the customer's revenue by the first day of each month with an order; nothing where the viewer does
        not see them.
        """
        if not self._sees(viewer, customer_id, version):
            return {}
        return {row["month"]: row["revenue"] for row in self._version(version).rows("customer_months", customer_id)}

    def returned(self, viewer: Viewer, customer_id: str, version: str = "") -> tuple[Returned, ...]:
        """Return what the customer gave back, newest first; nothing where the viewer does not see them."""
        if not self._sees(viewer, customer_id, version):
            return ()
        rows = [
            Returned(
                row["returned_on"],
                row["order_id"],
                row["product_id"],
                self.product_name(row["product_id"], version),
                row["quantity"],
                row["revenue"],
            )
            for row in self._version(version).rows("returned", customer_id)
        ]
        return tuple(sorted(rows, key=lambda row: (-row.on.toordinal(), row.product_name, row.order_id)))

    def best_seller(self, product_id: str, segment: str, version: str = "") -> BestSeller | None:
        """Return how a product sells in a segment (empty: among all customers); None if it is no best seller."""
        for row in self._version(version).rows("popular", segment):
            if row["product_id"] == product_id:
                return BestSeller(segment, row["rank"], row["n_customers"], row["of_customers"], row["n_baskets"])
        return None

    # ---- inner ----

    def _version(self, version: str) -> Version:
        return self._reader.at(version) if version else self._reader.current()

    def _id(self, version: str) -> str:
        return self._version(version).id

    def _sees(self, viewer: Viewer, customer_id: str, version: str) -> bool:
        return self.customer(viewer, customer_id, version) is not None

    def _read_names(self, version_id: str) -> _Names:
        source = self._reader.at(version_id)
        columns = [field.name for field in fields(Customer)]
        customers = tuple(Customer.from_row(row) for row in source.table("customers", columns).to_pylist())
        columns = [field.name for field in fields(Product)]
        products = [Product.from_row(row) for row in source.table("products", columns).to_pylist()]
        return _Names(
            customers,
            {customer.customer_id: customer for customer in customers},
            {product.product_id: product for product in products},
        )

    def _searched(self, version_id: str) -> tuple[Sequence[Customer], Sequence[Product]]:
        names = self._names(version_id)
        return names.customers, self.products(version_id)

    def _read_bought(self, version_id: str, customer_id: str) -> dict[str, tuple[int, float, date]]:
        """What a customer bought: by product id the order days with it, the usual quantity and the last day."""
        rows = self._reader.at(version_id).rows("purchases", customer_id)
        return {row["product_id"]: (row["n_baskets"], row["usual_quantity"], row["last_on"]) for row in rows}

    def _pick_visible(self, version_id: str, viewer: Viewer) -> tuple[Customer, ...]:
        """The viewer's customers by name, then id."""
        visible = [customer for customer in self._names(version_id).customers if viewer.sees(customer.rep)]
        return tuple(sorted(visible, key=lambda customer: (fold(customer.name), customer.customer_id)))


def _shares(row: dict[str, Any]) -> dict[str, float]:
    """The families' shares of a score; none where the ranker did not score it."""
    shares = {family: row[f"share_{family}"] for family in SCORE_FAMILIES}
    return shares if None not in shares.values() else {}


def _two_years_before(day: date) -> date:
    """The same day two years earlier; the 28th for a 29 February."""
    try:
        return day.replace(year=day.year - 2)
    except ValueError:
        return day.replace(year=day.year - 2, day=28)
