"""The published tables by month, for charts, and the published table of returns."""

from collections.abc import Iterator

import pyarrow as pa

from recsys.dataset.baskets import Baskets, exact_sum
from recsys.schema.clean import RETURNS


def customer_month_slices(baskets: Baskets) -> Iterator[pa.Table]:
    """Yield the published table customer_months, in slices."""
    return baskets.slices(
        f"""
        WITH spent AS (
            SELECT c, CAST(date_trunc('month', ordered_on) AS DATE) AS month, {exact_sum("revenue")} AS revenue
            FROM basket_lines GROUP BY ALL
        ), ordered AS (
            SELECT c, CAST(date_trunc('month', ordered_on) AS DATE) AS month, count(DISTINCT order_id) AS n_orders
            FROM orders GROUP BY ALL
        )
        SELECT customer_id, month, revenue, n_orders
        FROM spent JOIN ordered USING (c, month) JOIN customer_rows USING (c) ORDER BY c, month
        """  # noqa: S608 - no value of a user's in it
    )


def product_month_slices(baskets: Baskets) -> Iterator[pa.Table]:
    """Yield the published table product_months, in slices."""
    return baskets.slices(
        f"""
        WITH sold AS (
            SELECT p, CAST(date_trunc('month', ordered_on) AS DATE) AS month, {exact_sum("quantity")} AS units,
                   {exact_sum("revenue")} AS revenue, count(DISTINCT c) AS n_customers
            FROM basket_lines GROUP BY ALL
        )
        SELECT product_id, month, units, revenue, n_customers
        FROM sold JOIN product_rows USING (p) ORDER BY p, month
        """  # noqa: S608 - as above
    )


def returned_slices(baskets: Baskets) -> Iterator[pa.Table]:
    """Yield the published table returned, in slices: the returns up to and with as_of."""
    return baskets.slices(
        """
        SELECT customer_id, ordered_on AS returned_on, order_id, product_id, quantity, revenue
        FROM read_parquet($returns) WHERE ordered_on <= $as_of
        ORDER BY customer_id, returned_on, order_id, product_id, quantity, revenue
        """,
        {"returns": str(baskets.tables.path(RETURNS.name)), "as_of": baskets.as_of},
    )
