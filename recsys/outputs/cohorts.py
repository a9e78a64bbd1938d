"""The published table cohorts: customers by the quarter of their first order, and who of them ordered in each since."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from recsys.dataset.baskets import Baskets, exact_sum
from recsys.schema.build_report import CohortReport

# The first order of a customer may lie before the data. Who ordered nothing in the first 80 days of the data, all but a
# quarter, is taken for new after them: a quarter that begins on a holiday has no order on its first days.
WAIT_DAYS = 80


def cohort_rows(baskets: Baskets) -> tuple[pa.Table, CohortReport]:
    """Return the published table cohorts, and who is left out of it.

    It begins with the first quarter that starts WAIT_DAYS after the first order of the data, or later.
    """
    from_quarter = first_known_quarter(baskets.first_order_on)
    with baskets.connection.cursor() as cursor:
        values = {"from_quarter": from_quarter, "as_of": baskets.as_of}
        table: pa.Table = cursor.sql(_ROWS, params=values).to_arrow_table()
        counted = cursor.sql(_REPORT, params={"from_quarter": from_quarter}).fetchall()
    sides = {is_known: (n, revenue) for is_known, n, revenue in counted}
    (n, revenue), (n_out, revenue_out) = (sides.get(is_known, (0, 0.0)) for is_known in (True, False))
    report: dict[str, Any] = {"n_customers": n, "revenue": revenue}
    report |= {"n_left_out": n_out, "revenue_left_out": revenue_out}
    known = {"from_quarter": from_quarter} if from_quarter <= baskets.as_of else {}
    return table, CohortReport(**known, **report)


def first_known_quarter(first_order_on: date) -> date:
    """Return the first day of the first quarter whose new customers are new, by the day of the first order of all."""
    wait = first_order_on + timedelta(WAIT_DAYS)
    starts = [date(wait.year + (month > 12), (month - 1) % 12 + 1, 1) for month in (1, 4, 7, 10, 13)]
    return next(start for start in starts if start >= wait)


_FIRST = "SELECT c, date_trunc('quarter', min(ordered_on))::DATE AS first_quarter FROM basket_lines GROUP BY c"

_ROWS = f"""
    WITH firsts AS (SELECT * FROM ({_FIRST}) WHERE first_quarter >= $from_quarter),
    sizes AS (SELECT first_quarter, count(*) AS n_customers FROM firsts GROUP BY first_quarter),
    bought AS (
        SELECT first_quarter, date_trunc('quarter', ordered_on)::DATE AS quarter, count(DISTINCT c) AS n_active,
               {exact_sum("revenue")} AS revenue
        FROM basket_lines JOIN firsts USING (c) GROUP BY ALL
    ), quarters AS (
        SELECT first_quarter, n_customers,
               unnest(generate_series(first_quarter, $as_of::DATE, INTERVAL 3 MONTH))::DATE AS quarter
        FROM sizes
    )
    SELECT year(first_quarter) || '-Q' || quarter(first_quarter) AS cohort, quarters.quarter, first_quarter,
           n_customers, coalesce(n_active, 0) AS n_active, coalesce(revenue, 0) AS revenue
    FROM quarters LEFT JOIN bought USING (first_quarter, quarter) ORDER BY cohort, quarters.quarter
"""  # noqa: S608 - no value of a user's in it

_REPORT = f"""
    SELECT first_quarter >= $from_quarter AS is_known, count(DISTINCT c), {exact_sum("revenue")}
    FROM basket_lines JOIN ({_FIRST}) USING (c) GROUP BY is_known
"""  # noqa: S608 - as above
