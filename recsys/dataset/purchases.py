"""What each customer buys and each product's price and availability, as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.array_types import Counts, Positions
from recsys.dataset.baskets import Baskets, exact_sum
from recsys.schema.clean import PRODUCTS
from recsys.schema.reorder_rules import LONG_GAP_QUANTILE

_MIN_LINES = 5  # order days with a product, for what is usual to be known
_LEAST_QUARTILE_RATIO = 2.0  # where all order the same quantity, up to 2.8 times as much is usual


@dataclass(frozen=True)
class Purchases:
    """What each customer buys: one entry for each customer and product, sorted by both.

    keys            customer row * n_products + product column
    n_baskets       order days with it
    last_days       the last of them, days since 1970-01-01
    usual_gap_days  median days between two of them; NaN below three
    steady_share    of the gaps between two of them, the share that is half to twice the usual one; NaN below three
    usual_quantity  median units an order day
    last_price      price of a unit on the last of them
    """

    n_products: int
    keys: NDArray[np.int64]
    n_baskets: Counts
    last_days: Positions
    usual_gap_days: NDArray[np.float64]
    steady_share: NDArray[np.float64]
    usual_quantity: NDArray[np.float64]
    last_price: NDArray[np.float64]

    def find(self, customers: Counts, products: Counts) -> NDArray[np.intp]:
        """Return the position of each customer's purchase of each product, -1 for none; arrays broadcast."""
        wanted = customers.astype(np.int64) * self.n_products + products
        found = np.minimum(np.searchsorted(self.keys, wanted), max(len(self.keys) - 1, 0))
        return np.where((customers >= 0) & (self.keys[found] == wanted), found, -1)


@dataclass(frozen=True)
class Goods:
    """What the lists need of each product, in the order of the ids.

    sellable        available, not replaced by another product, not of low priority, and no service or fee
    service         a service or fee, see dataset.services
    offered         sellable, and introduced by as_of if that day is known
    list_price      NaN if unknown
    last_price      median price paid on its last day of sale; NaN if never sold
    usual_quantity  median of its buyers' medians; NaN if never sold
    most_usual_quantity  most units on an order day that are usual; infinite where too few are known
    whole           only ever sold in whole units
    """

    sellable: NDArray[np.bool_]
    service: NDArray[np.bool_]
    list_price: NDArray[np.float64]
    last_price: NDArray[np.float64]
    usual_quantity: NDArray[np.float64]
    most_usual_quantity: NDArray[np.float64]
    whole: NDArray[np.bool_]
    offered: NDArray[np.bool_]


def count_purchases(baskets: Baskets) -> None:
    """Create the table `purchases`: one row for each customer and product, with figures from `basket_lines`."""
    baskets.connection.execute(
        f"""
        CREATE TABLE purchases AS
        WITH steps AS (
            SELECT *, ordered_on - lag(ordered_on) OVER (PARTITION BY c, p ORDER BY ordered_on) AS gap
            FROM basket_lines
        ), counted AS (
            SELECT c, p, count(*) AS n_baskets, min(ordered_on) AS first_on, max(ordered_on) AS last_on,
                   CASE WHEN count(*) >= 3 THEN median(gap) END AS usual_gap_days,
                   CASE WHEN count(*) >= 3 THEN mad(gap) END AS gap_spread_days,
                   CASE WHEN count(*) >= 3 THEN quantile_cont(gap, $long_gap) END AS long_gap_days,
                   CASE WHEN count(*) >= 3 THEN max(gap) END AS longest_gap_days,
                   CASE WHEN count(*) >= 3 THEN list(gap) FILTER (gap IS NOT NULL) END AS gaps,
                   median(quantity) AS usual_quantity, arg_max(revenue / quantity, ordered_on) AS last_price,
                   {exact_sum("quantity")} AS units, {exact_sum("revenue")} AS revenue,
                   coalesce({exact_sum("revenue", "ordered_on > $year_from")}, 0) AS revenue_12m
            FROM steps GROUP BY c, p
        )
        SELECT * EXCLUDE (gaps),
               len(list_filter(gaps, lambda gap: gap BETWEEN usual_gap_days / 2 AND usual_gap_days * 2)) / len(gaps)
                   AS steady_share
        FROM counted ORDER BY c, p
        """,  # noqa: S608 - no value of a user's in it
        {"year_from": baskets.year_from, "long_gap": LONG_GAP_QUANTILE},
    )


