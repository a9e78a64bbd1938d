"""What all open lists would take of a product: chance x quantity of each row that nobody holds back."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.activity.records import ACCOUNT
from dashboard.data.alert_rows import AlertRows, OpenUnits, is_lost_by
from dashboard.data.arrow_columns import is_in
from recsys.schema.reorder_rules import LostRule

HeldPairs = Callable[[Sequence[str]], set[tuple[str, str]]]


class Demand(NamedTuple):
    """What open lists would take of a product in four weeks, in units, and on how many customers' lists it is.

    n_mine   of them the viewer's
    """

    units: float
    n: int
    n_mine: int


def open_demand(
    rows: AlertRows,
    rule: LostRule,
    stock: Mapping[str, float],
    covered: float,
    mine: NDArray[np.bool_],
    held_pairs: HeldPairs,
) -> dict[str, Demand]:
    """Return by product what open lists would take, of those of which less is left than this share of it.

    rule        says which of the list lost is raised           stock       units by product
    covered     share of the demand that has to be in stock     mine        by place of a customer: the viewer's
    held_pairs  returns what is held back from some customers: (customer, product), ACCOUNT for the whole account
    """
    open_rows = raised_units(rows, rule)
    n_products = len(rows.product_ids)
    left = np.array([stock.get(one, np.inf) for one in rows.product_ids])
    wanted = np.bincount(open_rows.products, weights=open_rows.units, minlength=n_products)
    short = np.flatnonzero(left < covered * wanted)  # what is held back only makes less of it
    keep = np.isin(open_rows.products, short)
    found = OpenUnits(open_rows.customers[keep], open_rows.products[keep], open_rows.units[keep])
    ids = [rows.customer_ids[place] for place in np.unique(found.customers)]
    held = held_pairs(ids) if ids else set()
    is_open = np.array(
        [not _is_held(rows, held, *pair) for pair in zip(found.customers, found.products, strict=True)], dtype=bool
    )
    units = np.bincount(found.products[is_open], weights=found.units[is_open], minlength=n_products)
    n = np.bincount(found.products[is_open], minlength=n_products)
    n_mine = np.bincount(found.products[is_open & mine[found.customers]], minlength=n_products)
    return {
        rows.product_ids[at]: Demand(float(units[at]), int(n[at]), int(n_mine[at]))
        for at in short
        if left[at] < covered * units[at]
    }


def raised_units(rows: AlertRows, rule: LostRule) -> OpenUnits:
    """Return what is raised with customers, each product once: what is lost by the rule is in no other list."""
    lost = rows.lost.where(is_lost_by(rule, rows.lost))
    other = ~is_in(rows.pairs(rows.open), np.sort(rows.pairs(lost)))
    return OpenUnits(
        np.concatenate([rows.open.customers[other], lost.customers]),
        np.concatenate([rows.open.products[other], lost.products]),
        np.concatenate([rows.open.units[other], lost.units]),
    )


def _is_held(rows: AlertRows, held: set[tuple[str, str]], customer: int, product: int) -> bool:
    customer_id = rows.customer_ids[customer]
    return bool(held) and ((customer_id, rows.product_ids[product]) in held or (customer_id, ACCOUNT) in held)
