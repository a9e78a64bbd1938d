"""The published tables of the fitted models: similar customers, similar products and best sellers."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.array_types import Counts
from recsys.kernels.itemsets import pair_counts
from recsys.kernels.neighbours import Nearest
from recsys.lists.inputs import ListInputs
from recsys.models.bundles import lift
from recsys.models.popular import FittedPopular
from recsys.schema.columns import Table
from recsys.schema.published import POPULAR, SIMILAR_CUSTOMERS, SIMILAR_PRODUCTS


def similar_customers(inputs: ListInputs) -> pa.Table:
    """Return the published table similar_customers: each customer's nearest customers, with the products they share."""
    bought = inputs.interactions.bought
    ids = np.array(inputs.interactions.customer_ids, dtype=object)
    owners, ranks, others, similarities = _listed(inputs.similar)
    return _table(
        SIMILAR_CUSTOMERS,
        {
            "customer_id": ids[owners],
            "rank": ranks,
            "neighbour_id": ids[others],
            "similarity": similarities,
            "n_shared": pair_counts(owners, others, bought),
            "n_products": np.diff(bought.indptr)[others],
        },
    )


def similar_products(inputs: ListInputs) -> pa.Table:
    """Return the published table similar_products: each product's nearest products, with what both share."""
    interactions = inputs.interactions
    ids = np.array(interactions.product_ids, dtype=object)
    near = inputs.item_cosine.near.first(inputs.options.similar_products)
    owners, ranks, others, similarities = _listed(near)
    baskets, singles = interactions.baskets, interactions.baskets_with()
    n_baskets = pair_counts(owners, others, baskets.T.tocsr())
    lifts = lift(n_baskets, singles[owners], singles[others], baskets.shape[0])
    return _table(
        SIMILAR_PRODUCTS,
        {
            "product_id": ids[owners],
            "rank": ranks,
            "other_id": ids[others],
            "similarity": similarities,
            "n_customers": pair_counts(owners, others, interactions.bought.T.tocsr()),
            "n_baskets": n_baskets,
            "lift": np.where(n_baskets > 0, lifts, np.nan),
        },
    )


def popular_rows(fitted: FittedPopular, product_ids: tuple[str, ...]) -> pa.Table:
    """Return the published table popular: the best sellers of each segment."""
    rows = [
        {
            "segment": segment,
            "rank": rank,
            "product_id": product_ids[item],
            "n_customers": int(fitted.n_customers[row, item]),
            "of_customers": int(fitted.of_customers[row]),
            "n_baskets": int(fitted.n_baskets[row, item]),
        }
        for row, segment in enumerate(fitted.segments)
        for rank, item in enumerate(fitted.best[row], start=1)
    ]
    return pa.Table.from_pylist(rows, schema=POPULAR.arrow_schema())


def _listed(near: Nearest) -> tuple[Counts, Counts, Counts, NDArray[np.float64]]:
    """Return row, rank, neighbour and similarity of each neighbour, by row and rank."""
    owners, positions = np.nonzero(near.rows >= 0)
    return owners, positions + 1, near.rows[owners, positions], near.similarities[owners, positions]


def _table(table: Table, columns: dict[str, NDArray[Any]]) -> pa.Table:
    schema = table.arrow_schema()
    return pa.table([pa.array(columns[field.name], field.type, from_pandas=True) for field in schema], schema=schema)
