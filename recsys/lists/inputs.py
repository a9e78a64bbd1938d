"""What the lists rest on: the models as they were fitted, the purchases and the products."""

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
from recsys.dataset.purchases import Goods, Purchases
from recsys.kernels.neighbours import Nearest
from recsys.kernels.sparse import masked
from recsys.models.attributes import Attributes
from recsys.models.bundles import FittedBundles
from recsys.models.calibration.cross_fit import Calibration
from recsys.models.customer_knn import FittedCustomerKnn
from recsys.models.item_cosine import FittedItemCosine
from recsys.models.popular import FittedPopular
from recsys.models.ranker.ranker import FittedRanker
from recsys.models.seasonal import Season, in_season, read_season
from recsys.models.trending import Rising, read_rising
from recsys.options import BuildOptions

Scoring: TypeAlias = Callable[[Positions], csr_matrix]


@dataclass(frozen=True)
class Sellers:
    """Best sellers by segment, and by segment and region: what customers without orders get.

    local    its segments are `segments` of `local_names`: groups of a segment and a region with enough customers
    regions  (n_customers,) None where unknown
    """

    by_segment: FittedPopular
    local: FittedPopular
    regions: tuple[str | None, ...]


@dataclass(frozen=True)
class ListInputs:
    """Everything that a customer's lists are made of; never changes, so blocks of customers can go anywhere.

    The stored entries of interactions.counts and of purchases are the same, in the same order.
    """

    interactions: Interactions
    purchases: Purchases
    goods: Goods
    ranker: FittedRanker
    calibration: Calibration | None
    bundles: FittedBundles
    sellers: Sellers
    attributes: Attributes
    options: BuildOptions

    @property
    def as_of_day(self) -> int:
        """Days since 1970-01-01."""
        return day_number(self.interactions.as_of)

    @property
    def popular(self) -> FittedPopular:
        """Best sellers by segment."""
        return self.sellers.by_segment

    @property
    def customer_knn(self) -> FittedCustomerKnn:
        """The nearest customers that the ranker looks at."""
        return self.ranker.signals.neighbours.customer_knn

    @property
    def item_cosine(self) -> FittedItemCosine:
        """The nearest products that the ranker looks at."""
        return self.ranker.signals.neighbours.item_cosine

    @property
    def first_model(self) -> str:
        """Whose scores order the lists: customer_knn's where the ranker had too little to learn from."""
        return "ranker" if self.ranker.weights else "customer_knn"

    def ladder(self) -> Iterator[tuple[str, Scoring]]:
        """Yield what fills the list of new products after the first model: own orders, then segment and region."""
        if self.first_model == "ranker":
            yield "customer_knn", self.customer_knn.score
        yield "item_cosine", self.item_cosine.score
        yield "bundles", self.bundles.score
        yield "popular_in_segment_and_region", self.sellers.local.of_group
        yield "popular_in_segment", self.popular.of_group
        yield "popular", self.popular.of_everyone

    @cached_property
    def similar(self) -> Nearest:
        """Everyone's nearest customers, as many as reasons count."""
        return self.customer_knn.near.first(self.options.similar_customers)

    @cached_property
    def active(self) -> csr_matrix:
        """(n_customers, n_products) 1 where bought in the 12 months up to and with as_of."""
        return self._bought_within(12)

    @cached_property
    def active_baskets(self) -> csr_matrix:
        """(n_customers, n_products) all baskets with what was bought in the 12 months up to and with as_of."""
        start = day_number(months_before(self.interactions.as_of, 12))
        return masked(self.interactions.counts, self.purchases.last_days > start)

    @cached_property
    def usual(self) -> csr_matrix:
        """(n_customers, n_products) 1 where bought lately enough for the usual list."""
        return self._bought_within(self.options.usual_months)

    @cached_property
    def rising(self) -> Rising:
        """Each product's customers lately and before."""
        return read_rising(self.interactions)

    @cached_property
    def season(self) -> Season | None:
        """What was bought in these weeks of last year; None where the orders do not go back so far."""
        return read_season(self.interactions)

    @cached_property
    def seasonal(self) -> csr_matrix:
        """(n_customers, n_products) scores of the lists of seasonal products; empty where there are none."""
        if self.season is None:
            return csr_matrix(self.interactions.counts.shape)
        return in_season(self.season, self.purchases, self.as_of_day)

    @cached_property
    def unsold(self) -> NDArray[np.intp]:
        """Products that can be sold, and that nobody has bought yet."""
        return np.flatnonzero(self.goods.offered & (self.interactions.baskets_with() == 0))

    @cached_property
    def orders(self) -> NDArray[np.float64] | None:
        """(n_customers,) the log odds that each customer orders within 28 days; None without calibration."""
        return self.calibration.orders(self.ranker.signals) if self.calibration else None

    def _bought_within(self, months: int) -> csr_matrix:
        start = day_number(months_before(self.interactions.as_of, months))
        return masked(self.interactions.bought, self.purchases.last_days > start)
