"""What is asked of every row of a version, read once and kept under the version's id: versions never change.

Nothing here depends on a permission but `visible`, whose key holds the viewer and the version that decides.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import date
from functools import cache
from operator import itemgetter
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dashboard.access.viewer import Scope
from dashboard.data.alert_rows import COLUMNS as ALERT_COLUMNS
from dashboard.data.alert_rows import AlertRows, alert_rows
from dashboard.data.alert_test import CUSTOMER_COLUMNS, PAIR_COLUMNS, AlertTestColumns, alert_test_columns
from dashboard.data.bundle_index import PART_COLUMNS, BundleIndex, bundle_index
from dashboard.data.call_candidates import CallCandidates, call_candidates
from dashboard.data.found_orders import OrderLine, ordered_after
from dashboard.data.model_report import report_of
from dashboard.data.open_states import OpenStates
from dashboard.data.rhythms import Rhythms, rhythms_of
from dashboard.data.segment_columns import (
    NOWHERE,
    THEN_COLUMNS,
    Scheme,
    SegmentColumns,
    SegmentsThen,
    named_as_today,
    segment_columns,
    segments_then,
)
from dashboard.data.shown_fields import shown_customer
from dashboard.data.state_index import COLUMNS, state_index
from dashboard.data.stock_now import StockNow, stock_now
from dashboard.records.customers import Customer, CustomerGroups, Recommendation
from dashboard.records.model_report import Report
from dashboard.records.products import Product
from dashboard.search.matching import fold
from dashboard.search.phones import phone_digits
from dashboard.search.product_names import ProductNames
from dashboard.search.search import Finder
from dashboard.shop.availability import StockWords
from recsys.artifacts.kept_by_version import kept_by_version
from recsys.artifacts.reader import Reader
from recsys.reasons import Reason
from recsys.schema.published import SCORE_FAMILIES
from recsys.schema.reorder_rules import LostRule, next_on

KEPT_COMPARED = 32  # viewers and versions side by side: a column of a hundred thousand customers is 800 KB
KEPT_SCOPES = 128  # so many viewers' parts of each version: a rep's is small, who see all are alike by their roles
# And what so many customers bought: a reason asks for 20 neighbours, who are the same for the page's next reason;
# reading them took 11 ms, most of the answer's time.
KEPT_BUYERS = 512
# And the lists of so many, 100 KB each: the call list is drawn again after every outcome.
KEPT_LISTS = 96
# And what is bought with so many products, 5 KB each: each change of a basket asks for all products in it.
KEPT_PAIRS = 1024
# And what so many groups of customers ordered in a span: a campaign's page asks for its own again and again.
KEPT_WINDOWS = 48
NEAREST = 8
KEPT_MADE = 32  # pools of campaigns, one for each named segment and some more: of 10,000 customers three megabytes
KEPT_ALERTS = 256  # what so many viewers' rules find: the bell asks on each page; of 20,000 alerts a megabyte
KEPT_NEAREST = 50_000  # products whose nearest are kept, some numbers each
KEPT_STOCK = 2  # words of the stock system: the newest, and the one that a request may still have
KEPT_SHOP_ANSWERS = 5_000  # of the API, some kilobytes each: shops ask for the same products again and again
KEPT_FOUND = 50_000  # pitches whose orders are kept, half a kilobyte each: a rep's of 12 weeks are up to some thousand
Made = TypeVar("Made")
WindowLine = tuple[str, str, date, float]  # customer, product, day, revenue of it
_COPIED = tuple(
    field.name for field in fields_of(Recommendation) if field.name not in ("product_name", "reason", "shares")
)
_copied, _shared = itemgetter(*_COPIED), itemgetter(*(f"share_{family}" for family in SCORE_FAMILIES))


class KeptAnswers:
    """The answers that were asked for last, by key; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._by_key: dict[Hashable, Any] = {}

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the answer of a key; made outside of the lock, so that nobody waits for another one's."""
        with self._lock:
            found: Made | None = self._by_key.pop(key, None)
        if found is None:
            found = make()
        with self._lock:
            self._by_key[key] = found
            while len(self._by_key) > self._most:
                del self._by_key[next(iter(self._by_key))]
        return found


@dataclass(frozen=True)
class Names:
    """All customers and products of a version, by id in the order of the ids."""

    customers: Mapping[str, Customer]
    products: Mapping[str, Product]


@dataclass(frozen=True)
class UsualPurchase:
    """How a customer buys a product: order days with it, the usual quantity, first and last day, what one unit cost.

    usual_gap_days  between two of its order days; None of fewer than three
    """

    n_baskets: int
    usual_quantity: float
    first_on: date
    last_on: date
    last_price: float
    usual_gap_days: float | None = None


class OnOneDay(NamedTuple):
    """Another product that is on the same order days: on how many, and times what chance would give."""

    other_id: str
    n_baskets: int
    lift: float


