"""What argues for a row of a list, one function a kind of reason; each fills in only rows for which it holds.

A kind holds from a least count and a least effect on, and the effect is the lower end of its 95 % interval
(`recsys/kernels/bounds.py`): a few cases or a small difference are no argument. The bounds are options of the build.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.dates import day_number, months_before
from recsys.kernels.bounds import ratio_low, wilson_low
from recsys.lists.inputs import ListInputs
from recsys.lists.selection import LIST_MODELS, ListRows
from recsys.models.attributes import AttributeMatches, best_attribute_matches
from recsys.models.bundles import lift
from recsys.models.popular import FittedPopular
from recsys.schema.published import RECOMMENDATIONS

Columns: TypeAlias = dict[str, NDArray[Any]]
Rows: TypeAlias = NDArray[np.intp]
Argument: TypeAlias = Callable[[Columns, ListInputs, ListRows, Rows], None]
_TEXTS = tuple(
    column.name for column in RECOMMENDATIONS.columns if column.name.startswith("reason_") and column.kind == "text"
)


def empty_columns(n: int) -> Columns:
    """Return the columns without values: None in text, NaN in numbers and in dates, which are days since 1970-01-01."""
    names = [name for name in RECOMMENDATIONS.column_names if name.startswith("reason_")]
    return {name: np.full(n, None, dtype=object) if name in _TEXTS else np.full(n, np.nan) for name in names}


# ---- the customer's own orders ----


def rhythm(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in due_again: bought three times or more at a steady gap, and due: soon, or not too many gaps ago."""
    purchases, options = inputs.purchases, inputs.options
    at = purchases.find(list_rows.customers[rows], list_rows.items[rows])
    since, gap = inputs.as_of_day - purchases.last_days[at], purchases.usual_gap_days[at]
    holds = (
        (at >= 0)
        & (purchases.steady_share[at] >= options.rhythm_steady)
        & (gap - since <= options.rhythm_ahead_days)
        & (since <= options.rhythm_overdue * gap)
    )
    _fill_own(found, inputs, rows[holds], at[holds], "due_again")
    found["reason_gap_days"][rows[holds]] = gap[holds]


