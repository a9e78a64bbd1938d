"""The customers x products matrix of basket counts, its ids and its weightings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.baskets import Baskets
from recsys.periods import EPOCH, day_number

Positions: TypeAlias = NDArray[np.int32]
Counts: TypeAlias = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Interactions:
    """Who bought what on which days.

    customer_ids      sorted as text; a row of `counts` each, those without orders too
    product_ids       sorted as text; a column of each matrix
    segments          a customer's segment, None where unknown
    baskets           (n_baskets, n_products) float64, 1 where the product stood in the basket; sorted by customer, day
    basket_customers  (n_baskets,) row of the basket's customer
    basket_days       (n_baskets,) days since 1970-01-01
    as_of             the day that ages count from; no basket is later
    """

    customer_ids: tuple[str, ...]
    product_ids: tuple[str, ...]
    segments: tuple[str | None, ...]
    baskets: csr_matrix
    basket_customers: Positions
    basket_days: Positions
    as_of: date

    @property
    def n_customers(self) -> int:
        return len(self.customer_ids)

    @property
    def n_products(self) -> int:
        return len(self.product_ids)

    @property
    def first_day(self) -> date:
        """The day of the first basket; as_of without any."""
        return date.fromordinal(EPOCH + int(self.basket_days.min())) if len(self.basket_days) else self.as_of

    @cached_property
    def counts(self) -> csr_matrix:
        """(n_customers, n_products) float64: in how many of the customer's baskets the product stood."""
        return self.weighted(np.ones(len(self.basket_days)))

    @cached_property
    def bought(self) -> csr_matrix:
        """(n_customers, n_products) float64: 1 where the customer ever bought the product."""
        return csr_matrix((np.ones(self.counts.nnz), self.counts.indices, self.counts.indptr), self.counts.shape)

    def baskets_with(self) -> NDArray[np.int64]:
        """Return (n_products,): the number of baskets with each product."""
        return np.bincount(self.baskets.indices, minlength=self.n_products)

    def decayed(self, half_life_days: float) -> csr_matrix:
        """Return (n_customers, n_products) float64: the baskets with it, each worth 2 ** (-age / half-life)."""
        ages = day_number(self.as_of) - self.basket_days
        return self.weighted(np.exp2(-ages / half_life_days))

    def weighted(self, basket_weights: NDArray[np.float64]) -> csr_matrix:
        """Return (n_customers, n_products) float64: the sum of the weights (n_baskets,) of the baskets with it."""
        starts = np.searchsorted(self.basket_customers, np.arange(self.n_customers + 1))
        owners = csr_matrix(
            (basket_weights, np.arange(len(basket_weights)), starts), shape=(self.n_customers, len(basket_weights))
        )
        profiles = csr_matrix(owners @ self.baskets)
        profiles.sort_indices()
        return profiles


def read_interactions(baskets: Baskets) -> Interactions:
    """Return the interactions of folded baskets."""
    found = baskets.connection.execute("SELECT c, p, ordered_on FROM basket_lines").fetchnumpy()
    customers, products, days = (np.asarray(found[name]) for name in ("c", "p", "ordered_on"))
    segments = baskets.optional_columns("customers")["segment"]
    customer_rows = baskets.connection.execute(
        f"SELECT customer_id, {segments} AS segment FROM read_parquet(?) ORDER BY customer_id",  # noqa: S608 - from schema.py
        [str(baskets.tables.path("customers"))],
    ).fetchall()
    product_rows = baskets.connection.execute("SELECT product_id FROM product_rows ORDER BY p").fetchall()
    return interactions(
        (customers, products, days.astype("datetime64[D]").astype(np.int32)),
        [customer_id for customer_id, _ in customer_rows],
        [product_id for (product_id,) in product_rows],
        [segment for _, segment in customer_rows],
        baskets.as_of,
    )


def interactions(
    lines: tuple[Positions, Positions, Positions],
    customer_ids: Sequence[str],
    product_ids: Sequence[str],
    segments: Sequence[str | None],
    as_of: date,
) -> Interactions:
    """Return the interactions of basket lines in any order.

    lines   customer rows, product columns, days since 1970-01-01; a line that stands twice counts once
    The ids must be sorted as text and stand once. Raises ValueError if they are not.
    """
    for ids in (customer_ids, product_ids):
        if any(left >= right for left, right in zip(ids, ids[1:], strict=False)):
            raise ValueError("the ids must be sorted as text and stand once each")
    customers, products, days = lines
    order = np.lexsort((products, days, customers))
    customers, products, days = customers[order], products[order], days[order]
    fresh_basket = _changes(customers) | _changes(days)
    fresh_line = fresh_basket | _changes(products)
    starts = np.flatnonzero(fresh_basket[fresh_line])
    columns = products[fresh_line]
    baskets = csr_matrix(
        (np.ones(len(columns)), columns, np.append(starts, len(columns))), shape=(len(starts), len(product_ids))
    )
    return Interactions(
        tuple(customer_ids),
        tuple(product_ids),
        tuple(segments),
        baskets,
        customers[fresh_basket].astype(np.int32),
        days[fresh_basket].astype(np.int32),
        as_of,
    )


def _changes(values: Positions) -> NDArray[np.bool_]:
    """Return where a value differs from the one before; the first always does."""
    return np.concatenate(([True], values[1:] != values[:-1])) if len(values) else np.zeros(0, dtype=bool)
