"""Matrices of customers and products: baskets, counts and revenue, with their ids."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from recsys.array_types import Positions
from recsys.dataset.baskets import Baskets
from recsys.dataset.dates import EPOCH, day_number
from recsys.dataset.events import Events, read_events
from recsys.dataset.product_terms import TEXT_COLUMNS, word_matrix


@dataclass(frozen=True)
class Interactions:
    """Who bought what on which days.

    customer_ids      sorted as text; a row of `counts` each, those without orders too
    product_ids       sorted as text; a column of each matrix
    segments          a customer's segment, None where unknown
    baskets           (n_baskets, n_products) float64, 1 where the product is in the basket; sorted by customer, day
    basket_customers  (n_baskets,) row of the basket's customer
    basket_days       (n_baskets,) days since 1970-01-01
    as_of             the day that ages count from; no basket is later
    spent             (n_baskets, n_products) float64, the revenue of the product in the basket; None: unknown
    words             (n_products, n_words) float64, 1 where a word describes the product; None: unknown
    events            what customers did in the shop and with mails, none later than as_of; None: unknown
    """

    customer_ids: tuple[str, ...]
    product_ids: tuple[str, ...]
    segments: tuple[str | None, ...]
    baskets: csr_matrix
    basket_customers: Positions
    basket_days: Positions
    as_of: date
    spent: csr_matrix | None = None
    words: csr_matrix | None = None
    events: Events | None = None

    @property
    def n_customers(self) -> int:
        return len(self.customer_ids)

    @property
    def n_products(self) -> int:
        return len(self.product_ids)

    @property
    def first_day(self) -> date:
        """The day of the first basket; as_of if there are none."""
        return date.fromordinal(EPOCH + int(self.basket_days.min())) if len(self.basket_days) else self.as_of

    @cached_property
    def counts(self) -> csr_matrix:
        """(n_customers, n_products) float64: the number of the customer's baskets with the product."""
        return self.weighted(np.ones(len(self.basket_days)))

    @cached_property
    def bought(self) -> csr_matrix:
        """(n_customers, n_products) float64: 1 where the customer ever bought the product."""
        return csr_matrix((np.ones(self.counts.nnz), self.counts.indices, self.counts.indptr), self.counts.shape)

    @cached_property
    def spending(self) -> csr_matrix:
        """(n_customers, n_products) float64: the product's share of the customer's revenue; no entries if unknown."""
        if self.spent is None:
            return csr_matrix(self.counts.shape)
        spending = self._by_customer(np.ones(len(self.basket_days)), self.spent)
        return _shares(spending)

    def baskets_with(self) -> NDArray[np.int64]:
        """Return (n_products,): the number of baskets with each product."""
        return np.bincount(self.baskets.indices, minlength=self.n_products)

    def decayed(self, half_life_days: float) -> csr_matrix:
        """Return (n_customers, n_products) float64: the baskets with it, each worth 2 ** (-age / half-life)."""
        ages = day_number(self.as_of) - self.basket_days
        return self.weighted(np.exp2(-ages / half_life_days))

    def weighted(self, basket_weights: NDArray[np.float64]) -> csr_matrix:
        """Return (n_customers, n_products) float64: the sum of the weights (n_baskets,) of the baskets with it."""
        return self._by_customer(basket_weights, self.baskets)

    def _by_customer(self, basket_weights: NDArray[np.float64], lines: csr_matrix) -> csr_matrix:
        starts = np.searchsorted(self.basket_customers, np.arange(self.n_customers + 1))
        owners = csr_matrix(
            (basket_weights, np.arange(len(basket_weights)), starts), shape=(self.n_customers, len(basket_weights))
        )
        profiles = csr_matrix(owners @ lines)
        profiles.sort_indices()
        return profiles


