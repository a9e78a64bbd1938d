"""The published bundles: the mined itemsets with their prices and the number of customers they reach."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.lists.inputs import ListInputs
from recsys.models.bundles import Bundle
from recsys.runtime.parallel import blocks
from recsys.schema.published import BUNDLES, EVERYONE

_BLOCK = 256  # bundles counted at a time, which bounds the memory for any number of buyers


def bundle_rows(inputs: ListInputs, active: Positions) -> pa.Table:
    """Return the published table bundles, by segment, highest lift first.

    active  rows of the customers who are pitched to; only they are counted in n_have_all and n_miss_one
    """
    goods, product_ids = inputs.goods, inputs.interactions.product_ids
    prices = np.where(np.isnan(goods.list_price), goods.last_price, goods.list_price)
    rows = []
    for segment, bundles in sorted(inputs.bundles.bundles.items()):
        bought = inputs.interactions.bought[_members(inputs, segment, active)]
        have_all, miss_one = customers_reached([bundle.products for bundle in bundles], bought)
        rows += [
            {
                **_facts(bundle, product_ids),
                "segment": segment,
                "bundle_id": place + 1,
                "bundle_key": f"{segment}/{place + 1}",
                "price": _price(prices[list(bundle.products)]),
                "n_have_all": int(have_all[place]),
                "n_miss_one": int(miss_one[place]),
            }
            for place, bundle in enumerate(bundles)
        ]
    return pa.Table.from_pylist(rows, schema=BUNDLES.arrow_schema())


def customers_reached(sets: Sequence[tuple[int, ...]], bought: csr_matrix) -> tuple[Counts, Counts]:
    """Return (n_sets,) the number of customers who bought all products of each set, and of those who lack exactly one.

    sets    columns of `bought`, without duplicates, two or more a set
    bought  (n_customers, n_products) 1 where ever bought
    """
    sizes = np.array([len(products) for products in sets], dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    members = np.array([product for products in sets for product in products], dtype=np.int32)
    wanted = csr_matrix((np.ones(len(members)), members, ends), shape=(len(sets), bought.shape[1]))
    buyers = bought.T.tocsr()
    have_all, miss_one = np.zeros(len(sets), dtype=np.int64), np.zeros(len(sets), dtype=np.int64)
    for block in blocks(len(sets), _BLOCK):
        held = csr_matrix(wanted[block] @ buyers)
        size = np.repeat(sizes[block], np.diff(held.indptr))
        owners = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
        have_all[block] = np.bincount(owners[held.data == size], minlength=held.shape[0])
        miss_one[block] = np.bincount(owners[held.data == size - 1], minlength=held.shape[0])
    return have_all, miss_one


def _members(inputs: ListInputs, segment: str, active: Positions) -> Positions:
    if segment == EVERYONE:
        return active
    segments = inputs.interactions.segments
    return np.array([row for row in active if segments[row] == segment], dtype=np.int32)


def _facts(bundle: Bundle, product_ids: tuple[str, ...]) -> dict[str, object]:
    return {
        "products": [product_ids[item] for item in bundle.products],
        "size": len(bundle.products),
        "n_baskets": bundle.n_baskets,
        "of_baskets": bundle.of_baskets,
        "support": bundle.n_baskets / bundle.of_baskets,
        "consequent_id": product_ids[bundle.consequent],
        "confidence": bundle.confidence,
        "lift": bundle.lift,
        "redundant": bundle.redundant,
    }


def _price(prices: NDArray[np.float64]) -> float | None:
    return None if np.isnan(prices).any() else float(prices.sum())
