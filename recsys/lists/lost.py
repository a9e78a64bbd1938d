"""What is known of products that fell silent: what they were worth, and what to offer instead."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.kernels.sparse import stored_in
from recsys.lists.arguments import Columns
from recsys.lists.inputs import ListInputs
from recsys.lists.selection import ListRows
from recsys.schema.reorder_rules import DUE_AHEAD_DAYS


def lost_facts(inputs: ListInputs, lost: ListRows, usual: ListRows) -> Columns:
    """Return by column, (m,) each: worth, at_stake, long gap, and whether the row is also due in the usual list."""
    cycles, n_products = inputs.cycles, inputs.interactions.n_products
    keys = cycles.customers * np.int64(n_products) + cycles.products
    at = np.searchsorted(keys, lost.customers.astype(np.int64) * n_products + lost.items)
    worth = np.where(np.isinf(cycles.worth[at]), np.nan, cycles.worth[at])
    due = usual.where(is_due(inputs, usual))
    due_keys = due.customers.astype(np.int64) * n_products + due.items
    also_due = np.isin(lost.customers.astype(np.int64) * n_products + lost.items, due_keys)
    at_stake = np.maximum(worth - cycles.last_year[at], 0.0)
    long_gap = cycles.long_gap_days[at]
    return {"worth": worth, "at_stake": at_stake, "also_due": also_due.astype(object), "long_gap_days": long_gap}


def is_due(inputs: ListInputs, list_rows: ListRows) -> NDArray[np.bool_]:
    """Return which rows of what was bought before are due within DUE_AHEAD_DAYS; without a usual gap all are."""
    return np.asarray(~(due_days(inputs, list_rows) > inputs.as_of_day + DUE_AHEAD_DAYS))  # of NaN too


def due_days(inputs: ListInputs, list_rows: ListRows) -> NDArray[np.float64]:
    """Return (m,) the day a usual gap after the last purchase, days since 1970-01-01; NaN where no gap is known."""
    at = inputs.purchases.find(list_rows.customers, list_rows.items)
    return np.asarray(inputs.purchases.last_days[at] + np.round(inputs.purchases.usual_gap_days[at]))


def substitutes(inputs: ListInputs, list_rows: ListRows) -> Columns:
    """Return by column, (m,) each: the substitute's id and how many similar customers buy it; None where none is known.

    It is of the same category, can be sold, was bought in the last 12 months by `strong_similar` similar customers or
    more, of such products by most, and not by the customer; ties go to the first id.
    """
    n = len(list_rows.items)
    found: Columns = {"substitute_id": np.full(n, None, dtype=object), "substitute_n": np.full(n, None, dtype=object)}
    customers = np.unique(list_rows.customers)
    if not n:
        return found
    owners, items, counts = _bought_nearby(inputs, customers)
    categories = inputs.attributes.codes["category"]
    keep = (counts >= inputs.options.strong_similar) & inputs.listable[items] & (categories[items] >= 0)
    owners, items, counts = owners[keep], items[keep], counts[keep]
    keys = owners * np.int64(categories.max(initial=0) + 2) + categories[items]
    order = np.lexsort((items, -counts, keys))
    best_keys, first = np.unique(keys[order], return_index=True)
    wanted_of = categories[list_rows.items]
    wanted = np.searchsorted(customers, list_rows.customers) * np.int64(categories.max(initial=0) + 2) + wanted_of
    place = np.minimum(np.searchsorted(best_keys, wanted), max(len(best_keys) - 1, 0))
    if not len(best_keys):
        return found
    rows = np.flatnonzero((best_keys[place] == wanted) & (wanted_of >= 0))
    at = order[first[place[rows]]]
    found["substitute_id"][rows] = np.array(inputs.interactions.product_ids, dtype=object)[items[at]]
    found["substitute_n"][rows] = counts[at].astype(int)
    return found


def _bought_nearby(inputs: ListInputs, customers: Positions | Counts) -> tuple[Counts, Counts, Counts]:
    """Return position in `customers`, product and number of similar customers who buy it, of what they do not buy."""
    near = inputs.similar.rows[customers]
    owners, places = np.nonzero(near >= 0)
    shape = (len(customers), inputs.interactions.n_customers)
    chosen = csr_matrix((np.ones(len(owners)), (owners, near[owners, places])), shape=shape)
    nearby = csr_matrix(chosen @ inputs.active)
    own = stored_in(nearby, inputs.active[customers])
    rows = np.repeat(np.arange(len(customers)), np.diff(nearby.indptr))
    return rows[~own], nearby.indices[~own], nearby.data[~own]
