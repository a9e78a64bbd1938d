"""What a build can be told; every figure that shapes the result stands here and in the version's manifest.

Free of numpy and of every model, so that a look at what is published starts at once.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class BuildOptions:
    """The options of a build. Raises ValueError for one outside its bounds, naming it.

    as_of                 last day that counts; None: the last order's day
    list_length           longest list a customer gets
    knn_customers         nearest customers whose purchases are scored
    similar_customers     nearest customers that are published and that reasons count
    half_life_days        a neighbour's purchase this old weighs half as much as one of today
    own_half_life_days    the same for the customer's own purchases
    own_weight            weight of the customer's own decayed purchases beside the neighbours' mean
    knn_products          nearest products that are scored
    similar_products      nearest products that are published
    usual_months          a product bought before stays in the usual list this long after its last purchase
    min_support           least share of a segment's baskets that an itemset stands in, inclusive
    min_baskets           least number of baskets that an itemset stands in, inclusive
    max_bundles           most itemsets of a segment; its support threshold rises until they fit
    min_segment_baskets   a segment with fewer baskets gets no bundles
    min_segment_customers a segment with fewer buying customers is too small to call a product popular in it
    popular_length        best sellers kept and published a segment
    pair_baskets, pair_lift   from when on "bought together" is a reason, inclusive
    strong_similar        from this many of the similar customers on they are the first reason, inclusive, and their
                          median is the quantity
    least_rising          from this many buyers in the last 28 days on "rising" is a reason, inclusive
    max_share             most of the lists of new products that one product may stand in, as a share
    unsold_places         most places in a list of new products for products that nobody bought yet
    block_customers       customers handled at a time; changes memory, never the result
    """

    as_of: date | None = None
    list_length: int = 20
    knn_customers: int = 300
    similar_customers: int = 20
    half_life_days: float = 14.0
    own_half_life_days: float = 120.0
    own_weight: float = 0.2
    knn_products: int = 100
    similar_products: int = 20
    usual_months: int = 12
    min_support: float = 0.005
    min_baskets: int = 20
    max_bundles: int = 2_000
    min_segment_baskets: int = 200
    min_segment_customers: int = 10
    popular_length: int = 100
    pair_baskets: int = 5
    pair_lift: float = 2.0
    strong_similar: int = 3
    least_rising: int = 3
    max_share: float = 0.5
    unsold_places: int = 2
    block_customers: int = 1_000

    def __post_init__(self) -> None:
        if not 0 < self.min_support <= 1:
            raise ValueError(f"min_support is {self.min_support}; it must be above 0 and at most 1")
        if not 0 < self.max_share <= 1:
            raise ValueError(f"max_share is {self.max_share}; it must be above 0 and at most 1")
        if min(self.half_life_days, self.own_half_life_days) <= 0:
            raise ValueError(
                f"a half-life is {min(self.half_life_days, self.own_half_life_days)} days; it must be above 0"
            )
        for name, value in asdict(self).items():
            if isinstance(value, int) and value < 1:
                raise ValueError(f"{name} is {value}; it must be at least 1")

    def as_facts(self) -> dict[str, Any]:
        """Return the options as JSON holds them, for a manifest."""
        return {**asdict(self), "as_of": self.as_of.isoformat() if self.as_of else None}
