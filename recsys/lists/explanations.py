"""Why a product stands in a list: what carries its score, if it can be told truthfully, as the columns `reason_*`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.dataset.dates import day_number, months_before
from recsys.lists.inputs import ListInputs
from recsys.lists.selection import LIST_MODELS, Picks
from recsys.models.attributes import most_alike
from recsys.models.bundles import lift
from recsys.models.popular import FittedPopular
from recsys.schema.published import RECOMMENDATIONS, SCORE_FAMILIES

Columns: TypeAlias = dict[str, NDArray[Any]]
Rows: TypeAlias = NDArray[np.intp]
_TEXTS = tuple(
    column.name for column in RECOMMENDATIONS.columns if column.name.startswith("reason_") and column.kind == "text"
)
_REST = ("similar", "together", "attributes", "season", "own", "popular", "rising")
_OWN_FIRST, _SEASON_FIRST, _TOGETHER_FIRST, _ATTRIBUTES_FIRST = (
    (first, *(family for family in _REST if family != first)) for first in ("own", "season", "together", "attributes")
)


@dataclass(frozen=True)
class Similar:
    """What the similar customers of each row's customer did with the row's product.

    of        (m,) similar customers
    at        (m, k) where their purchase of it stands in Purchases, the most similar first; -1 without one
    recent    (m, k) whether they bought it in the 12 months up to and with as_of
    who       (m, k) rows of the interactions; -1 where there are no more
    """

    of: Counts
    at: NDArray[np.intp]
    recent: NDArray[np.bool_]
    who: Counts


def similar_purchases(inputs: ListInputs, picks: Picks) -> Similar:
    """Look up what the similar customers bought of each row's product."""
    who = inputs.similar.rows[picks.customers]
    at = inputs.purchases.find(who, picks.items[:, None])
    start = day_number(months_before(inputs.interactions.as_of, 12))
    return Similar((who >= 0).sum(axis=1), at, (at >= 0) & (inputs.purchases.last_days[at] > start), who)


def reasons(inputs: ListInputs, picks: Picks) -> Columns:
    """Return the reason of each row: of the families that can be told truthfully, the one with the largest share.

    Popular comes last, whatever its share. Where another model than the ranker named the product the order is fixed:
    own purchases, or what the row's list is made of; else enough similar customers, else a pair beyond chance, else
    any similar customer, else what the product is like, else popular.
    """
    found = _blank(len(picks.items))
    untold = np.ones(len(picks.items), dtype=bool)
    wanted = _preferences(inputs, picks)
    for place in range(len(SCORE_FAMILIES)):
        for family, tell in _TELLERS.items():
            rows = np.flatnonzero(untold & (wanted[:, place] == SCORE_FAMILIES.index(family)))
            if len(rows):
                tell(found, inputs, picks, rows)
                untold[rows] = [kind is None for kind in found["reason_kind"][rows]]
    return found


def _preferences(inputs: ListInputs, picks: Picks) -> NDArray[np.intp]:
    """Return (m, len(SCORE_FAMILIES)) places in SCORE_FAMILIES, the first to be told first."""
    shares = np.where(np.array(SCORE_FAMILIES) == "popular", -1, picks.shares)
    wanted = np.argsort(-shares, axis=1, kind="stable")
    unknown = np.flatnonzero(np.isnan(picks.shares[:, 0]))
    if len(unknown):
        wanted[unknown] = _fixed(inputs, picks.where(unknown))
    return wanted


def _fixed(inputs: ListInputs, picks: Picks) -> NDArray[np.intp]:
    orders = np.array(
        [
            [SCORE_FAMILIES.index(family) for family in order]
            for order in (_TOGETHER_FIRST, _REST, _OWN_FIRST, _ATTRIBUTES_FIRST, _SEASON_FIRST)
        ]
    )
    strong = similar_purchases(inputs, picks).recent.sum(axis=1) >= inputs.options.strong_similar
    chosen = np.where(strong, 1, 0)
    chosen[inputs.purchases.find(picks.customers, picks.items) >= 0] = 2
    chosen[picks.models == LIST_MODELS.index("alike")] = 3
    chosen[picks.models == LIST_MODELS.index("same_weeks")] = 4
    return np.asarray(orders[chosen])


def _tell_own(found: Columns, inputs: ListInputs, picks: Picks, rows: Rows) -> None:
    """Due again from three purchases on, else bought before; nothing of what was never bought."""
    purchases = inputs.purchases
    at = purchases.find(picks.customers[rows], picks.items[rows])
    rows, at = rows[at >= 0], at[at >= 0]
    found["reason_kind"][rows] = np.where(purchases.n_baskets[at] >= 3, "due_again", "bought_before")
    found["reason_n"][rows] = purchases.n_baskets[at]
    found["reason_gap_days"][rows] = purchases.usual_gap_days[at]
    found["reason_on"][rows] = purchases.last_days[at]
    found["reason_since_days"][rows] = inputs.as_of_day - purchases.last_days[at]


