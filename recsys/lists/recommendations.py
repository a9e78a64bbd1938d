"""The published lists: products to offer to each customer, with reason, quantity and price."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.array_types import Positions
from recsys.kernels.row_medians import median_of_rows
from recsys.lists.arguments import Columns, similar_purchases
from recsys.lists.explanations import reasons
from recsys.lists.inputs import ListInputs
from recsys.lists.selection import LIST_MODELS, ListCandidates, ListRows, concatenated, new_lists
from recsys.schema.published import LISTS, RECOMMENDATIONS, SCORE_FAMILIES


@dataclass(frozen=True)
class Lists:
    """The rows of all customers' lists, by name of the list."""

    by_name: dict[str, ListRows]

    def of(self, rows: Positions) -> "Lists":
        """Return the lists of the customers from rows[0] to rows[-1]."""
        found = {}
        for name, list_rows in self.by_name.items():
            start, end = np.searchsorted(list_rows.customers, (rows[0], rows[-1] + 1))
            found[name] = list_rows.where(slice(start, end))
        return Lists(found)


def final_lists(inputs: ListInputs, blocks: list[ListCandidates], n_lists: int) -> Lists:
    """Return all customers' lists from the candidates of all blocks, in the order of the customers.

    n_lists  number of customers that get lists, which the exposure cap is a share of
    """
    usual, seasonal = concatenated([each.usual for each in blocks]), concatenated([each.seasonal for each in blocks])
    return Lists({"usual": usual, "new": new_lists(inputs, blocks, n_lists), "seasonal": seasonal})


def recommendations(inputs: ListInputs, lists: Lists) -> pa.Table:
    """Return the published rows of some customers' lists, sorted by their key."""
    tables = [_table(inputs, name, lists.by_name[name]) for name in sorted(LISTS)]
    customers = np.concatenate([lists.by_name[name].customers for name in sorted(LISTS)])
    return pa.concat_tables(tables).take(np.argsort(customers, kind="stable"))


def _own_terms(inputs: ListInputs, list_rows: ListRows) -> Columns:
    """Return quantity and price by column: the customer's own median quantity and own last price."""
    at = inputs.purchases.find(list_rows.customers, list_rows.items)
    n = len(at)
    return {
        "quantity": inputs.purchases.usual_quantity[at],
        "quantity_from": np.full(n, "own", dtype=object),
        "price": inputs.purchases.last_price[at],
        "price_from": np.full(n, "own_last", dtype=object),
    }


def _new_terms(inputs: ListInputs, list_rows: ListRows) -> Columns:
    """Return quantity and price by column: what similar customers or all buyers buy, at the list price or the last one.

    The quantity is the median of the similar customers' medians, else of all buyers' medians. One or two similar
    customers are too few: one that buys by the pallet would decide the quantity. The price is the list price, else the
    last price of anyone. Quantities of products that nobody bought and unknown prices are NaN.
    """
    goods, similar = inputs.goods, similar_purchases(inputs, list_rows)
    bought = similar.positions >= 0
    enough = bought.sum(axis=1, keepdims=True) >= inputs.options.strong_similar
    by_similar = median_of_rows(np.where(bought & enough, inputs.purchases.usual_quantity[similar.positions], np.nan))
    quantity = np.where(np.isnan(by_similar), goods.usual_quantity[list_rows.items], by_similar)
    has_list_price = ~np.isnan(goods.list_price[list_rows.items])
    price = np.where(has_list_price, goods.list_price[list_rows.items], goods.last_price[list_rows.items])
    quantity_from = np.where(np.isnan(by_similar), "buyers", "similar").astype(object)
    price_from = np.where(has_list_price, "list", "last").astype(object)
    quantity_from[np.isnan(quantity)] = None
    price_from[np.isnan(price)] = None
    return {"quantity": quantity, "quantity_from": quantity_from, "price": price, "price_from": price_from}


def offered_quantity(quantity: NDArray[np.float64], whole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the quantities to offer: for products only sold in whole units rounded half up, at least 1."""
    return np.where(whole, np.maximum(np.floor(quantity + 0.5), 1), quantity)


def _table(inputs: ListInputs, name: str, list_rows: ListRows) -> pa.Table:
    interactions = inputs.interactions
    terms = _new_terms(inputs, list_rows) if name == "new" else _own_terms(inputs, list_rows)
    quantity = offered_quantity(terms["quantity"], inputs.goods.whole[list_rows.items])
    chance = _chances(inputs, name, list_rows)
    value = quantity * terms["price"]
    columns = {
        "customer_id": np.array(interactions.customer_ids, dtype=object)[list_rows.customers],
        "list": np.full(len(list_rows.items), name, dtype=object),
        "rank": list_rows.ranks,
        "product_id": np.array(interactions.product_ids, dtype=object)[list_rows.items],
        "model": np.array(LIST_MODELS, dtype=object)[list_rows.models],
        "score": list_rows.scores,
        **terms,
        "quantity": quantity,
        "value": value,
        "chance": chance,
        "expected": chance * value,
        **dict(_shares(list_rows)),
        **reasons(inputs, list_rows),
    }
    schema = RECOMMENDATIONS.arrow_schema()
    return pa.table([_arrow(columns[field.name], field.type) for field in schema], schema=schema)


def _chances(inputs: ListInputs, name: str, list_rows: ListRows) -> NDArray[np.float64]:
    """Return each row's chance, 0 to 1; NaN if the score is not the ranker's or the list is not calibrated."""
    chances = np.full(len(list_rows.items), np.nan)
    calibration, order_logits = inputs.calibration, inputs.order_logits
    if calibration is None or order_logits is None or name not in calibration.calibrators:
        return chances
    rows = np.flatnonzero(list_rows.models == LIST_MODELS.index("ranker"))
    known = order_logits[list_rows.customers[rows]]
    chances[rows] = calibration.calibrators[name].chances(list_rows.scores[rows], known)
    return chances


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
