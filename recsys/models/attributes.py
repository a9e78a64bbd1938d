"""Products that are alike by what they are: of one category, or of one supplier."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts

_ATTRIBUTES = {"category": 1.0, "supplier": 0.5}  # how much each counts where both are known


@dataclass(frozen=True)
class Attributes:
    """Category and supplier of each product.

    codes  by attribute, (n_products,): equal for products that share it, -1 where unknown
    texts  by attribute, what each code stands for
    """

    codes: dict[str, NDArray[np.int64]]
    texts: dict[str, NDArray[np.object_]]

    def shared(self, matrix: csr_matrix, products: Counts) -> csr_matrix:
        """Return (n_rows, len(products)): of the row's purchases, the share that has what the product has.

        matrix  (n_rows, n_products) purchases of each row
        Category counts twice as much as supplier; 0 is not stored.
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
class Likeness:
    """For each asked product the one that the customer bought most often among those of its category or supplier.

    items       columns, -1 where nothing bought has the attribute
    attributes  what both share
    """

    items: Counts
    attributes: NDArray[np.object_]


def most_alike(attributes: Attributes, bought: csr_matrix, customers: Counts, items: Counts) -> Likeness:
    """Return what each customer bought that is most like each product: of its category, else of its supplier.

    bought  (n_customers, n_products) order days; the most of them counts, ties go by product id
    """
    told = Likeness(np.full(len(items), -1), np.full(len(items), None, dtype=object))
    for name in _ATTRIBUTES:
        open_rows = np.flatnonzero(told.items < 0)
        codes = attributes.codes[name]
        found = _most_bought(bought, codes, customers[open_rows], items[open_rows])
        rows, other = open_rows[found >= 0], found[found >= 0]
        told.items[rows] = other
        told.attributes[rows] = attributes.texts[name][codes[other]]
    return told


def _most_bought(bought: csr_matrix, codes: NDArray[np.int64], customers: Counts, items: Counts) -> Counts:
    """Return the product with the item's code that the customer bought most often, but for the item; else -1."""
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
    for step in (1, 0):  # the second of them stands where the first is the item itself
        place = at + step
        inside = (place < len(keys)) & (codes[items] >= 0)
        rows = np.flatnonzero(inside)
        rows = rows[(keys[place[rows]] == wanted[rows]) & (products[place[rows]] != items[rows])]
        found[rows] = products[place[rows]]
    return found
