"""The published table profile_fits: whom a new line fits, by what they buy that is described by the same words.

New is what nobody bought before the last eight weeks. The lists hold it for next to nobody, as they are made of what
customers buy. `evaluation.new_lines` measures how good this ranking is.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.dates import day_number, months_before
from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse import masked
from recsys.kernels.sparse_lookup import at
from recsys.lists.inputs import ListInputs
from recsys.models.profiles import Profiles, most_alike
from recsys.schema.published import PROFILE_FITS

NEW_DAYS = 56
LEAST_ROWS, MOST_ROWS, SHARE = 200, 1_000, 0.1  # of a product: a share of the customers who are ranked, within bounds
_BLOCK = 64  # products at a time: bounds the memory


def profile_fit_slices(inputs: ListInputs, active: Positions) -> Iterator[pa.Table]:
    """Yield the published table profile_fits, in slices.

    active  rows of the customers who get lists; those with an order in the 12 months up to as_of are ranked
    """
    interactions = inputs.interactions
    is_new = new_products(interactions)
    asked = np.flatnonzero(is_new & inputs.goods.offered)
    if interactions.words is None or not len(asked):
        yield PROFILE_FITS.arrow_schema().empty_table()
        return
    order_days = _order_days(interactions)
    customers = active[order_days[active] > 0]
    known = masked(interactions.bought, ~is_new[interactions.bought.indices])[customers]
    profiles = Profiles(known, order_days[customers], interactions.words)
    never = csc_matrix(interactions.bought + inputs.outcomes.dismissed.products)
    for part in np.array_split(asked, -(-len(asked) // _BLOCK)):
        yield _table(interactions, profiles, customers, part, never)


def new_products(interactions: Interactions) -> NDArray[np.bool_]:
    """Return (n_products,) which of them are new: bought by nobody before the last weeks."""
    today = day_number(interactions.as_of)
    first = np.full(interactions.n_products, today)
    days = np.repeat(interactions.basket_days, np.diff(interactions.baskets.indptr))
    np.minimum.at(first, interactions.baskets.indices, days)
    return first > today - NEW_DAYS


def _table(
    interactions: Interactions, profiles: Profiles, customers: Positions, products: Counts, never: csc_matrix
) -> pa.Table:
    """Return the rows of some products.

    never  (n_customers, n_products) with an entry where a customer is in no row of a product: bought or dismissed
    """
    n_rows = int(np.clip(SHARE * len(customers), LEAST_ROWS, MOST_ROWS))
    weights = profiles.nearest(products)
    scores = profiles.scores_of(weights)
    ranked = profiles.ranked_by(scores)
    ids, names = np.array(interactions.product_ids, dtype=object), np.array(interactions.customer_ids, dtype=object)
    parts = []
    for row, product in enumerate(products.tolist()):
        places = ranked[row][scores[row][ranked[row]] > 0]
        not_these = never.indices[never.indptr[product] : never.indptr[product + 1]]
        places = places[~np.isin(customers[places], not_these)][:n_rows]
        alike = most_alike(weights[row], profiles.bought[places])
        columns = {
            "product_id": np.full(len(places), ids[product], dtype=object),
            "rank": np.arange(1, len(places) + 1),
            "customer_id": names[customers[places]],
            "score": scores[row][places],
            "like_id": ids[alike],
            "like_baskets": at(interactions.counts, customers[places], alike).astype(np.int64),
        }
        parts.append(pa.table(columns).cast(PROFILE_FITS.arrow_schema()))
    return pa.concat_tables(parts)


def _order_days(interactions: Interactions) -> Counts:
    """Return (n_customers,): order days in the 12 months up to as_of."""
    lately = interactions.basket_days > day_number(months_before(interactions.as_of, 12))
    return np.bincount(interactions.basket_customers[lately], minlength=interactions.n_customers)