def read_interactions(baskets: Baskets) -> Interactions:
    """Return the interactions of folded baskets, without services and fees. Needs `mark_services`."""
    found = baskets.connection.execute(
        "SELECT c, p, ordered_on, revenue FROM basket_lines ANTI JOIN services USING (p)"
    ).fetchnumpy()
    customers, products, days, revenue = (np.asarray(found[name]) for name in ("c", "p", "ordered_on", "revenue"))
    segments = baskets.optional_columns("customers")["segment"]
    customer_rows = baskets.connection.execute(
        f"SELECT customer_id, {segments} AS segment FROM read_parquet(?) ORDER BY customer_id",  # noqa: S608 - from recsys/schema
        [str(baskets.tables.path("customers"))],
    ).fetchall()
    optional = baskets.optional_columns("products")
    product_rows = baskets.connection.execute(
        f"SELECT product_id, {', '.join(f'{optional[column]} AS {column}' for column in TEXT_COLUMNS)} "  # noqa: S608 - from recsys/schema
        "FROM read_parquet(?) ORDER BY product_id",
        [str(baskets.tables.path("products"))],
    ).fetchall()
    return interactions(
        (customers, products, days.astype("datetime64[D]").astype(np.int32)),
        [customer_id for customer_id, _ in customer_rows],
        [row[0] for row in product_rows],
        [segment for _, segment in customer_rows],
        baskets.as_of,
        revenue=revenue,
        words=word_matrix([row[1:] for row in product_rows]),
    )


def with_events(known: Interactions, path: Path) -> Interactions:
    """Return the interactions with a table's events up to as_of; the same ones if there is none such.

    Raises TableError for a file that cannot be read.
    """
    return replace(known, events=read_events(path, known.customer_ids, known.product_ids, day_number(known.as_of)))


def interactions(
    lines: tuple[Positions, Positions, Positions],
    customer_ids: Sequence[str],
    product_ids: Sequence[str],
    segments: Sequence[str | None],
    as_of: date,
    *,
    revenue: NDArray[np.float64] | None = None,
    words: csr_matrix | None = None,
) -> Interactions:
    """Return the interactions of basket lines in any order.

    lines    customer rows, product columns, days since 1970-01-01; duplicate lines count once
    revenue  of each line; summed over duplicates
    words    (n_products, n_words), see Interactions

    Raises ValueError if the ids are not sorted as text or not unique.
    """
    for ids in (customer_ids, product_ids):
        if any(left >= right for left, right in zip(ids, ids[1:], strict=False)):
            raise ValueError("the ids must be sorted as text and unique")
    customers, products, days = lines
    order = np.lexsort((products, days, customers))
    customers, products, days = customers[order], products[order], days[order]
    is_new_basket = _changes(customers) | _changes(days)
    is_new_line = is_new_basket | _changes(products)
    starts = np.flatnonzero(is_new_basket[is_new_line])
    columns, ends = products[is_new_line], np.append(starts, is_new_line.sum())
    shape = (len(starts), len(product_ids))
    spent = None
    if revenue is not None:
        sums = np.bincount(np.cumsum(is_new_line) - 1, weights=revenue[order], minlength=len(columns))
        spent = csr_matrix((sums, columns, ends), shape)
    return Interactions(
        tuple(customer_ids),
        tuple(product_ids),
        tuple(segments),
        csr_matrix((np.ones(len(columns)), columns, ends), shape),
        customers[is_new_basket].astype(np.int32),
        days[is_new_basket].astype(np.int32),
        as_of,
        spent,
        words,
    )


def _shares(matrix: csr_matrix) -> csr_matrix:
    """Return each row divided by its sum; a row of zeros is unchanged."""
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
    return csr_matrix(diags_array(scale) @ matrix)


def _changes(values: Positions) -> NDArray[np.bool_]:
    """Return a mask of the values that differ from the one before; the first is always True."""
    return np.concatenate(([True], values[1:] != values[:-1])) if len(values) else np.zeros(0, dtype=bool)
