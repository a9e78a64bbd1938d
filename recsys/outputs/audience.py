"""The published tables of a product's audience: its buyers, its segments, and its prospects."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from recsys.dataset.baskets import Baskets
from recsys.schema.clean import CUSTOMERS
from recsys.schema.published import EVERYONE


def product_segment_slices(baskets: Baskets) -> Iterator[pa.Table]:
    """Yield the published table product_segments, in slices. Needs purchases.count_purchases."""
    return baskets.slices(
        f"""
        WITH known AS (
            SELECT c, segment FROM customer_rows
            JOIN (SELECT customer_id, {baskets.optional_columns("customers")["segment"]} AS segment
                  FROM read_parquet($customers)) USING (customer_id)
        ), members AS (
            SELECT c, $everyone AS segment FROM known
            UNION ALL SELECT c, segment FROM known WHERE segment IS NOT NULL AND segment <> $everyone
        ), sizes AS (
            SELECT segment, count(*) AS of_customers
            FROM members SEMI JOIN basket_lines USING (c) GROUP BY segment
        ), bought AS (
            SELECT p, segment, count(*) AS n_customers, CAST(sum(n_baskets) AS BIGINT) AS n_baskets
            FROM purchases JOIN members USING (c) GROUP BY ALL
        )
        SELECT product_id, segment, n_customers, of_customers, n_baskets
        FROM bought JOIN sizes USING (segment) JOIN product_rows USING (p) ORDER BY p, segment
        """,  # noqa: S608 - column names come from recsys/schema
        {"customers": str(baskets.tables.path(CUSTOMERS.name)), "everyone": EVERYONE},
    )


def buyer_slices(baskets: Baskets) -> Iterator[pa.Table]:
    """Yield the published table buyers, in slices. Needs purchases.count_purchases."""
    return baskets.slices(
        """
        SELECT product_id, row_number() OVER (PARTITION BY p ORDER BY n_baskets DESC, last_on DESC, c) AS rank,
               customer_id, n_baskets, last_on, usual_quantity, revenue_12m
        FROM purchases JOIN customer_rows USING (c) JOIN product_rows USING (p) ORDER BY p, rank
        """
    )


def prospect_slices(baskets: Baskets, recommendations: Path) -> Iterator[pa.Table]:
    """Yield the published table prospects, in slices, from the published table recommendations.

    Of prospects with equal expected value, or none, customers with orders come first. Needs purchases.count_purchases.
    """
    return baskets.slices(
        """
        WITH known AS (SELECT DISTINCT customer_id FROM purchases JOIN customer_rows USING (c))
        SELECT product_id,
               row_number() OVER (
                   PARTITION BY product_id
                   ORDER BY expected DESC NULLS LAST, customer_id NOT IN (FROM known), rank, score DESC, customer_id
               ) AS rank,
               customer_id, list, rank AS list_rank, chance, expected
        FROM read_parquet($recommendations) WHERE list = 'new' ORDER BY product_id, 2
        """,
        {"recommendations": str(recommendations)},
    )
