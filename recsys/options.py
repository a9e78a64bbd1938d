"""The options of a build: every number that affects its result. A version's manifest holds them too.

Imports neither numpy nor a model, so that commands which only read a version start at once.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

_SHARES = ("min_support", "covered_share", "max_share", "rhythm_steady", "reason_pair_share", "popular_share")
EVENT_USES = ("auto", "always", "never")
_RATIOS = ("rhythm_overdue", "reason_pair_lift", "rising_ratio")
_BOUNDS: tuple[tuple[str, Callable[[float], bool], str], ...] = (
    *((name, lambda value: 0 < value <= 1, "above 0 and at most 1") for name in _SHARES),
    *((name, lambda value: value >= 1, "at least 1") for name in _RATIOS),
    ("popularity_discount", lambda value: 0 <= value < 1, "at least 0 and below 1"),
    ("chance_floor", lambda value: 0 <= value < 1, "at least 0 and below 1"),
    ("expected_floor", lambda value: value >= 0, "at least 0"),
)


@dataclass(frozen=True)
class BuildOptions:
    """The options of a build. Raises ValueError that names an option outside its bounds.

    as_of                 last day that counts; None: the last order's day
    list_length           most products in a list
    knn_customers         nearest customers whose purchases are scored
    similar_customers     nearest customers that are published and counted in reasons
    half_life_days        age at which a neighbour's purchase weighs half as much as one on as_of
    own_half_life_days    the same for the customer's own purchases
    own_weight            weight of the customer's own decayed purchases; the neighbours' mean has 1
    knn_products          nearest products that are scored
    similar_products      nearest products that are published
    usual_months          months after its last purchase that a product stays in the usual list
    min_support           least share of a group's baskets that contain an itemset, inclusive
    min_baskets           least number of baskets that contain an itemset, inclusive
    max_bundles           most itemsets of a group; with more, its least number of baskets rises
    min_segment_baskets   a segment, region or named RFM segment with fewer baskets gets no bundles
    covered_share         an itemset is redundant if a larger one is in at least this share of its baskets
    min_segment_customers a segment with fewer buying customers is too small to call a product popular in it
    popular_length        best sellers of each segment that are used and published
    pair_baskets, pair_lift   least baskets and lift of the pairs that products are scored by, inclusive
    strong_similar        least similar customers who buy a product for them to be its reason, inclusive; the
                          quantity is then their median
    rhythm_steady         least share of the gaps between two purchases that are half to twice the usual gap, for the
                          reason "due again", inclusive
    rhythm_ahead_days     most days until the next purchase is due, for the same reason, inclusive
    rhythm_overdue        most usual gaps since the last purchase for the reason "due again", inclusive
    single_days           a product bought once and longer ago is argued with its season, if it was bought in it
    reason_pair_baskets   least order days with both products for the reason "bought together", inclusive
    reason_pair_share     least share of the other product's order days that have both, inclusive
    reason_pair_lift      least lift of such a pair, at the lower end of its 95 % interval, inclusive
    least_rising          least buyers in the last 28 days for the reason "rising", inclusive
    rising_ratio          least ratio of them to the buyers in the 28 days before, at the lower end of its 95 %
                          interval, inclusive
    alike_baskets         least order days with a product of the same category for the reason "alike", inclusive
    popular_share         least share of a segment's customers, or of all, for the reason "popular", at the lower end
                          of its 95 % interval, inclusive
    popularity_discount   how much later what scores high for everybody comes in the lists of new products; 0: no later
    max_share             largest share of the lists of new products that one product may be in; 1: any
    chance_floor          least chance of a row of a list, 0-1; the first five rows are kept all the same
    expected_floor        least expected value of a row of a list, in the currency
                          None, for these four: chosen by the build for its data, see lists.rule_choice and lists.worth
    unsold_places         most places of a list of new products for products that were never sold
    bounds_days           days that the bounds of RFM's scores and the centres of clusters stand once they were learned;
                          1: each build learns them anew
    events                whether opens and clicks are features of the ranker, where their table is there: `auto` if
                          lists were better with them, see evaluation.engagement; `always`; `never`
    block_customers       customers computed at a time: affects memory, not the result
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
    covered_share: float = 0.9
    min_segment_customers: int = 10
    popular_length: int = 100
    pair_baskets: int = 5
    pair_lift: float = 2.0
    strong_similar: int = 3
    rhythm_steady: float = 0.6
    rhythm_ahead_days: int = 28
    rhythm_overdue: float = 3.0
    single_days: int = 182
    reason_pair_baskets: int = 10
    reason_pair_share: float = 0.2
    reason_pair_lift: float = 2.0
    least_rising: int = 5
    rising_ratio: float = 1.25
    alike_baskets: int = 3
    popular_share: float = 0.1
    popularity_discount: float | None = None
    max_share: float | None = None
    chance_floor: float | None = None
    expected_floor: float | None = None
    unsold_places: int = 2
    bounds_days: int = 1
    events: str = "auto"
    block_customers: int = 1_000

    def __post_init__(self) -> None:
        for name, is_within, bounds in _BOUNDS:
            value = getattr(self, name)
            if value is not None and not is_within(value):
                raise ValueError(f"{name} is {value}; it must be {bounds}")
        if min(self.half_life_days, self.own_half_life_days) <= 0:
            raise ValueError(
                f"a half-life is {min(self.half_life_days, self.own_half_life_days)} days; it must be above 0"
            )
        for name, value in asdict(self).items():
            if isinstance(value, int) and value < 1:
                raise ValueError(f"{name} is {value}; it must be at least 1")

        if self.events not in EVENT_USES:
            raise ValueError(f"events is '{self.events}'; it must be one of {', '.join(EVENT_USES)}")

    def as_facts(self) -> dict[str, Any]:
        """Return the options as JSON values, for a manifest."""
        return {**asdict(self), "as_of": self.as_of.isoformat() if self.as_of else None}
