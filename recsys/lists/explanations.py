"""The reason of each row of a list, as the columns `reason_*`: of the true ones, the largest share of the score."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.dataset.dates import day_number, months_before
from recsys.lists.inputs import ListInputs
from recsys.lists.selection import LIST_MODELS, ListRows
from recsys.models.attributes import best_attribute_matches
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
class SimilarPurchases:
    """For each row of a list, the purchases of its product by the customers similar to its customer.

    n_similar  (m,) number of similar customers
    positions  (m, k) of their purchases of it in Purchases, the most similar customer first; -1 without one
    is_recent  (m, k) whether they bought it in the 12 months up to and with as_of
    customers  (m, k) rows of the interactions; -1 where there are no more
    """

    n_similar: Counts
    positions: NDArray[np.intp]
    is_recent: NDArray[np.bool_]
    customers: Counts


def similar_purchases(inputs: ListInputs, list_rows: ListRows) -> SimilarPurchases:
    """Return the similar customers' purchases of each row's product."""
    customers = inputs.similar.rows[list_rows.customers]
    at = inputs.purchases.find(customers, list_rows.items[:, None])
    start = day_number(months_before(inputs.interactions.as_of, 12))
    is_recent = (at >= 0) & (inputs.purchases.last_days[at] > start)
    return SimilarPurchases((customers >= 0).sum(axis=1), at, is_recent, customers)


def reasons(inputs: ListInputs, list_rows: ListRows) -> Columns:
    """Return the reason of each row, by column: of the families that are true of the orders, the largest share.

    Popular comes last, whatever its share. Rows that the ranker did not score have a fixed order: own purchases, or
    what the row's list is made of; then enough similar customers; then a pair beyond chance; then any similar customer;
    then attributes; then popular.
    """
    found = _empty_columns(len(list_rows.items))
    unexplained = np.ones(len(list_rows.items), dtype=bool)
    order = _preferences(inputs, list_rows)
    for place in range(len(SCORE_FAMILIES)):
        for family, explain in _EXPLAINERS.items():
            rows = np.flatnonzero(unexplained & (order[:, place] == SCORE_FAMILIES.index(family)))
            if len(rows):
                explain(found, inputs, list_rows, rows)
                unexplained[rows] = [kind is None for kind in found["reason_kind"][rows]]
    return found


def _preferences(inputs: ListInputs, list_rows: ListRows) -> NDArray[np.intp]:
    """Return (m, len(SCORE_FAMILIES)) positions in SCORE_FAMILIES, in the order in which they are tried."""
    shares = np.where(np.array(SCORE_FAMILIES) == "popular", -1, list_rows.shares)
    order = np.argsort(-shares, axis=1, kind="stable")
    unknown = np.flatnonzero(np.isnan(list_rows.shares[:, 0]))
    if len(unknown):
        order[unknown] = _fixed_order(inputs, list_rows.where(unknown))
    return order


def _fixed_order(inputs: ListInputs, list_rows: ListRows) -> NDArray[np.intp]:
    orders = np.array(
        [
            [SCORE_FAMILIES.index(family) for family in order]
            for order in (_TOGETHER_FIRST, _REST, _OWN_FIRST, _ATTRIBUTES_FIRST, _SEASON_FIRST)
        ]
    )
    strong = similar_purchases(inputs, list_rows).is_recent.sum(axis=1) >= inputs.options.strong_similar
    chosen = np.where(strong, 1, 0)
    chosen[inputs.purchases.find(list_rows.customers, list_rows.items) >= 0] = 2
    chosen[list_rows.models == LIST_MODELS.index("alike")] = 3
    chosen[list_rows.models == LIST_MODELS.index("same_weeks")] = 4
    return np.asarray(orders[chosen])


def _explain_own(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in due_again from three purchases on, else bought_before; nothing for what was never bought."""
    purchases = inputs.purchases
    at = purchases.find(list_rows.customers[rows], list_rows.items[rows])
    rows, at = rows[at >= 0], at[at >= 0]
    found["reason_kind"][rows] = np.where(purchases.n_baskets[at] >= 3, "due_again", "bought_before")
    found["reason_n"][rows] = purchases.n_baskets[at]
    found["reason_gap_days"][rows] = purchases.usual_gap_days[at]
    found["reason_on"][rows] = purchases.last_days[at]
    found["reason_since_days"][rows] = inputs.as_of_day - purchases.last_days[at]


