"""Products with the same category or the same supplier."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts

_ATTRIBUTES = {"category": 1.0, "supplier": 0.5}  # weight of each


@dataclass(frozen=True)
class Attributes:
    """Category and supplier of each product.

    codes  by attribute, (n_products,): equal for products with the same value, -1 where unknown
    texts  by attribute, the value of each code
    """

    codes: dict[str, NDArray[np.int64]]
    texts: dict[str, NDArray[np.object_]]

    def purchase_shares(self, matrix: csr_matrix, products: Counts) -> csr_matrix:
        """Return (n_rows, len(products)): the share of a row's purchases with the product's category and supplier.

        matrix    (n_rows, n_products) purchases of each row
        products  columns to compare them with

        A mean of the two shares, 0 to 1, in which category weighs twice as much as supplier; 0 is not stored.
        """
        if not len(products):
            return csr_matrix((matrix.shape[0], 0))
        totals = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1)
        found = csr_matrix((matrix.shape[0], len(products)))
        for name, weight in _ATTRIBUTES.items():
            groups = self._groups(name)
            found = found + weight * (matrix @ groups.T @ groups[:, products])
        owners = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        found.data /= totals[owners] * sum(_ATTRIBUTES.values())
        found.eliminate_zeros()
        found.sort_indices()
        return csr_matrix(found)

    def _groups(self, name: str) -> csr_matrix:
        codes = self.codes[name]
        known = np.flatnonzero(codes >= 0)
        shape = (len(self.texts[name]), len(codes))
        return csr_matrix((np.ones(len(known)), (codes[known], known)), shape=shape)


def read_attributes(products: pa.Table) -> Attributes:
    """Return the attributes of the products, in their order."""
    codes, texts = {}, {}
    for name in _ATTRIBUTES:
        values = np.array([text or "" for text in products[name].to_pylist()], dtype=str)
        found, places = np.unique(values, return_inverse=True)
        is_known = found != ""
        codes[name] = np.where(is_known, np.cumsum(is_known) - 1, -1)[places]
        texts[name] = found[is_known].astype(object)
    return Attributes(codes, texts)


@dataclass(frozen=True)
class AttributeMatches:
    """For each pair of customer and product: the customer's most bought product of the same category or supplier.

    items       (m,) its column, -1 where the customer bought none
    attributes  (m,) the category or supplier that both have, None where there is none
    """

    items: Counts
    attributes: NDArray[np.object_]


def best_attribute_matches(
    attributes: Attributes, bought: csr_matrix, customers: Counts, items: Counts
) -> AttributeMatches:
    """Return each customer's most bought product of each item's category, else of its supplier; never the item itself.

    bought            (n_customers, n_products) order days; the most of them wins, ties go by product id
    customers, items  (m,) the pairs
    """
    matches = AttributeMatches(np.full(len(items), -1), np.full(len(items), None, dtype=object))
    for name in _ATTRIBUTES:
        unmatched = np.flatnonzero(matches.items < 0)
        codes = attributes.codes[name]
        found = _most_bought(bought, codes, customers[unmatched], items[unmatched])
        rows, other = unmatched[found >= 0], found[found >= 0]
        matches.items[rows] = other
        matches.attributes[rows] = attributes.texts[name][codes[other]]
    return matches


def _most_bought(bought: csr_matrix, codes: NDArray[np.int64], customers: Counts, items: Counts) -> Counts:
    """Return (m,) the customer's most bought other product with the item's code; -1 if there is none."""
    people = np.unique(customers)
    own = bought[people]
    owners = np.repeat(people.astype(np.int64), np.diff(own.indptr))
    known = np.flatnonzero(codes[own.indices] >= 0)
    keys = owners[known] * (codes.max(initial=0) + 1) + codes[own.indices[known]]
    order = np.lexsort((own.indices[known], -own.data[known], keys))
    keys, products = keys[order], own.indices[known][order].astype(np.int64)
    wanted = customers.astype(np.int64) * (codes.max(initial=0) + 1) + codes[items]
    found = np.full(len(items), -1, dtype=np.int64)
    at = np.searchsorted(keys, wanted)
    for step in (1, 0):  # the second best is needed where the best is the item itself
        place = at + step
        inside = (place < len(keys)) & (codes[items] >= 0)
        rows = np.flatnonzero(inside)
        rows = rows[(keys[place[rows]] == wanted[rows]) & (products[place[rows]] != items[rows])]
        found[rows] = products[place[rows]]
    return found
