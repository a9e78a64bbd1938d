"""What a version has for the back-test of alerts, as columns: any rule can be asked how often it would be right."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.data.arrow_columns import flags, numbers

PAIR_COLUMNS = ("n_baskets", "usual_gap_days", "long_gap_days", "silent_days", "worth", "stopped")
CUSTOMER_COLUMNS = (
    "n_order_days", "usual_gap_days", "recent_gap_days", "order_days_90d", "order_days_90d_before", "slowed",
)  # fmt: skip


@dataclass(frozen=True)
class AlertTestColumns:
    """Of products of customers, and of customers, as they were at the cut: see the schema of the published tables.

    pairs, customers     by column, (n,) each
    stopped, slowed      what came of it
    """

    pairs: dict[str, NDArray[np.float64]]
    stopped: NDArray[np.bool_]
    customers: dict[str, NDArray[np.float64]]
    slowed: NDArray[np.bool_]


def alert_test_columns(pairs: pa.Table, customers: pa.Table) -> AlertTestColumns:
    """Return the columns of both tables."""
    return AlertTestColumns(
        {name: numbers(pairs, name, np.nan) for name in PAIR_COLUMNS[:-1]},
        flags(pairs, "stopped"),
        {name: numbers(customers, name, np.nan) for name in CUSTOMER_COLUMNS[:-1]},
        flags(customers, "slowed"),
    )
