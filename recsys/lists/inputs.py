"""Inputs of the lists: the fitted models, the purchases and the products."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Positions
from recsys.dataset.dates import day_number, months_before
from recsys.dataset.interactions import Interactions
from recsys.dataset.outcomes import Outcomes
from recsys.dataset.purchases import Goods, Purchases
from recsys.kernels.neighbours import Nearest
from recsys.kernels.sparse import masked
from recsys.lists.forward_test import LearnedLists
from recsys.lists.forward_window import CustomerFacts, customer_facts
from recsys.lists.variety import ProductGroups
from recsys.models.attributes import Attributes
from recsys.models.bundles import FittedBundles
from recsys.models.customer_knn import FittedCustomerKnn, shrunk
from recsys.models.item_cosine import FittedItemCosine
from recsys.models.popular import FittedPopular
from recsys.models.ranker.ranker import FittedRanker
from recsys.models.reorder import Cycles, reorder_cycles, silent_cycles
from recsys.models.seasonal import SeasonalPurchases, out_of_season, seasonal_purchases, seasonal_scores
from recsys.models.trending import BuyerTrend, buyer_trend
from recsys.options import BuildOptions

Scoring: TypeAlias = Callable[[Positions], csr_matrix]
SIMILAR_POOL = 3  # times as many nearest customers are looked through for the most similar ones


@dataclass(frozen=True)
class BestSellers:
    """Best sellers by segment, and by segment and region: the lists of customers without orders.

    local    its segments are pairs of a segment and a region with enough customers
    regions  (n_customers,) None where unknown
    """

    by_segment: FittedPopular
    local: FittedPopular
    regions: tuple[str | None, ...]


@dataclass(frozen=True)
class ListInputs:
    """Everything that a customer's lists are made from; immutable, so that threads can share it.

    interactions.counts and purchases have the same entries in the same order.
    """

    interactions: Interactions
    purchases: Purchases
    goods: Goods
    ranker: FittedRanker
    learned: LearnedLists
    groups: ProductGroups
    bundles: FittedBundles
    best_sellers: BestSellers
    attributes: Attributes
    options: BuildOptions
    outcomes: Outcomes

    @property
    def as_of_day(self) -> int:
        """Days since 1970-01-01."""
        return day_number(self.interactions.as_of)

    @property
    def popular(self) -> FittedPopular:
        """Best sellers by segment."""
        return self.best_sellers.by_segment

    @property
    def customer_knn(self) -> FittedCustomerKnn:
        """The nearest customers, as the ranker has them."""
        return self.ranker.signals.neighbours.customer_knn

    @property
    def item_cosine(self) -> FittedItemCosine:
        """The nearest products, as the ranker has them."""
        return self.ranker.signals.neighbours.item_cosine

    @property
    def first_model(self) -> str:
        """The model whose scores order the lists: the ranker, or customer_knn if the ranker has no weights."""
        return "ranker" if self.ranker.weights else "customer_knn"

    def ladder(self) -> Iterator[tuple[str, Scoring]]:
        """Yield the models that fill up the lists of new products, in order, after the first model."""
        if self.first_model == "ranker":
            yield "customer_knn", self.customer_knn.score
        yield "item_cosine", self.item_cosine.score
        yield "bundles", self.bundles.score
        yield "popular_in_segment_and_region", self.best_sellers.local.segment_scores
        yield "popular_in_segment", self.popular.segment_scores
        yield "popular", self.popular.overall_scores

    @cached_property
    def similar(self) -> Nearest:
        """The most similar customers of each, as many as reasons count: cosines shrunk by the products shared."""
        near = self.customer_knn.near.first(SIMILAR_POOL * self.options.similar_customers)
        return shrunk(near, self.interactions.bought).first(self.options.similar_customers)

    @cached_property
    def active(self) -> csr_matrix:
        """(n_customers, n_products) 1 where bought in the 12 months up to and with as_of."""
        return self._bought_within(12)

    @cached_property
    def buyer_shares(self) -> NDArray[np.float64]:
        """(n_products,) share of the customers with orders in these 12 months who bought it in them."""
        buyers = np.bincount(self.active.indices, minlength=self.interactions.n_products)
        n_active = int(np.count_nonzero(np.diff(self.active.indptr)))
        return np.asarray(buyers / max(1, n_active))

    @cached_property
    def order_days(self) -> NDArray[np.int64]:
        """(n_customers,) baskets of each customer."""
        return np.bincount(self.interactions.basket_customers, minlength=self.interactions.n_customers)

    @cached_property
    def active_baskets(self) -> csr_matrix:
        """(n_customers, n_products) all baskets with what was bought in the 12 months up to and with as_of."""
        start = day_number(months_before(self.interactions.as_of, 12))
        return masked(self.interactions.counts, self.purchases.last_days > start)

    @cached_property
    def usual(self) -> csr_matrix:
        """(n_customers, n_products) 1 where bought recently enough for the usual list."""
        return self._bought_within(self.options.usual_months)

    @cached_property
    def trend(self) -> BuyerTrend:
        """Each product's buyers in the last 28 days and in the 28 days before."""
        return buyer_trend(self.interactions)

    @cached_property
    def season(self) -> SeasonalPurchases | None:
        """Purchases in the same weeks of last year; None if the orders do not go back far enough."""
        return seasonal_purchases(self.interactions)

    @cached_property
    def out_of_season(self) -> NDArray[np.bool_]:
        """(n_products,) products that next to nobody buys in the coming weeks of a year."""
        return out_of_season(self.interactions)

    @cached_property
    def listable(self) -> NDArray[np.bool_]:
        """(n_products,) products that can be sold and are not out of season."""
        return self.goods.sellable & ~self.out_of_season

    @cached_property
    def seasonal(self) -> csr_matrix:
        """(n_customers, n_products) scores of seasonal products; empty if there are none."""
        if self.season is None:
            return csr_matrix(self.interactions.counts.shape)
        return seasonal_scores(self.season, self.purchases, self.as_of_day)

    @cached_property
    def cycles(self) -> Cycles:
        """How often each customer buys each product."""
        return reorder_cycles(self.interactions)

    @cached_property
    def silent(self) -> csr_matrix:
        """(n_customers, n_products) 1 where what was bought again and again is silent: what may be lost."""
        return silent_cycles(self.cycles, self.interactions)

    @cached_property
    def answer_changes(self) -> csr_matrix:
        """(n_customers, n_products) changes of a chance's log odds by what came of pitches, see lists.answers."""
        return self.learned.answers.of(self.outcomes.pitches, self.interactions)

    @cached_property
    def unsold(self) -> NDArray[np.intp]:
        """Columns of the products that can be sold and that nobody has bought yet."""
        return np.flatnonzero(self.goods.offered & (self.interactions.baskets_with() == 0))

    @cached_property
    def customer_facts(self) -> CustomerFacts | None:
        """What chances are computed from besides scores; None without calibration."""
        calibration = self.learned.calibration
        return customer_facts(self.ranker.signals, calibration.ordering, self.learned.segments) if calibration else None

    def _bought_within(self, months: int) -> csr_matrix:
        start = day_number(months_before(self.interactions.as_of, months))
        return masked(self.interactions.bought, self.purchases.last_days > start)