class VersionCache:
    """Each method takes a version's id and raises VersionGone for one that is not kept any more."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.names = kept_by_version(self._read_names)
        self.visible = kept_by_version(self._pick_visible, KEPT_SCOPES)
        self.groups = kept_by_version(self._group_visible, KEPT_SCOPES)
        self.purchases = kept_by_version(self._read_purchases, KEPT_BUYERS)
        self.recommendations = kept_by_version(self._read_recommendations, KEPT_LISTS)
        self.call_candidates = kept_by_version(self._find_call_candidates, KEPT_SCOPES)
        self.state_places = kept_by_version(self._place_states, KEPT_SCOPES)
        self.order_days_ahead = kept_by_version(self._count_order_days, KEPT_SCOPES)
        self.open_states = kept_by_version(self._read_states)
        self.alert_rows = kept_by_version(self._read_alert_rows)
        self.alert_mask = kept_by_version(self._mask_alerts, KEPT_SCOPES)
        self.alert_test = kept_by_version(self._read_alert_test)
        self.rhythms = kept_by_version(self._read_rhythms, KEPT_SCOPES)
        self.segment_columns = kept_by_version(self._read_segment_columns, KEPT_SCOPES)
        self.segments_then = kept_by_version(self._read_segments_then, KEPT_SCOPES)
        self.places_then = kept_by_version(self._place_then, KEPT_COMPARED)
        self.compared_segments = kept_by_version(self._compare_segments, KEPT_COMPARED)
        self.ordered_after = kept_by_version(self._find_ordered, KEPT_FOUND)
        self.window_lines = kept_by_version(self._read_window, KEPT_WINDOWS)
        self.bundles = kept_by_version(self._read_bundles)
        self.pairs = kept_by_version(self._read_pairs, KEPT_PAIRS)
        self.report = kept_by_version(self._read_report)
        self.phones = kept_by_version(self._read_phones)
        self.nearest = kept_by_version(self._read_nearest, KEPT_NEAREST)
        self.categories = kept_by_version(self._read_categories)
        self.product_names = kept_by_version(self._index_product_names)
        self._made = kept_by_version(lambda _version: KeptAnswers(KEPT_MADE))
        self._alerts = kept_by_version(lambda _version: KeptAnswers(KEPT_ALERTS))
        self._stock = kept_by_version(lambda _version: KeptAnswers(KEPT_STOCK))
        self._answers = kept_by_version(lambda _version: KeptAnswers(KEPT_SHOP_ANSWERS))
        self.finder = Finder(self._searched, self._findable)

    def kept(self, version_id: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` made of a version under a key, which has all else that it depends on; else make it."""
        answers: KeptAnswers = self._made(version_id)
        return answers.get(key, make)

    def kept_alerts(self, version_id: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` found of a version by a rule, as `kept` does."""
        answers: KeptAnswers = self._alerts(version_id)
        return answers.get(key, make)

    def kept_answers(self, version_id: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return an answer of the API that a version alone says, as `kept` does."""
        answers: KeptAnswers = self._answers(version_id)
        return answers.get(key, make)

    def stock_now(self, version_id: str, words: StockWords) -> StockNow:
        """Return which products are otherwise than the version has them, by what the stock system said last."""
        kept: KeptAnswers = self._stock(version_id)
        return kept.get(words.change, lambda: stock_now(self.names(version_id).products, words))

    def report_before(self, version_id: str) -> Report | None:
        """Return what the newest kept version older than this one says of itself; None without any."""
        manifest = self._reader.before(version_id)
        return report_of(manifest) if manifest else None

    def _read_names(self, version_id: str) -> Names:
        source = self._reader.at(version_id)
        columns = [field.name for field in fields_of(Customer)]
        customers = [Customer.from_row(row) for row in source.table("customers", columns).to_pylist()]
        rows = source.table("products", Product.columns()).to_pylist()
        products = [Product.from_row(row) for row in rows]
        return Names(
            {customer.customer_id: customer for customer in customers},
            {product.product_id: product for product in products},
        )

    def _pick_visible(self, version_id: str, scope: Scope) -> Mapping[str, Customer]:
        """Return the customers whom the viewer sees by id, with what is shown of them, by their names, then ids.

        A customer whom the deciding version does not have is nobody's in particular.
        """
        deciding = self.names(scope.decided_by).customers
        seen = []
        for customer_id, customer in self.names(version_id).customers.items():
            decided = deciding.get(customer_id)
            fields = scope.viewer.fields_of(decided.rep if decided else None)
            if fields is not None:
                seen.append(shown_customer(customer, fields))
        seen.sort(key=lambda customer: (fold(customer.name), customer.customer_id))
        return {customer.customer_id: customer for customer in seen}

    def _group_visible(self, version_id: str, scope: Scope) -> CustomerGroups:
        """Return what there is to tell the viewer's customers apart by."""
        everyone = self.visible(version_id, scope).values()

        def names(what: str) -> tuple[str, ...]:
            return tuple(sorted({name for one in everyone if (name := getattr(one, what))}))

        return CustomerGroups(
            n=len(everyone),
            n_active=sum(one.orders_12m > 0 for one in everyone),
            regions=names("region"),
            segments=names("segment"),
            reps=names("rep"),
            has_revenue=any(one.revenue_12m is not None for one in everyone),
        )

    def _find_call_candidates(self, version_id: str, scope: Scope, rule: LostRule) -> CallCandidates:
        """Return the viewer's customers as the call list asks for them."""
        as_of, places = self._reader.at(version_id).manifest.facts.as_of, self.open_states(version_id, rule).customers
        return call_candidates(self.visible(version_id, scope), places, as_of)

    def _place_states(self, version_id: str, scope: Scope, rule: LostRule) -> NDArray[np.int64]:
        """Return the place of each of the viewer's customers in the open states; -1 for who has no lists."""
        places, visible = self.open_states(version_id, rule).customers, self.visible(version_id, scope)
        found = (places.get(one.customer_id, -1) if one.is_pitched_to else -1 for one in visible.values())
        return np.fromiter(found, dtype=np.int64, count=len(visible))

    def _count_order_days(self, version_id: str, scope: Scope) -> tuple[tuple[date, int], ...]:
        """Return on which days after as_of orders fall due, the first day first, and of how many customers."""
        as_of = self._reader.at(version_id).manifest.facts.as_of
        days = (
            next_on(customer.last_order_on, customer.usual_gap_days)
            for customer in self.visible(version_id, scope).values()
            if customer.is_pitched_to
        )
        return tuple(sorted(Counter(day for day in days if day and day > as_of).items()))

    def _read_states(self, version_id: str, rule: LostRule) -> OpenStates:
        source = self._reader.at(version_id)
        as_of, customers = source.manifest.facts.as_of, self.names(version_id).customers
        index = state_index(source.table("recommendations", COLUMNS), rule, as_of)
        return OpenStates(index, lambda one: customers[one].last_order_on if one in customers else None, as_of)

    def _read_alert_rows(self, version_id: str) -> AlertRows:
        source = self._reader.at(version_id)
        return alert_rows(source.table("recommendations", ALERT_COLUMNS), source.manifest.facts.as_of)

    def _mask_alerts(self, version_id: str, scope: Scope) -> NDArray[np.bool_]:
        """Return which customers of the rows of alerts the viewer sees and anything is pitched to, by place."""
        visible = self.visible(version_id, scope)
        seen = (visible.get(one) for one in self.alert_rows(version_id).customer_ids)
        return np.array([one is not None and one.is_pitched_to for one in seen], dtype=bool)

    def _read_alert_test(self, version_id: str) -> AlertTestColumns:
        source = self._reader.at(version_id)
        pairs, customers = source.table("alert_pairs", PAIR_COLUMNS), source.table("alert_customers", CUSTOMER_COLUMNS)
        return alert_test_columns(pairs, customers)

    def _read_rhythms(self, version_id: str, scope: Scope) -> Rhythms:
        return rhythms_of(self.visible(version_id, scope))

    def _read_segment_columns(self, version_id: str, scope: Scope) -> SegmentColumns:
        as_of = self._reader.at(version_id).manifest.facts.as_of
        return segment_columns(self.visible(version_id, scope), as_of)

    def _read_segments_then(self, version_id: str, scope: Scope) -> SegmentsThen:
        """Return the segments of a version that another one is compared with, of the customers whom the viewer sees."""
        deciding = self.names(scope.decided_by).customers
        fields_of = cache(scope.viewer.fields_of)  # there are few reps

        def fields(customer_id: str) -> frozenset[str] | None:
            decided = deciding.get(customer_id)
            return fields_of(decided.rep if decided else None)

        return segments_then(self._reader.at(version_id).table("customers", THEN_COLUMNS), fields)

    def _place_then(self, version_id: str, scope: Scope, other: str, other_scope: Scope) -> NDArray[np.int64]:
        """Return the place of each of the viewer's customers in another version; NOWHERE for who is not in it."""
        there = self.segments_then(other, other_scope).places
        visible = self.visible(version_id, scope)
        return np.fromiter((there.get(one, NOWHERE) for one in visible), dtype=np.int64, count=len(visible))

    def _compare_segments(
        self, version_id: str, scope: Scope, other: str, other_scope: Scope, scheme: Scheme
    ) -> NDArray[np.int64]:
        """Return each customer's segment in another version; NOWHERE for who has none there.

        Clusters are learned anew by each version: one of then counts as the one of today that most of its customers
        are in.
        """
        there = self.places_then(version_id, scope, other, other_scope)
        segments = np.append(self.segments_then(other, other_scope).now(scheme), NOWHERE)
        then = np.where(there == NOWHERE, NOWHERE, segments[there])
        if scheme == "rfm":
            return then
        return named_as_today(then, self.segment_columns(version_id, scope).now(scheme))

    def _read_phones(self, version_id: str) -> Mapping[str, str]:
        """Return the digits of each customer's phone by id."""
        customers = self.names(version_id).customers.values()
        phones = {one.customer_id: phone_digits(one.phone.strip()) for one in customers if one.phone}
        return {one: digits for one, digits in phones.items() if digits}

    def _read_purchases(self, version_id: str, customer_id: str) -> Mapping[str, UsualPurchase]:
        """Return what a customer ever bought, by product id."""
        rows = self._reader.at(version_id).rows("purchases", customer_id)
        return {
            row["product_id"]: UsualPurchase(**{name: row[name] for name in UsualPurchase.__annotations__})
            for row in rows
        }

    def _read_pairs(self, version_id: str, product_id: str) -> tuple[OnOneDay, ...]:
        """Return what is on the same order days as a product."""
        rows = self._reader.at(version_id).rows("similar_products", product_id)
        return tuple(OnOneDay(row["other_id"], row["n_baskets"], row["lift"]) for row in rows if row["lift"])

    def _read_nearest(self, version_id: str, product_id: str) -> tuple[str, ...]:
        """Return the products whose buyers are most like a product's, nearest first."""
        rows = self._reader.at(version_id).rows("similar_products", product_id)
        return tuple(row["other_id"] for row in rows[:NEAREST])

    def _find_ordered(
        self, version_id: str, customer_id: str, on: date, products: frozenset[str]
    ) -> tuple[OrderLine, ...]:
        """Return what was found for a pitch of some products on a day."""
        return ordered_after(self._reader.at(version_id).rows("basket_lines", customer_id), on, products)

    def _read_window(
        self, version_id: str, customer_ids: tuple[str, ...], since: date, until: date
    ) -> tuple[WindowLine, ...]:
        """Return what some customers ordered in a span, [since, until), a product and day each."""
        source = self._reader.at(version_id)
        return tuple(
            (customer_id, row["product_id"], row["ordered_on"], row["revenue"])
            for customer_id in customer_ids
            for row in source.rows("basket_lines", customer_id)
            if since <= row["ordered_on"] < until
        )

    def _read_recommendations(self, version_id: str, customer_id: str) -> tuple[Recommendation, ...]:
        """Return a customer's lists, list by list, best first."""
        names = self.names(version_id).products
        return tuple(
            _recommendation(row, names) for row in self._reader.at(version_id).rows("recommendations", customer_id)
        )

    def _read_bundles(self, version_id: str) -> BundleIndex:
        source, counted = self._reader.at(version_id), self.report(version_id).build.group_baskets
        return bundle_index(source.table("bundles"), source.table("products", PART_COLUMNS), counted)

    def _read_report(self, version_id: str) -> Report:
        return report_of(self._reader.at(version_id).manifest)

    def _read_categories(self, version_id: str) -> Mapping[str, tuple[str, ...]]:
        """Return by category the ids of its products, most order days first."""
        found: dict[str, list[str]] = {}
        for one in sorted(self.names(version_id).products.values(), key=lambda one: (-one.n_baskets, one.product_id)):
            if one.category:
                found.setdefault(one.category, []).append(one.product_id)
        return {category: tuple(ids) for category, ids in found.items()}

    def _index_product_names(self, version_id: str) -> ProductNames:
        return ProductNames(self.names(version_id).products.values())

    def _findable(self, version_id: str, scope: Scope) -> frozenset[str]:
        """Return the ids of those whom a search may find: one that a name finds is named by it."""
        names = self.names(version_id).customers
        visible = self.visible(version_id, scope)
        return frozenset(one for one, customer in visible.items() if customer.name == names[one].name)

    def _searched(self, version_id: str) -> tuple[tuple[Customer, ...], tuple[Product, ...]]:
        names = self.names(version_id)
        return tuple(names.customers.values()), tuple(names.products.values())


def _recommendation(row: Mapping[str, Any], products: Mapping[str, Product]) -> Recommendation:
    product = products.get(row["product_id"])
    return Recommendation(
        **dict(zip(_COPIED, _copied(row), strict=True)),
        product_name=product.name if product else row["product_id"],
        reason=Reason.from_row(row),
        shares=_shares(row),
    )


def _shares(row: Mapping[str, Any]) -> dict[str, float]:
    """Return each family's share of a score; empty where the ranker did not score it."""
    shares = _shared(row)
    return dict(zip(SCORE_FAMILIES, shares, strict=True)) if None not in shares else {}
