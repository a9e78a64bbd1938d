"""What became of the lists of seasonal products and of the rows of products that nobody had bought.

Both are made of the history of a calendar split alone, for all its customers, and compared with the days held out:

             history             |  held out
    seasonal lists, unsold rows  |  bought?
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.dataset.dates import day_number, months_before
from recsys.dataset.interactions import Interactions
from recsys.evaluation.catalogue import Catalogue
from recsys.evaluation.split import Split
from recsys.kernels.sparse import best, masked
from recsys.kernels.sparse_lookup import at
from recsys.models.seasonal import MONTHS, NOT_WITHIN_DAYS, seasonal_purchases, seasonal_scores
from recsys.schema.build_report import ListHits

_NO_COMMON_CUT = "everyone has a cut of their own, so no days are held out that lists could be made for"


@dataclass(frozen=True)
class _LastPurchases:
    """The last day of each purchase, entry by entry of the history's counts."""

    keys: NDArray[np.int64]
    n_products: int
    last_days: Positions

    def find(self, customers: Counts, products: Counts) -> NDArray[np.intp]:
        return np.searchsorted(self.keys, customers.astype(np.int64) * self.n_products + products)


def seasonal_hits(split: Split, length: int) -> ListHits:
    """Return what became of the seasonal lists of at most `length` rows that the history gives.

    `wanted` counts the purchases of what the customer had bought before, but not within the weeks that a seasonal
    product is not bought in.
    """
    history, truth = split.held_out.history, split.held_out.truth
    if split.cut is None:
        return ListHits(why_not=_NO_COMMON_CUT)
    season = seasonal_purchases(history)
    if season is None:
        return ListHits(why_not=f"{MONTHS} months of orders before the days held out are needed")
    purchases, today = _last_purchases(history), day_number(history.as_of)
    ranked = best(seasonal_scores(season, purchases, today), length)
    long_ago = masked(history.bought, purchases.last_days <= today - NOT_WITHIN_DAYS)
    return ListHits(
        lists=len(np.unique(ranked.owners)),
        rows=len(ranked.items),
        bought=int((at(truth, ranked.owners, ranked.items) > 0).sum()),
        wanted=int(truth.multiply(long_ago).nnz),
    )


def unsold_hits(split: Split, orders: Interactions, products: Catalogue | None, places: int) -> ListHits:
    """Return what became of the products that nobody had bought before the cut, of which a list has at most `places`.

    orders  what was split: its products may be first sold in the days held out

    A product with a known day of introduction counts from that day on. `wanted` counts the purchases of such products
    by customers of the history.
    """
    history = split.held_out.history
    if split.cut is None or split.days is None:
        return ListHits(why_not=_NO_COMMON_CUT)
    if products is None:
        return ListHits(why_not="there is no table of products, so none is known that nobody had bought")
    sold = set(history.product_ids)
    offered = [day is None or day < split.cut for day in products.introduced_on]
    unsold = np.array(
        [place for place, name in enumerate(products.product_ids) if name not in sold and offered[place]],
        dtype=np.int64,
    )
    if not len(unsold):
        return ListHits(why_not="every product of the catalogue had been bought before")
    shares = products.attributes.purchase_shares(_active_baskets(history, products), unsold)
    ranked = best(shares, places)
    if not len(ranked.items):
        return ListHits(why_not="nobody buys of the category or the supplier of a product that was never sold")
    days_from = day_number(split.cut)
    later = (orders.basket_days >= days_from) & (orders.basket_days < days_from + split.days)
    bought = _bought(split, orders, np.flatnonzero(later), [products.product_ids[place] for place in unsold])
    return ListHits(
        lists=len(np.unique(ranked.owners)),
        rows=len(ranked.items),
        bought=int((at(bought, ranked.owners, ranked.items) > 0).sum()),
        wanted=int(bought.nnz),
    )


def _last_purchases(history: Interactions) -> _LastPurchases:
    owners = np.repeat(np.arange(len(history.basket_days)), np.diff(history.baskets.indptr))
    keys = history.basket_customers[owners].astype(np.int64) * history.n_products + history.baskets.indices
    found, from_the_end = np.unique(keys[::-1], return_index=True)  # baskets are sorted by customer and day
    return _LastPurchases(found, history.n_products, history.basket_days[owners][::-1][from_the_end])


def _active_baskets(history: Interactions, products: Catalogue) -> csr_matrix:
    """Return (n_customers, n of the catalogue) baskets with what was bought in the 12 months before the cut."""
    start = day_number(months_before(history.as_of, 12))
    active = masked(history.counts, _last_purchases(history).last_days > start)
    places = {name: place for place, name in enumerate(products.product_ids)}
    known = np.array([places.get(name, -1) for name in history.product_ids])
    moved = csr_matrix(active[:, np.flatnonzero(known >= 0)])
    columns = known[known >= 0][moved.indices]
    return csr_matrix((moved.data, columns, moved.indptr), shape=(history.n_customers, len(products.product_ids)))


def _bought(split: Split, orders: Interactions, baskets: NDArray[np.intp], wanted: Sequence[str]) -> csr_matrix:
    """Return (n_customers of the history, len(wanted)) with an entry where one of the baskets has the product."""
    places = {name: place for place, name in enumerate(wanted)}
    column_of = np.array([places.get(name, -1) for name in orders.product_ids])
    row_of = np.full(orders.n_customers, -1)
    row_of[split.held_out.customers] = np.arange(len(split.held_out.customers))
    lines = orders.baskets[baskets]
    rows, columns = row_of[np.repeat(orders.basket_customers[baskets], np.diff(lines.indptr))], column_of[lines.indices]
    inside = (rows >= 0) & (columns >= 0)
    shape = (split.held_out.history.n_customers, len(wanted))
    return csr_matrix((np.ones(inside.sum()), (rows[inside], columns[inside])), shape)
