"""The published lists: products to offer to each customer, with reason, quantity and price."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.array_types import Counts, Positions
from recsys.lists.arguments import Columns
from recsys.lists.explanations import reasons
from recsys.lists.inputs import ListInputs
from recsys.lists.selection import LIST_MODELS, ListCandidates, ListRows, concatenated, new_lists
from recsys.lists.terms import terms
from recsys.lists.worth import RowWorth
from recsys.schema.published import LISTS, RECOMMENDATIONS, SCORE_FAMILIES


@dataclass(frozen=True)
class Lists:
    """The rows of all customers' lists, by name of the list.

    left_out  by name, (n_customers,) rows of each customer that were not worth it
    """

    by_name: dict[str, ListRows]
    left_out: dict[str, Counts]

    def of(self, rows: Positions) -> "Lists":
        """Return the lists of the customers from rows[0] to rows[-1]."""
        found = {}
        for name, list_rows in self.by_name.items():
            start, end = np.searchsorted(list_rows.customers, (rows[0], rows[-1] + 1))
            found[name] = list_rows.where(slice(start, end))
        return Lists(found, self.left_out)


def final_lists(inputs: ListInputs, blocks: list[ListCandidates], n_lists: int) -> Lists:
    """Return all customers' lists from the candidates of all blocks, in the order of the customers.

    n_lists  number of customers that get lists, which the exposure cap is a share of

    Usual lists and those of new products end where a row is not worth it any more.
    """
    usual, seasonal = concatenated([each.usual for each in blocks]), concatenated([each.seasonal for each in blocks])
    usual, usual_left_out = _worth(inputs, "usual", usual)
    new, new_left_out = _worth(inputs, "new", new_lists(inputs, blocks, n_lists))
    return Lists({"usual": usual, "new": new, "seasonal": seasonal}, {"usual": usual_left_out, "new": new_left_out})


def _worth(inputs: ListInputs, name: str, list_rows: ListRows) -> tuple[ListRows, Counts]:
    """Return the rows that are worth it, and by customer how many are not.

    Products that nobody bought yet have no chance and keep their places.
    """
    offered = terms(inputs, name, list_rows)
    keep = _row_worth(list_rows, offered).above(inputs.learned.floors[name])
    keep |= list_rows.models == LIST_MODELS.index("alike")
    left_out = np.bincount(list_rows.customers[~keep], minlength=inputs.interactions.n_customers)
    return list_rows.where(keep).ranked(), left_out


def _row_worth(list_rows: ListRows, offered: Columns) -> RowWorth:
    return RowWorth(list_rows.customers, list_rows.items, offered["chance"], offered["expected"])


def recommendations(inputs: ListInputs, lists: Lists) -> pa.Table:
    """Return the published rows of some customers' lists, sorted by their key."""
    tables = [_table(inputs, name, lists.by_name[name]) for name in sorted(LISTS)]
    customers = np.concatenate([lists.by_name[name].customers for name in sorted(LISTS)])
    return pa.concat_tables(tables).take(np.argsort(customers, kind="stable"))


def _table(inputs: ListInputs, name: str, list_rows: ListRows) -> pa.Table:
    interactions = inputs.interactions
    columns = {
        "customer_id": np.array(interactions.customer_ids, dtype=object)[list_rows.customers],
        "list": np.full(len(list_rows.items), name, dtype=object),
        "rank": list_rows.ranks,
        "product_id": np.array(interactions.product_ids, dtype=object)[list_rows.items],
        "model": np.array(LIST_MODELS, dtype=object)[list_rows.models],
        "score": list_rows.scores,
        **terms(inputs, name, list_rows),
        **dict(_shares(list_rows)),
        **reasons(inputs, list_rows),
    }
    schema = RECOMMENDATIONS.arrow_schema()
    return pa.table([_arrow(columns[field.name], field.type) for field in schema], schema=schema)


def _shares(list_rows: ListRows) -> Iterator[tuple[str, NDArray[np.float64]]]:
    shares = list_rows.shares.astype(np.float64)
    shares /= shares.sum(axis=1, keepdims=True)
    for place, family in enumerate(SCORE_FAMILIES):
        yield f"share_{family}", shares[:, place]


def _arrow(values: NDArray[np.object_] | NDArray[np.float64], wanted: pa.DataType) -> "pa.Array[Any]":
    """Return the values as an Arrow array: null for NaN and None, dates from days since 1970-01-01."""
    if wanted == pa.date32():
        return pa.array(values, pa.float64(), from_pandas=True).cast(pa.int32()).cast(wanted)
    return pa.array(values, from_pandas=True).cast(wanted)
