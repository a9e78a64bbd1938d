"""The published bundles: the mined itemsets with their prices and the number of customers they reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.lists.inputs import ListInputs
from recsys.models.bundles import Bundle
from recsys.runtime.parallel import blocks
from recsys.schema.bundle_groups import Members, members_key
from recsys.schema.published import BUNDLES

_BLOCK = 256  # bundles counted at a time, which bounds the memory for any number of buyers


@dataclass(frozen=True)
class Reach:
    """How many customers bought all products of each of n sets (n,), and lack exactly one or two of what they began."""

    have_all: Counts
    miss_one: Counts
    miss_two: Counts


def bundle_rows(inputs: ListInputs, active: Positions, costs: NDArray[np.float64]) -> pa.Table:
    """Return the published table bundles: of each group's members the most typical first, substitutes last.

    active  rows of the customers who are pitched to; only they are counted in n_have_all, n_miss_one and n_miss_two
    costs   (n_products,) of one unit, NaN where unknown

    Typical is the lower end of the lift's interval times the customers who miss one: what is surely more than chance,
    and still has customers to offer it to.
    """
    goods = inputs.goods
    prices = np.where(np.isnan(goods.list_price), goods.last_price, goods.list_price)
    rows: list[dict[str, Any]] = []
    for members in sorted(inputs.bundles.bundles, key=lambda one: one[::-1]):
        bundles = inputs.bundles.bundles[members]
        own = np.intersect1d(inputs.bundles.members[members], active)
        reach = customers_reached([bundle.products for bundle in bundles], inputs.interactions.bought[own])
        typical = np.array([bundle.lift_low for bundle in bundles]) * reach.miss_one
        order = sorted(range(len(bundles)), key=lambda at: (bundles[at].substitutes, -typical[at], at))
        rows += [
            {
                **_facts(bundles[at], inputs.interactions.product_ids),
                **_whose(members, rank),
                "price": _sum(prices[list(bundles[at].products)]),
                "cost": _sum(costs[list(bundles[at].products)]),
                "n_have_all": int(reach.have_all[at]),
                "n_miss_one": int(reach.miss_one[at]),
                "n_miss_two": int(reach.miss_two[at]),
                "typical": float(typical[at]),
            }
            for rank, at in enumerate(order, start=1)
        ]
    return pa.Table.from_pylist(rows, schema=BUNDLES.arrow_schema())


def customers_reached(sets: Sequence[tuple[int, ...]], bought: csr_matrix) -> Reach:
    """Return how many customers bought all products of each set, and how many of its buyers lack one or two.

    sets    columns of `bought`, without duplicates, two or more a set
    bought  (n_customers, n_products) 1 where ever bought

    Who bought none of a set is not counted: of a pair nobody lacks two.
    """
    sizes = np.array([len(products) for products in sets], dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    members = np.array([product for products in sets for product in products], dtype=np.int32)
    wanted = csr_matrix((np.ones(len(members)), members, ends), shape=(len(sets), bought.shape[1]))
    buyers = bought.T.tocsr()
    found = np.zeros((3, len(sets)), dtype=np.int64)
    for block in blocks(len(sets), _BLOCK):
        held = csr_matrix(wanted[block] @ buyers)
        size = np.repeat(sizes[block], np.diff(held.indptr))
        owners = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
        for lacks in range(3):
            found[lacks, block] = np.bincount(owners[held.data == size - lacks], minlength=held.shape[0])
    return Reach(*found)


def _whose(members: Members, rank: int) -> dict[str, object]:
    group, name = members
    return {"group": group, "segment": name, "bundle_id": rank, "bundle_key": f"{members_key(group, name)}/{rank}"}


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
        "lift_low": bundle.lift_low,
        "lift_high": bundle.lift_high,
        "zhangs_metric": min(max(bundle.zhangs_metric, -1.0), 1.0),  # rounding may exceed 1 in the last digit
        "leverage": bundle.leverage,
        "redundant": bundle.redundant,
        "substitutes": bundle.substitutes,
    }


def _sum(amounts: NDArray[np.float64]) -> float | None:
    return None if np.isnan(amounts).any() else float(amounts.sum())
