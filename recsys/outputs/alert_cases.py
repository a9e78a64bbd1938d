"""The published tables alert_pairs and alert_customers: on them a page back-tests any rule, without orders or model."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.array_types import Counts
from recsys.evaluation.alerts import AlertCases
from recsys.schema.build_report import AlertSample
from recsys.schema.columns import Table
from recsys.schema.published import ALERT_CUSTOMERS, ALERT_PAIRS

MOST_PAIRS = 100_000
MOST_CUSTOMERS = 50_000


@dataclass(frozen=True)
class PublishedCases:
    """The rows of one of the tables, and of how many customers they are."""

    rows: pa.Table
    sample: AlertSample


def alert_pairs(cases: AlertCases | None, seed: int, most: int = MOST_PAIRS) -> PublishedCases:
    """Return the published table alert_pairs: all pairs of all customers, or of a sample of them; empty without cases.

    seed  of the sample
    most  rows: where there are more, customers are drawn, each with all their pairs
    """
    if cases is None:
        return _nothing(ALERT_PAIRS)
    found = cases.lost
    owners, products = found.cycles.customers, found.cycles.products
    keep = of_whole_customers(owners, most, seed)
    columns = {
        "customer_id": np.array(cases.customer_ids, dtype=object)[owners],
        "product_id": np.array(cases.product_ids, dtype=object)[products],
        "n_baskets": found.cycles.n_baskets,
        "usual_gap_days": found.cycles.usual_gap_days,
        "long_gap_days": found.cycles.long_gap_days,
        "silent_days": found.silent_days,
        "worth": np.where(np.isfinite(found.cycles.worth), found.cycles.worth, np.nan),
        "stopped": found.stopped,
    }
    return _published(ALERT_PAIRS, columns, owners, keep)


def alert_customers(cases: AlertCases | None, seed: int, most: int = MOST_CUSTOMERS) -> PublishedCases:
    """Return the published table alert_customers, or a sample of it; empty without cases. See `alert_pairs`."""
    if cases is None:
        return _nothing(ALERT_CUSTOMERS)
    found = cases.slow
    keep = of_whole_customers(found.rows, most, seed)
    columns = {
        "customer_id": np.array(cases.customer_ids, dtype=object)[found.rows],
        "n_order_days": found.rhythms.n_order_days,
        "usual_gap_days": found.rhythms.usual_gap_days,
        "recent_gap_days": found.rhythms.recent_gap_days,
        "order_days_90d": found.rhythms.last_quarter,
        "order_days_90d_before": found.rhythms.quarter_before,
        "slowed": found.slowed,
    }
    return _published(ALERT_CUSTOMERS, columns, found.rows, keep)


def of_whole_customers(owners: Counts, most: int, seed: int) -> NDArray[np.bool_]:
    """Return which rows to keep, (n_rows,): all of them if they are at most so many, else all rows of some customers.

    owners  the customer of each row

    Customers are taken in a random order until the next one's rows are too many.
    """
    if len(owners) <= most:
        return np.ones(len(owners), dtype=bool)
    customers, counts = np.unique(owners, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(customers))
    chosen = order[np.cumsum(counts[order]) <= most]
    return np.isin(owners, customers[chosen])


def _published(
    table: Table, columns: dict[str, NDArray[Any]], owners: Counts, keep: NDArray[np.bool_]
) -> PublishedCases:
    schema = table.arrow_schema()
    arrays = [pa.array(columns[field.name][keep], field.type, from_pandas=True) for field in schema]
    sample = AlertSample(
        rows=int(keep.sum()), customers=len(np.unique(owners[keep])), of_customers=len(np.unique(owners))
    )
    return PublishedCases(pa.Table.from_arrays(arrays, schema=schema), sample)


def _nothing(table: Table) -> PublishedCases:
    return PublishedCases(table.arrow_schema().empty_table(), AlertSample(rows=0, customers=0, of_customers=0))
