"""The features of a candidate, in the order of their columns, and the family that each belongs to."""

from dataclasses import dataclass, replace
from typing import Literal

from recsys.models.ranker.engagement import ENGAGEMENT_SIGNALS
from recsys.models.ranker.signals import FADES, HALF_LIVES

Measure = Literal["value", "rank", "share_of_best"]


@dataclass(frozen=True)
class Feature:
    """One column of the ranker's features.

    signal   name of what is known of the customer and the product, see features.py
    family   of SCORE_FAMILIES. A customer's own facts are "own": they are the same for all of a customer's candidates.
             None: of no family, so that no share and no reason is made of it
    measure  the signal's value, its rank among the customer's candidates, or its ratio to the highest of them
    """

    signal: str
    family: str | None
    measure: Measure = "value"


def _of(family: str, *signals: str) -> tuple[Feature, ...]:
    return tuple(Feature(signal, family) for signal in signals)


def _measured(features: tuple[Feature, ...], measure: Measure) -> tuple[Feature, ...]:
    return tuple(replace(feature, measure=measure) for feature in features)


_PURCHASES = (
    *_of("own", "count"),
    *_of("own", *(f"decayed_{half_life}" for half_life in HALF_LIVES)),
    *_of("own", *(f"faded_{fade}" for fade in FADES)),
    *_of("own", "share_of_spending", "since", "inverse_since", "own_gap", "usual_gap", "overdue", "due"),
    *_of("own", "share_of_baskets"),
)
_PRODUCT = (
    *_of("popular", "product_baskets", "product_buyers", "product_repeat_share", "product_gap"),
    *_of("popular", "product_last_age", "product_first_age"),
    *_of("rising", "product_baskets_7", "product_baskets_14", "product_baskets_28"),
    *_of("popular", "product_baskets_56", "product_baskets_120"),
    *_of("rising", "product_first_buyers_14", "product_first_buyers_28"),
)
_CUSTOMER = _of("own", *(f"customer_{fact}" for fact in ("n_baskets", "last_age", "gap", "basket_size", "n_products")))
_CLOSENESS = (
    *_of("similar", "similar_14", "similar_45", "similar_recent", "similar_nearer", "similar_buyers"),
    *_of("together", "alike_sharp", "alike", "together", "ease"),
    *_of("attributes", "written_near", "written"),
)
FEATURES = (
    *_PURCHASES,
    *_PRODUCT,
    *_CUSTOMER,
    *_of("rising", "rising_14", "rising_28"),
    *_of("own", "customer_overdue"),
    *_CLOSENESS,
    *_measured(_CLOSENESS, "rank"),
    *_measured((*_CLOSENESS, *_of("own", "decayed_45", "faded_0.8")), "share_of_best"),
)
# After all others where events are known; nowhere else, so that their absence changes no other column.
ENGAGEMENT = tuple(Feature(signal, None) for signal in ENGAGEMENT_SIGNALS)
