"""What the lists rest on: the models as they were fitted, the purchases and the products."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scipy.sparse import csr_matrix

from recsys.interactions import Interactions
from recsys.models.base import Fitted, masked
from recsys.models.bundles import FittedBundles
from recsys.models.customer_knn import FittedCustomerKnn
from recsys.models.item_cosine import FittedItemCosine
from recsys.models.popular import FittedPopular
from recsys.models.ranker import FittedRanker
from recsys.neighbours import Nearest
from recsys.options import Options
from recsys.periods import day_number, months_before
from recsys.purchases import Goods, Purchases


@dataclass(frozen=True)
class Evidence:
    """Everything that a customer's lists are made of; never changes, so blocks of customers can go anywhere.

    The stored entries of interactions.counts and of purchases are the same, in the same order.
    """

    interactions: Interactions
    purchases: Purchases
    goods: Goods
    ranker: FittedRanker
    bundles: FittedBundles
    popular: FittedPopular
    options: Options

    @property
    def as_of_day(self) -> int:
        """Days since 1970-01-01."""
        return day_number(self.interactions.as_of)

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

    def ladder(self) -> Iterator[tuple[str, Fitted]]:
        """Yield the models that fill the list of new products, the first one first."""
        if self.first_model == "ranker":
            yield "ranker", self.ranker
        yield "customer_knn", self.customer_knn
        yield "item_cosine", self.item_cosine
        yield "bundles", self.bundles
        yield "popular", self.popular

    @cached_property
    def similar(self) -> Nearest:
        """Everyone's nearest customers, as many as reasons count."""
        return self.customer_knn.near.first(self.options.similar_customers)

    @cached_property
    def active(self) -> csr_matrix:
        """(n_customers, n_products) 1 where bought in the 12 months up to and with as_of."""
        return self._bought_within(12)

    @cached_property
    def usual(self) -> csr_matrix:
        """(n_customers, n_products) 1 where bought lately enough for the usual list."""
        return self._bought_within(self.options.usual_months)

    def _bought_within(self, months: int) -> csr_matrix:
        start = day_number(months_before(self.interactions.as_of, months))
        return masked(self.interactions.bought, self.purchases.last_days > start)
