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
from recsys.lists.lost import due_days, lost_facts, substitutes
from recsys.lists.selection import LIST_MODELS, ListCandidates, ListRows, concatenated, new_lists
from recsys.lists.terms import terms
from recsys.lists.worth import RowWorth
from recsys.schema.published import LISTS, RECOMMENDATIONS, SCORE_FAMILIES


@dataclass(frozen=True)
class Lists:
    """The rows of all customers' lists, by name of the list.

    offered   by name, what is offered in each row, see terms
    left_out  by name, (n_customers,) rows of each customer that were not worth it
    """

    by_name: dict[str, ListRows]
    offered: dict[str, Columns]
    left_out: dict[str, Counts]

    def of(self, rows: Positions) -> "Lists":
        """Return the lists of the customers from rows[0] to rows[-1]."""
        found, offered = {}, {}
        for name, list_rows in self.by_name.items():
            part = slice(*np.searchsorted(list_rows.customers, (rows[0], rows[-1] + 1)))
            found[name] = list_rows.where(part)
            offered[name] = _where(self.offered[name], part)
        return Lists(found, offered, self.left_out)


def final_lists(inputs: ListInputs, blocks: list[ListCandidates], n_lists: int) -> Lists:
    """Return all customers' lists from the candidates of all blocks, in the order of the customers.

    n_lists  number of customers that get lists, which the exposure cap is a share of

    Usual lists and those of new products end where a row is not worth it any more.
    """
    lists = {
        "usual": concatenated([each.usual for each in blocks]),
        "new": new_lists(inputs, blocks, n_lists),
        "seasonal": concatenated([each.seasonal for each in blocks]),
        "lost": concatenated([each.lost for each in blocks]),
    }
    found = Lists(lists, {name: terms(inputs, name, list_rows) for name, list_rows in lists.items()}, {})
    for name in ("usual", "new"):
        _end(found, name, inputs)
    found.offered["lost"].update(lost_facts(inputs, lists["lost"], found.by_name["usual"]))
    return found


def _end(lists: Lists, name: str, inputs: ListInputs) -> None:
    """Leave out the rows of a list that are not worth it, and count them by customer.

    Products that nobody bought yet have no chance and keep their places.
    """
    list_rows, offered = lists.by_name[name], lists.offered[name]
    keep = _row_worth(list_rows, offered).above(inputs.learned.floors[name])
    keep |= list_rows.models == LIST_MODELS.index("alike")
    lists.left_out[name] = np.bincount(list_rows.customers[~keep], minlength=inputs.interactions.n_customers)
    lists.by_name[name], lists.offered[name] = list_rows.where(keep).ranked(), _where(offered, keep)


def _where(columns: Columns, keep: NDArray[np.bool_] | slice) -> Columns:
    return {name: values[keep] for name, values in columns.items()}


def _row_worth(list_rows: ListRows, offered: Columns) -> RowWorth:
    return RowWorth(list_rows.customers, list_rows.items, offered["chance"], offered["expected"])


def recommendations(inputs: ListInputs, lists: Lists) -> pa.Table:
    """Return the published rows of some customers' lists, sorted by their key."""
    tables = [_table(inputs, name, lists) for name in sorted(LISTS)]
    customers = np.concatenate([lists.by_name[name].customers for name in sorted(LISTS)])
    return pa.concat_tables(tables).take(np.argsort(customers, kind="stable"))


def _table(inputs: ListInputs, name: str, lists: Lists) -> pa.Table:
    interactions, list_rows = inputs.interactions, lists.by_name[name]
    columns = {
        "customer_id": np.array(interactions.customer_ids, dtype=object)[list_rows.customers],
        "list": np.full(len(list_rows.items), name, dtype=object),
        "rank": list_rows.ranks,
        "product_id": np.array(interactions.product_ids, dtype=object)[list_rows.items],
        "model": np.array(LIST_MODELS, dtype=object)[list_rows.models],
        "score": list_rows.scores,
        **lists.offered[name],
        **dict(_shares(list_rows)),
        **reasons(inputs, list_rows, name),
    }
    columns |= substitutes(inputs, list_rows) if name == "lost" else {}
    columns |= {"due_on": due_days(inputs, list_rows)} if name in ("usual", "lost") else {}

    schema = RECOMMENDATIONS.arrow_schema()
    missing = np.full(len(list_rows.items), None, dtype=object)
    arrays = [_arrow(columns.get(field.name, missing), field.type) for field in schema]
    return pa.table(arrays, schema=schema)


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
