"""The published lists: what each customer is offered, why, how many and at what price."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.array_types import Positions
from recsys.kernels.row_medians import median_of_rows
from recsys.lists.explanations import Columns, reasons, similar_purchases
from recsys.lists.inputs import ListInputs
from recsys.lists.selection import LIST_MODELS, Offers, Picks, joined, new_lists
from recsys.schema.published import LISTS, RECOMMENDATIONS, SCORE_FAMILIES


@dataclass(frozen=True)
class Lists:
    """Everyone's lists by their names; no row refers to another customer's."""

    by_name: dict[str, Picks]

    def of(self, rows: Positions) -> "Lists":
        """Return the lists of some customers, ascending rows that stand side by side."""
        found = {}
        for name, picks in self.by_name.items():
            start, end = np.searchsorted(picks.customers, (rows[0], rows[-1] + 1))
            found[name] = picks.where(slice(start, end))
        return Lists(found)


def settled(inputs: ListInputs, found: list[Offers], n_lists: int) -> Lists:
    """Return everyone's lists from the offers of all blocks, in their order."""
    usual, seasonal = joined([each.usual for each in found]), joined([each.seasonal for each in found])
    return Lists({"usual": usual, "new": new_lists(inputs, found, n_lists), "seasonal": seasonal})


def recommendations(inputs: ListInputs, lists: Lists) -> pa.Table:
    """Return the published rows of some customers' lists, sorted by their key."""
    tables = [_table(inputs, name, lists.by_name[name]) for name in sorted(LISTS)]
    customers = np.concatenate([lists.by_name[name].customers for name in sorted(LISTS)])
    return pa.concat_tables(tables).take(np.argsort(customers, kind="stable"))


def _own_terms(inputs: ListInputs, picks: Picks) -> Columns:
    """Own median quantity, own last price."""
    at = inputs.purchases.find(picks.customers, picks.items)
    n = len(at)
    return {
        "quantity": inputs.purchases.usual_quantity[at],
        "quantity_from": np.full(n, "own", dtype=object),
        "price": inputs.purchases.last_price[at],
        "price_from": np.full(n, "own_last", dtype=object),
    }


def _new_terms(inputs: ListInputs, picks: Picks) -> Columns:
    """Median of the similar customers' medians, else of all buyers' medians; list price, else last price of anyone.

    One or two similar customers are no measure: one that buys by the pallet would make the offer. Of what nobody bought
    no quantity is known, and maybe no price.
    """
    goods, similar = inputs.goods, similar_purchases(inputs, picks)
    bought = similar.at >= 0
    enough = bought.sum(axis=1, keepdims=True) >= inputs.options.strong_similar
    by_similar = median_of_rows(np.where(bought & enough, inputs.purchases.usual_quantity[similar.at], np.nan))
    quantity = np.where(np.isnan(by_similar), goods.usual_quantity[picks.items], by_similar)
    listed = ~np.isnan(goods.list_price[picks.items])
    price = np.where(listed, goods.list_price[picks.items], goods.last_price[picks.items])
    quantity_from = np.where(np.isnan(by_similar), "buyers", "similar").astype(object)
    price_from = np.where(listed, "list", "last").astype(object)
    quantity_from[np.isnan(quantity)] = None
    price_from[np.isnan(price)] = None
    return {"quantity": quantity, "quantity_from": quantity_from, "price": price, "price_from": price_from}


def offered_quantity(quantity: NDArray[np.float64], whole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return what to offer: of a product only ever sold in whole units a whole number, rounded half up, at least 1."""
    return np.where(whole, np.maximum(np.floor(quantity + 0.5), 1), quantity)


def _table(inputs: ListInputs, name: str, picks: Picks) -> pa.Table:
    interactions = inputs.interactions
    terms = _new_terms(inputs, picks) if name == "new" else _own_terms(inputs, picks)
    quantity = offered_quantity(terms["quantity"], inputs.goods.whole[picks.items])
    chance = _chances(inputs, name, picks)
    value = quantity * terms["price"]
    columns = {
        "customer_id": np.array(interactions.customer_ids, dtype=object)[picks.customers],
        "list": np.full(len(picks.items), name, dtype=object),
        "rank": picks.ranks,
        "product_id": np.array(interactions.product_ids, dtype=object)[picks.items],
        "model": np.array(LIST_MODELS, dtype=object)[picks.models],
        "score": picks.scores,
        **terms,
        "quantity": quantity,
        "value": value,
        "chance": chance,
        "expected": chance * value,
        **dict(_shares(picks)),
        **reasons(inputs, picks),
    }
    schema = RECOMMENDATIONS.arrow_schema()
    return pa.table([_arrow(columns[field.name], field.type) for field in schema], schema=schema)


def _chances(inputs: ListInputs, name: str, picks: Picks) -> NDArray[np.float64]:
    """Return each row's chance; NaN where the score is not the ranker's or too little was there to calibrate it."""
    told = np.full(len(picks.items), np.nan)
    calibration, orders = inputs.calibration, inputs.orders
    if calibration is None or orders is None or name not in calibration.chances:
        return told
    rows = np.flatnonzero(picks.models == LIST_MODELS.index("ranker"))
    told[rows] = calibration.chances[name].of(picks.scores[rows], orders[picks.customers[rows]])
    return told


def _shares(picks: Picks) -> Iterator[tuple[str, NDArray[np.float64]]]:
    shares = picks.shares.astype(np.float64)
    shares /= shares.sum(axis=1, keepdims=True)
    for place, family in enumerate(SCORE_FAMILIES):
        yield f"share_{family}", shares[:, place]


def _arrow(values: NDArray[np.object_] | NDArray[np.float64], wanted: pa.DataType) -> "pa.Array[Any]":
    """NaN and None become null; a date comes as days since 1970-01-01."""
    if wanted == pa.date32():
        return pa.array(values, pa.float64(), from_pandas=True).cast(pa.int32()).cast(wanted)
    return pa.array(values, from_pandas=True).cast(wanted)