def stopped(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in how often it was bought, and since when not."""
    at = inputs.purchases.find(list_rows.customers[rows], list_rows.items[rows])
    _fill_own(found, inputs, rows, at, "stopped")
    found["reason_gap_days"][rows] = inputs.purchases.usual_gap_days[at]


def bought_before(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in how often and when last; a single purchase of long ago is left to its season, if it has one."""
    at = inputs.purchases.find(list_rows.customers[rows], list_rows.items[rows])
    long_ago = inputs.as_of_day - inputs.purchases.last_days[at] > inputs.options.single_days
    single = long_ago & (inputs.purchases.n_baskets[at] == 1)
    holds = (at >= 0) & ~(single & (_in_season(inputs, list_rows, rows) >= 0))
    _fill_own(found, inputs, rows[holds], at[holds], "bought_before")


def same_season(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in the purchases in the same weeks of last year."""
    at = _in_season(inputs, list_rows, rows)
    if inputs.season is None:
        return
    explained, at = rows[at >= 0], at[at >= 0]
    found["reason_kind"][explained] = "same_season"
    found["reason_n"][explained] = inputs.season.times[at]
    found["reason_on"][explained] = inputs.season.last_days[at]


def _fill_own(found: Columns, inputs: ListInputs, rows: Rows, at: NDArray[np.intp], kind: str) -> None:
    found["reason_kind"][rows] = kind
    found["reason_n"][rows] = inputs.purchases.n_baskets[at]
    found["reason_on"][rows] = inputs.purchases.last_days[at]
    found["reason_since_days"][rows] = inputs.as_of_day - inputs.purchases.last_days[at]


def _in_season(inputs: ListInputs, list_rows: ListRows, rows: Rows) -> NDArray[np.intp]:
    """Return the rows' places in the seasonal purchases, -1 for none."""
    if inputs.season is None:
        return np.full(len(rows), -1, dtype=np.intp)
    return inputs.season.find(list_rows.customers[rows], list_rows.items[rows])


# ---- similar customers ----


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


def similar_customers(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in the similar customers who buy it: enough, and for certain a larger share than of all customers."""
    similar = similar_purchases(inputs, list_rows.where(rows))
    n = similar.is_recent.sum(axis=1)
    is_more = wilson_low(n, similar.n_similar) > inputs.buyer_shares[list_rows.items[rows]]
    _fill_similar(found, inputs, rows, similar, (n >= inputs.options.strong_similar) & is_more)


def any_similar_customer(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in the similar customers who buy it, however few."""
    similar = similar_purchases(inputs, list_rows.where(rows))
    _fill_similar(found, inputs, rows, similar, similar.is_recent.sum(axis=1) > 0)


def _fill_similar(
    found: Columns, inputs: ListInputs, rows: Rows, similar: SimilarPurchases, holds: NDArray[np.bool_]
) -> None:
    inside = np.flatnonzero(holds)
    explained, nearest = rows[inside], similar.is_recent[inside].argmax(axis=1)
    found["reason_kind"][explained] = "similar_customers"
    found["reason_n"][explained] = similar.is_recent[inside].sum(axis=1)
    found["reason_of"][explained] = similar.n_similar[inside]
    found["reason_on"][explained] = inputs.purchases.last_days[similar.positions[inside, nearest]]
    customer_ids = np.array(inputs.interactions.customer_ids, dtype=object)
    found["reason_customer_id"][explained] = customer_ids[similar.customers[inside, nearest]]


# ---- other products ----


def bought_together(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in the pair with a product of theirs whose share of order days is highest for certain.

    Ties go to more order days with both, then to the other product's id.
    """
    bundles, options = inputs.bundles, inputs.options
    of_baskets = inputs.interactions.baskets.shape[0]
    pairs = bundles.pairs[list_rows.items[rows]].multiply(inputs.active[list_rows.customers[rows]]).tocsr()
    owners = np.repeat(np.arange(len(rows)), np.diff(pairs.indptr))
    of, own = bundles.item_counts[pairs.indices], bundles.item_counts[list_rows.items[rows[owners]]]
    low = wilson_low(pairs.data, of)
    holds = (
        (pairs.data >= options.reason_pair_baskets)
        & (pairs.data >= options.reason_pair_share * of)
        & (low * of_baskets >= options.reason_pair_lift * own)
    )
    owners, others, together, low = owners[holds], pairs.indices[holds], pairs.data[holds], low[holds]
    order = np.lexsort((others, -together, -low, owners))
    explained, first = np.unique(owners[order], return_index=True)
    others, together, explained = others[order][first], together[order][first], rows[explained]
    found["reason_kind"][explained] = "bought_together"
    found["reason_n"][explained] = together
    found["reason_of"][explained] = bundles.item_counts[others]
    found["reason_lift"][explained] = lift(
        together, bundles.item_counts[list_rows.items[explained]], bundles.item_counts[others], of_baskets
    )
    found["reason_product_id"][explained] = np.array(inputs.interactions.product_ids, dtype=object)[others]


def alike(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in their most bought product of the same category, if they bought it often enough."""
    matches = _matches(inputs, list_rows, rows)
    category = inputs.attributes.codes["category"]
    is_category = (matches.items >= 0) & (category[matches.items] == category[list_rows.items[rows]])
    at = inputs.purchases.find(list_rows.customers[rows], matches.items)
    often = inputs.purchases.n_baskets[at] >= inputs.options.alike_baskets
    _fill_alike(found, inputs, rows, matches, at, is_category & (category[matches.items] >= 0) & often)


def any_alike(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in their most bought product of the same category, else supplier, however often they bought it."""
    matches = _matches(inputs, list_rows, rows)
    at = inputs.purchases.find(list_rows.customers[rows], matches.items)
    _fill_alike(found, inputs, rows, matches, at, matches.items >= 0)


def _matches(inputs: ListInputs, list_rows: ListRows, rows: Rows) -> AttributeMatches:
    customers, items = list_rows.customers[rows], list_rows.items[rows]
    return best_attribute_matches(inputs.attributes, inputs.active_baskets, customers, items)


def _fill_alike(
    found: Columns,
    inputs: ListInputs,
    rows: Rows,
    matches: AttributeMatches,
    at: NDArray[np.intp],
    holds: NDArray[np.bool_],
) -> None:
    """Fill in the matches that hold; `at` are the customers' purchases of the matched products."""
    inside = np.flatnonzero(holds)
    explained, others = rows[inside], matches.items[inside]
    found["reason_kind"][explained] = "alike"
    found["reason_n"][explained] = inputs.purchases.n_baskets[at[inside]]
    found["reason_product_id"][explained] = np.array(inputs.interactions.product_ids, dtype=object)[others]
    found["reason_attribute"][explained] = matches.attributes[inside]


# ---- everyone's orders ----


def rising(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in the buyers of the last four weeks, where they are more than those of the four before for certain."""
    now, before = inputs.trend.now[list_rows.items[rows]], inputs.trend.before[list_rows.items[rows]]
    holds = (now >= inputs.options.least_rising) & (ratio_low(now, before) >= inputs.options.rising_ratio)
    found["reason_kind"][rows[holds]] = "rising"
    found["reason_n"][rows[holds]] = now[holds]
    found["reason_of"][rows[holds]] = before[holds]


def popular(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in the buyers of the segment and region if the row's model counts them, else of the segment, else all.

    Only where they are a large enough share for certain.
    """
    for where in _groups_of(inputs, list_rows, rows):
        n = _entries(where.sellers.n_customers, where.group, where.items)
        holds = wilson_low(n, where.sellers.of_customers[where.group]) >= inputs.options.popular_share
        _fill_group(found, inputs, list_rows, where, holds)
        found["reason_n"][where.rows[holds]] = n[holds]
        found["reason_of"][where.rows[holds]] = where.sellers.of_customers[where.group[holds]]
        kinds = np.where(where.group > 0, "popular_in_segment", "popular")
        found["reason_kind"][where.rows[holds]] = kinds[holds]


def best_seller(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in the place among the best sellers of the same customers, else of all, where the product has one."""
    for where in _groups_of(inputs, list_rows, rows):
        place = _places(where)
        elsewhere = replace(where, group=np.where(place > 0, where.group, 0))
        where, place = elsewhere, _places(elsewhere)
        _fill_group(found, inputs, list_rows, where, place > 0)
        found["reason_kind"][where.rows[place > 0]] = "best_seller"
        found["reason_n"][where.rows[place > 0]] = place[place > 0]


def _places(where: "_Group") -> Counts:
    """Return (m,) the place of each row's product among the best sellers of its group, 0 for none."""
    places = np.zeros(len(where.rows), dtype=np.int64)
    for group in np.unique(where.group):
        of_group = np.flatnonzero(where.group == group)
        order = {item: place for place, item in enumerate(where.sellers.best[group].tolist(), start=1)}
        places[of_group] = [order.get(item, 0) for item in where.items[of_group].tolist()]
    return places


def pattern(found: Columns, inputs: ListInputs, list_rows: ListRows, rows: Rows) -> None:
    """Fill in all order days of the customer: what is left where no single fact is strong enough."""
    found["reason_kind"][rows] = "pattern"
    found["reason_n"][rows] = inputs.order_days[list_rows.customers[rows]]


@dataclass(frozen=True)
class _Group:
    """Rows whose best sellers are counted together, with the group of customers of each.

    rows   (m,) of the list       group  (m,) of the sellers; 0: everyone       items  (m,) columns
    """

    sellers: FittedPopular
    rows: Rows
    group: Positions
    items: Counts
    by_region: bool


def _groups_of(inputs: ListInputs, list_rows: ListRows, rows: Rows) -> tuple[_Group, _Group]:
    is_local = list_rows.models[rows] == LIST_MODELS.index("popular_in_segment_and_region")
    sellers = inputs.best_sellers
    return (
        _group(sellers.local, list_rows, rows[is_local], by_region=True),
        _group(sellers.by_segment, list_rows, rows[~is_local], by_region=False),
    )


def _group(sellers: FittedPopular, list_rows: ListRows, rows: Rows, *, by_region: bool) -> _Group:
    """Return the group; a product that nobody of the customer's group bought is counted among everyone."""
    items, group = list_rows.items[rows], sellers.group[list_rows.customers[rows]]
    return _Group(sellers, rows, np.where(_entries(sellers.n_customers, group, items) > 0, group, 0), items, by_region)


def _fill_group(
    found: Columns, inputs: ListInputs, list_rows: ListRows, where: _Group, holds: NDArray[np.bool_]
) -> None:
    """Fill in segment and region, where the count is theirs."""
    rows = where.rows[holds & (where.group > 0)]
    customers = list_rows.customers[rows]
    found["reason_segment"][rows] = np.array(inputs.interactions.segments, dtype=object)[customers]
    if where.by_region:
        found["reason_region"][rows] = np.array(inputs.best_sellers.regions, dtype=object)[customers]


def _entries(matrix: csr_matrix, rows: Counts, columns: Counts) -> NDArray[np.float64]:
    """Return matrix[rows, columns], (m,); scipy returns a sparse matrix for empty positions."""
    return np.asarray(matrix[rows, columns]).ravel() if len(rows) else np.zeros(0)
