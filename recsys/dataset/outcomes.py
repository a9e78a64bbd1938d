"""What people said of products and accounts: what a build must not recommend any more."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.dataset.dates import EPOCH
from recsys.dataset.interactions import Interactions
from recsys.dataset.validation import check_parquet
from recsys.schema.clean import OUTCOMES


@dataclass(frozen=True)
class Dismissed:
    """What is not relevant for good.

    products  (n_customers, n_products) 1 where a product is dismissed and was not bought since
    accounts  (n_customers,) the whole account
    rows      outcomes in the file
    unknown   rows about customers or products that the data do not have
    """

    products: csr_matrix
    accounts: NDArray[np.bool_]
    rows: int = 0
    unknown: int = 0


def nothing_dismissed(interactions: Interactions) -> Dismissed:
    """Return that nothing is dismissed."""
    return Dismissed(csr_matrix(interactions.counts.shape), np.zeros(interactions.n_customers, dtype=bool))


def read_dismissed(path: Path, interactions: Interactions) -> Dismissed:
    """Return what a table of outcomes dismisses.

    A product that was bought after it was dismissed is relevant again. Rows about customers and products that the data
    do not have are counted and left out: both come and go.
    Raises TableError that names file, column and value for a table that breaks its contract.
    """
    rows = check_parquet(path, OUTCOMES)
    with duckdb.connect() as connection:
        told = connection.execute(
            """
            SELECT customer_id, product_id, max(CAST("at" AS DATE)) AS told_on
            FROM read_parquet($path) WHERE kind = 'not_relevant' GROUP BY ALL ORDER BY ALL
            """,
            {"path": str(path)},
        ).fetchall()
    customers = {one: row for row, one in enumerate(interactions.customer_ids)}
    products = {one: column for column, one in enumerate(interactions.product_ids)}
    accounts = np.zeros(interactions.n_customers, dtype=bool)
    pairs: list[tuple[int, int, int]] = []
    unknown = 0
    for customer_id, product_id, told_on in told:
        row, column = customers.get(customer_id), products.get(product_id) if product_id else None
        if row is None or (product_id and column is None):
            unknown += 1
        elif column is None:
            accounts[row] = True
        else:
            pairs.append((row, column, told_on.toordinal() - EPOCH))
    return Dismissed(_not_bought_since(pairs, interactions), accounts, rows, unknown)


def _not_bought_since(pairs: list[tuple[int, int, int]], interactions: Interactions) -> csr_matrix:
    """Return a matrix with a 1 for each (customer, product, day told) without a purchase after that day."""
    shape = interactions.counts.shape
    if not pairs:
        return csr_matrix(shape)
    lines = interactions.baskets
    baskets = np.repeat(np.arange(lines.shape[0]), np.diff(lines.indptr))
    keys = interactions.basket_customers[baskets].astype(np.int64) * shape[1] + lines.indices
    days = interactions.basket_days[baskets]
    told = np.array(pairs, dtype=np.int64)
    wanted = told[:, 0] * shape[1] + told[:, 1]
    place = np.searchsorted(np.sort(wanted), keys)
    order = np.argsort(wanted)
    place = np.minimum(place, len(wanted) - 1)
    hit = wanted[order][place] == keys
    since = hit & (days > told[order][place, 2])
    again = np.isin(wanted, keys[since])
    kept = told[~again]
    return csr_matrix((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), shape=shape)
