"""The published table customers: facts, rhythm, and what the lists of each hold."""

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.dataset.dates import day_number
from recsys.kernels.row_medians import median_of_rows
from recsys.lists.inputs import ListInputs
from recsys.lists.lost import is_due
from recsys.lists.recommendations import Lists
from recsys.models.rhythm import fit_stopping, order_rhythms
from recsys.schema.published import PUBLISHED_CUSTOMERS
from recsys.schema.reorder_rules import QUARTER_DAYS

Columns: TypeAlias = dict[str, NDArray[Any]]


def customers_table(customers: pa.Table, inputs: ListInputs, lists: Lists) -> pa.Table:
    """Return the published table customers.

    customers  see outputs.entities.customer_facts, with their segments; a row for each of the interactions
    lists      of all customers, with how many rows they leave out as not worth it
    """
    active = np.diff(inputs.active.indptr).astype(float)
    rows = inputs.similar.rows
    columns: Columns = {
        "similar_active_products": median_of_rows(np.where(rows >= 0, active[rows], np.nan)),
        **{f"{name}_left_out": counts for name, counts in lists.left_out.items()},
        **_rhythm(inputs),
        **_raised(inputs, lists),
    }
    for name, values in columns.items():
        kind = PUBLISHED_CUSTOMERS.arrow_schema().field(name).type
        customers = customers.append_column(name, pa.array(values, from_pandas=True).cast(kind))
    return customers


def _rhythm(inputs: ListInputs) -> Columns:
    interactions = inputs.interactions
    found = order_rhythms(interactions)
    known, quarters = found.n_order_days > 0, _quarters(inputs)
    columns: Columns = {
        "recent_gap_days": found.recent_gap_days,
        "order_days_90d": np.where(known, found.last_quarter, np.nan),
        "order_days_90d_before": np.where(known, found.quarter_before, np.nan),
        "revenue_90d": quarters[0],
        "revenue_90d_before": quarters[1],
    }
    stopping = fit_stopping(interactions)
    if stopping is None:
        return columns
    at_last = np.where(np.isnan(found.silence), np.nan, 0.0)
    for name, silence in (("", found.silence), ("_then", at_last)):
        columns[f"stopped{name}"], columns[f"as_silent{name}"] = stopping.counts(silence)
    return columns


def _quarters(inputs: ListInputs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each customer's revenue in the last 90 days and in the 90 before; NaN where revenue is unknown."""
    interactions = inputs.interactions
    if interactions.spent is None:
        unknown = np.full(interactions.n_customers, np.nan)
        return unknown, unknown
    spent = np.asarray(interactions.spent.sum(axis=1)).ravel()
    ago = day_number(interactions.as_of) - interactions.basket_days.astype(np.int64)

    def between(least: int, most: int) -> NDArray[np.float64]:
        inside = (ago >= least) & (ago < most)
        owners = interactions.basket_customers[inside]
        return np.bincount(owners, weights=spent[inside], minlength=interactions.n_customers).astype(np.float64)

    return between(0, QUARTER_DAYS), between(QUARTER_DAYS, 2 * QUARTER_DAYS)


def _raised(inputs: ListInputs, lists: Lists) -> Columns:
    """Return how many rows of each customer's lists are due or new, and what is expected of them."""
    n = inputs.interactions.n_customers
    usual, seasonal = lists.by_name["usual"], lists.by_name["seasonal"]
    due = is_due(inputs, usual)
    due_owners = np.concatenate([usual.customers[due], seasonal.customers])
    due_expected = np.concatenate([lists.offered["usual"]["expected"][due], lists.offered["seasonal"]["expected"]])
    return {
        "due_products": np.bincount(due_owners, minlength=n),
        "due_expected": _sum(due_owners, due_expected, n),
        **_totals("new", lists, n),
        **_totals("lost", lists, n),
    }


def _totals(name: str, lists: Lists, n: int) -> Columns:
    owners = lists.by_name[name].customers
    return {
        f"{name}_products": np.bincount(owners, minlength=n),
        f"{name}_expected": _sum(owners, lists.offered[name]["expected"], n),
    }


def _sum(owners: NDArray[Any], values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return (n,) the sum of each owner's known values; NaN without any."""
    known = ~np.isnan(values)
    sums = np.bincount(owners[known], weights=values[known], minlength=n)
    return np.where(np.bincount(owners[known], minlength=n) > 0, sums, np.nan)
