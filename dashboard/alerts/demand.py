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


class Short(NamedTuple):
    """Products of which less is left than open lists would take, were nothing held back.

    left      units of each product, by place; infinite where they are not counted
    covered   share of the demand that has to be in stock
    products  their places      rows    of the lists they are on
    """

    left: NDArray[np.float64]
    covered: float
    products: NDArray[np.int64]
    rows: OpenUnits


def short_of(rows: AlertRows, rule: LostRule, stock: Mapping[str, float], covered: float) -> Short:
    """Return of which products less is left than this share of what all lists would take.

    rule    says which of the list lost is raised           stock       units by product
    """
    found = raised_units(rows, rule)
    left = np.array([stock.get(one, np.inf) for one in rows.product_ids])
    wanted = np.bincount(found.products, weights=found.units, minlength=len(left))
    short = np.flatnonzero(left < covered * wanted)
    keep = np.isin(found.products, short)
    kept = OpenUnits(found.customers[keep], found.products[keep], found.units[keep])
    return Short(left, covered, short, kept)


def open_demand(rows: AlertRows, short: Short, mine: NDArray[np.bool_], held_pairs: HeldPairs) -> dict[str, Demand]:
    """Return by product what open lists would take, of those of which less is left than their share of it.

    short       what is held back only makes fewer of them
    mine        by place of a customer: the viewer's
    held_pairs  returns what is held back from some customers: (customer, product), ACCOUNT for the whole account
    """
    found, n_products = short.rows, len(rows.product_ids)
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
        for at in short.products
        if short.left[at] < short.covered * units[at]
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