def read_purchases(baskets: Baskets) -> Purchases:
    """Return the purchases of all but services as arrays. Needs `count_purchases` and `mark_services`."""
    columns = _columns(
        baskets,
        """
        SELECT CAST(c AS BIGINT) * (SELECT count(*) FROM product_rows) + p AS key, n_baskets, usual_quantity,
               last_on - DATE '1970-01-01' AS last_day, last_price,
               coalesce(usual_gap_days, CAST('nan' AS DOUBLE)) AS usual_gap_days,
               coalesce(steady_share, CAST('nan' AS DOUBLE)) AS steady_share
        FROM purchases ANTI JOIN services USING (p) ORDER BY c, p
        """,
    )
    return Purchases(
        baskets.connection.execute("SELECT count(*) FROM product_rows").fetchall()[0][0],
        columns["key"],
        columns["n_baskets"],
        columns["last_day"].astype(np.int32),
        columns["usual_gap_days"],
        columns["steady_share"],
        columns["usual_quantity"],
        columns["last_price"],
    )


def read_goods(baskets: Baskets, products: pa.Table) -> Goods:
    """Return the prices, quantities and availability of the products. Needs `count_purchases` and `mark_services`.

    products  the published table products (`product_facts`)

    A quantity is usual up to Tukey's inner fence of its logarithm: the upper quartile times the ratio of the quartiles,
    at least 2, to the power of 1.5. Source: Tukey (1977).
    """
    columns = _columns(
        baskets,
        """
        SELECT coalesce(usual_quantity, CAST('nan' AS DOUBLE)) AS usual_quantity, coalesce(whole, false) AS whole,
               coalesce(most_usual, CAST('inf' AS DOUBLE)) AS most_usual_quantity,
               p IN (SELECT p FROM services) AS service
        FROM product_rows
        LEFT JOIN (SELECT p, median(usual_quantity) AS usual_quantity FROM purchases GROUP BY p) USING (p)
        LEFT JOIN (SELECT p, bool_and(quantity = floor(quantity)) AS whole FROM basket_lines GROUP BY p) USING (p)
        LEFT JOIN (
            SELECT p, quantile_cont(quantity, 0.75)
                * pow(greatest(quantile_cont(quantity, 0.75) / quantile_cont(quantity, 0.25), $least_ratio), 1.5)
                AS most_usual
            FROM basket_lines GROUP BY p HAVING count(*) >= $min_lines
        ) USING (p)
        ORDER BY p
        """,
        {"least_ratio": _LEAST_QUARTILE_RATIO, "min_lines": _MIN_LINES},
    )
    available = np.array([value is not False for value in products["available"].to_pylist()], dtype=bool)
    sellable = (
        available & ~np.asarray(products["replaced_by"].is_valid()) & ~_has_low_priority(baskets) & ~columns["service"]
    )
    introduced = [day is None or day <= baskets.as_of for day in products["introduced_on"].to_pylist()]
    return Goods(
        sellable,
        columns["service"],
        products["unit_price"].to_numpy(),
        products["last_price"].to_numpy(),
        columns["usual_quantity"],
        columns["most_usual_quantity"],
        columns["whole"],
        sellable & np.array(introduced, dtype=bool),
    )


def _has_low_priority(baskets: Baskets) -> NDArray[np.bool_]:
    priority = baskets.optional_columns(PRODUCTS.name)["priority"]
    rows = baskets.connection.execute(
        f"SELECT coalesce({priority} = 'low', false) FROM read_parquet(?) "  # noqa: S608 - own name
        "JOIN product_rows USING (product_id) ORDER BY p",
        [str(baskets.tables.path(PRODUCTS.name))],
    ).fetchall()
    return np.array([low for (low,) in rows], dtype=bool)


def _columns(baskets: Baskets, sql: str, values: dict[str, Any] | None = None) -> dict[str, NDArray[Any]]:
    found = baskets.connection.execute(sql, values).fetchnumpy()
    return {name: np.asarray(column) for name, column in found.items()}
