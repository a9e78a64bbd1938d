"""The order of new products, made personal, and which customer gets which of those that are full."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.lists.exposure_cap import Offers, keep_within_capacity, max_lists
from recsys.lists.variety import ProductGroups, category_limits
from recsys.models.calibration.probability import log_odds

OFFERS = 120  # most candidates of a list that are matched; 60 leave lists short of what a full product takes away
MAX_SCORED = (
    160  # the ranker's best new products of a customer that are ordered: more than are matched, as not yet personal
)
_REGRET_PLACE = 10  # a product is missed as much as it is above the customer's own tenth best


@dataclass(frozen=True)
class NewListRules:
    """How the lists of new products are ordered and limited; chosen by a build for its data (rule_choice).

    popularity_discount  0: the ranker's order. Else a product's log odds count less by so many times the log odds of
                         its mean score over all customers: what scores high for everybody comes later
    max_share            largest share of the lists that one product may be in; 1: no cap
    """

    popularity_discount: float
    max_share: float


@dataclass(frozen=True)
class NewCandidates:
    """Candidates of lists of new products, in any order; (m,) each.

    owners      the list
    items       the product
    scores      of the model, 0 to 1 if it is the ranker's
    tiers       0 for the ranker's; the candidates of a higher tier come after all of a lower one, in order of `scores`
    categories, limits, twins  see exposure_cap.Offers
    changes     of the log odds of the ranker's scores: what is known beside them, see answers; None: none
    """

    owners: Counts
    items: Counts
    scores: NDArray[np.float64]
    tiers: NDArray[np.int64]
    categories: NDArray[np.int64]
    limits: NDArray[np.int64]
    twins: NDArray[np.int64]
    changes: NDArray[np.float64] | None = None


def new_candidates(
    owners: Counts,
    items: Counts,
    scores: NDArray[np.float64],
    groups: ProductGroups,
    counts: csr_matrix,
    tiers: NDArray[Any] | None = None,
    changes: NDArray[np.float64] | None = None,
) -> NewCandidates:
    """Return candidates with the groups of their products and the limits of their categories.

    owners  (m,) ascending rows of counts      counts  (n_owners, n_products) order days of the lists' customers
    tiers   (m,) None: all are the ranker's      changes  (m,) see NewCandidates
    """
    return NewCandidates(
        owners,
        items,
        scores,
        np.zeros(len(items), dtype=np.int64) if tiers is None else tiers.astype(np.int64),
        groups.categories[items],
        category_limits(groups, counts, owners, items),
        groups.twins[items],
        changes,
    )


def arranged(
    candidates: NewCandidates, mean_scores: NDArray[np.float64], rules: NewListRules, slots: Counts, n_lists: int
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return the positions of the candidates that are in a list, by list and place, and their places from 0.

    mean_scores  (n_products,) the mean of the ranker's scores of each product over all customers, 0 for none
    slots        (n_owners,) places of each list
    n_lists      number of lists that rules.max_share is a share of
    """
    keys = order_keys(candidates, mean_scores, rules.popularity_discount)
    order = np.lexsort((candidates.items, -keys, candidates.tiers, candidates.owners))
    owners = candidates.owners[order]
    order = order[np.arange(len(order)) - np.searchsorted(owners, owners) < OFFERS]
    owners = candidates.owners[order]
    offers = Offers(
        owners,
        candidates.items[order],
        (regret(owners, candidates.tiers[order], keys[order]), -candidates.tiers[order]),
        candidates.categories[order],
        candidates.limits[order],
        candidates.twins[order],
    )
    places = keep_within_capacity(offers, slots, max_lists(rules.max_share, n_lists))
    kept = np.flatnonzero(places >= 0)
    kept = kept[np.lexsort((places[kept], owners[kept]))]
    return order[kept], places[kept]


def order_keys(
    candidates: NewCandidates, mean_scores: NDArray[np.float64], popularity_discount: float
) -> NDArray[np.float64]:
    """Return (m,) what orders the candidates of a tier, highest first."""
    keys = log_odds(candidates.scores)
    if candidates.changes is not None:
        keys = keys + candidates.changes
    discount = popularity_discount * log_odds(mean_scores[candidates.items])
    return np.where(candidates.tiers == 0, keys - discount, candidates.scores)


def regret(owners: Counts, tiers: NDArray[np.int64], keys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (m,) how far each candidate is above its list's tenth best of the same tier, the last one of fewer.

    owners, tiers, keys  (m,) ordered by owner, then tier, then best first

    Where a product is full, this says who would miss it most: the bare score would leave it to those who score
    everything high.
    """
    groups = owners.astype(np.int64) * (int(tiers.max(initial=0)) + 1) + tiers
    first = np.searchsorted(groups, groups)
    last = np.searchsorted(groups, groups, side="right") - 1
    return np.asarray(keys - keys[np.minimum(first + _REGRET_PLACE - 1, last)])
