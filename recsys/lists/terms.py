"""What is offered in each row of a list: quantity, price, value, and the chance that it is bought."""

import numpy as np
from numpy.typing import NDArray

from recsys.kernels.row_medians import median_of_rows
from recsys.kernels.sparse_lookup import at
from recsys.lists.answers import changed_chances
from recsys.lists.arguments import Columns, similar_purchases
from recsys.lists.inputs import ListInputs
from recsys.lists.selection import LIST_MODELS, ListRows

_ENOUGH_ORDER_DAYS = 3  # a customer's own median of so many is no accident


def terms(inputs: ListInputs, name: str, list_rows: ListRows) -> Columns:
    """Return by column, (m,) each: quantity, price, value, chance, expected, and where they are from.

    name       of the list
    list_rows  of all customers: chances are relative to the other rows

    A quantity beyond what is usual for the product is cut to the most that is; `quantity_before_cap` is what it was.
    """
    found = _new_terms(inputs, list_rows) if name == "new" else _own_terms(inputs, list_rows)
    found.update(_within_usual(inputs, name, list_rows, found["quantity"]))
    found["quantity"] = offered_quantity(found["quantity"], inputs.goods.whole[list_rows.items])
    found["value"] = found["quantity"] * found["price"]
    found["chance"] = chances(inputs, name, list_rows)
    found["expected"] = found["chance"] * found["value"]
    return found


def _within_usual(inputs: ListInputs, name: str, list_rows: ListRows, quantity: NDArray[np.float64]) -> Columns:
    """Return the quantities, cut to the most that is usual for the product, and what the cut ones were before.

    The customer's own median of three order days or more is never cut.
    """
    most = inputs.goods.most_usual_quantity[list_rows.items]
    is_accident = quantity > most
    if name != "new":
        at = inputs.purchases.find(list_rows.customers, list_rows.items)
        is_accident &= inputs.purchases.n_baskets[at] < _ENOUGH_ORDER_DAYS
    return {
        "quantity": np.where(is_accident, most, quantity),
        "quantity_before_cap": np.where(is_accident, quantity, np.nan),
    }


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


def chances(inputs: ListInputs, name: str, list_rows: ListRows) -> NDArray[np.float64]:
    """Return each row's chance, 0 to 1; NaN if the score is not the ranker's or the list is not calibrated.

    list_rows  of all customers
    """
    found = np.full(len(list_rows.items), np.nan)
    calibration, facts = inputs.learned.calibration, inputs.customer_facts
    if calibration is None or facts is None or name not in calibration.calibrators:
        return found
    rows = np.flatnonzero(list_rows.models == LIST_MODELS.index("ranker"))
    listed = facts.rows(list_rows.customers[rows], list_rows.scores[rows])
    found[rows] = calibration.calibrators[name].chances(listed)
    if name == "new":
        found = changed_chances(found, at(inputs.answer_changes, list_rows.customers, list_rows.items))
    return found
