"""The published tables customers, products, purchases and basket_lines, made by DuckDB from the baskets."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.dataset.baskets import Baskets, exact_sum
from recsys.dataset.dates import months_before
from recsys.schema.clean import CUSTOMERS, PRODUCTS, STOCK
from recsys.schema.published import PUBLISHED_PRODUCTS


def basket_line_slices(baskets: Baskets) -> Iterator[pa.Table]:
    """Yield the published table basket_lines, in slices."""
    return baskets.slices(
        """
        SELECT customer_id, product_id, ordered_on, quantity, revenue
        FROM basket_lines JOIN customer_rows USING (c) JOIN product_rows USING (p) ORDER BY c, p, ordered_on
        """,
    )


def purchase_slices(baskets: Baskets) -> Iterator[pa.Table]:
    """Yield the published table purchases, in slices. Needs purchases.count_purchases."""
    return baskets.slices(
        """
        SELECT customer_id, product_id, purchases.* EXCLUDE (c, p, steady_share)
        FROM purchases JOIN customer_rows USING (c) JOIN product_rows USING (p) ORDER BY c, p
        """,
    )


def product_facts(baskets: Baskets) -> pa.Table:
    """Return the published table products. Needs purchases.count_purchases."""
    columns = baskets.optional_columns("products")
    own = ", ".join(f"{sql} AS {name}" for name, sql in columns.items() if name in PUBLISHED_PRODUCTS.column_names)
    counts, counted = _last_counts(baskets)
    return _arrow(
        baskets,
        f"""
        WITH sold AS (
            SELECT p, min(first_on) AS first_sold_on, max(last_on) AS last_sold_on, count(*) AS n_customers,
                   sum(n_baskets) AS n_baskets, {exact_sum("revenue_12m")} AS revenue_12m
            FROM purchases GROUP BY p
        ), lately AS (
            SELECT p, {exact_sum("quantity")} AS units_12m FROM basket_lines
            WHERE ordered_on > $year_from GROUP BY p
        ), last_day AS (
            SELECT p, median(revenue / quantity) AS last_price
            FROM basket_lines JOIN sold USING (p) WHERE ordered_on = last_sold_on GROUP BY p
        ), counts AS ({counts})
        SELECT clean.*, first_sold_on, last_sold_on, coalesce(n_customers, 0) AS n_customers,
               CAST(coalesce(n_baskets, 0) AS BIGINT) AS n_baskets, last_price, coalesce(units_12m, 0) AS units_12m,
               coalesce(revenue_12m, 0) AS revenue_12m, stock, stock_on
        FROM (SELECT {own} FROM read_parquet($products)) AS clean
        JOIN product_rows USING (product_id) LEFT JOIN sold USING (p) LEFT JOIN lately USING (p)
        LEFT JOIN last_day USING (p) LEFT JOIN counts USING (product_id) ORDER BY p
        """,  # noqa: S608 - column names come from recsys/schema
        {"year_from": baskets.year_from, "products": str(baskets.tables.path(PRODUCTS.name)), **counted},
    )


def _last_counts(baskets: Baskets) -> tuple[str, dict[str, Any]]:
    """Return SQL for the last count of each product up to as_of, and its values; without rows if none were given."""
    if STOCK.name not in baskets.tables.rows:
        return "SELECT '' AS product_id, NULL::DOUBLE AS stock, NULL::DATE AS stock_on WHERE false", {}
    sql = """
        SELECT product_id, arg_max(quantity, "on") AS stock, max("on") AS stock_on
        FROM read_parquet($stock) WHERE "on" <= $as_of GROUP BY product_id
        """
    return sql, {"stock": str(baskets.tables.path(STOCK.name)), "as_of": baskets.as_of}


def customer_facts(baskets: Baskets) -> pa.Table:
    """Return the published table customers without similar_active_products. Needs purchases.count_purchases."""
    own = ", ".join(f"{sql} AS {name}" for name, sql in baskets.optional_columns("customers").items())
    return _arrow(
        baskets,
        f"""
        WITH days AS (
            SELECT *, ordered_on - lag(ordered_on) OVER (PARTITION BY c ORDER BY ordered_on) AS gap
            FROM (SELECT DISTINCT c, ordered_on FROM basket_lines)
        ), rhythm AS (
            SELECT c, min(ordered_on) AS first_order_on, max(ordered_on) AS last_order_on, count(*) AS n_order_days,
                   CASE WHEN count(*) >= 3 THEN median(gap) END AS usual_gap_days, max(gap) AS longest_gap_days,
                   $as_of - max(ordered_on) AS recency_days,
                   count(*) FILTER (ordered_on > $year_from) AS order_days_12m
            FROM days GROUP BY c
        ), ordered AS (
            SELECT c, count(DISTINCT order_id) AS n_orders,
                   count(DISTINCT order_id) FILTER (ordered_on > $year_from) AS orders_12m,
                   count(DISTINCT order_id) FILTER (ordered_on > $before_from AND ordered_on <= $year_from)
                       AS orders_12m_before
            FROM orders GROUP BY c
        ), before AS (
            SELECT c, {exact_sum("revenue")} AS revenue_12m_before FROM basket_lines
            WHERE ordered_on > $before_from AND ordered_on <= $year_from GROUP BY c
        ), bought AS (
            SELECT c, {exact_sum("revenue_12m")} AS revenue_12m,
                   count(*) FILTER (last_on > $year_from) AS active_products
            FROM purchases GROUP BY c
        ), per_category AS (
            SELECT c, split_part(category, ' > ', 1) AS top_category,
                   {exact_sum("revenue_12m")} AS category_revenue
            FROM purchases JOIN product_rows USING (p)
            JOIN (SELECT product_id, {baskets.optional_columns("products")["category"]} AS category
                  FROM read_parquet($products)) USING (product_id)
            WHERE category IS NOT NULL GROUP BY ALL
        ), top AS (
            SELECT c, top_category, category_revenue FROM per_category WHERE category_revenue > 0
            QUALIFY row_number() OVER (PARTITION BY c ORDER BY category_revenue DESC, top_category) = 1
        )
        SELECT clean.*, first_order_on, last_order_on, coalesce(n_orders, 0) AS n_orders,
               coalesce(n_order_days, 0) AS n_order_days, usual_gap_days, longest_gap_days,
               coalesce(revenue_12m, 0) AS revenue_12m, coalesce(revenue_12m_before, 0) AS revenue_12m_before,
               coalesce(orders_12m, 0) AS orders_12m, coalesce(orders_12m_before, 0) AS orders_12m_before,
               coalesce(active_products, 0) AS active_products, top_category,
               category_revenue / revenue_12m AS top_category_share,
               recency_days, coalesce(order_days_12m, 0) AS order_days_12m
        FROM (SELECT {own}, {_attributes(baskets)} AS attributes FROM read_parquet($customers)) AS clean
        JOIN customer_rows USING (customer_id) LEFT JOIN rhythm USING (c) LEFT JOIN ordered USING (c)
        LEFT JOIN before USING (c) LEFT JOIN bought USING (c) LEFT JOIN top USING (c) ORDER BY c
        """,  # noqa: S608 - column names come from recsys/schema, further ones are quoted
        {
            "as_of": baskets.as_of,
            "year_from": baskets.year_from,
            "before_from": months_before(baskets.as_of, 24),
            "customers": str(baskets.tables.path(CUSTOMERS.name)),
            "products": str(baskets.tables.path(PRODUCTS.name)),
        },
    )


def _attributes(baskets: Baskets) -> str:
    """Return SQL for the customers' additional columns as one JSON object; null if there are none."""
    names = pq.read_schema(baskets.tables.path(CUSTOMERS.name)).names
    further = ['"' + name.replace('"', '""') + '"' for name in names if name not in CUSTOMERS.column_names]
    if not further:
        return "CAST(NULL AS VARCHAR)"
    return f"CAST(to_json(struct_pack({', '.join(f'{name} := {name}' for name in further)})) AS VARCHAR)"


def _arrow(baskets: Baskets, sql: str, values: dict[str, Any]) -> pa.Table:
    with baskets.connection.cursor() as cursor:
        table: pa.Table = cursor.sql(sql, params=values).to_arrow_table()
    return table
