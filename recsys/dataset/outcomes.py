"""What reps recorded: what a build must not recommend any more, and what was pitched without an order."""

from dataclasses import dataclass, fields
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts
from recsys.dataset.dates import day_number
from recsys.dataset.interactions import Interactions
from recsys.dataset.validation import check_parquet
from recsys.kernels.sparse_lookup import at
from recsys.schema.clean import OUTCOMES

# How a pitch without an order may have ended; its code is its place here.
ANSWERS = ("no answer", "no answer for four weeks", "snoozed")
PITCH_DAYS = 180  # after which a pitch says nothing any more
FRESH_DAYS = 28
_NO_ANSWER, _SNOOZED, _CLOSED = range(3)  # ends of a pitch as they are recorded


@dataclass(frozen=True)
class Dismissed:
    """What is not relevant for good.

    products  (n_customers, n_products) 1 where a product is dismissed and was not bought since
    accounts  (n_customers,) the whole account
    """

    products: csr_matrix
    accounts: NDArray[np.bool_]


@dataclass(frozen=True)
class OpenPitches:
    """Pairs that were pitched by some day and neither ordered nor dismissed by then; (m,) each, by customer.

    answers  place in ANSWERS
    """

    customers: Counts
    products: Counts
    answers: NDArray[np.int8]


@dataclass(frozen=True)
class Pitches:
    """What was pitched, by pair and time; (m,) each.

    customer_ids, product_ids  of the interactions that the pitches were read with
    customers, products        rows and columns there
    days                       days since 1970-01-01        ends  one of _NO_ANSWER, _SNOOZED, _CLOSED
    """

    customer_ids: tuple[str, ...]
    product_ids: tuple[str, ...]
    customers: Counts
    products: Counts
    days: Counts
    ends: NDArray[np.int8]

    def open_at(self, interactions: Interactions) -> OpenPitches:
        """Return the pitches as they stood on the last day of a history, of its own customers and products.

        What was bought in the history is not open, whether it was pitched before or after that.
        """
        today = day_number(interactions.as_of)
        known = np.flatnonzero(self.days <= today)
        last = known[_last_of_each(self.customers[known], self.products[known])]
        last = last[(self.ends[last] != _CLOSED) & (self.days[last] > today - PITCH_DAYS)]
        customers = _places(self.customer_ids, interactions.customer_ids)[self.customers[last]]
        products = _places(self.product_ids, interactions.product_ids)[self.products[last]]
        kept = np.flatnonzero((customers >= 0) & (products >= 0))
        kept = kept[at(interactions.bought, customers[kept], products[kept]) == 0]
        is_old = self.days[last[kept]] <= today - FRESH_DAYS
        answers = np.where(self.ends[last[kept]] == _SNOOZED, 2, is_old.astype(np.int8))
        return OpenPitches(customers[kept], products[kept], answers.astype(np.int8))


def _places(ids: tuple[str, ...], wanted: tuple[str, ...]) -> Counts:
    """Return the place of each of `ids` in `wanted`, -1 where it is not there."""
    if ids == wanted:
        return np.arange(len(ids))
    found = {one: place for place, one in enumerate(wanted)}
    return np.array([found.get(one, -1) for one in ids], dtype=np.int64)


def _last_of_each(customers: Counts, products: Counts) -> NDArray[np.bool_]:
    """Return a mask of the last row of each pair; the rows are sorted by pair."""
    changes = (customers[1:] != customers[:-1]) | (products[1:] != products[:-1])
    return np.append(changes, True)[: len(customers)]


@dataclass(frozen=True)
class Outcomes:
    """What a build heeds of the outcomes, and how many rows it read.

    rows     outcomes in the file
    unknown  rows about customers or products that the data do not have
    """

    dismissed: Dismissed
    pitches: Pitches
    rows: int = 0
    unknown: int = 0


def no_outcomes(interactions: Interactions) -> Outcomes:
    """Return that nothing was recorded."""
    dismissed = Dismissed(csr_matrix(interactions.counts.shape), np.zeros(interactions.n_customers, dtype=bool))
    none = np.zeros(0, dtype=np.int64)
    pitches = Pitches(interactions.customer_ids, interactions.product_ids, none, none, none, none.astype(np.int8))
    return Outcomes(dismissed, pitches)


