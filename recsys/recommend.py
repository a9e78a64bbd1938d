"""The published lists: what each customer is offered, why, how many and at what price."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.evidence import Evidence
from recsys.grounds import Columns, Similar, new_reasons, similar_purchases, usual_reasons
from recsys.interactions import Positions
from recsys.medians import median_of_rows
from recsys.picks import Picks, new_picks, usual_picks
from recsys.schema import RECOMMENDATIONS


def recommendations(evidence: Evidence, rows: Positions) -> tuple[pa.Table, dict[str, int]]:
    """Return the table of some customers, ascending rows of the interactions, and how many rows each list held back.

    A row is held back if its product is not available or was replaced. Blocks do not depend on each other.
    """
    scores = evidence.ranker.score(rows)
    usual, new = usual_picks(evidence, rows, scores), new_picks(evidence, rows, scores)
    similar = similar_purchases(evidence, new)
    tables = [
        _table(evidence, new, "new", new_reasons(evidence, new, similar), _new_terms(evidence, new, similar)),
        _table(evidence, usual, "usual", usual_reasons(evidence, usual), _usual_terms(evidence, usual)),
    ]
    order = np.lexsort(
        (np.repeat([0, 1], [len(new.items), len(usual.items)]), np.concatenate([new.customers, usual.customers]))
    )
    return pa.concat_tables(tables).take(order), {"usual": usual.held_back, "new": new.held_back, "seasonal": 0}


def _usual_terms(evidence: Evidence, picks: Picks) -> Columns:
    """Own median quantity, own last price."""
    at = evidence.purchases.find(picks.customers, picks.items)
    n = len(at)
    return {
        "quantity": evidence.purchases.usual_quantity[at],
        "quantity_from": np.full(n, "own", dtype=object),
        "price": evidence.purchases.last_price[at],
        "price_from": np.full(n, "own_last", dtype=object),
    }


def _new_terms(evidence: Evidence, picks: Picks, similar: Similar) -> Columns:
    """Median of the similar customers' medians, else of all buyers' medians; list price, else last price of anyone."""
    goods = evidence.goods
    by_similar = median_of_rows(np.where(similar.at >= 0, evidence.purchases.usual_quantity[similar.at], np.nan))
    from_similar, listed = ~np.isnan(by_similar), ~np.isnan(goods.list_price[picks.items])
    return {
        "quantity": np.where(from_similar, by_similar, goods.usual_quantity[picks.items]),
        "quantity_from": np.where(from_similar, "similar", "buyers").astype(object),
        "price": np.where(listed, goods.list_price[picks.items], goods.last_price[picks.items]),
        "price_from": np.where(listed, "list", "last").astype(object),
    }


def offered_quantity(quantity: NDArray[np.float64], whole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return what to offer: of a product only ever sold in whole units a whole number, rounded half up, at least 1."""
    return np.where(whole, np.maximum(np.floor(quantity + 0.5), 1), quantity)


def _table(evidence: Evidence, picks: Picks, name: str, reasons: Columns, terms: Columns) -> pa.Table:
    interactions = evidence.interactions
    quantity = offered_quantity(terms["quantity"], evidence.goods.whole[picks.items])
    columns = {
        "customer_id": np.array(interactions.customer_ids, dtype=object)[picks.customers],
        "list": np.full(len(picks.items), name, dtype=object),
        "rank": picks.ranks,
        "product_id": np.array(interactions.product_ids, dtype=object)[picks.items],
        "model": picks.models,
        "score": picks.scores,
        **terms,
        "quantity": quantity,
        "value": quantity * terms["price"],
        **reasons,
    }
    schema = RECOMMENDATIONS.arrow_schema()
    unknown = np.full(len(picks.items), np.nan)
    return pa.table([_arrow(columns.get(field.name, unknown), field.type) for field in schema], schema=schema)


def _arrow(values: NDArray[np.object_] | NDArray[np.float64], wanted: pa.DataType) -> "pa.Array[Any]":
    """NaN and None become null; a date comes as days since 1970-01-01."""
    if wanted == pa.date32():
        return pa.array(values, pa.float64(), from_pandas=True).cast(pa.int32()).cast(wanted)
    return pa.array(values, from_pandas=True).cast(wanted)