def _tell_similar(found: Columns, inputs: ListInputs, picks: Picks, rows: Rows) -> None:
    similar = similar_purchases(inputs, picks.where(rows))
    n_recent = similar.recent.sum(axis=1)
    inside = np.flatnonzero(n_recent)
    told, nearest = rows[inside], similar.recent[inside].argmax(axis=1)
    found["reason_kind"][told] = "similar_customers"
    found["reason_n"][told] = n_recent[inside]
    found["reason_of"][told] = similar.of[inside]
    found["reason_on"][told] = inputs.purchases.last_days[similar.at[inside, nearest]]
    customer_ids = np.array(inputs.interactions.customer_ids, dtype=object)
    found["reason_customer_id"][told] = customer_ids[similar.who[inside, nearest]]


def _tell_together(found: Columns, inputs: ListInputs, picks: Picks, rows: Rows) -> None:
    """Tell the pair with the highest confidence; ties go to more baskets, then to the other product's id."""
    bundles = inputs.bundles
    pairs = bundles.pairs[picks.items[rows]].multiply(inputs.active[picks.customers[rows]]).tocsr()
    owners = np.repeat(np.arange(len(rows)), np.diff(pairs.indptr))
    order = np.lexsort((pairs.indices, -pairs.data, -pairs.data / bundles.singles[pairs.indices], owners))
    told, first = np.unique(owners[order], return_index=True)
    others, together, told = pairs.indices[order][first], pairs.data[order][first], rows[told]
    found["reason_kind"][told] = "bought_together"
    found["reason_n"][told] = together
    found["reason_of"][told] = bundles.singles[others]
    of_baskets = inputs.interactions.baskets.shape[0]
    found["reason_lift"][told] = lift(together, bundles.singles[picks.items[told]], bundles.singles[others], of_baskets)
    found["reason_product_id"][told] = np.array(inputs.interactions.product_ids, dtype=object)[others]


def _tell_rising(found: Columns, inputs: ListInputs, picks: Picks, rows: Rows) -> None:
    now, before = inputs.rising.now[picks.items[rows]], inputs.rising.before[picks.items[rows]]
    more = (now > before) & (now >= inputs.options.least_rising)
    found["reason_kind"][rows[more]] = "rising"
    found["reason_n"][rows[more]] = now[more]
    found["reason_of"][rows[more]] = before[more]


def _tell_season(found: Columns, inputs: ListInputs, picks: Picks, rows: Rows) -> None:
    if inputs.season is None:
        return
    at = inputs.season.find(picks.customers[rows], picks.items[rows])
    told, at = rows[at >= 0], at[at >= 0]
    found["reason_kind"][told] = "same_season"
    found["reason_n"][told] = inputs.season.times[at]
    found["reason_on"][told] = inputs.season.last_days[at]


def _tell_attributes(found: Columns, inputs: ListInputs, picks: Picks, rows: Rows) -> None:
    customers = picks.customers[rows]
    alike = most_alike(inputs.attributes, inputs.active_baskets, customers, picks.items[rows])
    inside = np.flatnonzero(alike.items >= 0)
    told, others = rows[inside], alike.items[inside]
    at = inputs.purchases.find(customers[inside], others)
    found["reason_kind"][told] = "alike"
    found["reason_n"][told] = inputs.purchases.n_baskets[at]
    found["reason_product_id"][told] = np.array(inputs.interactions.product_ids, dtype=object)[others]
    found["reason_attribute"][told] = alike.attributes[inside]


def _tell_popular(found: Columns, inputs: ListInputs, picks: Picks, rows: Rows) -> None:
    """Among the customers of the segment and region, if that is whose list it is, else of the segment, else of all."""
    sellers, models = inputs.sellers, picks.models[rows]
    local = rows[models == LIST_MODELS.index("popular_in_segment_and_region")]
    _tell_sellers(found, sellers.local, picks, local)
    found["reason_region"][local] = np.array(sellers.regions, dtype=object)[picks.customers[local]]
    _tell_sellers(found, sellers.by_segment, picks, np.setdiff1d(rows, local))
    segments = np.array(inputs.interactions.segments, dtype=object)
    inside = rows[found["reason_kind"][rows] == "popular_in_segment"]
    found["reason_segment"][inside] = segments[picks.customers[inside]]


def _tell_sellers(found: Columns, popular: FittedPopular, picks: Picks, rows: Rows) -> None:
    items = picks.items[rows]
    group = popular.group[picks.customers[rows]]
    group = np.where(_at(popular.n_customers, group, items) > 0, group, 0)
    found["reason_kind"][rows] = np.where(group > 0, "popular_in_segment", "popular")
    found["reason_n"][rows] = _at(popular.n_customers, group, items)
    found["reason_of"][rows] = popular.of_customers[group]


_TELLERS: dict[str, Callable[[Columns, ListInputs, Picks, Rows], None]] = {
    "own": _tell_own,
    "similar": _tell_similar,
    "together": _tell_together,
    "attributes": _tell_attributes,
    "rising": _tell_rising,
    "season": _tell_season,
    "popular": _tell_popular,
}


def _at(matrix: csr_matrix, rows: Counts, columns: Counts) -> NDArray[np.float64]:
    """Return single entries of a matrix; scipy's own look-up gives a matrix again where none is asked for."""
    return np.asarray(matrix[rows, columns]).ravel() if len(rows) else np.zeros(0)


def _blank(n: int) -> Columns:
    """Return empty columns: None in the texts, NaN in the numbers; a date is its days since 1970-01-01."""
    names = [name for name in RECOMMENDATIONS.column_names if name.startswith("reason_")]
    return {name: np.full(n, None, dtype=object) if name in _TEXTS else np.full(n, np.nan) for name in names}