def read_outcomes(path: Path, interactions: Interactions) -> Outcomes:
    """Return what a table of outcomes says of the customers and products of the interactions.

    A product that was bought after it was dismissed is relevant again. Rows about customers and products that the data
    do not have are counted and left out: both come and go.
    Raises TableError that names file, column and value for a table that breaks its contract.
    """
    rows = check_parquet(path, OUTCOMES)
    told = _read(path, interactions)
    is_known = (told.customers >= 0) & (told.of_account | (told.products >= 0))
    is_dismissed = is_known & (told.kinds == "not_relevant")
    accounts = np.zeros(interactions.n_customers, dtype=bool)
    accounts[told.customers[is_dismissed & told.of_account]] = True
    of_product = told.where(is_dismissed & ~told.of_account)
    dismissed = Dismissed(_not_bought_since(of_product, interactions), accounts)
    return Outcomes(
        dismissed, _pitches(told.where(is_known & ~told.of_account), interactions), rows, int((~is_known).sum())
    )


@dataclass(frozen=True)
class _Told:
    """Rows of the table, by customer, product and time; (m,) each. -1 is a customer or product that is not there."""

    customers: Counts
    products: Counts
    of_account: NDArray[np.bool_]
    kinds: NDArray[np.object_]
    days: Counts

    def where(self, keep: NDArray[np.bool_]) -> "_Told":
        return _Told(*(getattr(self, field.name)[keep] for field in fields(self)))


def _read(path: Path, interactions: Interactions) -> _Told:
    with duckdb.connect() as connection:
        connection.register("customers", _numbered("customer_id", interactions.customer_ids))
        connection.register("products", _numbered("product_id", interactions.product_ids))
        found = connection.execute(_TOLD, {"path": str(path)}).fetchnumpy()
    of_account, kinds = np.asarray(found["of_account"], dtype=bool), np.asarray(found["kind"], dtype=object)
    customers, products, days = (np.asarray(found[name], dtype=np.int64) for name in ("customer", "product", "day"))
    return _Told(customers, products, of_account, kinds, days)


def _pitches(told: _Told, interactions: Interactions) -> Pitches:
    ends = np.select([told.kinds == "pitched", told.kinds == "snoozed"], [_NO_ANSWER, _SNOOZED], _CLOSED)
    ids = (interactions.customer_ids, interactions.product_ids)
    return Pitches(*ids, told.customers, told.products, told.days, ends.astype(np.int8))


_TOLD = """
    SELECT coalesce(c.place, -1) AS customer, coalesce(p.place, -1) AS product, o.product_id IS NULL AS of_account,
           o.kind AS kind, date_diff('day', DATE '1970-01-01', CAST(o."at" AS DATE)) AS day
    FROM read_parquet($path) o LEFT JOIN customers c USING (customer_id) LEFT JOIN products p USING (product_id)
    ORDER BY customer, product, o."at", o.kind = 'pitched' DESC, outcome_id
"""


def _numbered(name: str, ids: tuple[str, ...]) -> pa.Table:
    return pa.table({name: pa.array(ids, pa.string()), "place": pa.array(np.arange(len(ids)))})


def _not_bought_since(dismissed: _Told, interactions: Interactions) -> csr_matrix:
    """Return a matrix with a 1 for each pair that was not bought after the last day on which it was dismissed."""
    shape = interactions.counts.shape
    told = dismissed.where(_last_of_each(dismissed.customers, dismissed.products))
    if not len(told.days):
        return csr_matrix(shape)
    lines = interactions.baskets
    baskets = np.repeat(np.arange(lines.shape[0]), np.diff(lines.indptr))
    keys = interactions.basket_customers[baskets].astype(np.int64) * shape[1] + lines.indices
    wanted = told.customers * shape[1] + told.products
    place = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    since = (wanted[place] == keys) & (interactions.basket_days[baskets] > told.days[place])
    kept = ~np.isin(wanted, keys[since])
    return csr_matrix((np.ones(int(kept.sum())), (told.customers[kept], told.products[kept])), shape=shape)
