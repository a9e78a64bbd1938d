"""Variety of a list: near-duplicates count as one product, and no category crowds out the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts

VARIED_PLACES = 10  # the first places of a list, where a category's share is limited
MAX_PER_CATEGORY = 2  # places among them for a category; more if more of what the customer buys is of it

_UNITS = (
    "kg|g|gr|mg|l|lt|ltr|litres?|liters?|ml|cl|dl|oz|lbs?|pcs?|pieces?|st(?:ü|ue)?ck|stk|rolls?|rollen|sheets?|blatt|"
    "bunche?s?|bund"
)
_PACKS = (
    "sack|bag|beutel|box|crate|kiste|case|karton|carton|can|dose|canister|kanister|bottle|flasche|keg|fass|tub|bucket|"
    "eimer|net|netz|bundle|roll|rolle|pack|packung|pkt|jar|glas|tray|tin"
)
_NUMBER, _UNIT, _PACK = r"\d+(?:[.,]\d+)?", f"(?:{_UNITS})", f"(?:{_PACKS})s?"
_PACK_SIZE = re.compile(
    rf"\b{_NUMBER}\s*[x×*]\s*{_NUMBER}\s*{_UNIT}?\b(?:\s+{_PACK}\b)?"  # 12 x 1 l case
    rf"|\b{_NUMBER}\s*{_UNIT}\b(?:\s+{_PACK}\b)?"  # 10 kg sack
    rf"|\b{_PACK}\s*(?:of|à|/)\s*\d+\b"  # pack of 6
    rf"|\bset\s*(?:of|/)\s*\d+\b|\bs/\d+\b"  # set/6
    rf"|\b\d+\s*-?\s*(?:er|pack|pk|count|ct)\b(?:\s*-?\s*{_PACK}\b)?"  # 6er pack
    rf"|\b\d+\s+{_PACK}\b"  # 12 bottles
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class ProductGroups:
    """Of each product, in the order of the ids, (n_products,): its leaf category, and its near-duplicates.

    categories  equal for products with the same category, -1 where unknown
    twins       equal for near-duplicates: the same category and the same name, but for pack size
    """

    categories: NDArray[np.int64]
    twins: NDArray[np.int64]

    def of(self, products: Counts) -> "ProductGroups":
        """Return the groups of some products only, in their order."""
        return ProductGroups(self.categories[products], self.twins[products])


def product_groups(names: Sequence[str | None], categories: Sequence[str | None]) -> ProductGroups:
    """Return the groups of products by their names and categories, in the same order; None where unknown."""
    _, leaves = np.unique(np.array([category or "" for category in categories], dtype=str), return_inverse=True)
    is_known = np.array([bool(category) for category in categories], dtype=bool)
    keys = [
        f"{leaf}\n{name_without_pack_size(name)}" if name else f"{at}\n"
        for at, (leaf, name) in enumerate(zip(leaves.tolist(), names, strict=True))
    ]
    _, twins = np.unique(np.array(keys, dtype=str), return_inverse=True)
    return ProductGroups(np.where(is_known, leaves, -1).astype(np.int64), twins.astype(np.int64))


def name_without_pack_size(name: str) -> str:
    """Return the words of a product's name without numbers that say how much is in a pack, in lower case.

    `Onions Yellow, 10 kg sack` and `Onions Yellow, 5 kg bag` both give `onions yellow`. A name that holds nothing
    else stays as it is.
    """
    folded = name.casefold()
    return " ".join(_WORD.findall(_PACK_SIZE.sub(" ", folded))) or folded


def category_limits(groups: ProductGroups, counts: csr_matrix, customers: Counts, items: Counts) -> Counts:
    """Return (m,) how many products of the item's category the first ten places may hold.

    counts            (n_customers, n_products) order days
    customers, items  (m,) the pairs, customers ascending

    Two, or as many tenths as the category has of what the customer buys, rounded up: who buys little else gets more.
    """
    n_categories = int(groups.categories.max(initial=-1)) + 1
    limits = np.full(len(items), MAX_PER_CATEGORY, dtype=np.int64)
    if not n_categories or not len(items):
        return limits
    known = np.flatnonzero(groups.categories >= 0)
    shape = (len(groups.categories), n_categories)
    member = csr_matrix((np.ones(len(known)), (known, groups.categories[known])), shape)
    people, row = np.unique(customers, return_inverse=True)
    own = counts[people]
    totals = np.maximum(np.asarray(own.sum(axis=1)).ravel(), 1)
    shares = csr_matrix(own @ member)
    owners = np.repeat(np.arange(len(people)), np.diff(shares.indptr))
    tenths = np.ceil((shares.data / totals[owners] * VARIED_PLACES).round(9)).astype(np.int64)
    keys = owners * np.int64(n_categories) + shares.indices
    order = np.argsort(keys)
    wanted = row * np.int64(n_categories) + groups.categories[items]
    at = np.minimum(np.searchsorted(keys[order], wanted), max(len(keys) - 1, 0))
    found = (groups.categories[items] >= 0) & (len(keys) > 0)
    if len(keys):
        found &= keys[order][at] == wanted
        limits[found] = np.maximum(limits[found], tenths[order][at[found]])
    return limits