def _explain_similar(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    similar = similar_purchases(inputs, list_rows.where(rows))
    n_recent = similar.is_recent.sum(axis=1)
    inside = np.flatnonzero(n_recent)
    explained, nearest = rows[inside], similar.is_recent[inside].argmax(axis=1)
    found["reason_kind"][explained] = "similar_customers"
    found["reason_n"][explained] = n_recent[inside]
    found["reason_of"][explained] = similar.n_similar[inside]
    found["reason_on"][explained] = inputs.purchases.last_days[similar.positions[inside, nearest]]
    customer_ids = np.array(inputs.interactions.customer_ids, dtype=object)
    found["reason_customer_id"][explained] = customer_ids[similar.customers[inside, nearest]]


def _explain_together(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in the pair with the highest confidence; ties go to more baskets, then to the other product's id."""
    bundles = inputs.bundles
    pairs = bundles.pairs[list_rows.items[rows]].multiply(inputs.active[list_rows.customers[rows]]).tocsr()
    owners = np.repeat(np.arange(len(rows)), np.diff(pairs.indptr))
    order = np.lexsort((pairs.indices, -pairs.data, -pairs.data / bundles.item_counts[pairs.indices], owners))
    explained, first = np.unique(owners[order], return_index=True)
    others, together, explained = pairs.indices[order][first], pairs.data[order][first], rows[explained]
    found["reason_kind"][explained] = "bought_together"
    found["reason_n"][explained] = together
    found["reason_of"][explained] = bundles.item_counts[others]
    of_baskets = inputs.interactions.baskets.shape[0]
    found["reason_lift"][explained] = lift(
        together, bundles.item_counts[list_rows.items[explained]], bundles.item_counts[others], of_baskets
    )
    found["reason_product_id"][explained] = np.array(inputs.interactions.product_ids, dtype=object)[others]


def _explain_rising(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    now, before = inputs.trend.now[list_rows.items[rows]], inputs.trend.before[list_rows.items[rows]]
    is_rising = (now > before) & (now >= inputs.options.least_rising)
    found["reason_kind"][rows[is_rising]] = "rising"
    found["reason_n"][rows[is_rising]] = now[is_rising]
    found["reason_of"][rows[is_rising]] = before[is_rising]


def _explain_season(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    if inputs.season is None:
        return
    at = inputs.season.find(list_rows.customers[rows], list_rows.items[rows])
    explained, at = rows[at >= 0], at[at >= 0]
    found["reason_kind"][explained] = "same_season"
    found["reason_n"][explained] = inputs.season.times[at]
    found["reason_on"][explained] = inputs.season.last_days[at]


def _explain_attributes(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    customers = list_rows.customers[rows]
    alike = best_attribute_matches(inputs.attributes, inputs.active_baskets, customers, list_rows.items[rows])
    inside = np.flatnonzero(alike.items >= 0)
    explained, others = rows[inside], alike.items[inside]
    at = inputs.purchases.find(customers[inside], others)
    found["reason_kind"][explained] = "alike"
    found["reason_n"][explained] = inputs.purchases.n_baskets[at]
    found["reason_product_id"][explained] = np.array(inputs.interactions.product_ids, dtype=object)[others]
    found["reason_attribute"][explained] = alike.attributes[inside]


def _explain_popular(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in the buyers of the segment and region if the row's model counts them, else of the segment, else all."""
    sellers, models = inputs.best_sellers, list_rows.models[rows]
    local = rows[models == LIST_MODELS.index("popular_in_segment_and_region")]
    _explain_best_sellers(found, sellers.local, list_rows, local)
    found["reason_region"][local] = np.array(sellers.regions, dtype=object)[list_rows.customers[local]]
    _explain_best_sellers(found, sellers.by_segment, list_rows, np.setdiff1d(rows, local))
    segments = np.array(inputs.interactions.segments, dtype=object)
    inside = rows[found["reason_kind"][rows] == "popular_in_segment"]
    found["reason_segment"][inside] = segments[list_rows.customers[inside]]


def _explain_best_sellers(found: Columns, popular: FittedPopular, list_rows: ListRows, rows: Rows) -> None:
    items = list_rows.items[rows]
    group = popular.group[list_rows.customers[rows]]
    group = np.where(_entries(popular.n_customers, group, items) > 0, group, 0)
    found["reason_kind"][rows] = np.where(group > 0, "popular_in_segment", "popular")
    found["reason_n"][rows] = _entries(popular.n_customers, group, items)
    found["reason_of"][rows] = popular.of_customers[group]


_EXPLAINERS: dict[str, Callable[[Columns, ListInputs, ListRows, Rows], None]] = {
    "own": _explain_own,
    "similar": _explain_similar,
    "together": _explain_together,
    "attributes": _explain_attributes,
    "rising": _explain_rising,
    "season": _explain_season,
    "popular": _explain_popular,
}


def _entries(matrix: csr_matrix, rows: Counts, columns: Counts) -> NDArray[np.float64]:
    """Return matrix[rows, columns], (m,); scipy returns a sparse matrix for empty positions."""
    return np.asarray(matrix[rows, columns]).ravel() if len(rows) else np.zeros(0)


def _empty_columns(n: int) -> Columns:
    """Return the columns without values: None in text, NaN in numbers and in dates, which are days since 1970-01-01."""
    names = [name for name in RECOMMENDATIONS.column_names if name.startswith("reason_")]
    return {name: np.full(n, None, dtype=object) if name in _TEXTS else np.full(n, np.nan) for name in names}
